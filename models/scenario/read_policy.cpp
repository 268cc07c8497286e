#include <algorithm>
#include <array>
#include <utility>

#include "models/scenario/merge.hpp"
#include "models/scenario/policy_reader.hpp"
#include "models/scenario/reading.hpp"
#include "sim/yaml/read_variant.hpp"
#include "sim/yaml/scalars.hpp"

namespace models {

using sim::MapReader;
using sim::Node;

namespace {

constexpr int kMaxRetries = 100;

constexpr std::array<std::string_view, 17> kPolicyKeys = {
    "timeout",  "perTryTimeout",    "connectTimeout", "retries",  "retryOn", "backoff",
    "hedge",    "retryBudget",      "loadBalancing",  "deadline", "cancel",  "circuitBreaker",
    "bulkhead", "outlierDetection", "rateLimit",      "fallback", "preset"};

constexpr std::array<sim::KeyHint, 11> kHints = {{
    {"preset", "", kPlanned},
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
}};

/// Backoffs that POLICIES.md names and that are no kinds of ours yet.
constexpr std::array<sim::KeyHint, 6> kBackoffHints = {{
    {"fixed", "constant", ""},
    {"linear", "", kPlanned},
    {"decorrelated", "", "write `{jitter: decorrelated}`"},
    {"full", "", "write `{jitter: full}`"},
    {"envoy", "", kPlanned},
    {"polly", "", kPlanned},
}};

/// `none`: forever.
sim::Duration take_timeout(MapReader& reader, std::string_view key) {
    const Node* node = reader.take(key);
    if (node == nullptr || (node->is_scalar() && node->text == "none")) return sim::kForever;
    return sim::read_duration(*node, reader.diagnostics(), {sim::Duration{1}, sim::kForever})
        .value_or(sim::kForever);
}

RetryOn read_retry_on(const Node& node, sim::Diagnostics& diagnostics) {
    RetryOn set;
    if (node.is_null()) {
        sim::report(diagnostics, node, "`retryOn` has no value", "write `[]` to retry nothing");
    }
    for (const Node& item : sim::read_list_or_one(node)) {
        const auto condition =
            sim::read_enum<RetryCondition>(item, diagnostics, "retryOn condition",
                                           {{"timeout", RetryCondition::timeout},
                                            {"connect-failure", RetryCondition::connect_failure},
                                            {"503", RetryCondition::status_503},
                                            {"429", RetryCondition::status_429},
                                            {"reset", RetryCondition::reset},
                                            {"error", RetryCondition::error},
                                            {"5xx", RetryCondition::status_5xx}});
        if (condition) set.add(*condition);
    }
    return set;
}

std::optional<RetryBudget> read_budget(const Node& node, sim::Diagnostics& diagnostics) {
    if (node.is_scalar() && node.text == "none") return std::nullopt;
    if (node.is_scalar()) {
        const auto percent = sim::read_percent(node, diagnostics, {0, 10, true});
        WindowedTokensBudget budget;
        budget.percent = percent.value_or(budget.percent);
        return budget;
    }
    sim::VariantOptions options;
    options.default_kind = WindowedTokensBudget::name;
    return sim::read_variant<RetryBudget>(node, diagnostics, "retryBudget", options);
}

Backoff read_backoff(const Node& node, sim::Diagnostics& diagnostics) {
    sim::VariantOptions options;
    options.default_kind = ExponentialBackoff::name;
    options.kind_hints = kBackoffHints;
    return sim::read_variant<Backoff>(node, diagnostics, "backoff", options)
        .value_or(Backoff{ExponentialBackoff{}});
}

int read_retries(const Node& node, sim::Diagnostics& diagnostics) {
    return static_cast<int>(sim::read_count(node, diagnostics, {0, kMaxRetries}).value_or(0));
}

LoadBalancing read_load_balancing(const Node& node, sim::Diagnostics& diagnostics) {
    return sim::read_enum<LoadBalancing>(node, diagnostics, "loadBalancing",
                                         {{"leastRequest", LoadBalancing::least_request},
                                          {"roundRobin", LoadBalancing::round_robin},
                                          {"random", LoadBalancing::random}})
        .value_or(LoadBalancing::least_request);
}

}  // namespace

std::span<const sim::KeyHint> policy_key_hints() { return kHints; }

bool is_policy_key(std::string_view key) {
    return std::find(kPolicyKeys.begin(), kPolicyKeys.end(), key) != kPolicyKeys.end();
}

CallPolicy take_policy(MapReader& reader) {
    CallPolicy policy;
    sim::Diagnostics& diagnostics = reader.diagnostics();
    policy.timeout = take_timeout(reader, "timeout");
    policy.per_try_timeout = take_timeout(reader, "perTryTimeout");
    if (const Node* node = reader.take("retries"))
        policy.retries = read_retries(*node, diagnostics);
    if (const Node* node = reader.take("retryOn")) {
        policy.retry_on = read_retry_on(*node, diagnostics);
    }
    if (const Node* node = reader.take("backoff"))
        policy.backoff = read_backoff(*node, diagnostics);
    if (const Node* node = reader.take("retryBudget")) {
        policy.retry_budget = read_budget(*node, diagnostics);
    }
    if (const Node* node = reader.take("loadBalancing")) {
        policy.load_balancing = read_load_balancing(*node, diagnostics);
    }
    for (const std::string_view key :
         {"connectTimeout", "deadline", "cancel", "hedge", "circuitBreaker", "outlierDetection",
          "bulkhead", "rateLimit", "fallback"}) {
        takes_only(reader, key, "none");
    }
    return policy;
}

CallPolicy read_policy(const Node& node, sim::Diagnostics& diagnostics, std::string context) {
    MapReader reader(node, diagnostics, std::move(context));
    const CallPolicy policy = take_policy(reader);
    reader.finish(kHints);
    return policy;
}

std::vector<PolicyFor> read_policy_for(const Node& node, Reading& reading) {
    std::vector<PolicyFor> layers;
    for (const sim::MapEntry& entry : sim::read_entries(node, reading.diagnostics, "callees")) {
        PolicyFor layer;
        layer.place = entry.key_range;
        const std::size_t arrow = entry.key.find("->");
        layer.callee = arrow == std::string::npos ? entry.key : entry.key.substr(arrow + 2);
        if (arrow != std::string::npos) layer.caller = entry.key.substr(0, arrow);
        layer.settings = entry.value;
        read_policy(entry.value, reading.diagnostics, "policyFor `" + entry.key + "`");
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
        take_policy(reader);
        if (const Node* layers = reader.take("policyFor")) {
            strategy.policy_for = read_policy_for(*layers, reading);
        }
        if (const Node* set = reader.take("set")) {
            strategy.set = *set;
            sim::read_entries(*set, reading.diagnostics, "paths");
        }
        reader.finish(kHints);
        strategy.policy = entry.value;
        strategy.policy.kind = Node::Kind::map;
        remove_key(strategy.policy, "policyFor");
        remove_key(strategy.policy, "set");
        strategies.push_back(std::move(strategy));
    }
    return strategies;
}

}  // namespace models
