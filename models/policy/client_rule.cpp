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
        case ClientRule::fallback:
            return "fallback";
    }
    SIM_ASSERT(false);
}

std::optional<RuleScope> scope_of(const CallPolicy& policy, ClientRule rule) {
    switch (rule) {
        case ClientRule::retry_budget:
            return scope_in(policy.retry_budget);
        case ClientRule::fallback:
            if (!policy.fallback) return std::nullopt;
            return RuleScope::client_endpoint;
    }
    SIM_ASSERT(false);
}

}  // namespace models
