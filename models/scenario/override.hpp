#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sim/core/diagnostics.hpp"
#include "sim/core/source_map.hpp"
#include "sim/yaml/load.hpp"
#include "sim/yaml/node.hpp"

namespace models {

/// Applies `--set path=value`. The value is YAML (`50`, `[a, b]`, `{interval: 1s}`); the path names
/// keys and list items from the root (`services.payment.queue`, `services.gateway.endpoints.
/// browse.0`). Keys that do not exist are added, but no new services, groups, faults and so on by a
/// path that goes inside them. A part that is `*` stands for every name there.
/// Mistakes are located in a source called `--set`.
void apply_override(sim::Node& root, const std::string& argument, const sim::LoadLimits& limits,
                    sim::SourceMap& sources, sim::Diagnostics& diagnostics);

/// An option whose argument is `path=value`.
struct AssignmentOption {
    std::string_view name;     ///< what diagnostics call its source: `--set`
    std::string_view example;  ///< of an argument, for hints
    bool takes_lists = false;  ///< `path=a,b` is short for `path=[a, b]`
};
/// Reads such an argument; every place is in it.
std::optional<sim::MapEntry> read_assignment(const AssignmentOption& option,
                                             const std::string& argument,
                                             const sim::LoadLimits& limits, sim::SourceMap& sources,
                                             sim::Diagnostics& diagnostics);

/// Puts the value of a path where `apply_override` would.
void apply_entry(sim::Node& root, const sim::MapEntry& setting, sim::Diagnostics& diagnostics);

/// The same for one entry of a strategy's `set:`.
void apply_setting(sim::Node& root, const sim::MapEntry& setting, sim::Diagnostics& diagnostics);

}  // namespace models
