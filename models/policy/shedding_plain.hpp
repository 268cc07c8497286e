#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "models/policy/retry_budget.hpp"
#include "models/policy/shedding_common.hpp"
#include "sim/core/rng.hpp"
#include "sim/core/time.hpp"

namespace sim {
class Parameters;
}

namespace models {

/// Tiers of priority: the less important a request, the emptier a queue must be for it.
struct PriorityShedding {
    static constexpr std::string_view name = "priority";
    static constexpr std::string_view summary =
        "the fuller the queue, the more important a request must be";
    static constexpr std::string_view formula =
        "shed iff no slot is free and queued >= queue * (tiers - min(rank, tiers - 1)) / tiers; "
        "rank: criticalPlus 0, critical 1, sheddablePlus 2, sheddable 3; with 4 tiers sheddable is "
        "shed from a quarter of the queue on, critical from three quarters";
    static constexpr std::string_view source = "SRE";
    static constexpr std::string_view example = "shedding: {kind: priority, tiers: 4}";
    std::int64_t tiers = 4;
    void parameters(sim::Parameters& p);

    struct State {};
    bool on_arrival(State& state, const Arrival& arrival, sim::KeyedRng& rng) const;
};

/// Requests whose deadline has passed, or will have before they could be served, are dropped when
/// it is their turn. `maxRejectFraction` is Finagle's: each request that is served pays for so much
/// of a drop, for about `rejectPeriod`. Dark mode drops nothing.
struct DeadlineShedding {
    enum class Mode : std::uint8_t { enforce, dark };
    static constexpr std::string_view name = "deadline";
    static constexpr std::string_view summary =
        "drop what cannot be answered before its deadline (Finagle's DeadlineFilter)";
    static constexpr std::string_view formula =
        "drop iff now + expected service > deadline, and drops <= maxRejectFraction * requests "
        "served in rejectPeriod";
    static constexpr std::string_view source = "FIN-DL";
    static constexpr std::string_view example =
        "shedding: {kind: deadline, maxRejectFraction: 20%}";
    double max_reject_fraction = 1.0;  ///< 1: any number
    sim::Duration reject_period = sim::whole_seconds(10);
    bool expect_service = true;  ///< false: only what is past its deadline (Finagle)
    Mode mode = Mode::enforce;
    void parameters(sim::Parameters& p);

    struct State {
        WindowedTokensBudget::State budget;
    };
    bool on_dequeue(State& state, const Dequeue& dequeue, sim::KeyedRng& rng) const;

  private:
    [[nodiscard]] bool is_late(const Dequeue& dequeue) const;
};

}  // namespace models
