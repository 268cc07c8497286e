#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/diagnostics.hpp"
#include "sim/core/source_map.hpp"

namespace sim {

struct MapEntry;

/// One value of a YAML file with its place, after anchors, aliases and merge keys are resolved.
/// A plain value: copies are independent of the file. Scalars stay text; the readers of scalars.hpp
/// give them a type.
struct Node {
    // Compiled once (node.cpp), not in every file that has one.
    Node();
    Node(const Node&);
    Node(Node&&) noexcept;
    Node& operator=(const Node&);
    Node& operator=(Node&&) noexcept;
    ~Node();

    enum class Kind { null, scalar, list, map };

    Kind kind = Kind::null;
    bool quoted = false;  ///< scalar in quotes or a block scalar
    bool guess = false;   ///< plain scalar written as `~value`; the `~` is not part of `text`
    std::string text;     ///< scalar only
    SourceRange range;    ///< the value; of an aliased value its text at the anchor
    SourceRange alias;    ///< where the alias (or merge key) that brought the value here is written
    std::vector<Node> items;        ///< list only
    std::vector<MapEntry> entries;  ///< map only, keys unique, in written order

    [[nodiscard]] bool is_null() const { return kind == Kind::null; }
    [[nodiscard]] bool is_scalar() const { return kind == Kind::scalar; }
    [[nodiscard]] bool is_list() const { return kind == Kind::list; }
    [[nodiscard]] bool is_map() const { return kind == Kind::map; }

    /// The value under `key`, or null when this is no map or has no such key.
    [[nodiscard]] const Node* find(std::string_view key) const;
    [[nodiscard]] const MapEntry* find_entry(std::string_view key) const;
};

struct MapEntry {
    std::string key;
    SourceRange key_range;
    Node value;
};

/// "nothing", "`text`", "a list", "a map": what a message says was found.
std::string describe(const Node& node);

/// An error at the node; when an alias brought it there, also at the alias ("used here").
void report(Diagnostics& diagnostics, const Node& node, std::string message, std::string hint = {});
/// The same, at the key of an entry.
void report_key(Diagnostics& diagnostics, const MapEntry& entry, std::string message,
                std::string hint = {});

/// Calls `visit` for every scalar written as `~value`, in written order, with its path
/// (`services.payment.latency.p50`; list items count from 0: `calls.0`).
void for_each_guess(const Node& root,
                    const std::function<void(const std::string& path, const Node& node)>& visit);

}  // namespace sim
