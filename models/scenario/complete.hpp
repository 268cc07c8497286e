#pragma once

#include "sim/yaml/node.hpp"

namespace models {

/// The file's tree, presets expanded, with everything written out: `defaults` and its preset laid
/// under each service, short forms of endpoints in long form, built-in settings where nothing was
/// written (SEMANTICS 1; those of calls are written out by write_policies.hpp), sections in one
/// order. Values that are not of the expected shape stay as they are for the readers to
/// report. Filled-in values have no place.
sim::Node complete_tree(const sim::Node& root);

/// The call settings that hold where nobody wrote anything.
sim::Node built_in_policy();

}  // namespace models
