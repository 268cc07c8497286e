#include <fmt/format.h>

#include <array>

#include "models/scenario/merge.hpp"
#include "models/scenario/reading.hpp"
#include "sim/yaml/read_variant.hpp"
#include "sim/yaml/scalars.hpp"

namespace models {

using sim::MapEntry;
using sim::MapReader;
using sim::Node;

namespace {

constexpr sim::Duration kMaxTime = sim::whole_seconds(std::int64_t{100} * 365 * 86'400);
constexpr std::string_view kEffects =
    "write `effect: down`, `effect: crash`, `effect: {slow: 5x}`, `effect: {delay: 200ms}` or "
    "`effect: {errors: 30%}`";

/// The one number of an effect that has one: `effect: {slow: 5x}`, or `slow: 5x` beside the target.
struct ShortEffect {
    std::string_view kind;
    std::string_view key;  ///< of the long form `{kind: slow, factor: 5x}`
    std::string_view example;
};
constexpr std::array<ShortEffect, 3> kShortEffects = {
    {{"slow", "factor", "5x"}, {"delay", "delay", "200ms"}, {"errors", "share", "30%"}}};

constexpr std::array<sim::KeyHint, 9> kEffectHints = {{{"pause", "", kPlanned},
                                                       {"outage", "down", ""},
                                                       {"dark", "down", ""},
                                                       {"kill", "crash", ""},
                                                       {"latency", "delay", ""},
                                                       {"error", "errors", ""},
                                                       {"partition", "", kPlanned},
                                                       {"loss", "", kPlanned},
                                                       {"slower", "slow", ""}}};

/// `{kind: slow, factor: 5x}` for `slow` and `5x`, with their places.
Node long_form(const ShortEffect& effect, const Node& value, sim::SourceRange place) {
    Node kind = scalar_node(effect.kind);
    kind.range = place;
    Node map = map_node();
    map.range = value.range;
    put(map, "kind", std::move(kind));
    put(map, effect.key, value);
    return map;
}

std::optional<FaultEffect> read_effect(const Node& node, sim::Diagnostics& diagnostics) {
    for (const ShortEffect& effect : kShortEffects) {
        if (node.is_scalar() && node.text == effect.kind) {
            sim::report(diagnostics, node, fmt::format("effect `{}` needs a number", effect.kind),
                        fmt::format("write `effect: {{{}: {}}}`", effect.kind, effect.example));
            return std::nullopt;
        }
        if (node.is_map() && node.entries.size() == 1 && node.entries[0].key == effect.kind) {
            const MapEntry& only = node.entries[0];
            return sim::read_variant<FaultEffect>(long_form(effect, only.value, only.key_range),
                                                  diagnostics, "effect");
        }
    }
    if (node.is_map() && node.entries.size() == 1 && node.find("kind") == nullptr) {
        sim::report_key(diagnostics, node.entries[0],
                        fmt::format("unknown effect {}", sim::quote(node.entries[0].key)),
                        std::string(kEffects));
        return std::nullopt;
    }
    sim::VariantOptions options;
    options.kind_hints = kEffectHints;
    return sim::read_variant<FaultEffect>(node, diagnostics, "effect", options);
}

/// `effect:`, or the short keys beside the target. Exactly one of them.
std::optional<FaultEffect> take_effect(MapReader& reader, const MapEntry& fault) {
    sim::Diagnostics& diagnostics = reader.diagnostics();
    const MapEntry* first = reader.take_entry("effect");
    std::optional<FaultEffect> effect;
    if (first != nullptr) effect = read_effect(first->value, diagnostics);
    for (const ShortEffect& kind : kShortEffects) {
        const MapEntry* entry = reader.take_entry(kind.kind);
        if (entry == nullptr) continue;
        if (first != nullptr) {
            diagnostics.add({sim::Severity::error, entry->key_range,
                             fmt::format("fault `{}` has two effects", fault.key),
                             "write two faults with the same `at` and `for`", first->key_range,
                             "the other one"});
            continue;
        }
        first = entry;
        effect = sim::read_variant<FaultEffect>(long_form(kind, entry->value, entry->key_range),
                                                diagnostics, "effect");
    }
    if (first == nullptr && reader.valid()) {
        sim::report_key(diagnostics, fault, fmt::format("fault `{}` needs `effect`", fault.key),
                        std::string(kEffects));
    }
    return effect;
}

void read_replicas(const Node& node, FaultTargetSpec& target, sim::Diagnostics& diagnostics) {
    MapReader reader(node, diagnostics, "replicas");
    if (const Node* value = reader.require("service")) {
        target.service = read_placed_name(*value, diagnostics, "a service");
    }
    if (const Node* value = reader.take("zone")) {
        target.zone = read_placed_name(*value, diagnostics, "a zone");
    }
    const Node* count = reader.take("count");
    const Node* share = reader.take("share");
    if (count != nullptr) {
        target.count = static_cast<std::uint32_t>(
            sim::read_count(*count, diagnostics, {1, 1'000'000}).value_or(1));
    }
    if (share != nullptr) {
        target.share = sim::read_percent(*share, diagnostics, {0, 1, true}).value_or(1.0);
    }
    if ((count == nullptr) == (share == nullptr) && reader.valid()) {
        reader.error("replicas need `count` or `share`, one of them",
                     "write `replicas: {service: payment, count: 2}`");
    }
    reader.finish();
}

void read_call_target(const Node& node, FaultTargetSpec& target, sim::Diagnostics& diagnostics) {
    MapReader reader(node, diagnostics, "call");
    const Node* from = reader.require("from");
    const Node* to = reader.require("to");
    reader.finish();
    if (from == nullptr || to == nullptr) return;
    const auto caller = read_placed_name(*from, diagnostics, "a service");
    const auto callee = read_placed_name(*to, diagnostics, "a service");
    if (caller && callee) target.call = {*caller, *callee};
}

/// What may stand together: a service and a zone or region that narrows it; everything else alone.
void check_target(const MapReader& reader, const MapEntry& fault) {
    const Node& node = reader.node();
    std::vector<const MapEntry*> places;
    std::vector<const MapEntry*> others;
    for (const MapEntry& entry : node.entries) {
        if (entry.key == "zone" || entry.key == "region") places.push_back(&entry);
        if (entry.key == "service" || entry.key == "replica" || entry.key == "replicas" ||
            entry.key == "call") {
            others.push_back(&entry);
        }
    }
    sim::Diagnostics& diagnostics = reader.diagnostics();
    if (places.empty() && others.empty() && reader.valid()) {
        sim::report_key(diagnostics, fault, fmt::format("fault `{}` strikes nothing", fault.key),
                        "name its target: `zone: eu-1`, `region: eu`, `service: payment`, "
                        "`replicas: {service: payment, count: 2}` or `call: {from: a, to: b}`");
    }
    std::vector<const MapEntry*> all = others;
    const bool narrowed = others.size() == 1 && others[0]->key == "service" && places.size() == 1;
    if (!narrowed) all.insert(all.end(), places.begin(), places.end());
    if (all.size() < 2) return;
    diagnostics.add({sim::Severity::error, all[1]->key_range,
                     fmt::format("fault `{}` has two targets, `{}` and `{}`", fault.key,
                                 all[0]->key, all[1]->key),
                     "write two faults with the same `at` and `for`", all[0]->key_range,
                     "the other one"});
}

void take_target(MapReader& reader, const MapEntry& fault, FaultTargetSpec& target) {
    sim::Diagnostics& diagnostics = reader.diagnostics();
    const auto name = [&](std::string_view key, std::string_view what) {
        const Node* node = reader.take(key);
        return node == nullptr ? std::optional<Name>() : read_placed_name(*node, diagnostics, what);
    };
    target.zone = name("zone", "a zone");
    target.region = name("region", "a region");
    target.service = name("service", "a service");
    if (const Node* node = reader.take("replica")) {
        const auto text =
            sim::read_string(*node, diagnostics, "a replica such as `payment/eu-1/0`");
        if (text) target.replica = Name{*text, node->range};
    }
    if (const Node* node = reader.take("replicas")) read_replicas(*node, target, diagnostics);
    if (const Node* node = reader.take("call")) read_call_target(*node, target, diagnostics);
    check_target(reader, fault);
}

FaultSpec read_fault(const MapEntry& entry, Reading& reading) {
    sim::Diagnostics& diagnostics = reading.diagnostics;
    FaultSpec fault;
    fault.name = {entry.key, entry.key_range};
    MapReader reader(entry.value, diagnostics, fmt::format("fault `{}`", entry.key));
    const auto time = [&](std::string_view key, std::string_view example, sim::Duration min) {
        const Node* node = reader.take(key);
        if (node == nullptr && reader.valid()) {
            sim::report_key(diagnostics, entry,
                            fmt::format("fault `{}` needs `{}`", entry.key, key),
                            fmt::format("times count from the end of the warm-up: `{}`", example));
        }
        if (node == nullptr) return min;
        return sim::read_duration(*node, diagnostics, {min, kMaxTime}).value_or(min);
    };
    fault.at = sim::SimTime{time("at", "at: 3m", sim::Duration{0}).ns};
    fault.duration = time("for", "for: 1m", sim::Duration{1});
    take_target(reader, entry, fault.target);
    if (const auto effect = take_effect(reader, entry)) fault.effect = *effect;
    std::vector<sim::KeyHint> hints;
    for (const std::string_view key :
         {"every", "mtbf", "mttr", "monkey", "link", "share", "with", "affects", "visibleTo"}) {
        hints.push_back({key, "", kPlanned});
    }
    hints.push_back({"duration", "for", ""});
    hints.push_back({"start", "at", ""});
    hints.push_back({"target", "", "name the target by its kind: `zone: eu-1` or `service: cart`"});
    reader.finish(hints);
    return fault;
}

}  // namespace

std::vector<FaultSpec> read_faults(const Node& node, Reading& reading) {
    std::vector<FaultSpec> faults;
    for (const MapEntry& entry : sim::read_entries(node, reading.diagnostics, "faults")) {
        if (!sim::check_key_name(entry, reading.diagnostics, "a fault")) continue;
        faults.push_back(read_fault(entry, reading));
    }
    return faults;
}

}  // namespace models
