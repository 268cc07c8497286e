#include "models/scenario/override.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>
#include <utility>
#include <vector>

#include "models/policy/policy_families.hpp"
#include "models/scenario/merge.hpp"
#include "models/scenario/preset_catalog.hpp"
#include "models/scenario/read_actions.hpp"
#include "models/scenario/wildcard.hpp"
#include "sim/core/did_you_mean.hpp"

namespace models {

using sim::MapEntry;
using sim::Node;
using sim::SourceRange;

namespace {

/// Sections whose keys are names of the user's, and what one of them is called.
constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kNamed = {
    {{"services", "service"},
     {"workload", "customer group"},
     {"strategies", "strategy"},
     {"faults", "fault"},
     {"actions", "action"},
     {"regions", "region"},
     {"slos", "SLO"}}};

/// Keys whose bare value is short for a map with that value under another key.
constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kLongKeys = {
    {{"queueOrder", "kind"},
     {"retryAfter", "mode"},
     {"earlyRefresh", "kind"},
     {"errors", "share"}}};

/// Under which key the bare value of a key goes into its map: `preset` for `envoy` under `backoff`,
/// `percent` for `10%` under `retryBudget`. Empty: it is short for nothing.
std::string_view long_key(std::string_view key, const std::string& text, bool of_service) {
    for (const auto& [name, inner] : kLongKeys) {
        if (name == key) return inner;
    }
    const std::string_view presets =
        of_service ? preset_family_of_service_key(key) : preset_family_of_policy_key(key);
    if (!presets.empty() && find_preset(presets, text) != nullptr) return "preset";
    const PolicyFamily* family = of_service ? find_service_family(key) : find_policy_family(key);
    if (family == nullptr) return {};
    if (sim::detail::is_numeric(text)) return family->options.short_key;
    return "kind";
}

/// A scalar as the map that it is short for, so that a path may go into it.
bool open_scalar(Node& node, std::string_view key, bool of_service) {
    Node map = map_node();
    map.range = node.range;
    map.alias = node.alias;
    if (node.text != "none") {
        const auto inner = long_key(key, node.text, of_service);
        if (inner.empty()) return false;
        put(map, inner, node);
    }
    node = std::move(map);
    return true;
}

/// One walk from the root to the place of a path. Names may hold dots, so at each map the longest
/// key that fits is taken.
class PathWalk {
  public:
    PathWalk(std::string_view path, SourceRange place, sim::Diagnostics& diagnostics)
        : rest_(path), place_(place), diagnostics_(diagnostics) {}

    bool put_at(Node& root, Node value) {
        Node* node = &root;
        removes_ = value.is_scalar() && value.text == "none";
        while (true) {
            if (node->is_null()) node->kind = Node::Kind::map;
            open(*node);
            if (node->is_list()) {
                node = item_of(*node);
            } else if (node->is_map()) {
                node = entry_of(*node);
            } else {
                fail(fmt::format("{} is a single value: there is no {} in it", walked(),
                                 sim::quote(rest_)),
                     fmt::format("set {} as a whole", walked()));
                return false;
            }
            if (node == nullptr) return false;
            if (rest_.empty()) break;
        }
        *node = std::move(value);
        return true;
    }

  private:
    void fail(std::string message, std::string hint) {
        diagnostics_.error(place_, std::move(message), std::move(hint));
    }

    [[nodiscard]] std::string walked() const { return sim::quote(walked_); }

    /// What is written short becomes the map that the path goes on in: `backoff: envoy`, a call by
    /// its name, an endpoint that is just its calls.
    void open(Node& node) {
        const bool of_service = depth_ == 3 && section_ == "services";
        const bool of_defaults = depth_ == 2 && section_ == "defaults";
        if (node.is_scalar() && section_ == "actions" && depth_ == 3) {
            open_action_part(node);
        } else if (node.is_scalar() && in_list_ && section_ == "services") {
            Node call = map_node();
            call.range = node.range;
            put(call, "call", node);
            node = std::move(call);
        } else if (node.is_scalar()) {
            open_scalar(node, last_, of_service || of_defaults);
        } else if (node.is_list() && depth_ == 4 && section_ == "services" && !rest_.empty() &&
                   (rest_[0] < '0' || rest_[0] > '9')) {
            Node endpoint = map_node();
            endpoint.range = node.range;
            put(endpoint, "calls", node);
            node = std::move(endpoint);
        }
    }

