#include "sim/stats/histogram.hpp"

#include <cmath>

namespace sim {

void Histogram::merge(const Histogram& other) {
    SIM_ASSERT(top_ == other.top_);
    for (std::size_t bin = 0; bin < counts_.size(); ++bin) {
        if (other.counts_[bin] > 0) counts_.set(bin, counts_[bin] + other.counts_[bin]);
    }
    count_ += other.count_;
    sum_ += other.sum_;
    min_ = std::min(min_, other.min_);
    max_ = std::max(max_, other.max_);
}

void Histogram::subtract(const Histogram& earlier) {
    SIM_ASSERT(top_ == earlier.top_);
    std::int64_t least = std::numeric_limits<std::int64_t>::max();
    std::int64_t most = 0;
    for (std::size_t bin = 0; bin < counts_.size(); ++bin) {
        SIM_ASSERT(counts_[bin] >= earlier.counts_[bin]);
        counts_.set(bin, counts_[bin] - earlier.counts_[bin]);
        if (counts_[bin] == 0) continue;
        const auto first = static_cast<std::int64_t>(first_of(bin));
        least = std::min(least, first);
        most = bin == top_ ? max_ : static_cast<std::int64_t>(first_of(bin + 1)) - 1;
    }
    count_ -= earlier.count_;
    sum_ -= earlier.sum_;
    min_ = count_ == 0 ? least : std::max(min_, least);
    max_ = std::min(max_, most);
}

void Histogram::clear() {
    counts_.clear();
    count_ = 0;
    sum_ = 0;
    min_ = std::numeric_limits<std::int64_t>::max();
    max_ = 0;
}

std::optional<double> Histogram::mean() const {
    if (count_ == 0) return std::nullopt;
    return static_cast<double>(sum_) / static_cast<double>(count_);
}

std::optional<double> Histogram::standard_deviation() const {
    if (count_ < 2) return std::nullopt;
    // Around the mean of the bins, not of the values: else their difference would count as spread.
    double sum = 0;
    for (std::size_t bin = 0; bin <= top_; ++bin) {
        if (counts_[bin] > 0) sum += static_cast<double>(counts_[bin]) * position_of(bin);
    }
    const double centre = sum / static_cast<double>(count_);
    double squares = 0;
    for (std::size_t bin = 0; bin <= top_; ++bin) {
        if (counts_[bin] == 0) continue;
        const double off = position_of(bin) - centre;
        squares += static_cast<double>(counts_[bin]) * off * off;
    }
    return std::sqrt(squares / static_cast<double>(count_ - 1));
}

std::optional<std::int64_t> Histogram::min() const {
    return count_ == 0 ? std::nullopt : std::optional(min_);
}

std::optional<std::int64_t> Histogram::max() const {
    return count_ == 0 ? std::nullopt : std::optional(max_);
}

std::uint64_t Histogram::first_of(std::size_t bin) {
    if (bin < 2 * kSubCount) return bin;
    const std::size_t shift = (bin >> kSubBits) - 1;
    return (kSubCount + bin % kSubCount) << shift;
}

double Histogram::position_of(std::size_t bin) const {
    if (bin == top_) return static_cast<double>(max_);
    const std::uint64_t first = first_of(bin);
    const std::uint64_t width = bin < kSubCount ? 1 : std::uint64_t{1} << ((bin >> kSubBits) - 1);
    const double middle = static_cast<double>(first) + static_cast<double>(width - 1) / 2;
    return std::clamp(middle, static_cast<double>(min_), static_cast<double>(max_));
}

std::optional<double> Histogram::quantile(double p) const { return quantile_with_infinite(p, 0); }

std::optional<double> Histogram::quantile_with_infinite(double p,
                                                        std::uint64_t infinite_count) const {
    const std::uint64_t rank = quantile_rank(p, count_ + infinite_count);
    if (rank == 0 || rank > count_) return std::nullopt;
    std::size_t bin = 0;
    for (std::uint64_t seen = counts_[0]; seen < rank; seen += counts_[bin]) ++bin;
    return position_of(bin);
}

std::uint64_t Histogram::count_at_most(std::int64_t ns) const {
    if (count_ == 0 || ns < min_) return 0;
    if (ns >= max_) return count_;
    const std::size_t last = std::min(bin_of(ns), top_);
    std::uint64_t total = 0;
    for (std::size_t bin = 0; bin < last; ++bin) total += counts_[bin];
    return position_of(last) <= static_cast<double>(ns) ? total + counts_[last] : total;
}

std::uint64_t quantile_rank(double p, std::uint64_t count) {
    SIM_ASSERT(p >= 0 && p <= 1);
    if (count == 0) return 0;
    const double exact = p * static_cast<double>(count);
    const double nearest = std::round(exact);
    const bool whole = std::abs(exact - nearest) <= 1e-9 * nearest;
    const auto rank = static_cast<std::uint64_t>(whole ? nearest : std::ceil(exact));
    return std::clamp<std::uint64_t>(rank, 1, count);
}

}  // namespace sim
