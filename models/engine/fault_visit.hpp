#pragma once

#include <cstdint>
#include <vector>

#include "models/fault/recurrence.hpp"

namespace models {

/// A fault from one start to one end.
struct FaultVisit {
    std::uint32_t fault = 0;
    std::vector<std::uint32_t> units;  ///< of a fault that recurs
    sim::SimTime start{};
    sim::Duration length{};
    double strength = 0;  ///< 0: not there
};

/// One process of a fault that recurs.
struct RecurringProcess {
    std::uint32_t fault = 0;
    std::uint32_t number = 0;  ///< in the fault's list
    ScheduleState state;
    sim::RngStream times;  ///< when, and how long; one number for each visit
    sim::RngStream picks;  ///< whom
    std::uint64_t path = 0;
    Occurrence next{};
};

}  // namespace models
