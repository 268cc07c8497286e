#pragma once

#include <optional>
#include <span>
#include <vector>

#include "sim/stats/estimate.hpp"

namespace sim {

/// a - b with its interval. `identical`: every pair differs by exactly 0, so there is no interval
/// and no p (p is empty). Without bounds (one pair) p is empty too.
struct Difference {
    Estimate estimate;
    bool identical = false;
    /// Two-sided p-value of "the difference is 0", or with a margin of "it is at most that".
    std::optional<double> p;
    /// Degrees of freedom; 0 without bounds.
    double df = 0;
};

/// Paired t over replications that share their draws (Law, section 10.2.1). Both spans have the
/// same, positive length; values are finite. `margin` >= 0 makes it a test of |difference| <=
/// margin with t = (|mean| - margin) / s.e.: p < 1 - confidence exactly when the interval lies
/// beyond the margin on one side. A constant difference has zero width, and p is 0 beyond the
/// margin, else 1.
Difference paired_difference(std::span<const double> a, std::span<const double> b,
                             double confidence, double margin = 0);

/// For samples that share nothing (Welch 1938, Satterthwaite's degrees of freedom).
Difference welch_difference(std::span<const double> a, std::span<const double> b,
                            double confidence);

/// Variance of the difference of means had the runs been independent, (s_a^2 + s_b^2), over the
/// variance of the paired differences: how many times more replications independent runs would
/// need. Empty for fewer than two pairs or when the paired variance is 0.
std::optional<double> pairing_gain(std::span<const double> a, std::span<const double> b);

/// Holm's step-down adjustment (Holm 1979): reject where the adjusted p <= 1 - confidence keeps the
/// chance of any false rejection below that, whatever the dependence. Same order as the input.
std::vector<double> holm_adjust(std::span<const double> p_values);

}  // namespace sim
