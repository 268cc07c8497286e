#include "models/policy/client_rule.hpp"

#include <variant>

#include "sim/core/assert.hpp"

namespace models {
namespace {

template <class Rules>
std::optional<RuleScope> scope_in(const std::optional<Rules>& rules) {
    if (!rules) return std::nullopt;
    return std::visit([](const auto& kind) { return kind.scope; }, *rules);
}

}  // namespace

std::string_view key_of(ClientRule rule) {
    switch (rule) {
        case ClientRule::retry_budget:
            return "retryBudget";
        case ClientRule::circuit_breaker:
            return "circuitBreaker";
        case ClientRule::throttle:
            return "throttle";
        case ClientRule::rate_limit:
            return "rateLimit";
        case ClientRule::bulkhead:
            return "bulkhead";
        case ClientRule::pool:
            return "pool";
        case ClientRule::hedge:
            return "hedge";
        case ClientRule::try_time:
            return "perTryTimeout";
        case ClientRule::fallback:
            return "fallback";
    }
    SIM_ASSERT(false);
}

std::optional<RuleScope> scope_of(const CallPolicy& policy, ClientRule rule) {
    switch (rule) {
        case ClientRule::retry_budget:
            return scope_in(policy.retry_budget);
        case ClientRule::circuit_breaker:
            if (!policy.circuit_breaker) return std::nullopt;
            return rule_scope_of(breaker_scope(*policy.circuit_breaker));
        case ClientRule::throttle:
            return scope_in(policy.throttle);
        case ClientRule::rate_limit:
            return scope_in(policy.rate_limit);
        case ClientRule::bulkhead:
            return scope_in(policy.bulkhead);
        case ClientRule::pool:
            if (!policy.pool) return std::nullopt;
            return policy.pool->scope;
        case ClientRule::hedge:
            return scope_in(policy.hedge);
        case ClientRule::try_time:
            if (!policy.per_try_quantile) return std::nullopt;
            return RuleScope::client_endpoint;
        case ClientRule::fallback:
            if (!policy.fallback) return std::nullopt;
            return RuleScope::client_endpoint;
    }
    SIM_ASSERT(false);
}

bool is_gate(ClientRule rule) {
    switch (rule) {
        case ClientRule::retry_budget:
        case ClientRule::hedge:
        case ClientRule::try_time:
        case ClientRule::fallback:
            return false;
        case ClientRule::circuit_breaker:
        case ClientRule::throttle:
        case ClientRule::rate_limit:
        case ClientRule::bulkhead:
        case ClientRule::pool:
            return true;
    }
    SIM_ASSERT(false);
}

}  // namespace models
