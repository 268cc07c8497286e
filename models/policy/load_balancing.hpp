#pragma once

#include <cstdint>
#include <span>
#include <variant>

#include "models/policy/balance_query.hpp"
#include "models/policy/balancing_aperture.hpp"
#include "models/policy/balancing_basic.hpp"
#include "models/policy/balancing_hash.hpp"
#include "models/policy/balancing_measured.hpp"
#include "models/policy/balancing_subset.hpp"
#include "models/policy/rule_state.hpp"
#include "models/policy/slow_start.hpp"
#include "sim/core/rng.hpp"

namespace models {

/// The registry of balancers: which replica a try goes to, among those that routing allows. A kind
/// has `pick`, or `narrow` and a `child` that picks from what is left. What else it wants to hear:
///   on_try_end(state, TrySample)     a try has been answered or given up
///   on_load(state, LoadReport)       a reply said how busy its server is
using LoadBalancing =
    std::variant<LeastRequest, RoundRobin, RandomBalancing, PeakEwma, RingHash, Maglev,
                 WeightedRoundRobin, RandomSubsetting, DeterministicSubsetting,
                 DeterministicAperture, ShuffleShard, Cells>;
using LoadBalancingState = StateOf<LoadBalancing>;

/// One of the query's candidates.
std::uint32_t pick_replica(const LoadBalancing& rule, LoadBalancingState& state,
                           const BalanceQuery& query, sim::KeyedRng& rng);
void balancing_on_try_end(const LoadBalancing& rule, LoadBalancingState& state,
                          std::uint32_t caller, const TrySample& sample);
void balancing_on_load(const LoadBalancing& rule, LoadBalancingState& state, std::uint32_t caller,
                       const LoadReport& report);

/// What a balancer needs beside the tries in flight.
struct BalancingNeeds {
    bool nothing = true;        ///< not even a state: least request of two, round robin, random
    bool narrows = false;       ///< `narrow` goes before `pick`
    bool customer = false;      ///< the key of the customer
    bool load_reports = false;  ///< servers say how busy they are
    bool tables = false;        ///< hash tables: one set of replicas for all calls
    SlowStart slow_start;       ///< of its weights
};
BalancingNeeds needs_of(const LoadBalancing& rule);

/// Sets `allowed[replica]`; only for a rule that narrows.
void narrow_replicas(const LoadBalancing& rule, const SubsetQuery& query,
                     std::span<std::uint8_t> allowed);

}  // namespace models
