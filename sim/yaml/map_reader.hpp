#pragma once

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/diagnostics.hpp"
#include "sim/yaml/node.hpp"

namespace sim {

/// Help for a key that users are likely to write and that does not exist. The hint becomes
/// "did you mean `meant`? note", or just the note when `meant` is empty.
struct KeyHint {
    std::string_view wrong;
    std::string_view meant;
    std::string_view note;
};

/// Reads a map key by key and complains about the keys nobody asked for. A null is an empty map
/// (`auth:` with nothing after it); anything else that is not a map is reported once, and then
/// reads as an empty map without further complaints.
class MapReader {
  public:
    /// `context` names the map in messages: "policy", "service `auth`". `node` and `diagnostics`
    /// must outlive the reader.
    MapReader(const Node& node, Diagnostics& diagnostics, std::string context);

    /// The value under `key`, or null when absent. Either way the key is known from now on.
    const Node* take(std::string_view key);
    /// Like `take`, with the key and its place.
    const MapEntry* take_entry(std::string_view key);
    /// Like `take`; absence is an error ("policy needs `timeout`").
    const Node* require(std::string_view key);

    /// Reports every key that was not taken, with a suggestion among the known ones or a hint of
    /// the table. Call it last.
    /// `owner` says where a key belongs that is not known here; empty: nowhere.
    using OwnerHint = std::string (*)(std::string_view key);
    void finish(std::span<const KeyHint> hints = {}, OwnerHint owner = nullptr);
    void finish(std::initializer_list<KeyHint> hints) {
        finish(std::span(hints.begin(), hints.size()));
    }

    /// An error about the map as a whole.
    void error(std::string message, std::string hint = {});

    /// False when the node is neither a map nor null (reported by the constructor).
    [[nodiscard]] bool valid() const { return valid_; }
    [[nodiscard]] const Node& node() const { return *node_; }
    [[nodiscard]] Diagnostics& diagnostics() const { return *diagnostics_; }
    [[nodiscard]] const std::string& context() const { return context_; }

  private:
    const Node* node_;
    Diagnostics* diagnostics_;
    std::string context_;
    bool valid_;
    std::vector<std::string> known_;
    std::vector<bool> taken_;
};

/// The items of a list. Anything else is an error ("expected a list of calls, found a map") and
/// reads as empty; so does a null, without an error. `what` is plural: "calls".
std::span<const Node> read_list(const Node& node, Diagnostics& diagnostics, std::string_view what);

/// Like `read_list`, but one value that is not a list counts as a list of one.
std::span<const Node> read_list_or_one(const Node& node);

/// The entries of a map whose keys are names of the user's (`services:`). Anything else is an error
/// and reads as empty; so does a null, without an error. `what` is plural: "services".
std::span<const MapEntry> read_entries(const Node& node, Diagnostics& diagnostics,
                                       std::string_view what);

}  // namespace sim
