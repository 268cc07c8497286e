#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "models/policy/balance_query.hpp"
#include "sim/core/rng.hpp"

namespace sim {
class Parameters;
struct Misfit;
}  // namespace sim

// Balancers that send all requests of a customer to the same replica. They range over every replica
// that the routing rule allows; one that may not be chosen this time is passed over for the next.
namespace models {

/// No replica gets more than `factor` times the average of the tries in flight.
struct BoundedLoad {
    double factor = 0;  ///< 0: no bound
    void parameters(sim::Parameters& p);
    [[nodiscard]] std::optional<sim::Misfit> misfit() const;
    bool operator==(const BoundedLoad&) const = default;

    /// Tries in flight beyond which a replica is passed over (ENV-RH).
    [[nodiscard]] std::uint32_t limit(const BalanceQuery& query) const;
};

/// Ketama's ring: each replica has many places on it; a request goes to the next one clockwise from
/// its own. When one of N replicas leaves, 1/N of the customers move.
struct RingHash {
    static constexpr std::string_view name = "ringHash";
    static constexpr std::string_view summary =
        "all requests of a customer go to one replica, by a hash ring";
    static constexpr std::string_view formula =
        "places per replica = weight * ring size / sum of weights; the next place clockwise";
    static constexpr std::string_view source = "ENV-RH, A42";
    static constexpr std::string_view example =
        "loadBalancing: {kind: ringHash, minRingSize: 1024, hashBalanceFactor: 150%}";
    std::uint32_t min_ring_size = 1024;
    std::uint32_t max_ring_size = 8'388'608;
    BoundedLoad bound;
    void parameters(sim::Parameters& p);
    [[nodiscard]] std::optional<sim::Misfit> misfit() const;
    bool operator==(const RingHash&) const = default;

    using Place = std::pair<std::uint64_t, std::uint32_t>;  ///< hash, replica
    struct State {
        std::vector<std::uint32_t> members;
        std::vector<Place> ring;  ///< ascending
    };
    [[nodiscard]] std::uint32_t pick(State& state, const BalanceQuery& query,
                                     sim::KeyedRng& rng) const;
    /// Fills `ring`; `weights` by replica, empty: all alike.
    void build(std::span<const std::uint32_t> members, std::span<const std::uint64_t> names,
               std::span<const double> weights, std::vector<Place>& ring) const;
};

/// Google's lookup table: replicas take turns in filling it, each in an order of its own, so that
/// it is as even as can be; about twice as many customers move as with a ring.
struct Maglev {
    static constexpr std::string_view name = "maglev";
    static constexpr std::string_view summary =
        "all requests of a customer go to one replica, by an even lookup table";
    static constexpr std::string_view formula =
        "replicas take the next free entry of their own permutation in turn, in proportion to "
        "their weights";
    static constexpr std::string_view source = "ENV-RH";
    static constexpr std::string_view example = "loadBalancing: {kind: maglev, tableSize: 65537}";
    std::uint32_t table_size = 65'537;  ///< prime
    BoundedLoad bound;
    void parameters(sim::Parameters& p);
    [[nodiscard]] std::optional<sim::Misfit> misfit() const;
    bool operator==(const Maglev&) const = default;

    struct State {
        std::vector<std::uint32_t> members;
        std::vector<std::uint32_t> table;  ///< replica by entry
    };
    [[nodiscard]] std::uint32_t pick(State& state, const BalanceQuery& query,
                                     sim::KeyedRng& rng) const;
    void build(std::span<const std::uint32_t> members, std::span<const std::uint64_t> names,
               std::span<const double> weights, std::vector<std::uint32_t>& table) const;
};

}  // namespace models
