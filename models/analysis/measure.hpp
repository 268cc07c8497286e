#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "sim/stats/estimate.hpp"
#include "sim/stats/histogram.hpp"

namespace models {

/// One number of one replication. Empty: not estimable (too few requests, or nothing to divide
/// by). +infinity: beyond what the run could see (a percentile that falls among the failures).
using Measure = std::optional<double>;

inline constexpr std::size_t kQuantiles = 5;
struct Quantile {
    std::string_view name;
    double p;
};
inline constexpr std::array<Quantile, kQuantiles> kQuantileTable = {
    {{"p50", 0.5}, {"p90", 0.9}, {"p95", 0.95}, {"p99", 0.99}, {"p999", 0.999}}};

/// `value / by`; empty when `by` is 0.
Measure ratio(double value, double by);

/// A number of nanoseconds in seconds; empty when there is none.
Measure in_seconds(std::optional<double> ns);

/// Of the replications that have one; 0 when none has. Values may be infinite.
double median_of(std::span<const double> values);

/// The p-quantile in seconds of `latency` with `failures` more requests at +infinity. Empty below
/// 10 / (1 - p) requests (SEMANTICS 9).
Measure quantile_over_all(const sim::Histogram& latency, std::uint64_t failures, double p);

/// A measure over replications. Nothing that is measured can be negative (latencies, counts,
/// shares), so a low end below 0, which Student's t gives to a few wide values, becomes 0.
struct MeasureEstimate {
    /// Student t over the replications with a value; +infinity without bounds when any of them is
    /// infinite; empty when none has a value.
    std::optional<sim::Estimate> estimate;
    std::size_t infinite = 0;  ///< replications with +infinity
    std::size_t missing = 0;   ///< replications where it was not estimable
};
MeasureEstimate estimate_over_runs(std::span<const Measure> values, double confidence);
/// The same for differences, which can be negative.
MeasureEstimate estimate_differences(std::span<const Measure> values, double confidence);
/// The same for a percentile, which is estimated only when every replication has it: means over
/// different replications could put a p50 above a p90.
MeasureEstimate estimate_percentile(std::span<const Measure> values, double confidence);
/// An estimate of what cannot be negative.
void clamp_at_zero(std::optional<sim::Estimate>& estimate);

}  // namespace models
