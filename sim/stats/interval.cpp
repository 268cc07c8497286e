#include "sim/stats/interval.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "sim/core/assert.hpp"
#include "sim/stats/distributions.hpp"

namespace sim {

namespace {

/// Smallest k in [0, n] with P(B <= k) >= target; P(B <= n) = 1 makes it exist for target <= 1.
std::uint64_t binomial_quantile(double target, std::uint64_t n, double p) {
    std::uint64_t below = 0;
    std::uint64_t end = n;
    while (below < end) {
        const std::uint64_t middle = below + (end - below) / 2;
        if (binomial_cdf(middle, n, p) >= target) {
            end = middle;
        } else {
            below = middle + 1;
        }
    }
    return end;
}

double middle_of(std::span<const double> sorted) {
    const std::size_t half = sorted.size() / 2;
    const double high = sorted[half];
    const double low = sorted.size() % 2 == 1 ? high : sorted[half - 1];
    if (low == high) return low;
    if (std::isinf(low) && std::isinf(high)) return 0;
    return std::isinf(low) ? low : low + (high - low) / 2;
}

}  // namespace

Estimate clopper_pearson(std::uint64_t successes, std::uint64_t trials, double confidence) {
    SIM_ASSERT(trials > 0 && successes <= trials && confidence > 0 && confidence < 1);
    const double tail = (1 - confidence) / 2;
    const auto k = static_cast<double>(successes);
    const auto n = static_cast<double>(trials);
    return {.value = k / n,
            .low = successes == 0 ? 0 : beta_quantile(tail, k, n - k + 1),
            .high = successes == trials ? 1 : beta_quantile(1 - tail, k + 1, n - k),
            .method = IntervalMethod::clopper_pearson,
            .n = static_cast<std::size_t>(trials)};
}

Estimate wilson(std::uint64_t successes, std::uint64_t trials, double confidence) {
    SIM_ASSERT(trials > 0 && successes <= trials && confidence > 0 && confidence < 1);
    const auto n = static_cast<double>(trials);
    const double share = static_cast<double>(successes) / n;
    const double z = normal_quantile((1 + confidence) / 2);
    const double scale = 1 / (1 + z * z / n);
    const double centre = scale * (share + z * z / (2 * n));
    const double half = scale * z * std::sqrt(share * (1 - share) / n + z * z / (4 * n * n));
    return {.value = share,
            .low = successes == 0 ? 0 : centre - half,
            .high = successes == trials ? 1 : centre + half,
            .method = IntervalMethod::wilson,
            .n = static_cast<std::size_t>(trials)};
}

std::optional<OrderStatisticRanks> order_statistic_ranks(std::uint64_t n, double p,
                                                         double confidence) {
    SIM_ASSERT(confidence > 0 && confidence < 1);
    if (n == 0) return std::nullopt;
    const double tail = (1 - confidence) / 2;
    const std::uint64_t r = binomial_quantile(tail, n, p);
    const std::uint64_t s = binomial_quantile(1 - tail, n, p) + 1;
    if (r == 0 || s > n) return std::nullopt;
    return OrderStatisticRanks{r, s, binomial_cdf(s - 1, n, p) - binomial_cdf(r - 1, n, p)};
}

Estimate median_interval(std::span<const double> values, double confidence) {
    SIM_ASSERT(!values.empty());
    std::vector<double> sorted(values.begin(), values.end());
    std::sort(sorted.begin(), sorted.end());
    Estimate estimate{.value = middle_of(sorted), .low = {}, .high = {}, .n = sorted.size()};
    if (const auto ranks = order_statistic_ranks(sorted.size(), 0.5, confidence)) {
        estimate.low = sorted[ranks->r - 1];
        estimate.high = sorted[ranks->s - 1];
        estimate.method = IntervalMethod::order_statistic;
    }
    return estimate;
}

std::uint64_t order_statistic_minimum(double p, double confidence) {
    SIM_ASSERT(p > 0 && p < 1 && confidence > 0 && confidence < 1);
    std::uint64_t n = 1;
    double above = p;
    double below = 1 - p;
    while (1 - above - below < confidence) {
        above *= p;
        below *= 1 - p;
        ++n;
    }
    return n;
}

}  // namespace sim
