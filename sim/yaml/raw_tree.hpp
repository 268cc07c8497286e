#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/diagnostics.hpp"
#include "sim/core/source_map.hpp"

namespace sim {

/// One YAML event, before aliases are followed: the document as a graph in linear memory, so that a
/// small file cannot grow (aliases of aliases) or loop here.
struct RawNode {
    enum class Kind { null, scalar, list, map, alias };

    Kind kind = Kind::null;
    bool quoted = false;
    bool guess = false;
    bool flow = false;         ///< collection in brackets
    bool closed = false;       ///< complete; an alias to an open node is a cycle
    std::uint32_t target = 0;  ///< alias only: index of the anchored node
    std::string text;
    std::size_t offset = 0;  ///< place in bytes
    std::size_t length = 1;
    std::vector<std::uint32_t> children;  ///< list: items; map: key, value, key, value, …
};

/// All nodes of one document; the first is the root.
struct RawTree {
    std::vector<RawNode> nodes;
};

/// Runs yaml-cpp's grammar over the text of `file`. Empty when the text is no YAML, has a second
/// document or is nested deeper than `max_depth`; all of these are reported.
std::optional<RawTree> parse_raw(const SourceMap& sources, std::uint32_t file,
                                 std::size_t max_depth, Diagnostics& diagnostics);

}  // namespace sim
