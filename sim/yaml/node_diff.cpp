#include "sim/yaml/node_diff.hpp"

#include <algorithm>
#include <utility>

namespace sim {

namespace {

std::string whole_text(const Node& node) {
    switch (node.kind) {
        case Node::Kind::null:
            return "null";
        case Node::Kind::scalar:
            return (node.guess ? "~" : "") + node.text;
        case Node::Kind::list: {
            std::string text = "[";
            for (const auto& item : node.items) {
                text += (text.size() > 1 ? ", " : "") + whole_text(item);
            }
            return text + "]";
        }
        case Node::Kind::map: {
            std::string text = "{";
            for (const auto& entry : node.entries) {
                text += (text.size() > 1 ? ", " : "") + entry.key + ": " + whole_text(entry.value);
            }
            return text + "}";
        }
    }
    return {};
}

/// Where somebody has to look: for a value that an alias brought, the alias.
SourceRange place_of(const Node& node) { return node.alias.has_place() ? node.alias : node.range; }

class Differ {
  public:
    std::vector<NodeChange> take() { return std::move(changes_); }

    void compare(const std::string& path, const Node& before, const Node& after) {
        if (before.is_map() && after.is_map()) return compare_maps(path, before, after);
        const bool lists = before.is_list() && after.is_list();
        if (lists && before.items.size() == after.items.size()) {
            for (std::size_t i = 0; i < before.items.size(); ++i) {
                compare(below(path, std::to_string(i)), before.items[i], after.items[i]);
            }
            return;
        }
        if (whole_text(before) == whole_text(after)) return;
        changes_.push_back(
            {path, flow_text(before), flow_text(after), place_of(before), place_of(after)});
    }

  private:
    static std::string below(const std::string& path, const std::string& key) {
        return path.empty() ? key : path + "." + key;
    }
    void compare_maps(const std::string& path, const Node& before, const Node& after) {
        for (const auto& entry : after.entries) {
            const auto* old = before.find(entry.key);
            if (old != nullptr) {
                compare(below(path, entry.key), *old, entry.value);
            } else {
                changes_.push_back(
                    {below(path, entry.key), "", flow_text(entry.value), {}, entry.key_range});
            }
        }
        for (const auto& entry : before.entries) {
            if (after.find(entry.key) != nullptr) continue;
            changes_.push_back(
                {below(path, entry.key), flow_text(entry.value), "", entry.key_range, {}});
        }
    }

    std::vector<NodeChange> changes_;
};

}  // namespace

std::string flow_text(const Node& node, std::size_t most) {
    auto text = whole_text(node);
    if (text.size() <= most) return text;
    auto end = most - 1;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
    return text.substr(0, end) + "…";
}

std::vector<NodeChange> diff_nodes(const Node& before, const Node& after) {
    Differ differ;
    differ.compare("", before, after);
    return differ.take();
}

}  // namespace sim
