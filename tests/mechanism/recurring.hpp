#pragma once

#include <string>
#include <utility>
#include <vector>

#include "tests/mechanism/system.hpp"

/// Faults that come again in systems built by hand.
namespace recurring {

/// Each of the instances is a unit; with `each` every one has a process of its own.
inline models::Recurrence of_instances(const TestSystem& system,
                                       const std::vector<models::InstanceId>& instances,
                                       models::FaultSchedule schedule, bool each) {
    models::Recurrence recurrence;
    recurrence.schedule = std::move(schedule);
    recurrence.whole = false;
    const auto& topology = system.model.topology;
    for (const auto id : instances) {
        const auto unit = static_cast<std::uint32_t>(recurrence.units.size());
        recurrence.units.push_back({topology[id].name, {id}, {}});
        if (each || unit == 0)
            recurrence.processes.push_back({topology[id].name, {}, 1, false, {}});
        recurrence.processes.back().units.push_back(unit);
    }
    return recurrence;
}

/// The share `beta` of the failures strikes all units at once.
inline void add_common_cause(models::Recurrence& recurrence, double beta) {
    models::FaultProcess common{"common cause", {}, beta, true, {}};
    for (auto& process : recurrence.processes) process.share = 1 - beta;
    for (std::uint32_t i = 0; i < recurrence.units.size(); ++i) common.units.push_back(i);
    recurrence.processes.push_back(std::move(common));
}

inline models::ScheduledFault& add(TestSystem& system, models::FaultEffect effect,
                                   models::FaultTarget target, models::Recurrence recurrence) {
    system.add_fault(std::move(effect), std::move(target), {}, sim::kForever);
    system.model.faults.back().recurrence = std::move(recurrence);
    return system.model.faults.back();
}

/// Slots that were up in each second.
inline std::vector<double> capacity(const models::RunResult& result, std::size_t service = 0) {
    std::vector<double> seconds;
    for (const auto& window : result.services[service].windows) {
        seconds.push_back(static_cast<double>(window.capacity_s));
    }
    return seconds;
}

}  // namespace recurring
