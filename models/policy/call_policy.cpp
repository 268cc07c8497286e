#include "models/policy/call_policy.hpp"

#include <array>

#include "models/policy/policy_families.hpp"
#include "sim/core/assert.hpp"
#include "sim/yaml/parameters.hpp"

namespace models {

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

namespace {

constexpr int kMaxRetries = 100;

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
    retry_on_parameter(p, "retryOn", retry_on, "failures that are worth another try");
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
