#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "sim/stats/estimate.hpp"

// Quantiles of observations that resemble each other, as those within a run do. Ranks of the sorted
// sample (order_statistic_ranks) would be several times too narrow there.
namespace sim {

/// The p-quantile of each batch of a series, with quantile_rank()'s rank: `count` batches of equal
/// length, in order; what is left at the end is not looked at. 1 <= count <= series.size().
std::vector<double> batch_quantiles(std::span<const double> series, std::size_t count, double p);

/// The p-quantile of one long run: that of all observations, and Student's t over the quantiles of
/// `batches` batches, around it. Too few observations for a batch to have the quantile (fewer than
/// 10 / (1 - p)) leave no bounds. `batches` >= 10, `p` in (0, 1), at least one observation.
Estimate batch_quantile_interval(std::span<const double> series, double p, std::size_t batches,
                                 double confidence);

/// The same with independent replications for batches, which may differ in length: the quantile of
/// all their observations together, never the average of theirs, which is another number when they
/// differ. At least one replication, none of them empty.
Estimate replication_quantile_interval(std::span<const std::vector<double>> replications, double p,
                                       double confidence);

}  // namespace sim
