#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/yaml/node.hpp"

namespace models {

/// Whether a part of the path is `*`, which stands for every name (or item) there.
bool has_wildcard(std::string_view path);

/// The paths that one with `*` stands for in this tree, in the order of the file; itself without
/// one. What comes after the last `*` need not be there yet. A group of customers that comes by
/// `users` has no `rate`, and the other way round: such groups are left out. Empty: it matches
/// nothing.
std::vector<std::string> expand_wildcards(const sim::Node& root, std::string_view path);

/// Whether two paths may be the same place, or one inside the other.
bool paths_overlap(std::string_view a, std::string_view b);

/// Whether all places of `inner` are places of `outer`, or inside of them.
bool path_lies_in(std::string_view inner, std::string_view outer);

}  // namespace models
