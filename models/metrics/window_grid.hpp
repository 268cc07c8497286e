#pragma once

#include <cstddef>

#include "sim/core/time.hpp"

namespace models {

/// How the measured time of a run is cut into windows of equal length, from time zero on: what is
/// kept for curves and for looking at faults is kept window by window. Windows are seconds; a run
/// of more than `kMost` of them has longer ones, unless somebody asks for seconds, so that a long
/// run takes no more memory than a short one, and nobody has to read a hundred thousand points.
/// Only what is recorded is coarser: what acts by the second (alarms, scalers) knows no windows.
class WindowGrid {
  public:
    /// Two hours of seconds.
    static constexpr std::size_t kMost = 7200;

    /// Windows of a second, as many as one likes.
    WindowGrid() = default;
    /// Of a run: windows of that length, which is whole seconds; 0: of 1, 2, 5, 10, 30 s, 1, 2, 5,
    /// 10, 30 min, 1, 2, 6, 12 h or whole days, the shortest of which the run has at most `kMost`.
    explicit WindowGrid(sim::Duration duration, sim::Duration window = {});

    /// Length of a window.
    [[nodiscard]] std::size_t step_s() const { return step_; }
    /// Windows of the run, the last of which may be shorter.
    [[nodiscard]] std::size_t size() const { return next(seconds_); }
    /// The window in which a second lies. Hot, and nearly always a window is a second.
    [[nodiscard]] std::size_t window_of(std::size_t second) const {
        return step_ == 1 ? second : second / step_;
    }
    /// The first window that does not begin before a second.
    [[nodiscard]] std::size_t next(std::size_t second) const {
        return window_of(second + step_ - 1);
    }
    /// The same of an instant, which is a sum of seconds and may be a little off its whole one.
    [[nodiscard]] std::size_t first_from(double at_s) const;
    /// So many windows are at least as long as that.
    [[nodiscard]] std::size_t covering(std::size_t seconds) const { return next(seconds); }
    /// Where a window begins; of one after the last, where the run ends.
    [[nodiscard]] double start_s(std::size_t window) const;
    /// Whole seconds of a window that the run has, at least 1.
    [[nodiscard]] double length_s(std::size_t window) const;
    /// Whether a window is over when this second begins.
    [[nodiscard]] bool ends_at(std::size_t second) const {
        return second == next(second) * step_ ? second > 0 : second >= seconds_;
    }

    /// Some windows, one after the other.
    struct Stretch {
        std::size_t from = 0;
        std::size_t to = 0;  ///< one past the last
    };
    /// Those that lie within these seconds; when none does, those that they touch.
    [[nodiscard]] Stretch within(std::size_t from_s, std::size_t to_s) const;

  private:
    std::size_t step_ = 1;
    std::size_t seconds_ = SIZE_MAX / 2;  ///< of the run, the last one perhaps cut short
};

}  // namespace models
