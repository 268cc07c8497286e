#pragma once

#include <optional>
#include <string>
#include <vector>

#include "models/scenario/scenario.hpp"
#include "sim/core/diagnostics.hpp"
#include "sim/core/source_map.hpp"
#include "sim/yaml/load.hpp"

namespace models {

/// Which file to read, and how.
struct LoadRequest {
    std::string path;                    ///< `-`: /dev/stdin, called `<stdin>` in messages
    std::vector<std::string> overrides;  ///< the arguments of `--set`: `path=value`
    sim::LoadLimits limits;
    sim::FileLoader loader = sim::read_disk_file;
};

/// A file as it was read, with what it includes: the text is parsed once for any number of
/// scenarios that differ in their overrides. Never changes, so threads may share it.
struct ScenarioTree {
    sim::Node root;                      ///< without `sweep`
    std::optional<sim::MapEntry> sweep;  ///< that section as it stands, unread
    std::string name;                    ///< as diagnostics call the file
    std::string sha256;                  ///< of the file's own bytes
};
std::optional<ScenarioTree> read_scenario_tree(const LoadRequest& request, sim::SourceMap& sources,
                                               sim::Diagnostics& diagnostics);

/// Reads the tree's `sweep`, if it has one, only to say what is wrong with it.
void check_sweep_section(const ScenarioTree& tree, const LoadRequest& request,
                         sim::Diagnostics& diagnostics);

/// Scenario of a tree under the overrides of `request`, as below. `sources` must have the texts of
/// the tree; it gets those of the overrides, so each thread needs a copy of its own. What `sweep`
/// says is not looked at.
std::optional<Scenario> load_scenario(const ScenarioTree& tree, const LoadRequest& request,
                                      sim::SourceMap& sources, sim::Diagnostics& diagnostics);

/// Text to scenario: reads the file and what it includes, applies the overrides, fills in
/// defaults, checks every key, unit, name and limit. All errors are collected in `diagnostics`;
/// with an error there is no scenario. Warnings (dubious) and notes (ignored sections) come with
/// one.
std::optional<Scenario> load_scenario(const LoadRequest& request, sim::SourceMap& sources,
                                      sim::Diagnostics& diagnostics);

}  // namespace models
