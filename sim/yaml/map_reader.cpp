#include "sim/yaml/map_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "sim/core/did_you_mean.hpp"

namespace sim {
namespace {

constexpr std::size_t kFewKeys = 12;

std::string hint_for(std::string_view key, std::span<const std::string_view> known,
                     std::span<const KeyHint> hints, MapReader::OwnerHint owner) {
    for (const KeyHint& hint : hints) {
        if (hint.wrong != key) continue;
        if (hint.meant.empty()) return std::string(hint.note);
        std::string text = fmt::format("did you mean `{}`?", hint.meant);
        return hint.note.empty() ? text : text + " " + std::string(hint.note);
    }
    std::string hint = owner == nullptr ? std::string() : owner(key);
    if (hint.empty()) hint = did_you_mean_hint(key, known);
    if (hint.empty() && known.size() > 1 && known.size() <= kFewKeys) {
        hint = fmt::format("known: {}", fmt::join(known, ", "));
    }
    return hint;
}

}  // namespace

MapReader::MapReader(const Node& node, Diagnostics& diagnostics, std::string context)
    : node_(&node),
      diagnostics_(&diagnostics),
      context_(std::move(context)),
      valid_(node.is_map() || node.is_null()),
      taken_(node.entries.size(), false) {
    if (!valid_) {
        report(diagnostics, node,
               fmt::format("{}: expected a map, found {}", context_, describe(node)));
    }
}

const MapEntry* MapReader::take_entry(std::string_view key) {
    if (std::find(known_.begin(), known_.end(), key) == known_.end()) known_.emplace_back(key);
    const MapEntry* entry = node_->find_entry(key);
    if (entry != nullptr) taken_[static_cast<std::size_t>(entry - node_->entries.data())] = true;
    return entry;
}

const Node* MapReader::take(std::string_view key) {
    const MapEntry* entry = take_entry(key);
    return entry == nullptr ? nullptr : &entry->value;
}

const Node* MapReader::require(std::string_view key) {
    const Node* value = take(key);
    if (value == nullptr && valid_) error(fmt::format("{} needs `{}`", context_, key));
    return value;
}

void MapReader::finish(std::span<const KeyHint> hints, OwnerHint owner) {
    const std::vector<std::string_view> known(known_.begin(), known_.end());
    std::size_t suggested = 0;  // suggestions beyond what is printed would only cost time
    for (std::size_t i = 0; i < taken_.size(); ++i) {
        if (taken_[i]) continue;
        const MapEntry& entry = node_->entries[i];
        const bool suggest = ++suggested <= Diagnostics::kMaxPrinted;
        report_key(*diagnostics_, entry,
                   fmt::format("unknown key {} in {}", quote(entry.key), context_),
                   suggest ? hint_for(entry.key, known, hints, owner) : std::string());
    }
}

void MapReader::error(std::string message, std::string hint) {
    report(*diagnostics_, *node_, std::move(message), std::move(hint));
}

std::span<const Node> read_list(const Node& node, Diagnostics& diagnostics, std::string_view what) {
    if (!node.is_list() && !node.is_null()) {
        report(diagnostics, node,
               fmt::format("expected a list of {}, found {}", what, describe(node)),
               node.is_scalar() ? "write it as a list: `[…]`" : "");
    }
    return node.items;
}

std::span<const Node> read_list_or_one(const Node& node) {
    if (node.is_list()) return node.items;
    if (node.is_null()) return {};
    return {&node, 1};
}

std::span<const MapEntry> read_entries(const Node& node, Diagnostics& diagnostics,
                                       std::string_view what) {
    if (!node.is_map() && !node.is_null()) {
        report(diagnostics, node,
               fmt::format("expected a map of {}, found {}", what, describe(node)));
    }
    return node.entries;
}

}  // namespace sim
