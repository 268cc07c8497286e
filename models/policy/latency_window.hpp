#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "sim/core/time.hpp"

namespace sim {
class Parameters;
}

namespace models {

/// A time that follows a quantile of what was measured lately: `{percentile: 95%, window: 30s}`.
/// It is found anew every `refresh` (at multiples of it since time zero) from what was recorded
/// before, as in Finagle's backup requests (FIN-BRF); until the first time there is none.
struct QuantileRule {
    double percentile = 0.95;
    sim::Duration window = sim::whole_seconds(30);
    sim::Duration refresh = sim::whole_seconds(3);
    sim::Duration min{};
    sim::Duration max = sim::kForever;
    double padding = 1.0;  ///< factor on the quantile, before `min` and `max`
    void parameters(sim::Parameters& p);

    /// Counts in log-linear bins, 64 per octave from 1 us to 73 min: a quantile is off by at most
    /// 1/128. `kSlices` parts of the window, each with all its bins.
    struct State {
        std::vector<std::uint32_t> counts;
        std::int64_t slice = INT64_MIN;   ///< number of the newest slice
        std::int64_t period = INT64_MIN;  ///< number of the refresh period of `value`
        std::optional<sim::Duration> value;
    };
    [[nodiscard]] State initial() const;
    /// A reply took this long. `now` never goes back.
    void record(State& state, sim::SimTime now, sim::Duration took) const;
    /// Nothing before the first refresh that found a measurement; with none in the window the last
    /// one stands.
    std::optional<sim::Duration> current(State& state, sim::SimTime now) const;

  private:
    void catch_up(State& state, sim::SimTime now) const;
    void advance(State& state, sim::SimTime now) const;
    [[nodiscard]] std::optional<sim::Duration> quantile(const State& state) const;
};

/// A time that is written down, or found by measuring.
using TimeRule = std::variant<sim::Duration, QuantileRule>;
using TimeRuleState = std::optional<QuantileRule::State>;
TimeRuleState initial_time_state(const TimeRule& rule);
/// Nothing while it is not known.
std::optional<sim::Duration> current_time(const TimeRule& rule, TimeRuleState& state,
                                          sim::SimTime now);
void record_time(const TimeRule& rule, TimeRuleState& state, sim::SimTime now, sim::Duration took);

struct TimeRuleLimits {
    sim::Duration least{};
    bool or_none = false;  ///< `none` stands for kForever
};
/// Declares a parameter that is a duration or `{percentile: …}`.
void time_rule_parameter(sim::Parameters& p, std::string_view key, TimeRule& rule,
                         std::string_view summary, TimeRuleLimits limits = {});

}  // namespace models
