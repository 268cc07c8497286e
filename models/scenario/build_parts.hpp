#pragma once

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

}  // namespace models
