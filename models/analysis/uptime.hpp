#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "models/analysis/measure.hpp"

namespace models {

/// A length of the windows in which user-uptime is looked at.
struct UptimeWindow {
    std::string_view name;  ///< in JSON
    std::int64_t seconds;
};
inline constexpr std::size_t kUptimeWindows = 4;
inline constexpr std::array<UptimeWindow, kUptimeWindows> kUptimeWindowTable = {
    {{"1m", 60}, {"5m", 300}, {"1h", 3600}, {"1d", 86'400}}};
/// By window of the table; empty when the incident is shorter, or nobody was there.
using LowestUptimes = std::array<Measure, kUptimeWindows>;

/// When the customers of an incident were up and down, all of them together, second by second; of
/// an incident too long for that (WindowGrid) in steps of its windows, or of a minute.
class UptimeSeconds {
  public:
    explicit UptimeSeconds(double incident_s);

    /// One customer was up or down for so long, both in seconds of the incident.
    void add(bool up, double from_s, double lasts_s);

    /// Windowed user-uptime (NSDI'20, Meaningful Availability; BLAST_RADIUS.md B6): of all windows
    /// of a length, which begin at whole steps of the incident and lie within it, the least
    /// uptime over uptime and downtime. A window in which no customer was there is no window.
    [[nodiscard]] LowestUptimes lowest() const;

  private:
    /// Milliseconds of customers in each step: `full` changes where somebody begins or ends to be
    /// there for whole steps, `part` is of the steps in which somebody does.
    struct Line {
        std::int64_t step_ms = 1000;
        std::vector<std::int64_t> full;
        std::vector<std::int64_t> part;

        void add(std::int64_t from_ms, std::int64_t to_ms);
        /// Up to the start of each step.
        [[nodiscard]] std::vector<std::int64_t> sums() const;
    };

    std::int64_t step_ms_;
    std::int64_t end_ms_;
    Line up_;
    Line down_;
};

}  // namespace models