    /// `shed: 50%` and `when: "checkout.success < 50%"`.
    void open_action_part(Node& node) {
        std::string_view main = last_ == "when" || last_ == "until" ? "condition" : "";
        for (const ActionForm& form : action_forms()) {
            if (form.kind == last_) main = form.main;
        }
        if (main.empty()) return;
        Node map = map_node();
        map.range = node.range;
        put(map, main, node);
        node = std::move(map);
    }

    void step(std::size_t length, bool in_list = false) {
        if (!walked_.empty()) walked_ += '.';
        last_ = rest_.substr(0, length);
        if (depth_ == 0) section_ = last_;
        in_list_ = in_list;
        walked_ += last_;
        rest_.remove_prefix(std::min(rest_.size(), length + 1));
        ++depth_;
    }

    Node* item_of(Node& list) {
        const std::string_view word = rest_.substr(0, rest_.find('.'));
        std::size_t index = 0;
        const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), index);
        if (error != std::errc{} || end != word.data() + word.size() ||
            index >= list.items.size()) {
            fail(fmt::format("{} has no item {}", walked(), sim::quote(word)),
                 list.items.empty()
                     ? "the list is empty: set it as a whole"
                     : fmt::format("items are numbered from 0 to {}", list.items.size() - 1));
            return nullptr;
        }
        step(word.size(), true);
        return &list.items[index];
    }

    Node* entry_of(Node& map) {
        MapEntry* best = nullptr;
        for (MapEntry& entry : map.entries) {
            const bool fits =
                rest_ == entry.key ||
                (rest_.starts_with(entry.key) && rest_.substr(entry.key.size()).starts_with('.'));
            if (fits && (best == nullptr || entry.key.size() > best->key.size())) best = &entry;
        }
        if (best == nullptr) return new_entry(map);
        step(best->key.size());
        if (rest_.empty()) best->key_range = place_;
        return &best->value;
    }

    Node* new_entry(Node& map) {
        const std::string_view word = rest_.substr(0, rest_.find('.'));
        if (word.empty()) {
            fail("the path has an empty part", "write names with single dots between them");
            return nullptr;
        }
        const bool takes_away = removes_ && section_ == "actions";
        const bool goes_on = word.size() < rest_.size();
        if (depth_ == 1 && (goes_on || takes_away) && refuse_new_name(map, word)) return nullptr;
        Node fresh;
        fresh.range = place_;
        map.entries.push_back({std::string(word), place_, std::move(fresh)});
        step(word.size());
        return &map.entries.back().value;
    }

    /// A typing mistake in a service's name must not become a service.
    bool refuse_new_name(const Node& map, std::string_view word) {
        for (const auto& [section, what] : kNamed) {
            if (walked_ != section) continue;
            std::vector<std::string_view> known;
            for (const MapEntry& entry : map.entries) known.push_back(entry.key);
            fail(fmt::format("unknown {} {}", what, sim::quote(word)),
                 sim::did_you_mean_hint(word, known));
            return true;
        }
        return false;
    }

    std::string_view rest_;
    std::string walked_;
    std::string_view last_;     ///< the part walked last
    std::string_view section_;  ///< the first part
    bool removes_ = false;      ///< the value is `none`
    bool in_list_ = false;      ///< the last part was a number
    int depth_ = 0;
    SourceRange place_;
    sim::Diagnostics& diagnostics_;
};

void move_to_file(Node& node, std::uint32_t from, std::uint32_t to) {
    const auto move = [&](SourceRange& range) {
        if (range.file == from) range.file = to;
    };
    move(node.range);
    move(node.alias);
    for (Node& item : node.items) move_to_file(item, from, to);
    for (MapEntry& entry : node.entries) {
        move(entry.key_range);
        move_to_file(entry.value, from, to);
    }
}

/// `10,20` of what takes several values: commas outside of brackets and quotes.
bool has_commas(std::string_view text) {
    int depth = 0;
    char quote = 0;
    for (const char c : text) {
        if (quote != 0) {
            if (c == quote) quote = 0;
        } else if (c == '\'' || c == '"') {
            quote = c;
        } else if (c == '[' || c == '{') {
            ++depth;
        } else if (c == ']' || c == '}') {
            --depth;
        } else if (c == ',' && depth == 0) {
            return true;
        }
    }
    return false;
}

