#pragma once

#include <initializer_list>
#include <string_view>

#include "sim/yaml/node.hpp"

namespace models {

/// `upper` laid over `lower`: maps merge key by key, lists and scalars replace, and so does a map
/// of another kind (`kind`, `shape`) or a distribution, which only makes sense as a whole.
sim::Node merge_nodes(const sim::Node& lower, const sim::Node& upper);

/// The same for call settings, where `retryBudget: 10%` is short for a map and a backoff without
/// `kind` is exponential.
sim::Node merge_policies(const sim::Node& lower, const sim::Node& upper);

/// The value under `key` for changing it, or null.
sim::Node* find_value(sim::Node& map, std::string_view key);
/// Adds or replaces `key`; the node becomes a map if it was null.
sim::Node& put(sim::Node& map, std::string_view key, sim::Node value);
/// Adds `key: text` unless the map has the key: a default, without a place.
void put_default(sim::Node& map, std::string_view key, sim::Node value);
void put_default(sim::Node& map, std::string_view key, std::string_view text);
void remove_key(sim::Node& map, std::string_view key);
/// Forgets where everything in it stands: what comes with the program stands nowhere.
void clear_places(sim::Node& node);
/// Maps that say the same in another order become equal.
void sort_keys(sim::Node& node);

sim::Node scalar_node(std::string_view text);
sim::Node list_node(std::initializer_list<std::string_view> items);
sim::Node map_node();

}  // namespace models
