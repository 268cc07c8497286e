#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "models/engine/routing.hpp"
#include "models/policy/rollout.hpp"
#include "models/topology/topology.hpp"
#include "sim/core/simulator.hpp"
#include "sim/core/time.hpp"

namespace models {

/// Where a replica is on its way from one version to the other.
enum class ReplicaStage : std::uint8_t {
    settled,
    leaving,    ///< not ready any more, takes what comes all the same
    draining,   ///< takes nothing, finishes what it has
    starting,   ///< as the version that is wanted
    replacing,  ///< its replacement starts beside it
    pushing,    ///< the setting is on its way to it
};

struct DeployedReplica {
    InstanceId id;
    ReplicaStage stage = ReplicaStage::settled;
    sim::SimTime drained{};  ///< at the latest
    sim::EventHandle next{};
};

/// Where a pipeline is going.
enum class DeploymentGoal : std::uint8_t { none, forward, back };

/// One fault that comes with a version, and the pipeline that brings it.
struct Deployment {
    std::uint32_t fault = 0;
    ServiceId service;
    const Rollout* rule = nullptr;
    bool pushed = false;
    sim::Duration within{};

    DeploymentGoal asked = DeploymentGoal::none;  ///< as soon as the service has no other under way
    DeploymentGoal goal = DeploymentGoal::none;
    bool ended = false;                     ///< the last replica has it
    bool alarmed = false;                   ///< it was taken back, and is not tried again
    std::vector<DeployedReplica> replicas;  ///< in their sequence
    std::vector<std::uint8_t> fresh;        ///< by instance: it has the new version
    std::vector<std::uint32_t> bounds;      ///< of the steps
    std::size_t step = 0;
    std::optional<sim::SimTime> step_done;
    sim::SimTime woken = kLongAgo;  ///< something is due at that instant

    // What the pipeline sees.
    bool watched = false;
    sim::SimTime watch_ends = sim::kNever;
    VersionCounts now_fresh;
    VersionCounts now_old;
    VersionCounts reference;  ///< the last period of the old version that had enough answers
    std::uint32_t bad = 0;    ///< periods in a row
    sim::EventHandle decision;
};

}  // namespace models
