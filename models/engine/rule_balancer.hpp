#pragma once

#include <cstdint>
#include <vector>

#include "models/engine/records.hpp"
#include "models/engine/routing.hpp"
#include "models/engine/watched_breaker.hpp"
#include "models/policy/circuit_breaker.hpp"
#include "models/policy/load_balancing.hpp"
#include "models/policy/outlier_detection.hpp"
#include "models/policy/routing_rule.hpp"
#include "sim/core/rng.hpp"
#include "sim/core/time.hpp"

namespace models {

/// What callers in one place remember of the replicas of a callee under one policy's rules. Those
/// who need only tries in flight have none.
struct RuleBalancer {
    static constexpr std::uint32_t kNone = 0xFFFFFFFFU;

    BalancerId balancer;
    ObserverId observer;
    ServiceId callee;
    const CallPolicy* policy = nullptr;
    const BalancingNeeds* needs = nullptr;
    std::uint32_t detector = kNone;
    LoadBalancingState state;
    std::vector<WatchedBreaker> breakers;  ///< by replica; empty: none of this scope

    Routing routing;
    std::vector<PlacedReplica> replicas;
    std::vector<std::uint32_t> regions;  ///< by replica
    std::vector<std::uint32_t> callers;  ///< by zone of the region
    std::vector<std::uint32_t> peer_of;  ///< by caller, of those in its zone; empty: customers
    std::uint32_t peers = 1;             ///< callers in the zone
    Routes routes;
    std::vector<std::uint32_t> spill_over;
    std::vector<std::vector<std::uint8_t>> parts;  ///< by caller: which replicas it uses
    std::vector<double> weights;
    std::uint32_t seen_routing = kNone;  ///< versions that `replicas` are of
    std::uint32_t seen_ejections = kNone;
};

/// Where a call has been sent. Records of calls are used again: the key tells whose it is.
struct TriedReplicas {
    std::uint64_t number = 0;
    std::uint64_t path = 0;
    std::vector<std::uint32_t> replicas;
};

/// Outlier detection of one balancer.
struct OutlierDetector {
    BalancerId balancer;
    ObserverId observer;
    ServiceId callee;
    const OutlierDetection* rule = nullptr;
    sim::RngStream stream;
    OutlierState state;
    std::uint32_t edge = 0;             ///< where its ejections are counted
    std::uint64_t ejections_noted = 0;  ///< of those that `state` counts
    sim::SimTime noted_until{};         ///< the time that replicas were out
    std::uint32_t version = 0;          ///< counts changes of who is ejected
    bool sweeping = false;              ///< a sweep is scheduled
    bool checks_bring_back = false;
};

/// What a server measures of itself in whole seconds, for weighted round robin.
struct LoadMeter {
    struct Second {
        std::uint32_t queries = 0;
        std::uint32_t errors = 0;
        double work_s = 0;
    };
    std::int64_t second = INT64_MIN;  ///< that `current` is of
    Second current;
    Second last;
};

/// What a server said with a reply. Records of attempts are used again: the key tells whose it is.
struct LoadStamp {
    std::uint64_t number = 0;
    std::uint64_t path = 0;
    LoadReport report;
};

}  // namespace models
