#include "models/analysis/snippet.hpp"

#include <cmath>
#include <limits>

#include <fmt/format.h>

namespace models {

namespace {

BackoffShape shape(const NoBackoff& /*none*/) { return {}; }
BackoffShape shape(const ExponentialBackoff& one) {
    const bool known = one.jitter == Jitter::full || one.jitter == Jitter::none;
    return {one.base, one.max, one.factor, one.jitter != Jitter::none, known};
}
BackoffShape shape(const EnvoyBackoff& one) {
    const auto max = one.max == sim::kForever ? sim::Duration{10 * one.base.ns} : one.max;
    return {one.base, max, 2, true, true};
}

}  // namespace

BackoffShape shape_of(const Backoff& backoff) {
    return std::visit(
        [](const auto& kind) {
            if constexpr (requires { shape(kind); }) return shape(kind);
            // Others have the bounds of their delays, and those are what a product can be told.
            const auto longest = kind.longest();
            BackoffShape nearest{sim::milliseconds(100), longest, 2, true, false};
            if constexpr (requires { kind.base; }) nearest.base = kind.base;
            return nearest;
        },
        backoff);
}

std::optional<double> budget_share(const CallPolicy& policy) {
    if (!policy.retry_budget) return std::nullopt;
    if (const auto* one = std::get_if<ConcurrentBudget>(&*policy.retry_budget)) {
        if (one->budget_percent <= 0) return std::nullopt;  // a plain number of retries
        return one->budget_percent;
    }
    const double share = long_run_retries_per_call(*policy.retry_budget);
    return std::isfinite(share) ? std::optional(share) : std::nullopt;
}

std::string time_text(sim::Duration duration) {
    const auto ms = std::max<std::int64_t>(1, duration.ns / 1'000'000);
    return ms % 1000 == 0 ? fmt::format("{}s", ms / 1000) : fmt::format("{}ms", ms);
}

std::string comment_on_rest(const CallPolicy& policy, const std::string& indent) {
    std::string text;
    const auto say = [&](bool is_set, std::string_view what) {
        if (is_set) text += fmt::format("{}# {}\n", indent, what);
    };
    say(policy.throttle.has_value(), "throttle: the caller's adaptive throttling is not in it");
    say(policy.rate_limit.has_value(), "rateLimit: of the caller, is not in it");
    say(policy.fallback.has_value(), "fallback: has to be written in the caller");
    say(policy.hedge.has_value(), "hedge: is not in it");
    say(policy.pass_deadline_down, "deadline: passDown has to be written in the services");
    say(policy.per_try_quantile.has_value(), "perTryTimeout: a percentile cannot be said");
    return text;
}

std::string envoy_retry_on(const RetryOn& conditions) {
    std::string text;
    const auto add = [&](bool is_set, std::string_view name) {
        if (is_set) text += (text.empty() ? "" : ",") + std::string(name);
    };
    const bool all =
        conditions.has(RetryCondition::error) || conditions.has(RetryCondition::status_5xx);
    add(all, "5xx");
    // A try that times out is a 504.
    add(!all &&
            (conditions.has(RetryCondition::timeout) || conditions.has(RetryCondition::status_503)),
        "gateway-error");
    add(conditions.has(RetryCondition::connect_failure), "connect-failure");
    add(conditions.has(RetryCondition::reset), "reset");
    add(conditions.has(RetryCondition::status_429), "retriable-status-codes");
    return text;
}

}  // namespace models
