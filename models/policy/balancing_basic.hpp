#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "models/policy/balance_query.hpp"
#include "models/policy/edf_schedule.hpp"
#include "models/policy/slow_start.hpp"
#include "sim/core/rng.hpp"

namespace sim {
class Parameters;
struct Misfit;
}  // namespace sim

// Balancers that need to know nothing but their own callers' tries in flight.
namespace models {

/// Two different places in a list of `count` >= 2, from the halves of one random word.
struct TwoPlaces {
    std::uint32_t first;
    std::uint32_t second;
};
inline TwoPlaces two_places(std::uint64_t word, std::uint32_t count) {
    const auto first = static_cast<std::uint32_t>(((word >> 32) * count) >> 32);
    auto second = static_cast<std::uint32_t>(((word & 0xFFFFFFFFU) * (count - 1)) >> 32);
    if (second >= first) ++second;
    return {first, second};
}

/// Any of them.
struct RandomBalancing {
    static constexpr std::string_view name = "random";
    static constexpr std::string_view summary = "any replica";
    static constexpr std::string_view formula = "";
    static constexpr std::string_view source = "";
    static constexpr std::string_view example = "loadBalancing: random";
    void parameters(sim::Parameters& /*p*/) {}
    bool operator==(const RandomBalancing&) const = default;

    struct State {};
    [[nodiscard]] std::uint32_t pick(State& state, const BalanceQuery& query,
                                     sim::KeyedRng& rng) const;
};

/// One after the other. Weights (slow start) make it an earliest-deadline-first schedule.
struct RoundRobin {
    static constexpr std::string_view name = "roundRobin";
    static constexpr std::string_view summary = "one replica after the other";
    static constexpr std::string_view formula =
        "with unequal weights earliest deadline first, next deadline += 1/weight";
    static constexpr std::string_view source = "ENV-LB, GO-STREAM";
    static constexpr std::string_view example = "loadBalancing: {kind: roundRobin, start: random}";
    bool random_start = false;  ///< else every caller begins at the same replica
    SlowStart slow_start;
    void parameters(sim::Parameters& p);
    bool operator==(const RoundRobin&) const = default;

    struct State {
        std::uint32_t cursor = 0;
        bool started = false;
        EdfSchedule schedule;
    };
    [[nodiscard]] std::uint32_t pick(State& state, const BalanceQuery& query,
                                     sim::KeyedRng& rng) const;
};

/// Of some that are drawn, the one with the fewest tries in flight; the first drawn wins a tie.
/// With unequal weights (slow start) as Envoy does it: earliest deadline first with weight
/// w / (in flight + 1)^activeRequestBias.
struct LeastRequest {
    static constexpr std::string_view name = "leastRequest";
    static constexpr std::string_view summary =
        "of two replicas drawn at random the one with fewer of the callers' tries in flight";
    static constexpr std::string_view formula =
        "least in flight of `choices`; with unequal weights w / (in flight + 1)^activeRequestBias";
    static constexpr std::string_view source = "ENV-LR, ENV-LR-IMPL, FIN-P2C";
    static constexpr std::string_view example =
        "loadBalancing: {kind: leastRequest, choices: 2, withReplacement: true}";
    static constexpr std::uint32_t kMostChoices = 32;

    std::uint32_t choices = 2;
    bool with_replacement = false;  ///< Envoy: the same replica may be drawn twice
    double active_request_bias = 1.0;
    bool full_scan = false;  ///< look at all; ties at random
    SlowStart slow_start;
    void parameters(sim::Parameters& p);
    bool operator==(const LeastRequest&) const = default;

    struct State {
        EdfSchedule schedule;
    };
    [[nodiscard]] std::uint32_t pick(State& state, const BalanceQuery& query,
                                     sim::KeyedRng& rng) const;
    /// The weight of a replica with this many tries in flight.
    [[nodiscard]] double weight(double base, std::uint32_t in_flight) const;
};

/// `choices` of the candidates, one after the other, without drawing one twice: `use(replica)` for
/// each. All of them in a random order when there are no more.
template <class Use>
void draw_distinct(const BalanceQuery& query, std::uint32_t choices, sim::KeyedRng& rng,
                   const Use& use) {
    const auto count = static_cast<std::uint32_t>(query.candidates.size());
    std::uint32_t drawn[LeastRequest::kMostChoices];  // places, ascending
    if (choices > count) choices = count;
    for (std::uint32_t n = 0; n < choices; ++n) {
        std::uint32_t place = rng.below(count - n);
        std::uint32_t at = 0;
        while (at < n && drawn[at] <= place) {
            ++place;
            ++at;
        }
        for (std::uint32_t i = n; i > at; --i) drawn[i] = drawn[i - 1];
        drawn[at] = place;
        use(query.candidates[place]);
    }
}

}  // namespace models
