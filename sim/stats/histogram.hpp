#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>

#include "sim/core/assert.hpp"
#include "sim/core/time.hpp"
#include "sim/stats/bin_counts.hpp"
#include "sim/stats/wide_integer.hpp"

namespace sim {

/// Latencies in whole nanoseconds, counted in log-linear bins: 64 bins per octave, the layout of
/// HdrHistogram. A reported quantile differs from the recorded value by at most 1/128 of it
/// (0.8 %); values below 128 ns, 0 among them, have a bin each and are exact. Count, sum, mean,
/// minimum and maximum are always exact. Values above `largest()` are counted in the top bin and
/// in `saturated()`, never dropped. Merging adds counts, so it is exact and order does not matter.
class Histogram {
  public:
    /// About 2.4 hours, which takes 10 KiB.
    static constexpr Duration kDefaultLargest{(std::int64_t{1} << 43) - 1};
    static constexpr double kRelativeError = 1.0 / 128;

    /// `largest` is rounded up to the end of its bin. All memory is taken here.
    explicit Histogram(Duration largest = kDefaultLargest)
        : top_((SIM_ASSERT(largest.ns >= 0), bin_of(largest.ns) + 1)), counts_(top_ + 1) {}

    /// Hot: a few nanoseconds, no allocation. A negative value is a bug.
    void record(std::int64_t ns) {
        SIM_ASSERT(ns >= 0);
        counts_.count(std::min(bin_of(ns), top_));
        ++count_;
        sum_ += ns;
        min_ = std::min(min_, ns);
        max_ = std::max(max_, ns);
    }
    void record(Duration value) { record(value.ns); }
    /// Asks for the bin that such a value will be counted in. A negative value is a bug.
    void prefetch(std::int64_t ns) const { counts_.prefetch(std::min(bin_of(ns), top_)); }

    /// Both must have been made with the same `largest`.
    void merge(const Histogram& other);
    /// Takes away what `earlier`, a former state of this one, had already. Minimum and maximum of
    /// what is left are then known to their bins.
    void subtract(const Histogram& earlier);
    /// Forgets all values (end of the warm-up), keeps the memory.
    void clear();

    [[nodiscard]] std::uint64_t count() const { return count_; }
    [[nodiscard]] WideInteger sum_ns() const { return sum_; }
    /// Exact mean in nanoseconds; empty without values.
    [[nodiscard]] std::optional<double> mean() const;
    /// Standard deviation in nanoseconds, n - 1 in the denominator: each value counts as that of
    /// its bin, which is wrong by less than 1 % of it either way. Empty below two values.
    [[nodiscard]] std::optional<double> standard_deviation() const;
    [[nodiscard]] std::optional<std::int64_t> min() const;
    [[nodiscard]] std::optional<std::int64_t> max() const;
    /// How many values were above `largest()`.
    [[nodiscard]] std::uint64_t saturated() const { return counts_[top_]; }
    [[nodiscard]] Duration largest() const {
        return {static_cast<std::int64_t>(first_of(top_) - 1)};
    }

    /// The smallest value with at least max(1, ceil(p * count)) values at or below it, in
    /// nanoseconds: the middle of its bin, kept within [min, max]; the exact maximum when it lies
    /// in the saturated bin. `p` is in [0, 1]; p * count is taken as whole when it is within 1e-9
    /// of a whole number, so that p = 0.9 of 10 is the ninth. Empty without values.
    [[nodiscard]] std::optional<double> quantile(double p) const;
    /// The same when `infinite_count` further values (failures) lie at +infinity. Empty also when
    /// the quantile itself is infinite.
    [[nodiscard]] std::optional<double> quantile_with_infinite(double p,
                                                               std::uint64_t infinite_count) const;
    /// How many values have a reported position (as in `quantile`) at or below `ns`; so
    /// `quantile(p) <= ns` exactly when `count_at_most(ns) >= ceil(p * count)`. Within 0.8 % of
    /// `ns` this can differ from a count of the values themselves: count exactly what an SLO
    /// judges.
    [[nodiscard]] std::uint64_t count_at_most(std::int64_t ns) const;

    friend bool operator==(const Histogram&, const Histogram&) = default;

  private:
    static constexpr unsigned kSubBits = 6;
    static constexpr std::uint64_t kSubCount = std::uint64_t{1} << kSubBits;

    // Values below 2 * 64 are their own bin; above, the 7 leading bits choose the bin.
    static std::size_t bin_of(std::int64_t ns) {
        const auto value = static_cast<std::uint64_t>(ns);
        const auto shift =
            static_cast<unsigned>(std::bit_width(value | kSubCount)) - (kSubBits + 1);
        return (static_cast<std::size_t>(shift) << kSubBits) + (value >> shift);
    }
    // Unsigned, because the bin after the last one of the range starts at 2^63.
    static std::uint64_t first_of(std::size_t bin);
    [[nodiscard]] double position_of(std::size_t bin) const;

    std::size_t top_;
    BinCounts<> counts_;
    std::uint64_t count_ = 0;
    WideInteger sum_ = 0;
    std::int64_t min_ = std::numeric_limits<std::int64_t>::max();
    std::int64_t max_ = 0;
};

/// ceil(p * count), at least 1 and at most count (0 for no values); p * count within 1e-9
/// (relative) of a whole number counts as that number, because 0.07 * 100 is 7.000000000000001 in
/// binary.
std::uint64_t quantile_rank(double p, std::uint64_t count);

}  // namespace sim
