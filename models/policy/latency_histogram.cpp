#include "models/policy/latency_histogram.hpp"

#include <algorithm>
#include <cstddef>

namespace models {

namespace {

constexpr std::int64_t kLeast = 1'000;                 // 1 us, in nanoseconds
constexpr std::int64_t kMost = 1'000'000'000'000;      // 1000 s
constexpr std::size_t kPerDecade = 90;                 // two digits: 10 to 99
constexpr std::size_t kBins = 1 + 9 * kPerDecade + 1;  // below kLeast, nine decades, above

struct Bin {
    std::int64_t low = 0;
    std::int64_t width = 0;
};

std::size_t bin_number(std::int64_t ns) {
    if (ns < kLeast) return 0;
    if (ns >= kMost) return kBins - 1;
    std::size_t decade = 0;
    std::int64_t unit = kLeast / 10;
    for (; ns >= unit * 100; unit *= 10) ++decade;
    return 1 + decade * kPerDecade + static_cast<std::size_t>(ns / unit - 10);
}

Bin bin_at(std::size_t number) {
    if (number == 0) return {0, kLeast};
    if (number == kBins - 1) return {kMost, 0};
    std::int64_t unit = kLeast / 10;
    for (std::size_t decade = (number - 1) / kPerDecade; decade > 0; --decade) unit *= 10;
    return {(static_cast<std::int64_t>((number - 1) % kPerDecade) + 10) * unit, unit};
}

}  // namespace

LatencyHistogram::LatencyHistogram() : bins_(kBins) {}

void LatencyHistogram::add(sim::Duration latency) {
    ++bins_[bin_number(latency.ns)];
    ++count_;
}

void LatencyHistogram::clear() {
    std::fill(bins_.begin(), bins_.end(), 0);
    count_ = 0;
}

sim::Duration LatencyHistogram::quantile(double share) const {
    if (count_ == 0) return {};
    const double wanted = std::clamp(share, 0.0, 1.0) * static_cast<double>(count_);
    double below = 0;
    for (std::size_t number = 0; number < kBins; ++number) {
        if (bins_[number] == 0) continue;
        const auto here = static_cast<double>(bins_[number]);
        if (below + here >= wanted) {
            const Bin bin = bin_at(number);
            const double part = (wanted - below) / here * static_cast<double>(bin.width);
            return {bin.low + static_cast<std::int64_t>(part)};
        }
        below += here;
    }
    return {kMost};  // only rounding of `wanted` comes here
}

}  // namespace models
