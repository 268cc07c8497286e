#include "sim/yaml/node_diff.hpp"

#include <utility>

#include "sim/yaml/write_yaml.hpp"

namespace sim {

namespace {

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
        if (write_flow(before) == write_flow(after)) return;
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
    // A word is shown as it was written; inside of others it has to be told from them.
    auto text = node.is_scalar() ? (node.guess ? "~" : "") + node.text : write_flow(node);
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
