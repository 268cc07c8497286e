#pragma once

#include <cstdint>

#include "sim/core/assert.hpp"
#include "sim/core/time.hpp"
#include "sim/stats/wide_integer.hpp"

namespace sim {

/// The exact integral over time of a whole-numbered level (busy slots, queue length), in
/// level-nanoseconds. Time never runs backwards. Integers keep it exact: the result does not
/// depend on how often the level changed or on the length of the run.
class TimeWeighted {
  public:
    explicit TimeWeighted(SimTime start = {}, std::int64_t level = 0)
        : start_(start),
          since_(start),
          level_(level),
          moments_(static_cast<WideInteger>(level) * start.ns) {}

    void set(SimTime now, std::int64_t level) { add(now, level - level_); }
    void add(SimTime now, std::int64_t change) {
        SIM_ASSERT(now >= since_);
        moments_ += static_cast<WideInteger>(change) * now.ns;
        level_ += change;
        since_ = now;
    }

    /// Starts a new interval at `now`; the level stays (end of the warm-up, a new window).
    void reset(SimTime now) {
        SIM_ASSERT(now >= since_);
        start_ = since_ = now;
        moments_ = static_cast<WideInteger>(level_) * now.ns;
    }

    [[nodiscard]] std::int64_t level() const { return level_; }
    [[nodiscard]] SimTime start() const { return start_; }

    /// From the start or the last reset until `now`, which is not before the last change.
    [[nodiscard]] WideInteger integral(SimTime now) const {
        SIM_ASSERT(now >= since_);
        return static_cast<WideInteger>(level_) * now.ns - moments_;
    }
    /// Time average of the level over [start, now]; the level itself when no time has passed.
    [[nodiscard]] double mean(SimTime now) const {
        const auto length = static_cast<WideInteger>(now.ns) - start_.ns;
        if (length == 0) return static_cast<double>(level_);
        return static_cast<double>(integral(now)) / static_cast<double>(length);
    }

  private:
    SimTime start_;
    SimTime since_;
    std::int64_t level_;
    /// Of every change the instant times the size, so that the integral is the level times the
    /// present less these: one product a change.
    WideInteger moments_;
};

}  // namespace sim
