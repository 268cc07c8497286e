#include "models/policy/call_policy.hpp"

#include <array>

#include "models/policy/policy_families.hpp"
#include "sim/core/assert.hpp"
#include "sim/yaml/parameters.hpp"

namespace models {

std::string_view to_string(RetryCondition condition) {
    switch (condition) {
        case RetryCondition::timeout:
            return "timeout";
        case RetryCondition::connect_failure:
            return "connect-failure";
        case RetryCondition::status_503:
            return "503";
        case RetryCondition::status_429:
            return "429";
        case RetryCondition::reset:
            return "reset";
        case RetryCondition::error:
            return "error";
        case RetryCondition::status_5xx:
            return "5xx";
    }
    SIM_ASSERT(false);
}

std::string_view to_string(LoadBalancing balancing) {
    switch (balancing) {
        case LoadBalancing::least_request:
            return "leastRequest";
        case LoadBalancing::round_robin:
            return "roundRobin";
        case LoadBalancing::random:
            return "random";
    }
    SIM_ASSERT(false);
}

RetryOn default_retry_on() {
    RetryOn set;
    set.add(RetryCondition::timeout);
    set.add(RetryCondition::connect_failure);
    set.add(RetryCondition::reset);
    set.add(RetryCondition::status_503);
    return set;
}

bool RetryOn::covers(Outcome outcome, bool as_503) const {
    const bool retries_503 = has(RetryCondition::status_503) || has(RetryCondition::status_5xx);
    switch (outcome) {
        case Outcome::timeout:
        case Outcome::blackholed:
            return has(RetryCondition::timeout);
        case Outcome::refused:
        case Outcome::dns:
            return has(RetryCondition::connect_failure);
        case Outcome::shed:
        case Outcome::no_healthy_instance:
        case Outcome::pool_timeout:
            return retries_503;
        case Outcome::error:
            if (as_503) return retries_503;
            return has(RetryCondition::error) || has(RetryCondition::status_5xx);
        case Outcome::throttled:
            return has(RetryCondition::status_429);
        case Outcome::reset:
            return has(RetryCondition::reset);
        case Outcome::ok:
        case Outcome::degraded:
        case Outcome::breaker_open:
        case Outcome::deadline:
        case Outcome::abandoned:
        case Outcome::unfinished:
            return false;
    }
    SIM_ASSERT(false);
}

namespace {

constexpr int kMaxRetries = 100;

bool read_retry_on(const sim::Node& node, sim::Diagnostics& diagnostics, RetryOn& conditions) {
    RetryOn set;
    if (node.is_null()) {
        sim::report(diagnostics, node, "`retryOn` has no value", "write `[]` to retry nothing");
        return false;
    }
    bool good = true;
    for (const sim::Node& item : sim::read_list_or_one(node)) {
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
        good = good && condition.has_value();
    }
    conditions = set;
    return good;
}

/// The families that may stand in a policy, in the order of its keys.
constexpr std::array kFamilies = {
    PolicyFamily{"backoff", {"exponential", "base", false}, sim::describe_kinds<Backoff>},
    PolicyFamily{
        "retryBudget", {"windowedTokens", "percent", true}, sim::describe_kinds<RetryBudget>},
    PolicyFamily{"fallback", {"static", "quality", true}, sim::describe_kinds<Fallback>},
};

const sim::FamilyOptions& options_of(std::string_view key) {
    for (const PolicyFamily& family : kFamilies) {
        if (family.key == key) return family.options;
    }
    SIM_ASSERT(false);
}

}  // namespace

std::span<const PolicyFamily> policy_families() { return kFamilies; }

void CallPolicy::parameters(sim::Parameters& p) {
    p.timeout("timeout", timeout, "of the whole call, all its tries");
    p.timeout("perTryTimeout", per_try_timeout, "of one try");
    p.timeout("connectTimeout", connect_timeout,
              "for a connection to a place that does not answer");
    p.count("retries", retries, "additional tries", {0, kMaxRetries});
    p.other("retryOn", "condition|[condition]", "[timeout, connect-failure, reset, 503]",
            "failures that are worth another try",
            [&](const sim::Node& node, sim::Diagnostics& diagnostics, bool /*partial*/) {
                return read_retry_on(node, diagnostics, retry_on);
            });
    p.family("backoff", backoff, "delay before a retry", options_of("backoff"));
    p.family("retryBudget", retry_budget, "how many retries a caller may make",
             options_of("retryBudget"));
    p.choice<LoadBalancing>("loadBalancing", load_balancing, "which replica is called",
                            {{"leastRequest", LoadBalancing::least_request},
                             {"roundRobin", LoadBalancing::round_robin},
                             {"random", LoadBalancing::random}});
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

}  // namespace models
