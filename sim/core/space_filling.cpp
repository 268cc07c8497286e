#include "sim/core/space_filling.hpp"

#include <algorithm>
#include <boost/random/sobol.hpp>
#include <cstdint>
#include <numeric>
#include <utility>

#include "sim/core/assert.hpp"

namespace sim {

namespace {

/// A point this close to the border of its stratum could be rounded across it.
constexpr double kBorder = 1e-9;

/// A permutation of the strata (Fisher and Yates), and a place in each.
std::vector<double> strata_in_order(std::size_t count, KeyedRng rng) {
    std::vector<std::uint32_t> order(count);
    std::iota(order.begin(), order.end(), 0U);
    for (auto left = static_cast<std::uint32_t>(count); left > 1; --left) {
        std::swap(order[left - 1], order[rng.below(left)]);
    }
    std::vector<double> values(count);
    for (std::size_t i = 0; i < count; ++i) {
        const double inside = std::clamp(rng.unit(), kBorder, 1 - kBorder);
        values[i] = (order[i] + inside) / static_cast<double>(count);
    }
    return values;
}

}  // namespace

CubePoints latin_hypercube(std::size_t count, std::span<const RngStream> streams) {
    CubePoints points(count, std::vector<double>(streams.size()));
    for (std::size_t d = 0; d < streams.size(); ++d) {
        const auto values = strata_in_order(count, KeyedRng(streams[d], 0, 0));
        for (std::size_t i = 0; i < count; ++i) points[i][d] = values[i];
    }
    return points;
}

CubePoints sobol_points(std::size_t count, std::span<const RngStream> streams) {
    SIM_ASSERT(!streams.empty() && streams.size() <= kMostSobolDimensions);
    boost::random::sobol_engine<std::uint64_t, 64U> sequence(streams.size());
    std::vector<std::uint64_t> shifts;
    for (const RngStream& stream : streams) shifts.push_back(KeyedRng(stream, 0, 0)());
    CubePoints points(count, std::vector<double>(streams.size()));
    for (std::size_t i = 0; i < count; ++i) {
        for (std::size_t d = 0; d < streams.size(); ++d) {
            // Boost leaves out the first point, the origin, without which no power of two of
            // points is balanced.
            const std::uint64_t word = i == 0 ? 0 : sequence();
            points[i][d] = static_cast<double>((word ^ shifts[d]) >> 11U) * 0x1.0p-53;
        }
    }
    return points;
}

}  // namespace sim
