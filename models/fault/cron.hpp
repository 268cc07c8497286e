#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "models/fault/calendar.hpp"

namespace models {

/// The minutes that a line of crontab means, in a calendar of weeks.
struct CronTimes {
    std::bitset<60> minutes;
    std::bitset<24> hours;
    std::bitset<kDaysOfWeek> days;  ///< Monday first

    friend bool operator==(const CronTimes&, const CronTimes&) = default;
};

/// What is wrong with a line, and how to write it.
struct CronProblem {
    std::string message;
    std::string hint;
};

/// Five fields: minute, hour, day of the month, month, day of the week. Each is `*` or a list of
/// numbers and ranges, perhaps with a step; weekdays have names, or numbers with 0 and 7 for
/// Sunday. A run has weeks and no months, so the third and fourth must be `*`.
std::variant<CronTimes, CronProblem> parse_cron(std::string_view text);

}  // namespace models
