#include "sim/stats/quantile_interval.hpp"

#include <algorithm>
#include <cmath>

#include "sim/core/assert.hpp"
#include "sim/stats/histogram.hpp"
#include "sim/stats/summary.hpp"

namespace sim {

namespace {

/// The values are reordered.
double quantile_of(std::vector<double>& values, double p) {
    const auto rank = static_cast<std::ptrdiff_t>(quantile_rank(p, values.size()));
    const auto place = values.begin() + (rank - 1);
    std::nth_element(values.begin(), place, values.end());
    return *place;
}

double quantile_of(std::span<const double> series, double p) {
    std::vector<double> values(series.begin(), series.end());
    return quantile_of(values, p);
}

/// Fewest values in which the p-quantile is more than one of the last few.
double fewest_values(double p) { return 10 / (1 - p); }

/// `value` with the width that the quantiles of its parts have.
Estimate around(double value, std::span<const double> parts, double confidence) {
    Estimate estimate = student_t_interval(parts, confidence);
    const auto half = estimate.half_width();
    estimate.value = value;
    if (!half) return estimate;
    estimate.low = value - *half;
    estimate.high = value + *half;
    return estimate;
}

}  // namespace

std::vector<double> batch_quantiles(std::span<const double> series, std::size_t count, double p) {
    SIM_ASSERT(count > 0 && count <= series.size());
    const std::size_t length = series.size() / count;
    std::vector<double> quantiles;
    quantiles.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        quantiles.push_back(quantile_of(series.subspan(i * length, length), p));
    }
    return quantiles;
}

Estimate batch_quantile_interval(std::span<const double> series, double p, std::size_t batches,
                                 double confidence) {
    SIM_ASSERT(batches >= 10 && p > 0 && p < 1 && !series.empty());
    const double value = quantile_of(series, p);
    const std::size_t values = series.size() / batches;
    const auto length = static_cast<double>(values);
    if (length < fewest_values(p)) return {.value = value, .low = {}, .high = {}, .n = batches};
    return around(value, batch_quantiles(series, batches, p), confidence);
}

Estimate replication_quantile_interval(std::span<const std::vector<double>> replications, double p,
                                       double confidence) {
    SIM_ASSERT(p > 0 && p < 1 && !replications.empty());
    std::vector<double> all;
    std::vector<double> parts;
    bool long_enough = true;
    for (const auto& one : replications) {
        SIM_ASSERT(!one.empty());
        all.insert(all.end(), one.begin(), one.end());
        parts.push_back(quantile_of(std::span(one), p));
        long_enough = long_enough && static_cast<double>(one.size()) >= fewest_values(p);
    }
    const double value = quantile_of(all, p);
    if (!long_enough) return {.value = value, .low = {}, .high = {}, .n = parts.size()};
    return around(value, parts, confidence);
}

}  // namespace sim
