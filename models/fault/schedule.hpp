#pragma once

#include <variant>

#include "models/fault/schedule_clock.hpp"
#include "models/fault/schedule_monkey.hpp"
#include "models/fault/schedule_renewal.hpp"

namespace models {

/// The registry of the ways in which a fault comes again. A fault without one strikes once, `at` a
/// time and `for` a length.
using FaultSchedule = std::variant<EverySchedule, RenewalSchedule, CronSchedule, MonkeySchedule>;

/// The next occurrence of a process, by the rule of its kind.
inline std::optional<Occurrence> next_occurrence(const FaultSchedule& schedule,
                                                 ScheduleState& state, sim::KeyedRng& rng) {
    return std::visit([&](const auto& kind) { return kind.next(state, rng); }, schedule);
}

}  // namespace models
