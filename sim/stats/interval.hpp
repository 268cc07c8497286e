#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "sim/stats/estimate.hpp"

namespace sim {

/// Exact interval of a binomial share (Clopper and Pearson 1934): never covers less than
/// `confidence`. With 0 or `trials` successes the one bound is 0 or 1 and the other is one-sided in
/// effect (at 0 of n and 95 %: 1 - 0.025^(1/n)). `trials` > 0, `successes` <= `trials`.
Estimate clopper_pearson(std::uint64_t successes, std::uint64_t trials, double confidence);

/// Score interval of a binomial share (Wilson 1927): shorter, right on average only.
Estimate wilson(std::uint64_t successes, std::uint64_t trials, double confidence);

/// Ranks r < s (1-based) of the sorted sample such that X_(r) <= quantile <= X_(s).
struct OrderStatisticRanks {
    std::uint64_t r = 0;
    std::uint64_t s = 0;
    /// P(r <= B <= s - 1) for B ~ Binomial(n, p): exact for a continuous distribution.
    double coverage = 0;
};

/// Distribution-free ranks for the p-quantile of `n` independent values: equal tails, each at most
/// (1 - confidence) / 2 (David and Nagaraja, Order Statistics, section 7.1). Empty when even the
/// extremes of the sample do not bound the quantile with that confidence ("not estimable").
std::optional<OrderStatisticRanks> order_statistic_ranks(std::uint64_t n, double p,
                                                         double confidence);

/// Median with its order-statistic interval; values may be infinite (censored). The median of an
/// even number is the mean of the middle two (infinite when one is, 0 between -inf and +inf). Below
/// 6 values at 95 % there are no bounds. `values` is not empty.
Estimate median_interval(std::span<const double> values, double confidence);

/// Fewest independent values for a two-sided interval of the p-quantile from order statistics:
/// the smallest n with 1 - p^n - (1-p)^n >= confidence.
std::uint64_t order_statistic_minimum(double p, double confidence);

}  // namespace sim
