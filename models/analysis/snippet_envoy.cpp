#include <algorithm>

#include <fmt/format.h>

#include "models/analysis/snippet.hpp"

namespace models {

namespace {

/// Durations of protocol buffers are seconds.
std::string seconds_of(sim::Duration duration) { return fmt::format("{:g}s", duration.seconds()); }

std::string retry_policy(const CallPolicy& policy) {
    std::string text = fmt::format(
        "      retry_policy:\n        retry_on: \"{}\"\n"
        "        num_retries: {}\n",
        envoy_retry_on(policy.retry_on), policy.retries);
    if (policy.retry_on.has(RetryCondition::status_429)) {
        text += "        retriable_status_codes: [429]\n";
    }
    if (policy.per_try_timeout != sim::kForever) {
        text += fmt::format("        per_try_timeout: {}\n", seconds_of(policy.per_try_timeout));
    }
    const auto backoff = shape_of(policy.backoff);
    if (backoff.base.ns == 0) {
        text += "        # without retry_back_off Envoy waits up to 25 ms before the first retry\n";
    } else {
        text += fmt::format(
            "        retry_back_off:  # doubles, fully jittered{}\n"
            "          base_interval: {}\n",
            backoff.exact ? "" : "; the nearest to the policy's own kind",
            seconds_of(backoff.base));
        if (backoff.max != sim::kForever) {
            text += fmt::format("          max_interval: {}\n",
                                seconds_of(std::max(backoff.base, backoff.max)));
        }
    }
    if (policy.avoid_previous_hosts) {
        text +=
            "        retry_host_predicate:\n"
            "        - name: envoy.retry_host_predicates.previous_hosts\n"
            "          typed_config:\n"
            "            \"@type\": type.googleapis.com/envoy.extensions.retry.host."
            "previous_hosts.v3.PreviousHostsPredicate\n";
    }
    return text;
}

std::string thresholds(const CallPolicy& policy) {
    std::string text;
    if (const auto share = budget_share(policy)) {
        text += fmt::format(
            "      retry_budget:  # of requests under way, not of calls in a time\n"
            "        budget_percent: {{value: {:g}}}\n"
            "        min_retry_concurrency: 3\n",
            100 * *share);
    }
    if (policy.circuit_breaker) {
        if (const auto* one = std::get_if<ConcurrencyLimits>(&*policy.circuit_breaker)) {
            text += fmt::format(
                "      max_connections: {}\n      max_pending_requests: {}\n"
                "      max_requests: {}\n",
                one->max_connections, one->max_pending, one->max_requests);
            if (!policy.retry_budget)
                text += fmt::format("      max_retries: {}\n", one->max_retries);
        }
    }
    if (text.empty()) return "";
    return "  circuit_breakers:\n    thresholds:\n    - priority: DEFAULT\n" + text;
}

std::string call_text(const SnippetCall& call) {
    const auto& policy = call.policy;
    std::string text = fmt::format(
        "  - match: {{prefix: \"/\"}}  # {} → {}\n    route:\n"
        "      cluster: {}\n",
        call.caller, call.callee, call.callee);
    text += policy.timeout == sim::kForever
                ? std::string("      timeout: 0s\n")
                : fmt::format("      timeout: {}\n", seconds_of(policy.timeout));
    if (policy.retries > 0) text += retry_policy(policy);
    return text;
}

std::string cluster_text(const SnippetCall& call) {
    const auto& policy = call.policy;
    auto text = fmt::format("- name: {}\n", call.callee);
    if (policy.connect_timeout != sim::kForever) {
        text += fmt::format("  connect_timeout: {}\n", seconds_of(policy.connect_timeout));
    }
    text += thresholds(policy);
    if (policy.circuit_breaker &&
        !std::holds_alternative<ConcurrencyLimits>(*policy.circuit_breaker)) {
        text += "  # circuitBreaker: Envoy has none with states; outlier_detection ejects hosts\n";
    }
    if (policy.bulkhead) text += "  # bulkhead: max_requests of the thresholds is the nearest\n";
    return text + comment_on_rest(policy, "  ");
}

}  // namespace

std::string envoy_snippet(const std::vector<SnippetCall>& calls) {
    std::string text;
    for (const auto& call : calls) {
        text += fmt::format(
            "{}virtual_hosts:  # in the Envoy of {}\n- name: {}\n"
            "  domains: [\"{}\"]\n  routes:\n{}clusters:\n{}",
            text.empty() ? "" : "---\n", call.caller, call.callee, call.callee, call_text(call),
            cluster_text(call));
    }
    return text;
}

}  // namespace models
