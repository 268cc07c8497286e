#include "sim/stats/summary.hpp"

#include <cmath>

#include "sim/core/assert.hpp"

namespace sim {

Summary summarise(std::span<const double> values) {
    if (values.empty()) return {};
    const auto n = static_cast<double>(values.size());
    double sum = 0;
    for (const double value : values) sum += value - values.front();
    const double mean = values.front() + sum / n;
    if (values.size() == 1) return {1, mean, 0};
    double squares = 0;
    for (const double value : values) squares += (value - mean) * (value - mean);
    return {values.size(), mean, squares / (n - 1)};
}

Estimate student_t_interval(std::span<const double> values, double confidence) {
    SIM_ASSERT(!values.empty() && confidence > 0 && confidence < 1);
    const Summary summary = summarise(values);
    Estimate estimate{.value = summary.mean, .low = {}, .high = {}, .n = summary.n};
    if (summary.n < 2) return estimate;
    const auto n = static_cast<double>(summary.n);
    const double half = t_quantile((1 + confidence) / 2, n - 1) * std::sqrt(summary.variance / n);
    estimate.low = summary.mean - half;
    estimate.high = summary.mean + half;
    estimate.method = IntervalMethod::student_t;
    return estimate;
}

}  // namespace sim
