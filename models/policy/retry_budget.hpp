#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <variant>

#include "models/policy/budget_concurrent.hpp"
#include "models/policy/budget_tokens.hpp"
#include "models/policy/budget_windows.hpp"
#include "models/policy/retry_request.hpp"
#include "models/policy/rule_state.hpp"
#include "sim/core/time.hpp"

namespace models {

/// The registry of retry budgets. Every kind has `withdraw`, which pays for one retry and returns
/// the price, or nothing when the retry must not be made. What else a kind wants to hear of it has
/// a function for:
///   on_call(state, now)              a call begins (its first try)
///   on_try(state, change)            a try begins (+1) or ends (-1), retries included
///   on_retry_end(state)              an allowed retry (or its backoff) has ended
///   on_failure(state, retryable)     a try failed; asked for before `withdraw`
///   on_call_end(state, CallEnd)      the call has ended
///   most_retries(state, now)         retries that a call which begins now may make
using RetryBudget = std::variant<WindowedTokensBudget, ConcurrentBudget, GrpcThrottleBudget,
                                 QuotaBudget, SuccessTokensBudget, RatioBudget>;
using RetryBudgetState = StateOf<RetryBudget>;

inline void budget_on_call(const RetryBudget& budget, RetryBudgetState& state, sim::SimTime now) {
    with_state(budget, state, [&](const auto& kind, auto& own) {
        if constexpr (requires { kind.on_call(own, now); }) kind.on_call(own, now);
    });
}
inline void budget_on_try(const RetryBudget& budget, RetryBudgetState& state, int change) {
    with_state(budget, state, [&](const auto& kind, auto& own) {
        if constexpr (requires { kind.on_try(own, change); }) kind.on_try(own, change);
    });
}
inline void budget_on_retry_end(const RetryBudget& budget, RetryBudgetState& state) {
    with_state(budget, state, [&](const auto& kind, auto& own) {
        if constexpr (requires { kind.on_retry_end(own); }) kind.on_retry_end(own);
    });
}
inline void budget_on_failure(const RetryBudget& budget, RetryBudgetState& state, bool retryable) {
    with_state(budget, state, [&](const auto& kind, auto& own) {
        if constexpr (requires { kind.on_failure(own, retryable); })
            kind.on_failure(own, retryable);
    });
}
inline void budget_on_call_end(const RetryBudget& budget, RetryBudgetState& state,
                               const CallEnd& end) {
    with_state(budget, state, [&](const auto& kind, auto& own) {
        if constexpr (requires { kind.on_call_end(own, end); }) kind.on_call_end(own, end);
    });
}
inline std::optional<std::int64_t> budget_withdraw(const RetryBudget& budget,
                                                   RetryBudgetState& state,
                                                   const RetryRequest& request) {
    return with_state(budget, state,
                      [&](const auto& kind, auto& own) { return kind.withdraw(own, request); });
}

inline int budget_most_retries(const RetryBudget& budget, RetryBudgetState& state,
                               sim::SimTime now) {
    return with_state(budget, state, [&](const auto& kind, auto& own) {
        if constexpr (requires { kind.most_retries(own, now); }) return kind.most_retries(own, now);
        return std::numeric_limits<int>::max();
    });
}

/// Whether hedges, too, must `withdraw` before they start (and tell `on_retry_end` when they end):
/// with Finagle's tokens (FIN-BRF), gRPC's throttle (A6) and failsafe-go's budget (FSGO-BUDGET,
/// `coversHedges`). The clients that have the other kinds send no hedges.
bool covers_hedges(const RetryBudget& budget);

/// The most retries per call in the long run, where calls are frequent: what a budget grants per
/// second, per window or once does not count then. Infinity where nothing ties retries to calls: a
/// limit of retries at the same time says nothing of how many there are when they end soon.
double long_run_retries_per_call(const RetryBudget& budget);

}  // namespace models
