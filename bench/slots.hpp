#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace bench {

/// When each of the eight slots is free again. The three lowest bits of a time are the slot's
/// number, so that the smallest of eight doubles, which vector instructions find, says both.
class Slots {
  public:
    static constexpr double kNever = 1e300;

    Slots() {
        for (std::size_t i = 0; i < kCount; ++i) set(i, kNever);
    }
    void set(std::size_t slot, double at) {
        at_[slot] = std::bit_cast<double>((std::bit_cast<std::uint64_t>(at) & ~kMask) | slot);
    }
    /// The earliest of all times, with its slot in it.
    [[nodiscard]] double earliest() const {
        std::array<double, 4> four{};
        for (std::size_t i = 0; i < 4; ++i) four[i] = at_[i] < at_[i + 4] ? at_[i] : at_[i + 4];
        const double a = four[0] < four[2] ? four[0] : four[2];
        const double b = four[1] < four[3] ? four[1] : four[3];
        return a < b ? a : b;
    }
    static std::size_t slot_of(double at) { return std::bit_cast<std::uint64_t>(at) & kMask; }

  private:
    static constexpr std::size_t kCount = 8;
    static constexpr std::uint64_t kMask = kCount - 1;
    alignas(64) std::array<double, kCount> at_{};
};

}  // namespace bench
