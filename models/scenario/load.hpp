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

/// Text to scenario: reads the file and what it includes, applies the overrides, fills in
/// defaults, checks every key, unit, name and limit. All errors are collected in `diagnostics`;
/// with an error there is no scenario. Warnings (dubious) and notes (ignored sections) come with
/// one.
std::optional<Scenario> load_scenario(const LoadRequest& request, sim::SourceMap& sources,
                                      sim::Diagnostics& diagnostics);

}  // namespace models
