#include "sim/stats/ratio.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "sim/core/assert.hpp"
#include "sim/stats/distributions.hpp"
#include "sim/stats/interval.hpp"

namespace sim {

namespace {

double squared_residuals(std::span<const RatioCount> replications, double ratio) {
    double sum = 0;
    for (const RatioCount& r : replications) {
        const double residual = static_cast<double>(r.good) - ratio * static_cast<double>(r.all);
        sum += residual * residual;
    }
    return sum;
}

}  // namespace

Estimate ratio_interval(std::span<const RatioCount> replications, double confidence) {
    RatioCount pooled;
    std::size_t n = 0;
    for (const RatioCount& r : replications) {
        SIM_ASSERT(r.good <= r.all);
        pooled.good += r.good;
        pooled.all += r.all;
        n += r.all > 0 ? 1 : 0;
    }
    SIM_ASSERT(n > 0);
    const double ratio = pooled.share();
    if (n == 1) return {.value = ratio, .low = {}, .high = {}, .n = n};
    if (pooled.good == 0 || pooled.good == pooled.all) {
        Estimate exact = clopper_pearson(pooled.good, pooled.all, confidence);
        exact.n = n;
        return exact;
    }
    const auto count = static_cast<double>(n);
    const double mean_all = static_cast<double>(pooled.all) / count;
    const double error =
        std::sqrt(squared_residuals(replications, ratio) / (count * (count - 1))) / mean_all;
    const double half = t_quantile((1 + confidence) / 2, count - 1) * error;
    return {.value = ratio,
            .low = std::max(0.0, ratio - half),
            .high = std::min(1.0, ratio + half),
            .method = IntervalMethod::student_t,
            .n = n};
}

}  // namespace sim
