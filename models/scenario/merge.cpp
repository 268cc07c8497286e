#include "models/scenario/merge.hpp"

#include <algorithm>
#include <utility>

#include "models/policy/policy_families.hpp"

namespace models {

using sim::MapEntry;
using sim::Node;

namespace {

bool is_distribution(std::string_view key) { return key == "latency" || key == "thinkTime"; }

std::string_view text_under(const Node& map, std::string_view key) {
    const Node* node = map.find(key);
    return node != nullptr && node->is_scalar() ? std::string_view(node->text) : "";
}

/// Maps of different kinds have different keys: mixing them would mean nothing.
bool same_kind(const Node& lower, const Node& upper) {
    for (const std::string_view key : {"kind", "shape"}) {
        const auto asked = text_under(upper, key);
        const auto given = text_under(lower, key);
        if (!asked.empty() && !given.empty() && asked != given) return false;
    }
    return true;
}

/// `10%` as `{percent: 10%}`, `constant` as `{kind: constant}`.
Node long_form(const Node& value, const PolicyFamily& family) {
    const Node map = sim::detail::long_form_of(value, family.options.short_key);
    if (map.is_map()) return map;
    Node of_kind = map_node();
    put(of_kind, "kind", value);
    return of_kind;
}

}  // namespace

Node merge_nodes(const Node& lower, const Node& upper) {
    if (!lower.is_map() || !upper.is_map() || !same_kind(lower, upper)) return upper;
    Node merged = lower;
    merged.range = upper.range;
    merged.alias = upper.alias;
    for (const MapEntry& entry : upper.entries) {
        const auto same = [&](const MapEntry& other) { return other.key == entry.key; };
        const auto found = std::find_if(merged.entries.begin(), merged.entries.end(), same);
        if (found == merged.entries.end()) {
            merged.entries.push_back(entry);
        } else {
            found->key_range = entry.key_range;
            found->value =
                is_distribution(entry.key) ? entry.value : merge_nodes(found->value, entry.value);
        }
    }
    return merged;
}

Node merge_policies(const Node& lower, const Node& upper) {
    Node written_out = lower;
    for (const PolicyFamily& family : policy_families()) {
        Node* value = find_value(written_out, family.key);
        if (value == nullptr) continue;
        if (value->is_scalar() && value->text != "none") *value = long_form(*value, family);
        if (value->is_map()) put_default(*value, "kind", family.options.default_kind);
    }
    return merge_nodes(written_out, upper);
}

Node* find_value(Node& map, std::string_view key) {
    if (!map.is_map()) return nullptr;
    for (MapEntry& entry : map.entries) {
        if (entry.key == key) return &entry.value;
    }
    return nullptr;
}

Node& put(Node& map, std::string_view key, Node value) {
    map.kind = Node::Kind::map;
    if (Node* found = find_value(map, key)) {
        *found = std::move(value);
        return *found;
    }
    map.entries.push_back({std::string(key), value.range, std::move(value)});
    return map.entries.back().value;
}

void put_default(Node& map, std::string_view key, Node value) {
    if (map.find(key) == nullptr) put(map, key, std::move(value));
}

void put_default(Node& map, std::string_view key, std::string_view text) {
    put_default(map, key, scalar_node(text));
}

void remove_key(Node& map, std::string_view key) {
    std::erase_if(map.entries, [&](const MapEntry& entry) { return entry.key == key; });
}

void clear_places(Node& node) {
    node.range = {};
    node.alias = {};
    for (Node& item : node.items) clear_places(item);
    for (MapEntry& entry : node.entries) {
        entry.key_range = {};
        clear_places(entry.value);
    }
}

void sort_keys(Node& node) {
    for (Node& item : node.items) sort_keys(item);
    for (MapEntry& entry : node.entries) sort_keys(entry.value);
    std::sort(node.entries.begin(), node.entries.end(),
              [](const MapEntry& a, const MapEntry& b) { return a.key < b.key; });
}

Node scalar_node(std::string_view text) {
    Node node;
    node.kind = Node::Kind::scalar;
    node.text = text;
    return node;
}

Node list_node(std::initializer_list<std::string_view> items) {
    Node node;
    node.kind = Node::Kind::list;
    for (const std::string_view item : items) node.items.push_back(scalar_node(item));
    return node;
}

Node map_node() {
    Node node;
    node.kind = Node::Kind::map;
    return node;
}

}  // namespace models
