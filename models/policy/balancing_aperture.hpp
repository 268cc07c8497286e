#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "models/policy/balance_query.hpp"
#include "sim/core/rng.hpp"

namespace sim {
class Parameters;
}

namespace models {

/// Finagle's deterministic aperture: replicas and callers lie on a ring, and each caller uses the
/// replicas of its own arc, those at its ends in part. The arcs tile the ring a whole number of
/// times, so that all replicas get equally much.
struct DeterministicAperture {
    static constexpr std::string_view name = "deterministicAperture";
    static constexpr std::string_view summary =
        "each caller uses an arc of a ring of replicas, all of them equally (Finagle)";
    static constexpr std::string_view formula =
        "caller i of n, from i/n of the ring, an arc of ceil(aperture * n / m) / n, aperture = "
        "min(minAperture, m) of m replicas; of two different replicas drawn by their share of the "
        "arc the one with fewer of the callers' tries in flight";
    static constexpr std::string_view source = "FIN-DOC, FIN-P2C";
    static constexpr std::string_view example =
        "loadBalancing: {kind: deterministicAperture, minAperture: 12}";
    std::uint32_t min_aperture = 12;
    void parameters(sim::Parameters& p);
    bool operator==(const DeterministicAperture&) const = default;

    /// What one caller has of one replica.
    struct Share {
        std::uint32_t place = 0;  ///< of the replica among the members
        std::uint64_t units = 0;  ///< of `callers` that the replica's part of the ring has
    };
    struct State {
        std::vector<Share> arc;  ///< scratch
    };
    /// The arc of the query's caller, in the order of the ring.
    void find_arc(const BalanceQuery& query, std::vector<Share>& arc) const;
    [[nodiscard]] std::uint32_t pick(State& state, const BalanceQuery& query,
                                     sim::KeyedRng& rng) const;
};

}  // namespace models
