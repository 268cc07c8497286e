#include "models/analysis/measure.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "sim/core/time.hpp"
#include "sim/stats/interval.hpp"
#include "sim/stats/summary.hpp"

namespace models {

Measure ratio(double value, double by) {
    if (by == 0) return std::nullopt;
    return value / by;
}

Measure in_seconds(std::optional<double> ns) {
    return ns ? Measure{sim::seconds_of(*ns)} : std::nullopt;
}

double median_of(std::span<const double> values) {
    return values.empty() ? 0 : sim::median_interval(values, 0.95).value;
}

Measure quantile_over_all(const sim::Histogram& latency, std::uint64_t failures, double p) {
    const std::uint64_t all = latency.count() + failures;
    // 1e-9: 10 / (1 - 0.99) is 1000 and a hair in binary.
    if (static_cast<double>(all) < 10 / (1 - p) - 1e-9) return std::nullopt;
    const auto ns = latency.quantile_with_infinite(p, failures);
    return ns ? sim::seconds_of(*ns) : std::numeric_limits<double>::infinity();
}

void clamp_at_zero(std::optional<sim::Estimate>& estimate) {
    if (estimate && estimate->low) estimate->low = std::max(0.0, *estimate->low);
}

MeasureEstimate estimate_over_runs(std::span<const Measure> values, double confidence) {
    auto result = estimate_differences(values, confidence);
    clamp_at_zero(result.estimate);
    return result;
}

MeasureEstimate estimate_percentile(std::span<const Measure> values, double confidence) {
    auto result = estimate_over_runs(values, confidence);
    if (result.missing > 0) result.estimate.reset();
    return result;
}

MeasureEstimate estimate_differences(std::span<const Measure> values, double confidence) {
    MeasureEstimate result;
    std::vector<double> finite;
    for (const auto& value : values) {
        if (!value) {
            ++result.missing;
        } else if (std::isinf(*value)) {
            ++result.infinite;
        } else {
            finite.push_back(*value);
        }
    }
    if (result.infinite > 0) {
        result.estimate = sim::Estimate{};
        result.estimate->value = std::numeric_limits<double>::infinity();
        result.estimate->n = values.size() - result.missing;
    } else if (!finite.empty()) {
        result.estimate = sim::student_t_interval(finite, confidence);
    }
    return result;
}

}  // namespace models
