#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/fault/fault_target.hpp"
#include "models/fault/schedule.hpp"
#include "sim/core/rng.hpp"

namespace models {

/// How many parts of a target one visit takes.
enum class Pick : std::uint8_t { all, one, share };

/// A part of a target that a visit strikes as a whole: a replica, a zone, a region, a service.
struct FaultUnit {
    std::string name;
    std::vector<InstanceId> instances;
    std::vector<ZoneId> zones;  ///< that it covers as a whole
};

/// Occurrences with draws of their own, keyed by the name.
struct FaultProcess {
    std::string name;
    std::vector<std::uint32_t> units;
    double share = 1;                        ///< of the failures that the schedule speaks of
    bool strikes_all = false;                ///< a common cause: every unit, whatever `pick` says
    std::vector<std::uint32_t> faults = {};  ///< other faults that it strikes, wholly
};

/// When and where a fault comes again.
struct Recurrence {
    FaultSchedule schedule;
    sim::SimTime begin{};
    bool begins_written = false;
    sim::SimTime until = sim::kNever;
    Pick pick = Pick::all;
    double share = 1;              ///< of a process's units, with Pick::share; rounded up
    std::vector<FaultUnit> units;  ///< at least one
    std::vector<FaultProcess> processes;
    bool whole = true;  ///< the only unit is the fault's target as it stands

    [[nodiscard]] ScheduleState first_state(const FaultProcess& process) const;
};

/// Which of the units a visit strikes. Those that are struck already are left alone, so the list
/// may be empty. Sorted.
std::vector<std::uint32_t> pick_units(const Recurrence& recurrence, const FaultProcess& process,
                                      const std::vector<bool>& struck, sim::KeyedRng& rng);

/// The instances and zones of the target when only those units are struck.
FaultTarget target_of_units(const FaultTarget& whole, const Recurrence& recurrence,
                            const std::vector<std::uint32_t>& units);

}  // namespace models
