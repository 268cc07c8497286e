#pragma once

#include <string>
#include <vector>

#include "sim/core/source_map.hpp"
#include "sim/yaml/node.hpp"

namespace sim {

/// A value that is not the same in two trees.
struct NodeChange {
    std::string path;    ///< `services.payment.queue`; items of lists count from 0
    std::string before;  ///< as it is written, on one line; empty: not there
    std::string after;
    SourceRange range_before;  ///< no place: not there
    SourceRange range_after;
};

/// The smallest values that differ, in the order of `after`; what is only in `before` comes last in
/// its map. The order of the keys of a map does not matter, nor how a value is quoted.
std::vector<NodeChange> diff_nodes(const Node& before, const Node& after);

/// `[a, {b: 1}]`: a value on one line, at most so many characters.
std::string flow_text(const Node& node, std::size_t most = 60);

}  // namespace sim
