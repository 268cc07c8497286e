#include "sim/yaml/expand.hpp"

#include <fmt/format.h>

#include <map>
#include <set>
#include <utility>

namespace sim {
namespace {

class Expander {
  public:
    Expander(const RawTree& tree, const SourceMap& sources, std::uint32_t file,
             const LoadLimits& limits, Diagnostics& diagnostics)
        : tree_(tree), sources_(sources), file_(file), limits_(limits), diagnostics_(diagnostics) {}

    /// `alias` is the outermost alias on the way here, `depth` the number of enclosing collections.
    Node expand(std::uint32_t index, SourceRange alias, std::size_t depth) {
        const RawNode& raw = tree_.nodes[index];
        if (raw.kind == RawNode::Kind::alias) {
            return expand(raw.target, alias.has_place() ? alias : range_of(raw), depth);
        }
        Node node;
        node.range = range_of(raw);
        node.alias = alias;
        if (!within_limits(node, depth + (is_collection(raw) ? 1 : 0))) return node;
        switch (raw.kind) {
            case RawNode::Kind::alias:
            case RawNode::Kind::null:
                break;
            case RawNode::Kind::scalar:
                node.kind = Node::Kind::scalar;
                node.quoted = raw.quoted;
                node.guess = raw.guess;
                node.text = raw.text;
                break;
            case RawNode::Kind::list:
                node.kind = Node::Kind::list;
                for (const auto child : raw.children) {
                    if (failed_) break;
                    node.items.push_back(expand(child, alias, depth + 1));
                }
                break;
            case RawNode::Kind::map:
                expand_map(raw, node, depth);
                break;
        }
        return node;
    }

    [[nodiscard]] bool failed() const { return failed_; }

  private:
    struct Pair {
        const RawNode* key;
        std::uint32_t value;
    };
    /// The keys that a map has so far: its own, with their first place, and those merged in.
    struct Keys {
        std::map<std::string_view, const RawNode*> own;
        std::set<std::string, std::less<>> merged;
    };

    [[nodiscard]] static bool is_collection(const RawNode& raw) {
        return raw.kind == RawNode::Kind::list || raw.kind == RawNode::Kind::map;
    }
    [[nodiscard]] static bool is_merge(const RawNode& key) {
        return !key.quoted && key.text == "<<";
    }
    [[nodiscard]] SourceRange range_of(const RawNode& raw) const {
        return sources_.range(file_, raw.offset, raw.length);
    }

    bool within_limits(const Node& node, std::size_t depth) {
        if (failed_) return false;
        const bool too_many = ++values_ > limits_.values;
        if (!too_many && depth <= limits_.depth) return true;
        failed_ = true;
        const SourceRange place = node.alias.has_place() ? node.alias : node.range;
        const std::string_view when =
            node.alias.has_place() ? " once the aliases are written out" : "";
        if (too_many) {
            diagnostics_.error(
                place, fmt::format("more than {} values{}, the limit", limits_.values, when),
                fmt::format("raise it with `--limit values={}`", 10 * limits_.values));
        } else {
            diagnostics_.error(
                place,
                fmt::format("lists and maps are nested more than {} deep{}, the limit",
                            limits_.depth, when),
                fmt::format("raise it with `--limit depth={}`", 2 * limits_.depth));
        }
        return false;
    }

    /// The scalar that a key is, following an alias; null after an error.
    const RawNode* key_of(std::uint32_t index) {
        const RawNode* key = &tree_.nodes[index];
        const SourceRange place = range_of(*key);
        if (key->kind == RawNode::Kind::alias) key = &tree_.nodes[key->target];
        switch (key->kind) {
            case RawNode::Kind::scalar:
                return key;
            case RawNode::Kind::alias:
            case RawNode::Kind::null:
                diagnostics_.error(place, "a key is missing before the `:`");
                return nullptr;
            case RawNode::Kind::list:
            case RawNode::Kind::map:
                break;
        }
        diagnostics_.error(place, "a key must be a single word, not a list or a map");
        return nullptr;
    }

    /// The pairs whose key is good and first of its name.
    std::vector<Pair> unique_pairs(const RawNode& raw, Keys& keys) {
        std::vector<Pair> pairs;
        for (std::size_t i = 0; i + 1 < raw.children.size(); i += 2) {
            const RawNode* key = key_of(raw.children[i]);
            if (key == nullptr) continue;
            const auto [first, is_new] = keys.own.emplace(key->text, key);
            if (is_new) {
                pairs.push_back({key, raw.children[i + 1]});
                continue;
            }
            diagnostics_.add(
                {Severity::error, range_of(tree_.nodes[raw.children[i]]),
                 fmt::format("duplicate key {}", quote(key->text)),
                 is_merge(*key) ? "merge several maps with `<<: [*a, *b]`" : "keep one of the two",
                 range_of(*first->second), "first written here"});
        }
        return pairs;
    }

    void expand_map(const RawNode& raw, Node& node, std::size_t depth) {
        node.kind = Node::Kind::map;
        Keys keys;
        for (const Pair& pair : unique_pairs(raw, keys)) {
            if (failed_) return;
            Node value = expand(pair.value, node.alias, depth + 1);
            if (is_merge(*pair.key)) {
                merge(value, keys, node);
            } else {
                node.entries.push_back({pair.key->text, range_of(*pair.key), std::move(value)});
            }
        }
    }

    /// Adds the entries of `<<` that are neither own keys nor merged before.
    void merge(Node& source, Keys& keys, Node& node) {
        if (source.is_list()) {
            for (Node& item : source.items) {
                if (item.is_map()) {
                    merge(item, keys, node);
                } else {
                    report_merge(item);
                }
            }
            return;
        }
        if (!source.is_map()) return report_merge(source);
        for (MapEntry& entry : source.entries) {
            const bool is_new =
                keys.own.count(entry.key) == 0 && keys.merged.insert(entry.key).second;
            if (is_new) node.entries.push_back(std::move(entry));
        }
    }

    void report_merge(const Node& source) {
        if (failed_) return;
        report(diagnostics_, source,
               fmt::format("`<<` merges a map or a list of maps, found {}", describe(source)));
    }

    const RawTree& tree_;
    const SourceMap& sources_;
    std::uint32_t file_;
    LoadLimits limits_;
    Diagnostics& diagnostics_;
    std::size_t values_ = 0;
    bool failed_ = false;
};

}  // namespace

std::optional<Node> expand(const RawTree& tree, const SourceMap& sources, std::uint32_t file,
                           const LoadLimits& limits, Diagnostics& diagnostics) {
    Expander expander(tree, sources, file, limits, diagnostics);
    Node root = expander.expand(0, {}, 0);
    if (expander.failed()) return std::nullopt;
    return root;
}

}  // namespace sim
