#pragma once

#include <optional>
#include <string>

#include "models/scenario/load.hpp"
#include "sim/core/diagnostics.hpp"
#include "sim/core/source_map.hpp"
#include "sim/yaml/node.hpp"

namespace models {

/// The tree of a file with the files of its `include:` laid under it, in their order: what the file
/// itself writes wins. Includes may include; cycles and more than 16 levels are errors.
struct IncludedTree {
    sim::Node root;
    std::string bytes;  ///< of the file itself
    std::string name;   ///< as diagnostics call it
};
std::optional<IncludedTree> load_with_includes(const LoadRequest& request, sim::SourceMap& sources,
                                               sim::Diagnostics& diagnostics);

}  // namespace models
