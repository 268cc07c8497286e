#pragma once

#include <span>
#include <vector>

#include "sim/stats/estimate.hpp"

namespace sim {

/// Slope of the least-squares line through equally spaced values, per step. 0 below two values.
double slope_of(std::span<const double> series);

/// Does a queue grow without end? The slopes of independent replications, tested against 0.
struct QueueSlope {
    /// Growth per step, with its Student interval over the replications at 1 - kUnstableLevel.
    Estimate slope;
    double p = 1;  ///< two-sided, of "the slope is 0"; 1 for fewer than two replications
    /// p <= kUnstableLevel, and the queue grows. It has no steady state that could be reported.
    bool unstable = false;
};
/// So rarely may a queue that is stable be called unstable (METHOD A1.4).
inline constexpr double kUnstableLevel = 1e-3;

/// Rows are replications: queue lengths at equal distances, after the warm-up. Slopes that are all
/// equal are 0 or certain. At least one row.
QueueSlope queue_slope(std::span<const std::vector<double>> replications);
/// The same from the slopes of the replications, or from any other number of theirs that is 0 on
/// average where nothing goes on changing. At least one.
QueueSlope slope_test(std::span<const double> slopes);

}  // namespace sim
