#include "models/scenario/expand_presets.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/policy/policy_families.hpp"
#include "models/scenario/merge.hpp"
#include "sim/core/assert.hpp"
#include "sim/core/did_you_mean.hpp"
#include "sim/yaml/load.hpp"
#include "sim/yaml/write_yaml.hpp"

namespace models {

using sim::MapEntry;
using sim::Node;

namespace {

void set_alias(Node& node, sim::SourceRange alias) {
    node.alias = alias;
    for (Node& item : node.items) set_alias(item, alias);
    for (MapEntry& entry : node.entries) set_alias(entry.value, alias);
}

sim::SourceRange place_of(const Node& node) {
    if (node.is_list() && !node.items.empty()) return node.items[0].range;
    return node.range;
}

/// Calls `use` for every value of a map of the user's names.
template <class Use>
void for_each_value(Node& root, std::string_view key, Use use) {
    Node* section = find_value(root, key);
    if (section == nullptr || !section->is_map()) return;
    for (MapEntry& entry : section->entries) use(entry.value);
}

/// Drops the entries that `keep`, which may change them, is false for.
template <class Keep>
void filter_entries(Node& map, Keep keep) {
    std::vector<MapEntry> kept;
    kept.reserve(map.entries.size());
    for (MapEntry& entry : map.entries) {
        if (keep(entry)) kept.push_back(std::move(entry));
    }
    map.entries = std::move(kept);
}

bool is_kind(const PolicyFamily& family, std::string_view name) {
    const auto kinds = family.kinds();
    return std::any_of(kinds.begin(), kinds.end(),
                       [&](const sim::KindDoc& kind) { return kind.name == name; });
}

/// A word that may be a name: not `none`, not a number with or without its unit.
bool is_word(const Node& node) {
    return node.is_scalar() && !node.guess && !node.text.empty() && node.text != "none" &&
           !sim::detail::is_numeric(node.text);
}

}  // namespace

void PresetExpander::expand(Node& root) {
    if (Node* policy = find_value(root, "policy")) expand_policy(*policy, Bundle::allowed);
    for_each_value(root, "policyFor", [&](Node& layer) { expand_policy(layer, Bundle::allowed); });
    for_each_value(root, "strategies", [&](Node& strategy) { expand_strategy(strategy); });
    for_each_value(root, "workload", [&](Node& group) {
        if (Node* policy = find_value(group, "policy")) expand_policy(*policy, Bundle::allowed);
    });
    if (Node* defaults = find_value(root, "defaults")) expand_service(*defaults);
    for_each_value(root, "services", [&](Node& service) {
        expand_service(service);
        for_each_value(service, "endpoints", [&](Node& endpoint) { expand_endpoint(endpoint); });
    });
}

void PresetExpander::expand_policy(Node& policy, Bundle bundle) {
    if (!policy.is_map()) return;
    filter_entries(policy, [&](MapEntry& entry) {
        if (entry.key != "preset") {
            return expand_key(entry, KeyOf::policy);
        }
        if (bundle == Bundle::allowed) return expand_bundle(entry, false);
        sim::report_key(diagnostics_, entry, "a call cannot have a `preset` of its own",
                        "write it under `policyFor`, for `callee` or `caller->callee`");
        return false;
    });
}

void PresetExpander::expand_strategy(Node& strategy) {
    expand_policy(strategy, Bundle::allowed);
    for_each_value(strategy, "policyFor",
                   [&](Node& layer) { expand_policy(layer, Bundle::allowed); });
}

void PresetExpander::expand_service(Node& service) {
    if (!service.is_map()) return;
    filter_entries(service, [&](MapEntry& entry) {
        if (entry.key == "preset") return expand_bundle(entry, true);
        return expand_key(entry, KeyOf::service);
    });
}

void PresetExpander::expand_endpoint(Node& endpoint) {
    Node* calls = endpoint.is_list() ? &endpoint : find_value(endpoint, "calls");
    if (calls == nullptr) return;
    for (Node& step : calls->items) {
        expand_call(step);
        for (Node& call : step.items) expand_call(call);
    }
}

void PresetExpander::expand_call(Node& call) { expand_policy(call, Bundle::refused); }

bool PresetExpander::expand_bundle(MapEntry& entry, bool of_service) {
    const Node name = entry.value;
    if (name.is_scalar() && name.text == "none") return true;
    if (!name.is_scalar()) {
        sim::report(diagnostics_, name,
                    fmt::format("expected the name of a preset, found {}", sim::describe(name)),
                    "own keys stand beside it: `{preset: envoy-default, timeout: 1s}`");
        return false;
    }
    const Preset* preset =
        of_service ? find_service_preset(name.text) : find_policy_preset(name.text);
    if (preset == nullptr) {
        report_unknown_name(name, "preset",
                            of_service ? service_preset_names() : policy_preset_names());
        return false;
    }
    entry.value = placed(*preset, name);
    return true;
}

bool PresetExpander::expand_key(MapEntry& entry, KeyOf owner) {
    const bool of_service = owner == KeyOf::service;
    const std::string_view family = of_service ? preset_family_of_service_key(entry.key)
                                               : preset_family_of_policy_key(entry.key);
    const PolicyFamily* rules =
        of_service ? find_service_family(entry.key) : find_policy_family(entry.key);
    if (family.empty()) return true;
    Node& value = entry.value;
    const MapEntry* beside = value.find_entry("preset");
    if (!is_word(value) && beside == nullptr) return true;
    const Node name = beside == nullptr ? value : beside->value;
    const Preset* preset = name.is_scalar() ? find_preset(family, name.text) : nullptr;
    if (preset == nullptr) {
        // What a key without kinds takes, its reader knows.
        if (beside == nullptr && rules == nullptr) return true;
        if (beside == nullptr && is_kind(*rules, name.text)) return true;
        report_unknown_name(name, beside == nullptr ? entry.key : fmt::format("{} preset", family),
                            beside != nullptr ? preset_names(family)
                            : of_service      ? service_key_names(entry.key)
                                              : policy_key_names(entry.key));
        return false;
    }
    // `random` is a kind and a preset that says nothing else.
    const Node* kind = preset->settings.find("kind");
    const bool only_kind = kind != nullptr && preset->settings.entries.size() == 1;
    if (beside == nullptr && only_kind && kind->text == name.text) return true;
    Node settings = placed(*preset, name);
    if (beside != nullptr) {
        remove_key(value, "preset");
        settings = merge_nodes(settings, value);
    }
    value = std::move(settings);
    return true;
}

void PresetExpander::report_unknown_name(const Node& name, std::string_view what,
                                         const std::vector<std::string_view>& known) {
    if (!name.is_scalar()) {
        sim::report(diagnostics_, name,
                    fmt::format("expected the name of a preset, found {}", sim::describe(name)));
        return;
    }
    std::string hint;
    for (const PresetFamily& family : preset_families()) {
        if (find_preset(family.name, name.text) == nullptr) continue;
        hint += fmt::format("{}{}", hint.empty() ? "it is a preset of " : ", ", family.name);
    }
    const auto meant = sim::did_you_mean_hint(name.text, known);
    if (!hint.empty()) {
        hint += fmt::format(": see `firedrill help preset {}`", name.text);
    } else if (!meant.empty()) {
        hint = meant;
    } else {
        hint = what.ends_with("preset") ? "`firedrill help presets` lists them"
                                        : fmt::format("`firedrill help {}` lists them", what);
    }
    sim::report(diagnostics_, name, fmt::format("unknown {} {}", what, sim::quote(name.text)),
                std::move(hint));
}

/// The preset's settings with places in a source of their own.
const Node& PresetExpander::text_of(const Preset& preset) {
    const auto [known, fresh] = texts_.try_emplace({preset.family, preset.name});
    if (!fresh) return known->second;
    sim::Diagnostics diagnostics;
    auto node =
        sim::load_text(sources_, diagnostics, "preset " + preset.name, write_flow(preset.settings));
    SIM_ASSERT(node && !diagnostics.has_errors());
    PresetText text{sources_.file_count(), preset.name, {}};
    for (const PresetFlag& flag : preset.flags) {
        if (const Node* flagged = find_path(*node, flag.path)) {
            text.flags.push_back({place_of(*flagged), flag.reason, flag.unless});
        }
    }
    used_.push_back(std::move(text));
    known->second = std::move(*node);
    return known->second;
}

Node PresetExpander::placed(const Preset& preset, const Node& name) {
    Node node = text_of(preset);
    set_alias(node, name.alias.has_place() ? name.alias : name.range);
    return node;
}

}  // namespace models
