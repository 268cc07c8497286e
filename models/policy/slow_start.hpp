#pragma once

#include "sim/core/time.hpp"

namespace sim {
class Parameters;
}

namespace models {

/// A replica that has just come (back) gets its share of the traffic bit by bit: its weight after
/// t of a window T is max(minWeight, (t/T)^(1/aggression)) (ENV-COMMON).
struct SlowStart {
    sim::Duration window{};   ///< 0: off
    double aggression = 1.0;  ///< > 1: faster at the beginning
    double min_weight = 0.1;  ///< share of the full weight
    void parameters(sim::Parameters& p);
    bool operator==(const SlowStart&) const = default;

    [[nodiscard]] bool on() const { return window.ns > 0; }
    /// `age`: for how long the replica has been there.
    [[nodiscard]] double weight(sim::Duration age) const;
};

}  // namespace models
