#pragma once

#include <cstddef>
#include <span>

#include "sim/stats/estimate.hpp"

namespace sim {

/// Moments of one value per replication, summed in the given order (so that the digits do not
/// depend on anything else) and in two passes (so that a large mean does not eat the variance).
struct Summary {
    std::size_t n = 0;
    /// 0 without values.
    double mean = 0;
    /// Unbiased (divisor n - 1); 0 for fewer than two values.
    double variance = 0;
};

Summary summarise(std::span<const double> values);

/// Quantile of Student's t: P(T <= t) = p for 0 < p < 1, `df` > 0, which need not be whole.
double t_quantile(double p, double df);
/// P(|T| >= |t|): the two-sided p-value. 0 for an infinite t.
double t_two_sided_p(double t, double df);
/// Quantile of the standard normal distribution, 0 < p < 1.
double normal_quantile(double p);

/// mean +- t_{n-1, (1+confidence)/2} * s / sqrt(n) over independent replications (Law, Simulation
/// Modeling and Analysis, section 9.4.1). `values` is not empty; one value has no bounds.
Estimate student_t_interval(std::span<const double> values, double confidence);

}  // namespace sim