/// Parses the value with spaces where the path is, so that places fit the whole argument. Values
/// with commas get their brackets, the first in the place of the `=`.
std::optional<Node> parse_value(const AssignmentOption& option, const std::string& argument,
                                std::size_t equals, const sim::LoadLimits& limits,
                                sim::SourceMap& sources, std::uint32_t argument_file,
                                sim::Diagnostics& diagnostics) {
    const bool several = option.takes_lists && has_commas(argument.substr(equals + 1));
    std::string padded;
    for (std::size_t i = 0; i <= equals; ++i) {
        const bool continuation = (static_cast<unsigned char>(argument[i]) & 0xC0U) == 0x80U;
        if (!continuation) padded += ' ';
    }
    if (several) padded.back() = '[';
    padded += argument.substr(equals + 1);
    if (several) padded += ']';
    const std::string_view value = std::string_view(padded).substr(padded.find_first_not_of(' '));
    if (value == "null" || value == "~") {  // a file of nothing else would count as empty
        Node nothing;
        nothing.range = sources.range(argument_file, argument.size() - value.size(), value.size());
        return nothing;
    }
    const std::uint32_t own_file = sources.file_count() + 1;
    auto node = sim::load_text(sources, diagnostics, std::string(option.name), padded, limits);
    if (node) move_to_file(*node, own_file, argument_file);
    return node;
}

}  // namespace

std::optional<MapEntry> read_assignment(const AssignmentOption& option, const std::string& argument,
                                        const sim::LoadLimits& limits, sim::SourceMap& sources,
                                        sim::Diagnostics& diagnostics) {
    const std::uint32_t file = sources.add(std::string(option.name), argument);
    const std::size_t equals = argument.find('=');
    const auto hint = fmt::format("write `{} {}`", option.name, option.example);
    if (equals == std::string::npos || equals == 0) {
        diagnostics.error(sources.range(file, 0, argument.size()),
                          fmt::format("expected `path=value`, found {}", sim::quote(argument)),
                          hint);
        return std::nullopt;
    }
    const SourceRange place = sources.range(file, 0, equals);
    if (argument.find_first_not_of(" \t", equals + 1) == std::string::npos) {
        diagnostics.error(place, "there is no value after `=`", hint);
        return std::nullopt;
    }
    auto value = parse_value(option, argument, equals, limits, sources, file, diagnostics);
    if (!value) return std::nullopt;
    return MapEntry{argument.substr(0, equals), place, std::move(*value)};
}

void apply_override(Node& root, const std::string& argument, const sim::LoadLimits& limits,
                    sim::SourceMap& sources, sim::Diagnostics& diagnostics) {
    constexpr AssignmentOption kSet{"--set", "services.payment.queue=50", false};
    const auto setting = read_assignment(kSet, argument, limits, sources, diagnostics);
    if (setting) apply_entry(root, *setting, diagnostics);
}

void apply_entry(Node& root, const MapEntry& setting, sim::Diagnostics& diagnostics) {
    if (!has_wildcard(setting.key)) {
        PathWalk(setting.key, setting.key_range, diagnostics).put_at(root, setting.value);
        return;
    }
    const auto paths = expand_wildcards(root, setting.key);
    if (paths.empty()) {
        diagnostics.error(setting.key_range,
                          fmt::format("{} matches nothing", sim::quote(setting.key)),
                          "`*` stands for every name there: `workload.*.rate` for the rates of all "
                          "groups that have one");
    }
    for (const std::string& path : paths) {
        PathWalk(path, setting.key_range, diagnostics).put_at(root, setting.value);
    }
}

void apply_setting(Node& root, const MapEntry& setting, sim::Diagnostics& diagnostics) {
    constexpr std::array<std::string_view, 7> kAllowed = {
        "services", "network", "workload", "policy", "policyFor", "regions", "actions"};
    const std::string_view section = std::string_view(setting.key).substr(0, setting.key.find('.'));
    if (std::find(kAllowed.begin(), kAllowed.end(), section) == kAllowed.end()) {
        sim::report_key(diagnostics, setting,
                        fmt::format("a strategy cannot set {}", sim::quote(setting.key)),
                        section == "defaults"
                            ? "set it where it is used: `services.NAME.queue`"
                            : fmt::format("it can set paths under {}", fmt::join(kAllowed, ", ")));
        return;
    }
    apply_entry(root, setting, diagnostics);
}

}  // namespace models
