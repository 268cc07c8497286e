#pragma once

#include <cstdint>
#include <span>

#include "sim/core/time.hpp"

namespace models {

/// What a balancer may know when it chooses. Replicas have numbers 0, 1, … among all of the
/// callee's; lists of them are in ascending order.
struct BalanceQuery {
    sim::SimTime now{};
    std::span<const std::uint32_t> candidates;  ///< who may be chosen; not empty
    /// The candidates before what holds for this call only (hosts already tried, open breakers):
    /// hash tables are made of these.
    std::span<const std::uint32_t> members;
    std::span<const std::uint32_t> in_flight;  ///< by replica: these callers' tries there
    std::span<const std::uint64_t> names;      ///< by replica: hash of its name
    std::span<const double> weights;           ///< by replica; empty: all alike
    std::uint64_t key = 0;                     ///< hash of the customer
    std::uint32_t caller = 0;                  ///< which of the callers that share the balancer
    std::uint32_t peer = 0;                    ///< the same in a row, below `peers`
    std::uint32_t peers = 1;                   ///< callers that share the balancer
};

/// How a try ended, as its balancer sees it.
struct TrySample {
    sim::SimTime now{};
    std::uint32_t replica = 0;
    sim::Duration took{};  ///< from sending to the answer or to giving up
};

/// What a server says about itself with a reply (ORCA).
struct LoadReport {
    sim::SimTime now{};
    std::uint32_t replica = 0;
    double queries_per_s = 0;
    double errors_per_s = 0;
    double utilisation = 0;  ///< 1: all its slots work all the time
};

}  // namespace models
