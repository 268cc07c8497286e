#include "sim/stats/difference.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>

#include "sim/core/assert.hpp"
#include "sim/stats/summary.hpp"

namespace sim {

namespace {

std::vector<double> subtract(std::span<const double> a, std::span<const double> b) {
    SIM_ASSERT(!a.empty() && a.size() == b.size());
    std::vector<double> differences(a.size());
    for (std::size_t i = 0; i < a.size(); ++i) differences[i] = a[i] - b[i];
    return differences;
}

/// p of "|difference| <= margin"; without an error a difference is certain or no evidence at all.
double p_of(double mean, double margin, double error, double df) {
    const double excess = std::abs(mean) - margin;
    if (excess <= 0) return 1;
    return error > 0 ? t_two_sided_p(excess / error, df) : 0;
}

}  // namespace

Difference paired_difference(std::span<const double> a, std::span<const double> b,
                             double confidence, double margin) {
    SIM_ASSERT(margin >= 0);
    const std::vector<double> differences = subtract(a, b);
    Difference result;
    result.estimate = student_t_interval(differences, confidence);
    result.identical = std::all_of(differences.begin(), differences.end(),
                                   [](double difference) { return difference == 0; });
    if (result.identical) {
        result.estimate.low.reset();
        result.estimate.high.reset();
        result.estimate.method = IntervalMethod::identical;
        return result;
    }
    if (differences.size() < 2) return result;
    const Summary summary = summarise(differences);
    const auto n = static_cast<double>(summary.n);
    result.estimate.method = IntervalMethod::paired_t;
    result.df = n - 1;
    result.p = p_of(summary.mean, margin, std::sqrt(summary.variance / n), result.df);
    return result;
}

Difference welch_difference(std::span<const double> a, std::span<const double> b,
                            double confidence) {
    SIM_ASSERT(!a.empty() && !b.empty() && confidence > 0 && confidence < 1);
    const Summary left = summarise(a);
    const Summary right = summarise(b);
    Difference result;
    result.estimate = {
        .value = left.mean - right.mean, .low = {}, .high = {}, .n = std::min(left.n, right.n)};
    if (result.estimate.n < 2) return result;
    const double va = left.variance / static_cast<double>(left.n);
    const double vb = right.variance / static_cast<double>(right.n);
    const double error = std::sqrt(va + vb);
    const auto df_a = static_cast<double>(left.n - 1);
    const auto df_b = static_cast<double>(right.n - 1);
    result.df = error > 0 ? (va + vb) * (va + vb) / (va * va / df_a + vb * vb / df_b) : df_a + df_b;
    const double half = t_quantile((1 + confidence) / 2, result.df) * error;
    result.estimate.low = result.estimate.value - half;
    result.estimate.high = result.estimate.value + half;
    result.estimate.method = IntervalMethod::welch_t;
    result.p = p_of(result.estimate.value, 0, error, result.df);
    return result;
}

std::optional<double> pairing_gain(std::span<const double> a, std::span<const double> b) {
    const std::vector<double> differences = subtract(a, b);
    const double paired = summarise(differences).variance;
    if (differences.size() < 2 || paired == 0) return std::nullopt;
    return (summarise(a).variance + summarise(b).variance) / paired;
}

std::vector<double> holm_adjust(std::span<const double> p_values) {
    std::vector<std::size_t> order(p_values.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t left, std::size_t right) {
        return p_values[left] < p_values[right];
    });
    std::vector<double> adjusted(p_values.size());
    double largest = 0;
    for (std::size_t i = 0; i < order.size(); ++i) {
        const double scaled = static_cast<double>(order.size() - i) * p_values[order[i]];
        largest = std::max(largest, std::min(1.0, scaled));
        adjusted[order[i]] = largest;
    }
    return adjusted;
}

}  // namespace sim
