#include <fmt/format.h>

#include "models/analysis/snippet.hpp"

namespace models {

namespace {

std::string retries_of(const CallPolicy& policy) {
    std::string text = fmt::format("    retries:\n      attempts: {}\n", policy.retries);
    if (policy.retries == 0) return text;
    if (policy.per_try_timeout != sim::kForever) {
        text += fmt::format("      perTryTimeout: {}\n", time_text(policy.per_try_timeout));
    }
    auto conditions = envoy_retry_on(policy.retry_on);
    if (policy.retry_on.has(RetryCondition::status_429)) conditions += ",429";
    text += fmt::format("      retryOn: \"{}\"\n", conditions);
    const auto backoff = shape_of(policy.backoff);
    if (backoff.base.ns > 0) {
        text +=
            fmt::format("      backoff: {}  # the base: it doubles, up to ten times, jittered\n",
                        time_text(backoff.base));
    } else {
        text += "      # without backoff Istio waits from 25 ms on, doubling\n";
    }
    return text;
}

std::string virtual_service(const SnippetCall& call) {
    auto text = fmt::format(
        "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata:\n"
        "  name: {0}\nspec:\n  hosts: [{0}]\n  http:\n"
        "  - route:\n    - destination: {{host: {0}}}\n",
        call.callee);
    if (call.policy.timeout != sim::kForever) {
        text += fmt::format("    timeout: {}\n", time_text(call.policy.timeout));
    }
    return text + retries_of(call.policy);
}

std::string traffic_policy(const CallPolicy& policy) {
    std::string text;
    if (const auto share = budget_share(policy)) {
        text += fmt::format(
            "    retryBudget:  # of requests under way, not of calls in a time\n"
            "      percent: {:g}\n      minRetryConcurrency: 3\n",
            100 * *share);
    }
    if (policy.connect_timeout != sim::kForever) {
        text += fmt::format("    connectionPool:\n      tcp:\n        connectTimeout: {}\n",
                            time_text(policy.connect_timeout));
    }
    return text;
}

std::string destination_rule(const SnippetCall& call) {
    const auto& policy = call.policy;
    auto rules = traffic_policy(policy);
    std::string rest;
    if (policy.circuit_breaker) {
        rest += "  # circuitBreaker: Istio has limits (connectionPool) and outlierDetection\n";
    }
    if (policy.bulkhead) rest += "  # bulkhead: connectionPool.http.http2MaxRequests is near\n";
    rest += comment_on_rest(policy, "  ");
    if (rules.empty()) return rest;
    return fmt::format(
        "---\napiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata:\n"
        "  name: {0}\nspec:\n  host: {0}\n  trafficPolicy:\n{1}{2}",
        call.callee, rules, rest);
}

}  // namespace

std::string istio_snippet(const std::vector<SnippetCall>& calls) {
    std::string text;
    for (const auto& call : calls) {
        text += fmt::format("{}# {} → {}\n{}{}", text.empty() ? "" : "---\n", call.caller,
                            call.callee, virtual_service(call), destination_rule(call));
    }
    return text;
}

}  // namespace models
