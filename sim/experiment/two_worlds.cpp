#include "sim/experiment/two_worlds.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "sim/core/assert.hpp"
#include "sim/stats/summary.hpp"

namespace sim {

namespace {

constexpr std::size_t kFewestValues = 5;
constexpr double kShareOfRange = 0.5;

/// How many values lie below the largest gap of the sorted values.
std::size_t split_at_largest_gap(const std::vector<double>& sorted) {
    std::size_t split = 1;
    for (std::size_t i = 2; i < sorted.size(); ++i) {
        if (sorted[i] - sorted[i - 1] > sorted[split] - sorted[split - 1]) split = i;
    }
    return split;
}

/// Few values often show a wide gap by luck, so they need a wider one. Calibrated on normal
/// samples.
double deviations_needed(std::size_t count) {
    const auto df = static_cast<double>(count - 2);
    return 5 + 80 / (df * df);
}

double squares_of(const Summary& summary) {
    return summary.n < 2 ? 0 : summary.variance * static_cast<double>(summary.n - 1);
}

}  // namespace

std::optional<TwoWorlds> find_two_worlds(std::span<const double> values, double matters) {
    if (values.size() < kFewestValues) return std::nullopt;
    std::vector<double> sorted(values.begin(), values.end());
    std::sort(sorted.begin(), sorted.end());
    SIM_ASSERT(std::isfinite(sorted.front()) && std::isfinite(sorted.back()));
    const std::size_t split = split_at_largest_gap(sorted);
    const Summary low = summarise(std::span(sorted).first(split));
    const Summary high = summarise(std::span(sorted).subspan(split));
    const double within =
        std::sqrt((squares_of(low) + squares_of(high)) / static_cast<double>(sorted.size() - 2));
    const double gap = sorted[split] - sorted[split - 1];
    const double needed = std::max({kShareOfRange * (sorted.back() - sorted.front()), matters,
                                    deviations_needed(sorted.size()) * within});
    if (!(gap > needed)) return std::nullopt;
    return TwoWorlds{low.n, high.n, low.mean, high.mean};
}

std::string describe(const TwoWorlds& worlds, bool low_is_bad) {
    const std::size_t bad = low_is_bad ? worlds.low_count : worlds.high_count;
    return "two worlds: " + std::to_string(bad) + " of " +
           std::to_string(worlds.low_count + worlds.high_count) + " collapse";
}

}  // namespace sim
