#include "sim/stats/instability.hpp"

#include <cmath>

#include "sim/core/assert.hpp"
#include "sim/stats/distributions.hpp"
#include "sim/stats/summary.hpp"

namespace sim {

double slope_of(std::span<const double> series) {
    if (series.size() < 2) return 0;
    const double middle = static_cast<double>(series.size() - 1) / 2;
    const double mean = summarise(series).mean;
    double products = 0;
    double squares = 0;
    for (std::size_t i = 0; i < series.size(); ++i) {
        const double step = static_cast<double>(i) - middle;
        products += step * (series[i] - mean);
        squares += step * step;
    }
    return products / squares;
}

QueueSlope queue_slope(std::span<const std::vector<double>> replications) {
    std::vector<double> slopes;
    for (const auto& one : replications) slopes.push_back(slope_of(one));
    return slope_test(slopes);
}

QueueSlope slope_test(std::span<const double> slopes) {
    SIM_ASSERT(!slopes.empty());
    QueueSlope result;
    result.slope = student_t_interval(slopes, 1 - kUnstableLevel);
    if (slopes.size() < 2) return result;
    const Summary summary = summarise(slopes);
    const auto n = static_cast<double>(summary.n);
    const double error = std::sqrt(summary.variance / n);
    if (error > 0) {
        result.p = t_two_sided_p(summary.mean / error, n - 1);
    } else {
        result.p = summary.mean == 0 ? 1 : 0;
    }
    result.unstable = summary.mean > 0 && result.p <= kUnstableLevel;
    return result;
}

}  // namespace sim
