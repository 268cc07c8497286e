#include <fmt/format.h>

#include <array>

#include "models/scenario/merge.hpp"
#include "models/scenario/policy_reader.hpp"
#include "models/scenario/reading.hpp"
#include "sim/yaml/scalars.hpp"

namespace models {

using sim::MapEntry;
using sim::MapReader;
using sim::Node;

namespace {

constexpr std::uint32_t kMaxTimes = 1000;
constexpr std::string_view kOptional = " (optional)";
constexpr std::string_view kShapes =
    "write `name`, `name.endpoint`, `name (optional)` or a map `{call: name, …}`";

/// `stock`, `stock.reserve` or `stock (optional)`.
std::optional<CallEntry> read_short_call(const Node& node, sim::Diagnostics& diagnostics) {
    CallEntry call;
    std::string_view text = node.text;
    if (text.ends_with(kOptional)) {
        call.optional = true;
        text.remove_suffix(kOptional.size());
    }
    if (!sim::is_name(text)) {
        sim::report(diagnostics, node, fmt::format("{} is no call", sim::describe(node)),
                    std::string(kShapes));
        return std::nullopt;
    }
    call.service = {std::string(text), node.range};
    return call;
}

void read_long_keys(MapReader& reader, CallEntry& call) {
    sim::Diagnostics& diagnostics = reader.diagnostics();
    if (const Node* node = reader.take("optional")) {
        call.optional = sim::read_bool(*node, diagnostics).value_or(false);
    }
    if (const Node* node = reader.take("probability")) {
        call.probability = sim::read_percent(*node, diagnostics, {0, 1, true}).value_or(1.0);
    }
    if (const Node* node = reader.take("times")) {
        call.times = static_cast<std::uint32_t>(
            sim::read_count(*node, diagnostics, {1, kMaxTimes}).value_or(1));
    }
    take_policy(reader, PolicyPart::layer);
    call.policy = map_node();
    call.policy.range = reader.node().range;
    for (const MapEntry& entry : reader.node().entries) {
        if (is_policy_key(entry.key)) call.policy.entries.push_back(entry);
    }
    reader.finish(policy_key_hints());
}

std::optional<CallEntry> read_call(const Node& node, sim::Diagnostics& diagnostics) {
    if (node.is_scalar()) return read_short_call(node, diagnostics);
    if (!node.is_map()) {
        sim::report(diagnostics, node,
                    fmt::format("expected a call, found {}", sim::describe(node)),
                    node.is_list() ? "an inner list runs in parallel; it cannot hold another list"
                                   : std::string(kShapes));
        return std::nullopt;
    }
    MapReader reader(node, diagnostics, "call");
    const Node* target = reader.require("call");
    std::optional<CallEntry> call;
    if (target != nullptr) {
        if (target->is_scalar()) {
            call = read_short_call(*target, diagnostics);
        } else {
            sim::report(diagnostics, *target,
                        fmt::format("expected a call, found {}", sim::describe(*target)),
                        std::string(kShapes));
        }
    }
    CallEntry rest;
    read_long_keys(reader, rest);
    if (!call) return std::nullopt;
    rest.service = call->service;
    rest.optional = rest.optional || call->optional;
    return rest;
}

}  // namespace

std::vector<std::vector<CallEntry>> read_calls(const Node& node, Reading& reading) {
    std::vector<std::vector<CallEntry>> steps;
    for (const Node& item : sim::read_list(node, reading.diagnostics, "calls")) {
        std::vector<CallEntry> step;
        const std::span<const Node> calls =
            item.is_list() ? std::span<const Node>(item.items) : std::span<const Node>(&item, 1);
        for (const Node& inner : calls) {
            if (auto call = read_call(inner, reading.diagnostics)) step.push_back(std::move(*call));
        }
        if (!step.empty()) steps.push_back(std::move(step));
    }
    return steps;
}

}  // namespace models
