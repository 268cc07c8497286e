#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sim/core/time.hpp"

namespace sim {
class Parameters;
}  // namespace sim

namespace models {

inline constexpr std::int64_t kMinutesOfDay = std::int64_t{24} * 60;
inline constexpr std::int64_t kDaysOfWeek = 7;
inline constexpr std::int64_t kWorkdaysOfWeek = 5;

/// The wall clock of a run: which weekday and hour time zero is, and how long a day lasts. Nothing
/// is read from the machine. Days count from the Monday before time zero, or at it.
struct Calendar {
    std::int64_t start = 0;                          ///< minute of the week at time zero
    sim::Duration day = sim::whole_seconds(86'400);  ///< simulated length of one day

    void parameters(sim::Parameters& p);

    /// The instant of a minute, with its fraction, of the day; kNever beyond what time can hold.
    [[nodiscard]] sim::SimTime at(std::int64_t day_number, double minute) const;
    /// The day in which the instant lies.
    [[nodiscard]] std::int64_t day_of(sim::SimTime time) const;
};

/// `Mon 09:30` as the minute of the week, `Mon` alone as its midnight; nothing when it is neither.
std::optional<std::int64_t> parse_week_time(std::string_view text);
std::string week_time_text(std::int64_t minute_of_week);
/// `09:30` as the minute of the day; `24:00` is its end.
std::optional<std::int64_t> parse_clock(std::string_view text);
std::string clock_text(std::int64_t minute_of_day);
/// `mon` or `Mon` as 0 … `sun` as 6.
std::optional<std::int64_t> parse_weekday(std::string_view text);

}  // namespace models
