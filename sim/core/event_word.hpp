#pragma once

#include <cstdint>

namespace sim {

/// What happens, and to whom, in one word of memory: two that are written one by one and then read
/// as a whole, as every event is soon after it was scheduled, make the processor wait until both
/// have left its store buffer (3 % of the time of M/M/8). `Kind` has 32 bits.
template <class Kind>
class EventWord {
  public:
    EventWord() = default;
    constexpr EventWord(Kind kind, std::uint32_t subject)
        : word_((static_cast<std::uint64_t>(kind) << 32) | subject) {}

    [[nodiscard]] constexpr Kind kind() const { return static_cast<Kind>(word_ >> 32); }
    [[nodiscard]] constexpr std::uint32_t subject() const {
        return static_cast<std::uint32_t>(word_);
    }
    /// The kind, then the subject.
    [[nodiscard]] constexpr std::uint64_t word() const { return word_; }

  private:
    static_assert(sizeof(Kind) == sizeof(std::uint32_t));
    std::uint64_t word_;
};

}  // namespace sim
