#pragma once

#include <cstddef>
#include <span>

#include "sim/stats/distributions.hpp"
#include "sim/stats/estimate.hpp"

namespace sim {

/// Moments of one value per replication, summed in the given order (so that the digits do not
/// depend on anything else) and relative to the first value (so that a large mean does not eat the
/// variance, and equal values have exactly their mean and variance 0). Values are finite.
struct Summary {
    std::size_t n = 0;
    /// 0 without values.
    double mean = 0;
    /// Unbiased (divisor n - 1); 0 for fewer than two values.
    double variance = 0;
};

Summary summarise(std::span<const double> values);

/// mean +- t_{n-1, (1+confidence)/2} * s / sqrt(n) over independent replications (Law, Simulation
/// Modeling and Analysis, section 9.4.1). `values` is not empty; one value has no bounds.
Estimate student_t_interval(std::span<const double> values, double confidence);

}  // namespace sim
