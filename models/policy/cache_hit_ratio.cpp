#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "models/policy/cache.hpp"

namespace models {

namespace {

/// Keys of nearly the same popularity.
struct Bin {
    double keys;
    double share;  ///< of the requests, for one of them
};

/// The first thousand keys one by one, then bins half a percent wide.
std::vector<Bin> bins_of(const CacheKeys& keys) {
    std::vector<Bin> bins;
    double sum = 0;
    for (std::uint64_t first = 1; first <= keys.count;) {
        const std::uint64_t wide = first < 1000 ? 1 : first / 200;
        const std::uint64_t width = std::min<std::uint64_t>(wide, keys.count - first + 1);
        const auto count = static_cast<double>(width);
        const double middle = static_cast<double>(first) + (count - 1) / 2;
        bins.push_back({count, std::pow(middle, -keys.zipf)});
        sum += count * bins.back().share;
        first += width;
    }
    for (Bin& bin : bins) bin.share /= sum;
    return bins;
}

}  // namespace

double CachePolicy::expected_hit_ratio() const {
    if (!has_keys()) return hit_ratio;
    if (entries() == keys.count) return 1;
    const auto bins = bins_of(keys);
    // Bisection in the logarithm of the time in which `entries` different keys are asked for.
    double low = 0;
    double high = 80;
    for (int i = 0; i < 60; ++i) {
        const double middle = (low + high) / 2;
        double stored = 0;
        for (const Bin& bin : bins) stored -= bin.keys * std::expm1(-bin.share * std::exp(middle));
        (stored < entries() ? low : high) = middle;
    }
    double hits = 0;
    for (const Bin& bin : bins) {
        hits -= bin.keys * bin.share * std::expm1(-bin.share * std::exp(low));
    }
    return hits;
}

}  // namespace models
