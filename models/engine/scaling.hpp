#pragma once

#include <cstdint>
#include <vector>

#include "models/engine/routing.hpp"
#include "models/policy/scaling.hpp"
#include "models/topology/topology.hpp"
#include "sim/core/simulator.hpp"
#include "sim/core/time.hpp"

namespace models {

/// Whether a replica of a service that scales is one at the moment. The topology has as many as
/// there may ever be, so that numbers and names stay what they are.
enum class ReplicaRole : std::uint8_t {
    serving,
    starting,  ///< decided, not there yet
    spare,     ///< not there: nobody calls it, nobody pays for it, nobody watches it
};

struct ScaledReplica {
    ReplicaRole role = ReplicaRole::serving;
    sim::EventHandle start;
    bool due = false;                 ///< its time to start is over, but it has no power
    sim::SimTime paid = kLongAgo;     ///< since when somebody pays for it
    sim::SimTime serving = kLongAgo;  ///< since when callers know it
};

/// The replicas of one service in one region, which one scaler rules, or operators alone.
struct Fleet {
    /// Mean utilisation of the replicas over one period.
    struct Point {
        sim::SimTime at;
        double utilisation;
    };

    ServiceId service;
    RegionId region;
    const Scaling* rule = nullptr;  ///< null: only operators change it
    ScalingState state;
    std::vector<InstanceId> members;
    std::vector<Point> points;
    sim::SimTime next_look;
    double sum = 0;  ///< of the samples since the last look
    std::uint32_t samples = 0;
};

}  // namespace models
