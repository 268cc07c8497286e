#include <fmt/format.h>

#include <array>

#include "models/scenario/merge.hpp"
#include "models/scenario/read_effect.hpp"
#include "models/scenario/read_schedule.hpp"
#include "models/scenario/reading.hpp"
#include "sim/yaml/scalars.hpp"

namespace models {

using sim::MapEntry;
using sim::MapReader;
using sim::Node;

namespace {

/// Effects that may stand beside the target: `slow: 5x`.
constexpr std::array<std::string_view, 3> kBeside = {"slow", "delay", "errors"};

/// `effect:`, or one of the short keys beside the target. Exactly one of them.
std::optional<ReadEffects> take_effect(MapReader& reader, const MapEntry& fault) {
    sim::Diagnostics& diagnostics = reader.diagnostics();
    const MapEntry* first = reader.take_entry("effect");
    std::optional<ReadEffects> effect;
    if (first != nullptr) effect = read_effects(first->value, diagnostics);
    for (const std::string_view kind : kBeside) {
        const MapEntry* entry = reader.take_entry(kind);
        if (entry == nullptr) continue;
        if (first != nullptr) {
            diagnostics.add({sim::Severity::error, entry->key_range,
                             fmt::format("fault `{}` has two effects", fault.key),
                             "write two faults with the same `at` and `for`", first->key_range,
                             "the other one"});
            continue;
        }
        first = entry;
        Node map = map_node();
        map.range = entry->value.range;
        map.entries.push_back(*entry);
        effect = read_effects(map, diagnostics);
    }
    const bool has_own = reader.node().is_map() && reader.node().find("monkey") != nullptr;
    if (first == nullptr && reader.valid() && !has_own) {
        sim::report_key(diagnostics, fault, fmt::format("fault `{}` needs `effect`", fault.key),
                        std::string(kEffectExamples));
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

/// A service or a group of customers, and a service.
void read_call_target(const Node& node, FaultTargetSpec& target, sim::Diagnostics& diagnostics) {
    MapReader reader(node, diagnostics, "call");
    const Node* from = reader.require("from");
    const Node* to = reader.require("to");
    const Node* endpoint = reader.take("endpoint");
    reader.finish();
    if (from == nullptr || to == nullptr) return;
    const auto caller = read_placed_name(*from, diagnostics, "a service or a group of customers");
    const auto callee = read_placed_name(*to, diagnostics, "a service");
    if (!caller || !callee) return;
    target.call = CallTargetSpec{*caller, *callee, std::nullopt};
    if (endpoint != nullptr) {
        target.call->endpoint = read_placed_name(*endpoint, diagnostics, "an endpoint");
    }
}

void read_link_target(const Node& node, FaultTargetSpec& target, sim::Diagnostics& diagnostics) {
    constexpr std::string_view kPlace = "a zone, a region, a service or a group of customers";
    MapReader reader(node, diagnostics, "link");
    const Node* from = reader.require("from");
    const Node* to = reader.require("to");
    LinkTargetSpec link;
    if (const Node* direction = reader.take("direction")) {
        const auto read = sim::read_enum<bool>(*direction, diagnostics, "direction",
                                               {{"both", true}, {"to", false}});
        link.both = read.value_or(true);
    }
    reader.finish();
    if (from == nullptr || to == nullptr) return;
    const auto one = read_placed_name(*from, diagnostics, kPlace);
    const auto other = read_placed_name(*to, diagnostics, kPlace);
    if (!one || !other) return;
    link.from = *one;
    link.to = *other;
    target.link = link;
}

/// `share` and `sticky` beside the target.
void take_share(MapReader& reader, FaultTargetSpec& target) {
    sim::Diagnostics& diagnostics = reader.diagnostics();
    const MapEntry* share = reader.take_entry("share");
    const MapEntry* sticky = reader.take_entry("sticky");
    const MapEntry* first = share != nullptr ? share : sticky;
    if (first != nullptr) target.share_place = first->key_range;
    if (share != nullptr) {
        target.traffic_share =
            sim::read_percent(share->value, diagnostics, {0, 1, true}).value_or(1);
    }
    if (sticky != nullptr) {
        target.sticky = sim::read_bool(sticky->value, diagnostics).value_or(false);
    }
}

/// What may stand together: a service and a zone or region that narrows it; everything else alone.
void check_target(const MapReader& reader, const MapEntry& fault) {
    const Node& node = reader.node();
    std::vector<const MapEntry*> places;
    std::vector<const MapEntry*> others;
    for (const MapEntry& entry : node.entries) {
        if (entry.key == "zone" || entry.key == "region") places.push_back(&entry);
        if (entry.key == "service" || entry.key == "replica" || entry.key == "replicas" ||
            entry.key == "call" || entry.key == "link" || entry.key == "group" ||
            entry.key == "label") {
            others.push_back(&entry);
        }
    }
    sim::Diagnostics& diagnostics = reader.diagnostics();
    const bool has_own = node.is_map() && node.find("monkey") != nullptr;
    if (places.empty() && others.empty() && reader.valid() && !has_own) {
        sim::report_key(diagnostics, fault, fmt::format("fault `{}` strikes nothing", fault.key),
                        "name its target: `zone: eu-1`, `region: eu`, `service: payment`, "
                        "`replicas: {service: payment, count: 2}`, `label: java`, "
                        "`call: {from: a, to: b}`, `link: {from: eu-1, to: eu-2}` or `group: "
                        "shoppers`");
    }
    std::vector<const MapEntry*> all = others;
    const bool narrowed = others.size() == 1 && places.size() == 1 &&
                          (others[0]->key == "service" || others[0]->key == "label");
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
    if (const Node* node = reader.take("link")) read_link_target(*node, target, diagnostics);
    target.group = name("group", "a group of customers");
    target.label = name("label", "a label of services");
    take_share(reader, target);
    check_target(reader, fault);
}

/// `affects: {controlPlane: true}`: what else the fault takes with it.
void read_affects(const Node& node, FaultSpec& fault, sim::Diagnostics& diagnostics) {
    MapReader reader(node, diagnostics, "affects");
    if (const MapEntry* entry = reader.take_entry("controlPlane")) {
        if (sim::read_bool(entry->value, diagnostics).value_or(false)) {
            fault.takes_control = entry->key_range;
        }
    }
    reader.finish({{"tooling", "", kPlanned}});
}

/// What is written beside the target counts for more than what the fault's name says.
void take_parts(const ReadEffects& read, FaultSpec& fault) {
    fault.effects = read.effects;
    fault.target.border = read.border;
    if (fault.target.share_place) return;
    fault.target.traffic_share = read.share.value_or(1);
    fault.target.sticky = read.sticky;
}

/// `at` and `for` are then the time in which it comes and goes.
void let_flap(const Flapping& flapping, const MapEntry& entry, FaultSpec& fault,
              sim::Diagnostics& diagnostics) {
    if (fault.recurrence) {
        sim::report_key(diagnostics, entry,
                        fmt::format("fault `{}` has two schedules: its effect comes and goes by "
                                    "itself",
                                    entry.key),
                        "write `at` and `for` alone: the time in which it does");
        return;
    }
    EverySchedule every;
    every.every = sim::saturated_add(flapping.down, flapping.up);
    every.length = flapping.down;
    RecurrenceSpec again;
    again.schedule = every;
    again.begins_written = true;
    again.until = sim::saturated_add(fault.at, fault.duration);
    fault.recurrence = std::move(again);
    fault.flaps = true;
}

/// Who notices, beside those whom it hurts.
void read_visibility(const Node& node, FaultSpec& fault, sim::Diagnostics& diagnostics) {
    MapReader reader(node, diagnostics, "visibleTo");
    if (const Node* value = reader.require("healthCheck")) {
        fault.seen_by_checks = sim::read_bool(*value, diagnostics).value_or(true);
    }
    reader.finish();
}

FaultSpec read_fault(const MapEntry& entry, Reading& reading) {
    sim::Diagnostics& diagnostics = reading.diagnostics;
    FaultSpec fault;
    fault.name = {entry.key, entry.key_range};
    MapReader reader(entry.value, diagnostics, fmt::format("fault `{}`", entry.key));
    take_schedule(reader, entry, fault);
    take_target(reader, entry, fault.target);
    if (const auto read = take_effect(reader, entry)) {
        take_parts(*read, fault);
        if (read->flapping) let_flap(*read->flapping, entry, fault, diagnostics);
    }
    if (const Node* node = reader.take("affects")) read_affects(*node, fault, diagnostics);
    if (const Node* node = reader.take("visibleTo")) read_visibility(*node, fault, diagnostics);
    std::vector<sim::KeyHint> hints = {
        {"with", "",
         "write two faults with the same `at` and `for`; chance failures of one cause "
         "share a `correlation`"}};
    add_schedule_hints(fault, hints);
    hints.push_back({"duration", "for", ""});
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
