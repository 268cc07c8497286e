#pragma once

#include <span>
#include <string_view>

#include "models/policy/call_policy.hpp"
#include "sim/core/diagnostics.hpp"
#include "sim/yaml/node.hpp"

namespace models {

/// Whether the user wrote the value itself, in a file or on the command line: it is neither built
/// in nor a preset's.
bool is_written(const sim::Node& value);

/// Whether `key` is written in a layer above the last one that writes `other` (or anywhere, when
/// nobody writes that).
bool is_laid_over(std::span<const sim::Node* const> layers, std::string_view key,
                  std::string_view other);

/// Errors about settings of one call that only all its layers together show: parameters of a rule
/// that do not go together, a perTryTimeout above the timeout. `merged` is what `policy` was read
/// from, `layers` the maps that it was merged from, weakest first, null where there is none. The
/// strongest layer that has a part in it is the place.
void check_policy(const sim::Node& merged, const CallPolicy& policy,
                  std::span<const sim::Node* const> layers, sim::Diagnostics& diagnostics);

}  // namespace models
