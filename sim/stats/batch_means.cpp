#include "sim/stats/batch_means.hpp"

#include <array>
#include <cmath>
#include <limits>

#include "sim/core/assert.hpp"
#include "sim/stats/distributions.hpp"
#include "sim/stats/summary.hpp"

namespace sim {

namespace {

constexpr double kTimesLong = 10;           ///< a batch, in autocorrelation times
constexpr double kCorrelationLevel = 0.05;  ///< of von Neumann's test
constexpr std::size_t kMostBatches = 30;
constexpr std::size_t kFewestBatches = 10;

}  // namespace

std::vector<double> batch_averages(std::span<const double> series, std::size_t count) {
    SIM_ASSERT(count > 0 && count <= series.size());
    const std::size_t length = series.size() / count;
    std::vector<double> averages;
    averages.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        averages.push_back(summarise(series.subspan(i * length, length)).mean);
    }
    return averages;
}

double von_neumann_p(std::span<const double> values) {
    SIM_ASSERT(values.size() >= 3);
    const Summary summary = summarise(values);
    const auto n = static_cast<double>(summary.n);
    const double squares = summary.variance * (n - 1);
    if (squares == 0) return 1;
    double steps = 0;
    for (std::size_t i = 1; i < values.size(); ++i) {
        steps += (values[i] - values[i - 1]) * (values[i] - values[i - 1]);
    }
    const double z = std::sqrt((n * n - 1) / (n - 2)) * (1 - steps / squares / 2);
    const double beyond = normal_two_sided_p(z) / 2;
    return z > 0 ? beyond : 1 - beyond;
}

AsymptoticVariance asymptotic_variance(std::span<const double> series) {
    constexpr std::array<std::size_t, 5> kCounts = {400, 200, 100, 50, 25};
    SIM_ASSERT(series.size() >= 2 * kCounts.back());
    const double variance = summarise(series).variance;
    AsymptoticVariance result;
    for (const std::size_t count : kCounts) {
        if (series.size() < 2 * count) continue;
        const std::size_t values = series.size() / count;
        const auto length = static_cast<double>(values);
        result.batches = count;
        result.value = length * summarise(batch_averages(series, count)).variance;
        result.autocorrelation_time = variance > 0 ? result.value / variance : 1;
        result.long_enough = length >= kTimesLong * result.autocorrelation_time;
        if (result.long_enough) break;
    }
    return result;
}

BatchMeans batch_means_interval(std::span<const double> series, double confidence) {
    SIM_ASSERT(!series.empty() && confidence > 0 && confidence < 1);
    BatchMeans result;
    result.estimate = {.value = summarise(series).mean, .low = {}, .high = {}, .n = 0};
    if (series.size() < 2 * kMostBatches) return result;
    const double time = asymptotic_variance(series).autocorrelation_time;
    for (std::size_t count = kMostBatches; count >= kFewestBatches; count /= 2) {
        const auto averages = batch_averages(series, count);
        result.batches = count;
        result.batch_length = series.size() / count;
        const bool is_long = static_cast<double>(result.batch_length) >= kTimesLong * time;
        result.settled = is_long && von_neumann_p(averages) > kCorrelationLevel;
        result.estimate.n = count;
        if (!result.settled) continue;
        result.estimate = student_t_interval(averages, confidence);
        return result;
    }
    return result;
}

double planned_observations(const RunLengthQuestion& question) {
    SIM_ASSERT(question.precision > 0 && question.asymptotic_variance >= 0);
    if (question.mean == 0) return std::numeric_limits<double>::infinity();
    const double wanted = question.precision * std::abs(question.mean) /
                          normal_quantile((1 + question.confidence) / 2);
    return question.asymptotic_variance / (wanted * wanted);
}

}  // namespace sim
