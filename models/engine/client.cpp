// What a caller remembers of its calls, for the rules of their policies. Calls under a policy
// without such rules (`site->plain`) never come here.
#include <algorithm>

#include "models/engine/world.hpp"

namespace models {

RetryBudgetState& World::budget_state(const Call& call) {
    return budgets_.at(caller_of(call), call.site->slot(ClientRule::retry_budget),
                       [&] { return initial_state(*call.policy->retry_budget); });
}

void World::rules_see_call(Call& call) {
    const auto now = simulator_.now();
    if (const auto& budget = call.policy->retry_budget) {
        auto& state = budget_state(call);
        budget_on_call(*budget, state, now);
        call.most_retries = std::min(call.most_retries, budget_most_retries(*budget, state, now));
    }
    if (call.policy->hedge && hedge_of(call).budget) {
        budget_on_call(*hedge_of(call).budget, *hedge_state(call).budget, now);
    }
}

void World::rules_see_try(const Call& call) {
    if (const auto& budget = call.policy->retry_budget) {
        budget_on_try(*budget, budget_state(call), +1);
    }
    if (call.policy->hedge && hedge_of(call).budget) {
        budget_on_try(*hedge_of(call).budget, *hedge_state(call).budget, +1);
    }
}

/// A try has ended or is not waited for any more: whatever was paid for it has been used.
void World::budgets_see_end(const Call& call, Try& one) {
    if (const auto& budget = call.policy->retry_budget) {
        budget_on_try(*budget, budget_state(call), -1);
    }
    if (call.policy->hedge && hedge_of(call).budget) {
        budget_on_try(*hedge_of(call).budget, *hedge_state(call).budget, -1);
    }
    give_payment_back(call, one);
}

/// What lasts only while the retry or hedge does.
void World::give_payment_back(const Call& call, Try& one) {
    if (one.paid) budget_on_retry_end(*call.policy->retry_budget, budget_state(call));
    if (one.paid_hedge) budget_on_retry_end(*hedge_of(call).budget, *hedge_state(call).budget);
    one.paid = one.paid_hedge = false;
}

void World::rules_see_try_end(const Call& call, Try& one, const Ending& ending) {
    if (call.site->gated) pass_back(call, one, &ending);
    if (ending.success() || ending.outcome == Outcome::timeout) record_time_of(call, one);
    budgets_see_end(call, one);
    const auto& budget = call.policy->retry_budget;
    if (!budget || ending.success()) return;
    budget_on_failure(*budget, budget_state(call),
                      is_retryable(call, ending) || forbids_retry(call, ending));
}

/// A server that obeyed clients ask not to come back (gRPC: a negative pushback) has failed.
bool World::forbids_retry(const Call& call, const Ending& ending) {
    const auto& rule = call.policy->retry_after;
    return rule && rule->mode == RetryAfter::Mode::exact_then_reset && ending.hint &&
           ending.hint->ns < 0;
}

/// The call goes on, or is over, without this try's answer.
void World::rules_see_dropped(const Call& call, Try& one) {
    if (call.site->gated) pass_back(call, one, nullptr);
    record_time_of(call, one);
    budgets_see_end(call, one);
}

/// How long a try took, or lasted until it was given up (FIN-BRF).
void World::record_time_of(const Call& call, const Try& one) {
    if (!one.sent) return;
    const auto now = simulator_.now();
    const auto took = now - one.began;
    if (const auto& rule = call.policy->per_try_quantile) {
        rule->record(try_time_state(call), now, took);
    }
    if (call.policy->hedge) {
        record_time(hedge_of(call).delay, hedge_state(call).latency, now, took);
    }
}

QuantileRule::State& World::try_time_state(const Call& call) {
    return try_times_.at(caller_of(call), call.site->slot(ClientRule::try_time),
                         [&] { return call.policy->per_try_quantile->initial(); });
}

void World::rules_see_call_end(const Call& call, const Ending& ending) {
    if (call.site->limits_call) leave_bulkhead(call, &ending);
    if (const auto& budget = call.policy->retry_budget) {
        budget_on_call_end(*budget, budget_state(call),
                           {simulator_.now(), ending.success(), extras_of(call).paid});
    }
    if (call.policy->hedge && hedge_of(call).budget) {
        budget_on_call_end(*hedge_of(call).budget, *hedge_state(call).budget,
                           {simulator_.now(), ending.success(), -1});
    }
    if (call.policy->fallback && ending.success()) {
        fallback_state(call).last_success_ns = simulator_.now().ns;
    }
}

/// The call is dropped where it stands: in a line, in a try, or in the backoff before one.
void World::rules_see_abandoned(CallId id) {
    auto& call = calls_[id];
    leave_any_line(id);
    if (call.site->limits_call) leave_bulkhead(call, nullptr);
    if (call.tries == 0) return;
    if (call.state != CallState::waiting) {
        if (call.current.open) rules_see_dropped(call, call.current);
    } else if (call.paid_ahead) {
        budget_on_retry_end(*call.policy->retry_budget, budget_state(call));
    }
}

void World::forget_calls_of(CallerId caller) {
    budgets_.forget(caller);
    breakers_.for_each(caller, [&](WatchedBreaker& breaker) { look_at(breaker); });
    breakers_.forget(caller);
    throttles_.forget(caller);
    rate_limits_.forget(caller);
    bulkheads_.forget(caller);
    connections_.forget(caller);
    if (closing_.live() > 0) forget_closing(caller);
    hedge_states_.forget(caller);
    try_times_.forget(caller);
    fallbacks_.forget(caller);
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
    extras_of(call).paid = *paid;
    call.paid_ahead = true;
    return true;
}

}  // namespace models
