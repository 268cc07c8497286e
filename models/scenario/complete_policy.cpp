// What was not written of call settings, from their declarations.
#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "models/policy/call_policy.hpp"
#include "models/policy/policy_families.hpp"
#include "models/scenario/complete.hpp"
#include "models/scenario/merge.hpp"
#include "sim/core/assert.hpp"
#include "sim/yaml/load.hpp"
#include "sim/yaml/parameters.hpp"

namespace models {

using sim::MapEntry;
using sim::Node;

namespace {

const std::vector<sim::ParameterDoc>& policy_docs() {
    static const auto docs = sim::list_parameters<CallPolicy>();
    return docs;
}

/// What declarations say, worked out once: every scenario that is loaded asks for all of it.
class Declarations {
  public:
    using KindLister = std::vector<sim::KindDoc> (*)();

    Declarations() {
        collect(policy_docs());
        for (const PolicyFamily& family : service_families()) collect(family.kinds);
    }

    [[nodiscard]] const std::vector<sim::KindDoc>& kinds_of(KindLister lister) const {
        const auto found = kinds_.find(lister);
        SIM_ASSERT(found != kinds_.end());
        return found->second;
    }

    /// A default as its declaration writes it: `20s`, `[timeout, reset]`, `{base: 1s}`.
    [[nodiscard]] Node default_node(const std::string& text) const {
        const auto found = defaults_.find(text);
        return found == defaults_.end() ? scalar_node(text) : found->second;
    }

  private:
    void collect(const std::vector<sim::ParameterDoc>& docs) {
        for (const sim::ParameterDoc& doc : docs) {
            if (doc.otherwise.starts_with('[') || doc.otherwise.starts_with('{')) {
                defaults_.emplace(doc.otherwise, parsed(doc.otherwise));
            }
            collect(doc.nested);
            if (doc.kinds != nullptr) collect(doc.kinds);
        }
    }

    void collect(KindLister lister) {
        if (kinds_.contains(lister)) return;
        const auto place = kinds_.emplace(lister, lister()).first;
        for (const sim::KindDoc& kind : place->second) collect(kind.parameters);
    }

    static Node parsed(const std::string& text) {
        sim::SourceMap sources;
        sim::Diagnostics diagnostics;
        auto root = sim::load_text(sources, diagnostics, "default", "value: " + text);
        SIM_ASSERT(root && !diagnostics.has_errors());
        Node value = *root->find("value");
        clear_places(value);
        return value;
    }

    std::map<KindLister, std::vector<sim::KindDoc>> kinds_;  ///< looked up, never gone through
    std::map<std::string, Node> defaults_;
};

const Declarations& declarations() {
    static const Declarations instance;
    return instance;
}

void fill_map(Node& map, const std::vector<sim::ParameterDoc>& docs);

const sim::KindDoc* find_kind(const std::vector<sim::KindDoc>& kinds, std::string_view name) {
    for (const sim::KindDoc& kind : kinds) {
        if (kind.name == name) return &kind;
    }
    return nullptr;
}

/// The value of a parameter that is there: what it does not say inside.
void fill_value(Node& value, const sim::ParameterDoc& doc) {
    if (doc.kinds == nullptr) {
        if (value.is_map()) fill_map(value, doc.nested);
        return;
    }
    if (value.is_scalar() && value.text == "none") return;
    const auto& kinds = declarations().kinds_of(doc.kinds);
    // `10%` is short for `{percent: 10%}`, and `envoy` for `{kind: envoy}`.
    const bool is_kind = value.is_scalar() && find_kind(kinds, value.text) != nullptr;
    if (is_kind) {
        Node map = map_node();
        map.range = value.range;
        map.alias = value.alias;
        put(map, "kind", value);
        value = std::move(map);
    } else if (value.is_scalar()) {
        value = sim::detail::long_form_of(value, doc.family.short_key);
    }
    if (!value.is_map()) return;
    if (!doc.family.default_kind.empty()) put_default(value, "kind", doc.family.default_kind);
    const Node* name = value.find("kind");
    const sim::KindDoc* kind = name == nullptr ? nullptr : find_kind(kinds, name->text);
    if (kind != nullptr) fill_map(value, kind->parameters);
}

void fill_map(Node& map, const std::vector<sim::ParameterDoc>& docs) {
    for (const sim::ParameterDoc& doc : docs) {
        if (map.find(doc.key) == nullptr && !doc.otherwise.empty()) {
            put(map, doc.key, declarations().default_node(doc.otherwise));
        }
        if (Node* value = find_value(map, doc.key)) fill_value(*value, doc);
    }
}

std::string_view kind_in(const Node& map) {
    const Node* kind = map.find("kind");
    return kind != nullptr && kind->is_scalar() ? std::string_view(kind->text) : "";
}

/// Whether the value of an upper layer is laid over a map, key by key, so that what it does not say
/// is decided below.
bool is_laid_over(const Node& upper, const Node* lower) {
    if (lower == nullptr || !lower->is_map() || !upper.is_map()) return false;
    return kind_in(upper).empty() || kind_in(upper) == kind_in(*lower);
}

}  // namespace

const Node& built_in_policy() {
    static const Node policy = [] {
        Node map = map_node();
        fill_map(map, policy_docs());
        return map;
    }();
    return policy;
}

void fill_policy(Node& policy) { fill_map(policy, policy_docs()); }

void fill_layer(Node& layer, const std::vector<const Node*>& below) {
    for (const sim::ParameterDoc& doc : policy_docs()) {
        Node* value = find_value(layer, doc.key);
        if (value == nullptr) continue;
        const auto lies_under = [&](const Node* lower) {
            return is_laid_over(*value, lower->find(doc.key));
        };
        if (std::none_of(below.begin(), below.end(), lies_under)) fill_value(*value, doc);
    }
}

void fill_service(Node& service) {
    for (MapEntry& entry : service.entries) {
        const PolicyFamily* family = find_service_family(entry.key);
        if (family == nullptr) continue;
        sim::ParameterDoc doc;
        doc.kinds = family->kinds;
        doc.family = family->options;
        fill_value(entry.value, doc);
        remove_key(entry.value, "scope");  // each replica has its own
    }
}

}  // namespace models
