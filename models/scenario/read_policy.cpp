#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "models/scenario/merge.hpp"
#include "models/scenario/policy_reader.hpp"
#include "models/scenario/reading.hpp"
#include "sim/core/did_you_mean.hpp"
#include "sim/yaml/parameters.hpp"

namespace models {

using sim::MapReader;
using sim::Node;

namespace {

constexpr auto kHints = std::to_array<sim::KeyHint>({
    {"max_retries", "retries", "It counts additional tries."},
    {"maxRetries", "retries", "It counts additional tries."},
    {"maxAttempts", "retries", "It counts additional tries: one less than the attempts."},
    {"max_attempts", "retries", "It counts additional tries: one less than the attempts."},
    {"attempts", "retries", "It counts additional tries: one less than the attempts."},
    {"retry", "retries", "It counts additional tries."},
    {"budget", "retryBudget", ""},
    {"attemptTimeout", "perTryTimeout", ""},
    {"loadBalancer", "loadBalancing", ""},
    {"breaker", "circuitBreaker", ""},
    {"concurrencyLimit", "bulkhead", "A service's own limit is `concurrencyLimit`."},
    {"connectionPool", "pool", ""},
});

}  // namespace

namespace {

/// `callee` or `caller->callee`, whatever the names are.
bool is_call_name(std::string_view key) {
    const std::size_t arrow = key.find("->");
    if (arrow == std::string_view::npos) return !key.empty();
    return arrow > 0 && arrow + 2 < key.size() &&
           key.find("->", arrow + 2) == std::string_view::npos;
}

}  // namespace

std::span<const sim::KeyHint> policy_key_hints() { return kHints; }

bool is_policy_key(std::string_view key) {
    static const std::vector<sim::ParameterDoc> keys = sim::list_parameters<CallPolicy>();
    const auto is_it = [&](const sim::ParameterDoc& doc) { return doc.key == key; };
    return key == "preset" || std::any_of(keys.begin(), keys.end(), is_it);
}

CallPolicy take_policy(MapReader& reader, PolicyPart part) {
    CallPolicy policy;
    sim::ParameterReader parameters(reader, part == PolicyPart::layer);
    policy.parameters(parameters);
    reader.take("preset");  // expand_presets.hpp has looked at it
    return policy;
}

CallPolicy read_policy(const Node& node, sim::Diagnostics& diagnostics, std::string context,
                       PolicyPart part) {
    MapReader reader(node, diagnostics, std::move(context));
    const CallPolicy policy = take_policy(reader, part);
    reader.finish(kHints);
    return policy;
}

std::vector<PolicyFor> read_policy_for(const Node& node, Reading& reading) {
    std::vector<PolicyFor> layers;
    for (const sim::MapEntry& entry : sim::read_entries(node, reading.diagnostics, "callees")) {
        PolicyFor layer;
        layer.place = entry.key_range;
        if (!is_call_name(entry.key)) {
            sim::report_key(reading.diagnostics, entry,
                            fmt::format("expected `callee` or `caller->callee`, found {}",
                                        sim::quote(entry.key)),
                            "both are names of services; a caller may be a customer group");
            continue;
        }
        const std::size_t arrow = entry.key.find("->");
        layer.callee = arrow == std::string::npos ? entry.key : entry.key.substr(arrow + 2);
        if (arrow != std::string::npos) layer.caller = entry.key.substr(0, arrow);
        layer.settings = entry.value;
        read_policy(entry.value, reading.diagnostics, "policyFor `" + entry.key + "`",
                    PolicyPart::layer);
        layers.push_back(std::move(layer));
    }
    return layers;
}

std::vector<StrategySpec> read_strategies(const Node& node, Reading& reading) {
    std::vector<StrategySpec> strategies;
    for (const sim::MapEntry& entry : sim::read_entries(node, reading.diagnostics, "strategies")) {
        if (!sim::check_key_name(entry, reading.diagnostics, "a strategy")) continue;
        StrategySpec strategy;
        strategy.name = {entry.key, entry.key_range};
        MapReader reader(entry.value, reading.diagnostics, "strategy `" + entry.key + "`");
        take_policy(reader, PolicyPart::layer);
        if (const Node* layers = reader.take("policyFor")) {
            strategy.policy_for = read_policy_for(*layers, reading);
        }
        if (const Node* set = reader.take("set")) {
            strategy.set = *set;
            sim::read_entries(*set, reading.diagnostics, "paths");
        }
        if (const Node* expect = reader.take("expect")) {
            strategy.expect = read_expected_rules(*expect, reading.diagnostics);
        }
        reader.finish(kHints);
        strategy.policy = entry.value;
        strategy.policy.kind = Node::Kind::map;
        remove_key(strategy.policy, "policyFor");
        remove_key(strategy.policy, "set");
        remove_key(strategy.policy, "expect");
        strategies.push_back(std::move(strategy));
    }
    return strategies;
}

}  // namespace models
