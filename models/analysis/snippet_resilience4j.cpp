#include <fmt/format.h>

#include "models/analysis/snippet.hpp"

namespace models {

namespace {

std::string retry_text(const SnippetCall& call) {
    const auto& policy = call.policy;
    const auto backoff = shape_of(policy.backoff);
    auto text = fmt::format("      {}:\n        maxAttempts: {}  # the first try counts\n",
                            call.callee, policy.retries + 1);
    if (policy.retries == 0) return text;
    text += fmt::format("        waitDuration: {}\n",
                        backoff.base.ns > 0 ? time_text(backoff.base) : std::string("1ms"));
    if (backoff.factor > 1 && backoff.base.ns > 0) {
        text += fmt::format(
            "        enableExponentialBackoff: true\n"
            "        exponentialBackoffMultiplier: {:g}\n",
            backoff.factor);
        if (backoff.max != sim::kForever) {
            text += fmt::format("        exponentialMaxWaitDuration: {}\n", time_text(backoff.max));
        }
    }
    if (backoff.random) {
        text +=
            "        enableRandomizedWait: true  # give or take half; full jitter is not in it\n"
            "        randomizedWaitFactor: 0.5\n";
    }
    text += "        # retryOn: list the exceptions of your client in retryExceptions\n";
    if (policy.retry_budget) {
        text +=
            "        # retryBudget: resilience4j has none; bound retries in a mesh, or with a "
            "breaker\n";
    }
    return text;
}

std::string limiter_text(const SnippetCall& call) {
    const auto& policy = call.policy;
    const bool per_try = policy.per_try_timeout != sim::kForever;
    const auto time = per_try ? policy.per_try_timeout : policy.timeout;
    if (time == sim::kForever) return "";
    auto text = fmt::format("      {}:\n        timeoutDuration: {}  # of one try\n", call.callee,
                            time_text(time));
    if (per_try && policy.timeout != sim::kForever) {
        text += fmt::format("        # timeout {} of all tries: has to be written in the caller\n",
                            time_text(policy.timeout));
    }
    return text;
}

std::string breaker_text(const SnippetCall& call) {
    if (!call.policy.circuit_breaker) return "";
    const auto* one = std::get_if<CountBasedBreaker>(&*call.policy.circuit_breaker);
    if (one == nullptr) return "";
    return fmt::format(
        "      {}:\n        slidingWindowType: COUNT_BASED\n"
        "        slidingWindowSize: {}\n        minimumNumberOfCalls: {}\n"
        "        failureRateThreshold: {:g}\n"
        "        waitDurationInOpenState: {}\n",
        call.callee, one->sliding_window_size, one->settings.minimum_number_of_calls,
        100 * one->settings.failure_rate_threshold, time_text(one->settings.wait_in_open));
}

template <class Text>
std::string section(const std::vector<SnippetCall>& calls, const char* name, const Text& text) {
    std::string all;
    for (const auto& call : calls) all += text(call);
    return all.empty() ? all : fmt::format("  {}:\n    instances:\n{}", name, all);
}

}  // namespace

std::string resilience4j_snippet(const std::vector<SnippetCall>& calls) {
    std::string text = "resilience4j:\n" + section(calls, "retry", retry_text) +
                       section(calls, "timelimiter", limiter_text) +
                       section(calls, "circuitbreaker", breaker_text);
    for (const auto& call : calls) text += comment_on_rest(call.policy, "  ");
    return text;
}

}  // namespace models
