#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "models/fault/fault.hpp"
#include "models/scenario/names.hpp"
#include "models/scenario/scenario.hpp"
#include "models/topology/topology.hpp"

// The steps of build_model. Their input is valid.
namespace models {

Topology build_topology(const SystemSpec& system, const NameIndex& names);

std::vector<ScheduledFault> build_faults(const std::vector<FaultSpec>& faults,
                                         const SystemSpec& system, const Topology& topology,
                                         const NameIndex& names);

/// How many replicas of the service its actions may add.
std::uint32_t added_by_hand(const SystemSpec& system, const std::string& service);
/// Everything but the policies of calls and what needs the edges.
std::vector<PlannedAction> build_actions(const SystemSpec& system, const SystemModel& model,
                                         const NameIndex& names);
/// The levels of a service, and the calls that they leave out, by edge.
std::vector<ServiceLevel> build_levels(const ServiceSpec& service, const SystemModel& model);
/// Once all edges are known.
void name_stopped_calls(SystemModel& model);

/// How a fault comes again; nothing when it does not. `whole` is what its target names, by replicas
/// and zones; its effect strikes `places`.
std::optional<Recurrence> build_recurrence(const FaultSpec& fault, const FaultTarget& whole,
                                           const Topology& topology);
/// Lays the common causes of several faults over them.
void join_causes(const std::vector<FaultSpec>& faults, std::vector<ScheduledFault>& built);

}  // namespace models
