#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

#include "models/policy/balance_query.hpp"
#include "models/policy/balancing_basic.hpp"
#include "models/policy/balancing_measured.hpp"
#include "models/policy/rule_state.hpp"
#include "sim/core/rng.hpp"

namespace sim {
class Parameters;
}

// Balancers that let a caller or a customer see a part of the replicas only, whatever their health,
// and leave the choice among those to another balancer.
namespace models {

/// Balancers that may choose inside a part.
using InnerBalancing =
    std::variant<RoundRobin, LeastRequest, RandomBalancing, PeakEwma, WeightedRoundRobin>;
using InnerState = StateOf<InnerBalancing>;

/// Whose part it is.
struct SubsetQuery {
    std::span<const std::uint64_t> names;    ///< by replica: hash of its name
    std::span<const std::uint32_t> regions;  ///< by replica; each region is divided by itself
    std::uint64_t caller_name = 0;           ///< hash of the calling replica's name
    std::uint32_t caller = 0;                ///< its number among the replicas of its service
    std::uint64_t key = 0;                   ///< hash of the customer
};

/// Each caller keeps one inner balancer.
struct InnerStates {
    std::vector<InnerState> callers;
    InnerState& of(const InnerBalancing& rule, std::uint32_t caller);
};

/// gRPC's random subsetting (A68): each caller takes the `subsetSize` replicas whose hash with the
/// caller's own seed is least (rendezvous hashing), so that few of them move when replicas change.
struct RandomSubsetting {
    static constexpr std::string_view name = "randomSubsetting";
    static constexpr std::string_view summary =
        "each caller uses a fixed random part of the replicas (gRPC A68)";
    static constexpr std::string_view formula =
        "the subsetSize replicas of the region with the least hash(replica, caller)";
    static constexpr std::string_view source = "A68";
    static constexpr std::string_view example =
        "loadBalancing: {kind: randomSubsetting, subsetSize: 20, child: roundRobin}";
    std::uint32_t subset_size = 20;
    InnerBalancing child = RoundRobin{};
    void parameters(sim::Parameters& p);
    bool operator==(const RandomSubsetting&) const = default;

    using State = InnerStates;
    /// Sets `allowed[replica]` for the replicas that the query's caller uses.
    void narrow(const SubsetQuery& query, std::span<std::uint8_t> allowed) const;
};

/// Google's deterministic subsetting: callers are numbered and go in rounds of floor(n /
/// subsetSize); in each round the replicas are shuffled once and dealt out, so that all get equally
/// many callers.
struct DeterministicSubsetting {
    static constexpr std::string_view name = "deterministicSubsetting";
    static constexpr std::string_view summary =
        "each caller uses a part of the replicas, dealt out evenly";
    static constexpr std::string_view formula =
        "round = floor(caller / (n / subsetSize)) seeds a shuffle; part caller mod (n / "
        "subsetSize)";
    static constexpr std::string_view source = "SRE, KRATOS";
    static constexpr std::string_view example =
        "loadBalancing: {kind: deterministicSubsetting, subsetSize: 20}";
    std::uint32_t subset_size = 20;
    InnerBalancing child = RoundRobin{};
    void parameters(sim::Parameters& p);
    bool operator==(const DeterministicSubsetting&) const = default;

    using State = InnerStates;
    void narrow(const SubsetQuery& query, std::span<std::uint8_t> allowed) const;
};

/// Each customer has `size` replicas of its own choice: a customer whose requests kill what they
/// touch takes few others along.
struct ShuffleShard {
    static constexpr std::string_view name = "shuffleShard";
    static constexpr std::string_view summary = "each customer has a few replicas, drawn by hash";
    static constexpr std::string_view formula =
        "the `size` replicas of the region with the least hash(replica, customer); two customers "
        "share k of n with C(s,k)C(n-s,s-k)/C(n,s)";
    static constexpr std::string_view source = "ABL";
    static constexpr std::string_view example = "loadBalancing: {kind: shuffleShard, size: 5}";
    std::uint32_t size = 5;
    InnerBalancing child = LeastRequest{};
    void parameters(sim::Parameters& p);
    bool operator==(const ShuffleShard&) const = default;

    struct State {
        InnerState inner;
        bool begun = false;
    };
    void narrow(const SubsetQuery& query, std::span<std::uint8_t> allowed) const;
};

/// Customers and replicas are divided into `count` cells; nobody leaves his own. Replica n of a
/// region belongs to cell n mod count, so that every zone has replicas of every cell.
struct Cells {
    static constexpr std::string_view name = "cells";
    static constexpr std::string_view summary =
        "customers and replicas are divided into cells that nobody leaves";
    static constexpr std::string_view formula =
        "cell = hash(customer) mod count; replica n of a region is in cell n mod count";
    static constexpr std::string_view source = "ABL";
    static constexpr std::string_view example = "loadBalancing: {kind: cells, count: 8}";
    std::uint32_t count = 8;
    InnerBalancing child = LeastRequest{};
    void parameters(sim::Parameters& p);
    bool operator==(const Cells&) const = default;

    using State = ShuffleShard::State;
    void narrow(const SubsetQuery& query, std::span<std::uint8_t> allowed) const;
};

}  // namespace models
