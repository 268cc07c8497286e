#pragma once

#include <string_view>
#include <vector>

#include "sim/yaml/node.hpp"

namespace models {

/// The file's tree, presets expanded, with everything written out: `defaults` and its preset laid
/// under each service, short forms of endpoints in long form, built-in settings where nothing was
/// written (SEMANTICS 1; those of calls are written out by write_policies.hpp), sections in one
/// order. Values that are not of the expected shape stay as they are for the readers to
/// report. Filled-in values have no place.
sim::Node complete_tree(const sim::Node& root);

// Parts of it.

/// A condition alone becomes a map, measured `over` so long.
void complete_condition(sim::Node& owner, std::string_view key, std::string_view over);
/// The levels of one service.
void complete_levels(sim::Node& service);

/// The call settings that hold where nobody wrote anything, from their declarations.
const sim::Node& built_in_policy();

// What a value of call settings does not say itself, written out as its declaration has it; the
// filled-in values have no place. For output alone: a reader takes what is missing as the default.

/// Everything, of settings with nothing below them but the built-in ones.
void fill_policy(sim::Node& policy);
/// What is inside the values of one layer, as far as none of the layers below may decide it.
void fill_layer(sim::Node& layer, const std::vector<const sim::Node*>& below);
/// What is inside the rules of a service.
void fill_service(sim::Node& service);

}  // namespace models
