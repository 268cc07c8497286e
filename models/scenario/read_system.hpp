#pragma once

#include "models/scenario/reading.hpp"
#include "models/scenario/scenario.hpp"
#include "sim/yaml/node.hpp"

namespace models {

/// Regions, network, services, workload and policies of a completed tree, names checked.
SystemSpec read_system(const sim::Node& tree, Reading& reading);

/// Reports unknown keys of `defaults:` once and removes them, so that not every service that
/// inherits them complains again.
void check_defaults(sim::Node& root, sim::Diagnostics& diagnostics);

}  // namespace models
