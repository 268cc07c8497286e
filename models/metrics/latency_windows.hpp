#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "sim/core/time.hpp"

namespace models {

/// Latencies of successes by the time of the request's arrival, for curves of percentiles over
/// time. Log-linear bins of 1/16 of an octave: a percentile is within 6.3 % of the recorded value,
/// mostly much less; what SLOs judge is counted elsewhere and finer. At most `kMostWindows`
/// windows, whole seconds long, so that a long run takes no more memory than a short one.
class LatencyWindows {
  public:
    static constexpr std::size_t kMostWindows = 360;
    static constexpr double kRelativeError = 1.0 / 16;

    LatencyWindows() = default;
    /// All memory is taken here.
    explicit LatencyWindows(std::size_t seconds);

    /// Hot: no allocation. `second` is that of the arrival.
    void record(std::size_t second, sim::Duration latency) {
        // 32 bits, because processors divide those faster.
        ++counts_[static_cast<std::uint32_t>(second) / step_ * kBins + bin_of(latency.ns)];
    }
    /// Both are of runs of the same length, or this one is empty.
    void merge(const LatencyWindows& other);

    [[nodiscard]] std::size_t step_s() const { return step_; }
    [[nodiscard]] std::size_t size() const { return counts_.size() / kBins; }
    /// The p-quantile in seconds, as if the values of a bin were spread evenly; empty below
    /// 1 / (1 - p) successes. That is fewer than a percentile that is judged needs (SEMANTICS 9):
    /// a curve is read over many windows.
    [[nodiscard]] std::optional<double> quantile(std::size_t window, double p) const;

    friend bool operator==(const LatencyWindows&, const LatencyWindows&) = default;

  private:
    static constexpr unsigned kSubBits = 4;
    static constexpr std::size_t kLowest = 14;   ///< below 2^14 ns = 16 us there is one bin
    static constexpr std::size_t kOctaves = 24;  ///< up to 2^38 ns = 275 s, then one bin
    static constexpr std::size_t kBins = (kOctaves << kSubBits) + 2;

    /// The leading bits of the value choose the bin; the first and the last bin take what is
    /// outside.
    static std::size_t bin_of(std::int64_t ns) {
        const auto value = static_cast<std::uint64_t>(ns);
        const auto octave = static_cast<std::size_t>(std::bit_width(value));  // value < 2^octave
        if (octave <= kLowest) return 0;
        if (octave > kLowest + kOctaves) return kBins - 1;
        const auto part = (value >> (octave - 1 - kSubBits)) & ((std::uint64_t{1} << kSubBits) - 1);
        return 1 + ((octave - 1 - kLowest) << kSubBits) + static_cast<std::size_t>(part);
    }
    /// In seconds; of the bin after the last one its upper end, as if it were no wider.
    static double lower_end(std::size_t bin);

    std::uint32_t step_ = 1;
    std::vector<std::uint32_t> counts_;  ///< [window][bin]
};

}  // namespace models
