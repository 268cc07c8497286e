#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "sim/core/diagnostics.hpp"
#include "sim/core/source_map.hpp"
#include "sim/yaml/load.hpp"
#include "sim/yaml/node.hpp"
#include "sim/yaml/raw_tree.hpp"

namespace sim {

/// Writes out aliases and merge keys and checks the keys of every map. Empty when a limit is
/// exceeded; duplicate keys and the like are reported and left out.
std::optional<Node> expand(const RawTree& tree, const SourceMap& sources, std::uint32_t file,
                           const LoadLimits& limits, Diagnostics& diagnostics);

}  // namespace sim
