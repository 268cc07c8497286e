#include "models/scenario/read_effect.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "models/scenario/fault_catalog.hpp"
#include "models/scenario/merge.hpp"
#include "models/scenario/reading.hpp"
#include "sim/core/did_you_mean.hpp"
#include "sim/yaml/parameters.hpp"

namespace models {
namespace {

using sim::MapEntry;
using sim::Node;

template <class... Kinds>
std::vector<EffectForm> forms_of(const std::variant<Kinds...>* /*registry*/) {
    return {{Kinds::name, Kinds::spelling, Kinds::example, Kinds::summary}...};
}

constexpr std::array<sim::KeyHint, 9> kKindHints = {{{"outage", "down", ""},
                                                     {"dark", "down", ""},
                                                     {"kill", "crash", ""},
                                                     {"latency", "delay", ""},
                                                     {"error", "errors", ""},
                                                     {"blackhole", "lose", ""},
                                                     {"partition", "lose", ""},
                                                     {"drain", "stop", ""},
                                                     {"slower", "slow", ""}}};

/// `{kind: slow, factor: 5x}` for `{slow: 5x}`, with the places of its parts.
Node long_form(const EffectForm& form, const Node& map) {
    Node result = map_node();
    result.range = map.range;
    for (const MapEntry& entry : map.entries) {
        if (entry.key != form.kind) continue;
        Node kind = scalar_node(form.kind);
        kind.range = entry.key_range;
        put(result, "kind", std::move(kind));
    }
    for (const MapEntry& entry : map.entries) {
        MapEntry copy = entry;
        if (entry.key == form.kind) copy.key = form.spelling.main;
        result.entries.push_back(std::move(copy));
    }
    return result;
}

std::optional<FaultEffect> read_long(const Node& node, sim::Diagnostics& diagnostics) {
    sim::VariantOptions options;
    options.kind_hints = kKindHints;
    auto effect = sim::read_variant<FaultEffect>(node, diagnostics, "effect", options);
    if (!effect) return std::nullopt;
    const auto misfit = sim::misfit_of(*effect);
    if (!misfit) return effect;
    const Node* place = node.is_map() ? node.find(misfit->key) : nullptr;
    sim::report(diagnostics, place != nullptr ? *place : node, misfit->message, misfit->hint);
    return std::nullopt;
}

}  // namespace

const std::vector<EffectForm>& effect_forms() {
    static const auto forms = forms_of(static_cast<const FaultEffect*>(nullptr));
    return forms;
}

namespace {

std::optional<FaultEffect> read_effect(const Node& node, sim::Diagnostics& diagnostics) {
    const auto& forms = effect_forms();
    if (!node.is_map()) {
        for (const EffectForm& form : forms) {
            if (!node.is_scalar() || node.text != form.kind || form.spelling.bare) continue;
            sim::report(diagnostics, node, fmt::format("effect `{}` needs a number", form.kind),
                        fmt::format("write `effect: {}`", form.example));
            return std::nullopt;
        }
        return read_long(node, diagnostics);
    }
    if (node.find("kind") != nullptr || node.entries.empty()) return read_long(node, diagnostics);
    // The first key that is an effect: `delay` is none in `{dns: right, delay: 1s}`.
    for (const MapEntry& entry : node.entries) {
        for (const EffectForm& form : forms) {
            if (form.spelling.main.empty() || entry.key != form.kind) continue;
            return read_long(long_form(form, node), diagnostics);
        }
    }
    const MapEntry& first = node.entries[0];
    sim::report_key(diagnostics, first, fmt::format("unknown effect {}", sim::quote(first.key)),
                    std::string(kEffectExamples));
    return std::nullopt;
}

/// A name with a dot is one of the catalogue, right or wrong.
bool is_fault_name(const Node& node) {
    return node.is_scalar() &&
           (find_named_fault(node.text) != nullptr ||
            (node.text.find('.') != std::string::npos && sim::is_name(node.text)));
}

std::optional<ReadEffects> read_named(const Node& name, const Node& written,
                                      sim::Diagnostics& diagnostics) {
    const NamedFault* fault = name.is_scalar() ? find_named_fault(name.text) : nullptr;
    if (fault == nullptr) {
        const auto hint = sim::did_you_mean_hint(name.text, fault_names());
        sim::report(diagnostics, name, fmt::format("unknown fault {}", sim::describe(name)),
                    hint.empty() ? "`firedrill help faults` lists them" : hint);
        return std::nullopt;
    }
    const auto expansion = expand_fault(*fault, written, diagnostics);
    if (!expansion) return std::nullopt;
    ReadEffects read;
    for (const Node& effect : expansion->effects) {
        const auto one = read_effect(effect, diagnostics);
        if (!one) return std::nullopt;
        read.effects.push_back(*one);
    }
    if (read.effects.empty()) {
        sim::report(diagnostics, written, fmt::format("`{}` changes nothing", fault->name),
                    fmt::format("`firedrill help fault {}` has its parameters", fault->name));
        return std::nullopt;
    }
    read.share = expansion->share;
    read.sticky = expansion->sticky;
    read.border = expansion->border;
    read.flapping = expansion->flapping;
    return read;
}

}  // namespace

namespace {

/// `[deploy, {errors: 10%}]`: all of them at the same times.
std::optional<ReadEffects> read_effect_list(const Node& node, sim::Diagnostics& diagnostics) {
    if (node.items.empty()) {
        sim::report(diagnostics, node, "no effect", std::string(kEffectExamples));
        return std::nullopt;
    }
    ReadEffects all;
    bool good = true;
    for (const Node& item : node.items) {
        const auto one = read_effects(item, diagnostics);
        good = good && one.has_value();
        if (!one) continue;
        all.effects.insert(all.effects.end(), one->effects.begin(), one->effects.end());
        if (one->share) all.share = one->share;
        all.sticky = all.sticky || one->sticky;
        all.border = all.border || one->border;
    }
    return good ? std::optional(all) : std::nullopt;
}

}  // namespace

std::optional<ReadEffects> read_effects(const Node& node, sim::Diagnostics& diagnostics) {
    if (node.is_list()) return read_effect_list(node, diagnostics);
    const Node* preset = node.is_map() ? node.find("preset") : nullptr;
    if (preset != nullptr) return read_named(*preset, node, diagnostics);
    if (is_fault_name(node)) return read_named(node, node, diagnostics);
    auto effect = read_effect(node, diagnostics);
    if (!effect) return std::nullopt;
    ReadEffects read;
    read.effects.push_back(std::move(*effect));
    return read;
}

}  // namespace models
