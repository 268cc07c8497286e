#include "models/scenario/fault_catalog.hpp"
#include "models/scenario/merge.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "models/fault/catalogue_text.hpp"
#include "models/scenario/read_effect.hpp"
#include "sim/core/assert.hpp"
#include "sim/yaml/load.hpp"
#include "sim/yaml/write_yaml.hpp"

namespace models {

using sim::MapEntry;
using sim::Node;

namespace {

constexpr std::array<FaultFamily, 16> kFamilies = {{
    {"instance", "one machine or process"},
    {"service", "what a service answers"},
    {"edge", "the calls of one service to another"},
    {"link", "packets between two places"},
    {"zone", "zones and regions"},
    {"dns", "names"},
    {"datastore", "databases and brokers"},
    {"deploy", "versions and configuration"},
    {"load", "customers"},
    {"clock", "clocks and certificates"},
    {"gremlin", "the attacks of Gremlin"},
    {"toxiproxy", "the toxics of Toxiproxy"},
    {"simianArmy", "the monkeys of the Simian Army"},
    {"netem", "tc netem and iptables"},
    {"chaosMesh", "Chaos Mesh"},
    {"istio", "Istio and Envoy"},
}};

std::string text_of(const Node& map, std::string_view key) {
    const Node* node = map.find(key);
    return node == nullptr ? std::string() : node->text;
}

FaultParameter parameter_of(const MapEntry& entry) {
    FaultParameter parameter;
    parameter.key = entry.key;
    parameter.type = text_of(entry.value, "type");
    parameter.otherwise = text_of(entry.value, "default");
    parameter.summary = text_of(entry.value, "is");
    if (const Node* values = entry.value.find("values")) {
        for (const MapEntry& value : values->entries) {
            parameter.values.emplace_back(value.key, value.value.text);
        }
    }
    return parameter;
}

NamedFault fault_of(const std::string& family, const MapEntry& entry) {
    NamedFault fault;
    fault.family = family;
    fault.name = entry.key;
    const Node& node = entry.value;
    fault.summary = text_of(node, "is");
    fault.needs = text_of(node, "needs");
    fault.instead = text_of(node, "instead");
    fault.strikes = text_of(node, "strikes");
    fault.note = text_of(node, "note");
    if (const Node* tools = node.find("tools")) {
        for (const Node& tool : tools->items) fault.tools.push_back(tool.text);
    }
    if (const Node* parameters = node.find("parameters")) {
        for (const MapEntry& one : parameters->entries) {
            fault.parameters.push_back(parameter_of(one));
        }
    }
    if (const Node* effects = node.find("effects")) fault.effects = effects->items;
    if (const Node* target = node.find("target")) fault.target = *target;
    if (const Node* schedule = node.find("schedule")) fault.schedule = *schedule;
    if (const Node* sample = node.find("try")) fault.sample = *sample;
    return fault;
}

struct Catalogue {
    std::vector<NamedFault> faults;

    Catalogue() {
        sim::SourceMap sources;
        sim::Diagnostics diagnostics;
        auto root = sim::load_text(sources, diagnostics, "catalogue.yaml",
                                   std::string(fault_catalogue_text()));
        SIM_ASSERT(root && !diagnostics.has_errors());
        clear_places(*root);
        for (const MapEntry& family : root->entries) {
            for (const MapEntry& entry : family.value.entries) {
                faults.push_back(fault_of(family.key, entry));
            }
        }
    }
};

const Catalogue& catalogue() {
    static const Catalogue instance;
    return instance;
}

Node map_with(std::string_view key, std::string_view text) {
    Node value;
    value.kind = Node::Kind::scalar;
    value.text = text;
    Node map;
    map.kind = Node::Kind::map;
    map.entries.push_back({std::string(key), {}, std::move(value)});
    return map;
}

/// The value of `effect` in the example.
Node sample_of(const NamedFault& fault) {
    Node written = map_with("preset", fault.name);
    if (!fault.sample.is_map()) return written.entries[0].value;
    for (const MapEntry& entry : fault.sample.entries) {
        Node value = entry.value;
        const FaultParameter* parameter = fault.parameter(entry.key);
        if (parameter != nullptr && parameter->type == "shares") {  // written as its text
            sim::SourceMap sources;
            sim::Diagnostics diagnostics;
            auto read = sim::load_text(sources, diagnostics, "sample", value.text);
            SIM_ASSERT(read);
            value = std::move(*read);
        }
        written.entries.push_back({entry.key, {}, std::move(value)});
    }
    clear_places(written);
    return written;
}

}  // namespace

const FaultParameter* NamedFault::parameter(std::string_view key) const {
    const auto found = std::find_if(parameters.begin(), parameters.end(),
                                    [&](const FaultParameter& one) { return one.key == key; });
    return found == parameters.end() ? nullptr : &*found;
}

std::span<const FaultFamily> fault_families() { return kFamilies; }

std::span<const NamedFault> named_faults() { return catalogue().faults; }

const NamedFault* find_named_fault(std::string_view name) {
    for (const NamedFault& fault : named_faults()) {
        if (fault.name == name) return &fault;
    }
    return nullptr;
}

std::vector<std::string_view> fault_names() {
    std::vector<std::string_view> names;
    for (const NamedFault& fault : named_faults()) {
        if (fault.usable()) names.push_back(fault.name);
    }
    return names;
}

std::string fault_example(const NamedFault& fault) {
    return fmt::format("example: {{at: 3m, for: 1m, {}, effect: {}}}", fault.strikes,
                       write_flow(sample_of(fault)));
}

std::vector<std::string> fault_effects(const NamedFault& fault) {
    sim::Diagnostics diagnostics;
    const auto expansion = fill_in(fault, sample_of(fault), diagnostics);
    SIM_ASSERT(expansion);
    std::vector<std::string> texts;
    for (const Node& effect : expansion->effects) texts.push_back(write_flow(effect));
    return texts;
}

}  // namespace models
