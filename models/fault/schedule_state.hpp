#pragma once

#include <cstdint>

#include "sim/core/time.hpp"

namespace models {

/// One visit of a fault.
struct Occurrence {
    sim::SimTime at;
    sim::Duration length;

    [[nodiscard]] sim::SimTime end() const { return sim::saturated_add(at, length); }
};

/// Where a process of occurrences is. Rules are pure: this and a draw are all that they know.
struct ScheduleState {
    sim::SimTime begin{};              ///< nothing happens before it
    bool begins_written = false;       ///< the user has said when it begins
    sim::SimTime until = sim::kNever;  ///< nothing begins at it or later
    double share = 1;                  ///< of all failures, those that this process makes
    std::uint64_t count = 0;           ///< occurrences so far
    sim::SimTime last_at{};
    sim::SimTime last_end{};
    std::int64_t next_day = 0;                  ///< of the calendar: the first without a coin
    std::int64_t last_workday = INT64_MIN / 2;  ///< ... with an occurrence
};

}  // namespace models
