#include "models/policy/call_policy.hpp"

#include <algorithm>
#include <array>

#include "models/policy/policy_families.hpp"
#include "sim/core/assert.hpp"
#include "sim/yaml/parameters.hpp"

namespace models {

namespace {

constexpr int kMaxRetries = 100;

/// The families that may stand in a policy, in the order of its keys.
constexpr std::array kFamilies = {
    PolicyFamily{"backoff", {"exponential", "base", false}, sim::describe_kinds<Backoff>},
    PolicyFamily{
        "retryBudget", {"windowedTokens", "percent", true}, sim::describe_kinds<RetryBudget>},
    PolicyFamily{"hedge", {"hedge", "delay", true}, sim::describe_kinds<Hedging>},
    PolicyFamily{"circuitBreaker", {"countBased", "", true}, sim::describe_kinds<CircuitBreaker>},
    PolicyFamily{"throttle", {"sre", "k", true}, sim::describe_kinds<Throttle>},
    PolicyFamily{"rateLimit", {"tokenBucket", "rate", true}, sim::describe_kinds<RateLimit>},
    PolicyFamily{"bulkhead", {"fixed", "max", true}, sim::describe_kinds<ConcurrencyLimit>},
    PolicyFamily{"loadBalancing", {"leastRequest", "", false}, sim::describe_kinds<LoadBalancing>},
    PolicyFamily{"outlierDetection", {"envoy", "", true}, sim::describe_kinds<OutlierDetection>},
    PolicyFamily{"fallback", {"static", "quality", true}, sim::describe_kinds<Fallback>},
};

void per_try_parameter(sim::Parameters& p, CallPolicy& policy) {
    TimeRule rule = policy.per_try_timeout;
    if (policy.per_try_quantile) rule = *policy.per_try_quantile;
    time_rule_parameter(p, "perTryTimeout", rule, "of one try", {sim::Duration{1}, true});
    policy.per_try_quantile.reset();
    if (const auto* quantile = std::get_if<QuantileRule>(&rule)) {
        policy.per_try_quantile = *quantile;
        policy.per_try_timeout = sim::kForever;
    } else {
        policy.per_try_timeout = std::get<sim::Duration>(rule);
    }
}

/// `{mode: clampMax, max: 30s}`, or the mode alone.
void retry_after_parameter(sim::Parameters& p, std::optional<RetryAfter>& rule) {
    const auto read = [&](const sim::Node& node, sim::Diagnostics& diagnostics, bool partial) {
        rule.reset();
        if (node.is_scalar() && node.text == "none") return true;
        if (node.is_scalar() && sim::detail::is_numeric(node.text)) {
            sim::report(diagnostics, node,
                        "`retryAfter` of a caller says what it does with the wait that a server "
                        "asks for",
                        "write `{mode: clampMax, max: " + node.text +
                            "}`; the wait that a server asks for is `retryAfter` of the service");
            return false;
        }
        sim::Node map = node.is_scalar() ? sim::detail::map_of(node) : node;
        if (node.is_scalar()) map.entries.push_back({"mode", node.range, node});
        rule.emplace();
        return sim::detail::read_group(*rule, map, diagnostics, "retryAfter", partial);
    };
    const std::string modes = sim::list_parameters<RetryAfter>().front().type;
    p.other("retryAfter", "@|" + modes + "|'none'", "none",
            "what a server's wish to wait does to the backoff", read,
            {sim::list_parameters<RetryAfter>()});
}

const sim::FamilyOptions& options_of(std::string_view key) {
    const PolicyFamily* family = find_policy_family(key);
    SIM_ASSERT(family != nullptr);
    return family->options;
}

}  // namespace

std::span<const PolicyFamily> policy_families() { return kFamilies; }

void CallPolicy::parameters(sim::Parameters& p) {
    p.timeout("timeout", timeout, "of the whole call, all its tries");
    per_try_parameter(p, *this);
    p.timeout("connectTimeout", connect_timeout,
              "for a connection to a place that does not answer");
    p.count("retries", retries, "additional tries", {0, kMaxRetries});
    retry_on_parameter(p, "retryOn", retry_on, "failures that are worth another try");
    p.family("backoff", backoff, "delay before a retry", options_of("backoff"));
    retry_after_parameter(p, retry_after);
    p.choice<bool>("backoffBeyondDeadline", wait_beyond_deadline,
                   "what a backoff does that would end after the call's time",
                   {{"failFast", false}, {"wait", true}});
    p.family("retryBudget", retry_budget, "how many retries a caller may make",
             options_of("retryBudget"));
    p.family("hedge", hedge, "further tries while the first is under way", options_of("hedge"));
    p.family("circuitBreaker", circuit_breaker, "when a caller stops calling for a while",
             options_of("circuitBreaker"));
    p.family("throttle", throttle, "calls that a caller drops itself while the callee rejects",
             options_of("throttle"));
    p.family("rateLimit", rate_limit, "how many tries a caller may send in a time",
             options_of("rateLimit"));
    p.family("bulkhead", bulkhead, "how many tries a caller may have in flight",
             options_of("bulkhead"));
    p.optional_group("pool", pool, "connections that a caller keeps to the callee");
    p.family("loadBalancing", load_balancing, "which replica is called",
             options_of("loadBalancing"));
    p.family("outlierDetection", outlier_detection, "replicas that do badly are left out",
             options_of("outlierDetection"));
    p.choice<bool>("previousHosts", avoid_previous_hosts,
                   "whether a retry may go to a replica that was already tried",
                   {{"allow", false}, {"avoid", true}});
    p.choice<bool>("deadline", pass_deadline_down,
                   "whether the callee knows how long its caller still waits",
                   {{"none", false}, {"passDown", true}});
    p.choice<Cancellation>("cancel", cancel, "what becomes of work that nobody waits for",
                           {{"none", Cancellation::none},
                            {"propagate", Cancellation::immediate},
                            {"immediate", Cancellation::immediate},
                            {"atPhaseEnd", Cancellation::at_phase_end},
                            {"never", Cancellation::never}});
    p.family("fallback", fallback, "what answers in place of a call that has failed",
             options_of("fallback"));
}

void CallPolicy::settle() {
    if (!pool || !circuit_breaker) return;
    const auto* thresholds = std::get_if<ConcurrencyLimits>(&*circuit_breaker);
    if (thresholds == nullptr) return;
    const auto most = std::min<std::int64_t>(thresholds->max_connections, pool->connections);
    pool->connections = static_cast<std::uint32_t>(std::max<std::int64_t>(1, most));
}

CallPolicy::CallPolicy() = default;
CallPolicy::CallPolicy(const CallPolicy&) = default;
CallPolicy::CallPolicy(CallPolicy&&) noexcept = default;
CallPolicy& CallPolicy::operator=(const CallPolicy&) = default;
CallPolicy& CallPolicy::operator=(CallPolicy&&) noexcept = default;
CallPolicy::~CallPolicy() = default;

}  // namespace models
