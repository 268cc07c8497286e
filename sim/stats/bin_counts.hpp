#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "sim/core/prefetch.hpp"

namespace sim {

/// Counters of 64 bits that take half of the memory, and half of the processor's nearest cache,
/// until one of them needs more than a `Word`: what then is above it stands beside. Tests have
/// shorter words.
template <class Word = std::uint32_t>
class BinCounts {
  public:
    explicit BinCounts(std::size_t bins) : low_(bins, 0) {}

    [[nodiscard]] std::size_t size() const { return low_.size(); }
    [[nodiscard]] std::uint64_t operator[](std::size_t bin) const {
        return low_[bin] | (high_.empty() ? 0 : high_[bin] << kBits);
    }
    /// Hot.
    void count(std::size_t bin) {
        if (++low_[bin] == 0) [[unlikely]]
            set_high(bin, (*this)[bin] + (std::uint64_t{1} << kBits));
    }
    void set(std::size_t bin, std::uint64_t value) {
        low_[bin] = static_cast<Word>(value);
        if (!high_.empty() || value > std::numeric_limits<Word>::max()) set_high(bin, value);
    }
    void clear() {
        std::fill(low_.begin(), low_.end(), 0);
        high_.clear();
    }
    void prefetch(std::size_t bin) const { sim::prefetch(low_[bin]); }

    friend bool operator==(const BinCounts& a, const BinCounts& b) {
        if (a.high_.empty() && b.high_.empty()) return a.low_ == b.low_;
        if (a.size() != b.size()) return false;
        for (std::size_t bin = 0; bin < a.size(); ++bin) {
            if (a[bin] != b[bin]) return false;
        }
        return true;
    }

  private:
    static constexpr unsigned kBits = std::numeric_limits<Word>::digits;

    [[gnu::noinline]] void set_high(std::size_t bin, std::uint64_t value) {
        high_.resize(low_.size(), 0);
        high_[bin] = value >> kBits;
    }

    std::vector<Word> low_;
    std::vector<std::uint64_t> high_;  ///< what is above; nothing while nowhere is anything
};

}  // namespace sim
