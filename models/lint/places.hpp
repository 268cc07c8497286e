#pragma once

#include "sim/core/source_map.hpp"
#include "sim/yaml/node.hpp"

namespace models {

/// The place of a value, or of the first part of it that has one: a map that was laid together has
/// none of its own. No place: nobody wrote any of it.
const sim::Node* first_written(const sim::Node& node);

}  // namespace models
