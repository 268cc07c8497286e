// What a caller remembers of its calls, for the rules of their policies. Calls under a policy
// without such rules (`site->plain`) never come here.
#include "models/engine/world.hpp"

namespace models {

CallerId World::caller_of(const Call& call) const {
    if (call.parent.valid()) return {attempts_[call.parent].instance.value};
    const auto instances = static_cast<std::uint32_t>(model_.topology.instances.size());
    return {instances + requests_[call.request].group};
}

RetryBudgetState& World::budget_state(const Call& call) {
    return budgets_.at(caller_of(call), call.site->slot(ClientRule::retry_budget),
                       *call.policy->retry_budget);
}

void World::rules_see_call(const Call& call) {
    if (const auto& budget = call.policy->retry_budget) {
        budget_on_call(*budget, budget_state(call), simulator_.now());
    }
}

void World::rules_see_try(const Call& call) {
    if (const auto& budget = call.policy->retry_budget) {
        budget_on_try(*budget, budget_state(call), +1);
    }
}

void World::rules_see_try_end(const Call& call, const Ending& ending) {
    if (const auto& budget = call.policy->retry_budget) {
        auto& state = budget_state(call);
        budget_on_try(*budget, state, -1);
        if (call.tries > 1) budget_on_retry_end(*budget, state);
        if (!ending.success()) budget_on_failure(*budget, state, is_retryable(call, ending));
    }
}

void World::rules_see_call_end(const Call& call, const Ending& ending) {
    if (const auto& budget = call.policy->retry_budget) {
        budget_on_call_end(*budget, budget_state(call),
                           {simulator_.now(), ending.success(), call.paid});
    }
    if (call.policy->fallback && ending.success()) {
        fallback_state(call).last_success_ns = simulator_.now().ns;
    }
}

/// The call is dropped where it stands: in a try, or in the backoff before one.
void World::rules_see_abandoned(const Call& call) {
    if (const auto& budget = call.policy->retry_budget) {
        auto& state = budget_state(call);
        const bool trying = call.state != CallState::waiting;
        if (trying) budget_on_try(*budget, state, -1);
        if (call.tries > 1 || !trying) budget_on_retry_end(*budget, state);
    }
}

bool World::pay_for_retry(Call& call, const Ending& ending) {
    const auto& budget = call.policy->retry_budget;
    if (!budget) return true;
    const auto outcome = ending.outcome;
    const bool timed_out = outcome == Outcome::timeout || outcome == Outcome::blackholed;
    const auto paid = budget_withdraw(*budget, budget_state(call),
                                      {simulator_.now(), timed_out, outcome == Outcome::throttled});
    if (!paid) {
        notify(metrics_, RetryDenied{call.edge, simulator_.now()});
        return false;
    }
    call.paid = *paid;
    return true;
}

}  // namespace models
