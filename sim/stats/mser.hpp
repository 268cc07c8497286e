#pragma once

#include <cstddef>
#include <span>

namespace sim {

/// Where a warm-up ends, by MSER-5 (White, Cobb and Spratt 2000).
struct Mser {
    /// Observations to delete, a multiple of 5; meaningless unless `steady`.
    std::size_t truncation = 0;
    /// The minimised statistic and the mean of what remains.
    double criterion = 0;
    double truncated_mean = 0;
    /// False when the minimum lies in the last tenth of the first half (a trend that never ends) or
    /// the series is shorter than 20 observations: "no steady state".
    bool steady = false;
};

/// Minimises sum_{j>=d} (z_j - mean_d)^2 / (k-d)^2 over batch means z of 5 observations, d in the
/// first half. Apply it once, to the series averaged over replications: per replication it is
/// biased, because it cuts after large values.
Mser mser5(std::span<const double> series);

}  // namespace sim
