#include "models/metrics/latency_windows.hpp"

#include <algorithm>
#include <cmath>

#include "sim/core/assert.hpp"
#include "sim/stats/histogram.hpp"

namespace models {

LatencyWindows::LatencyWindows(std::size_t seconds)
    : step_(static_cast<std::uint32_t>(
          std::max<std::size_t>(1, (seconds + kMostWindows - 1) / kMostWindows))),
      counts_((seconds + step_ - 1) / step_ * kBins, 0) {}

void LatencyWindows::merge(const LatencyWindows& other) {
    if (counts_.empty()) {
        *this = other;
        return;
    }
    SIM_ASSERT(step_ == other.step_ && counts_.size() == other.counts_.size());
    for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i] += other.counts_[i];
}

std::optional<double> LatencyWindows::quantile(std::size_t window, double p) const {
    const auto* const counts = counts_.data() + window * kBins;
    std::uint64_t all = 0;
    for (std::size_t bin = 0; bin < kBins; ++bin) all += counts[bin];
    // 100 * 0.01 is a little more than 1 in binary, or a little less.
    if (static_cast<double>(all) * (1 - p) < 1 - 1e-9) return std::nullopt;
    const auto rank = sim::quantile_rank(p, all);
    std::uint64_t seen = 0;
    for (std::size_t bin = 0; bin < kBins; ++bin) {
        if (seen + counts[bin] < rank) {
            seen += counts[bin];
            continue;
        }
        const double part = (static_cast<double>(rank - seen) - 0.5) / counts[bin];
        return lower_end(bin) + part * (lower_end(bin + 1) - lower_end(bin));
    }
    return std::nullopt;
}

double LatencyWindows::lower_end(std::size_t bin) {
    if (bin == 0) return 0;
    const auto octave = (bin - 1) >> kSubBits;
    const auto part = static_cast<double>((bin - 1) & ((std::size_t{1} << kSubBits) - 1));
    const double fraction = 1 + part / static_cast<double>(1U << kSubBits);
    return std::ldexp(sim::seconds_of(fraction), static_cast<int>(kLowest + octave));
}

}  // namespace models
