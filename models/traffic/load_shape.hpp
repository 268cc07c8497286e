#pragma once

#include <string_view>

#include "sim/core/time.hpp"

namespace sim {
class Parameters;
}

namespace models {

/// Customers whose rate swings around its mean, as days do: rate x (1 + swing cos(2 pi (t - peak) /
/// period)), where t counts from the end of the warm-up.
struct DayShape {
    static constexpr std::string_view name = "day";
    sim::Duration period = sim::whole_seconds(86'400);
    double swing = 0.5;
    sim::Duration peak = sim::whole_seconds(50'400);

    void parameters(sim::Parameters& p);

    /// The rate at `now` over its mean: from 1 - swing to 1 + swing.
    [[nodiscard]] double level(sim::SimTime now) const;
    /// How long it takes from `now` until the mean rate x level adds up to `customers`.
    [[nodiscard]] double seconds_until(double customers, sim::SimTime now, double rate_per_s) const;
};

}  // namespace models
