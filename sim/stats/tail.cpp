#include "sim/stats/tail.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <vector>

#include "sim/core/assert.hpp"

namespace sim {

namespace {

constexpr double kInfiniteVariance = 2;
constexpr std::uint64_t kFewestValues = 20'000;

/// `sum` of logarithms of the k largest, `next` the one after them.
double index_from(double sum, double k, double next) {
    const double excess = sum / k - std::log(next);
    return excess > 0 ? 1 / excess : std::numeric_limits<double>::infinity();
}

double value_at(const Histogram& values, std::uint64_t rank) {
    return *values.quantile(static_cast<double>(rank) / static_cast<double>(values.count()));
}

/// The largest whole number below `ns` >= 1.
std::int64_t just_below(double ns) { return static_cast<std::int64_t>(std::ceil(ns)) - 1; }

template <class Index>
std::optional<double> smallest_below_two(std::uint64_t count, const Index& index) {
    if (count < kFewestValues) return std::nullopt;
    double smallest = kInfiniteVariance;
    for (const std::uint64_t part : {100U, 200U, 400U}) {
        const std::optional<double> found = index(count / part);
        if (!found || *found >= kInfiniteVariance) return std::nullopt;
        smallest = std::min(smallest, *found);
    }
    return smallest;
}

}  // namespace

std::optional<double> hill_index(std::span<const double> values, std::size_t k) {
    SIM_ASSERT(k >= 1);
    if (values.size() <= k) return std::nullopt;
    std::vector<double> sorted(values.begin(), values.end());
    const auto next = sorted.begin() + static_cast<std::ptrdiff_t>(k);
    std::nth_element(sorted.begin(), next, sorted.end(), std::greater<>());
    if (*next <= 0) return std::nullopt;
    double sum = 0;
    for (auto one = sorted.begin(); one != next; ++one) sum += std::log(*one);
    return index_from(sum, static_cast<double>(k), *next);
}

std::optional<double> hill_index(const Histogram& values, std::uint64_t k) {
    SIM_ASSERT(k >= 1);
    if (values.count() <= k) return std::nullopt;
    double sum = 0;
    double next = 0;
    std::uint64_t rank = values.count();  // of the largest that has not been looked at
    const std::uint64_t last = values.count() - k;
    while (true) {
        next = value_at(values, rank);
        const std::uint64_t below = next >= 1 ? values.count_at_most(just_below(next)) : 0;
        const std::uint64_t taken = rank - std::max(below, last);
        if (taken > 0) sum += static_cast<double>(taken) * std::log(next);
        if (below < last) break;
        rank = below;
    }
    if (next <= 0) return std::nullopt;
    return index_from(sum, static_cast<double>(k), next);
}

std::optional<double> heavy_tail(const Histogram& values) {
    return smallest_below_two(values.count(),
                              [&](std::uint64_t k) { return hill_index(values, k); });
}

std::optional<double> heavy_tail(std::span<const double> values) {
    return smallest_below_two(values.size(),
                              [&](std::uint64_t k) { return hill_index(values, k); });
}

}  // namespace sim
