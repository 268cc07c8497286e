#pragma once

#include <string>
#include <string_view>

#include "models/scenario/reading.hpp"
#include "sim/yaml/node.hpp"

namespace models {

/// Version and names of the top-level sections. Removes what is no part of the system: `x-` keys,
/// and `predictions`, whose keys are checked. False when this is no scenario at all.
bool check_sections(sim::Node& root, Reading& reading);

/// `webshop` of `scenarios/webshop.yaml`; `scenario` of standard input.
std::string scenario_name(std::string_view file);

}  // namespace models
