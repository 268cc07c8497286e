#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

#include "models/policy/rule_scope.hpp"
#include "models/policy/rule_state.hpp"
#include "sim/core/time.hpp"

namespace sim {
class Parameters;
}

namespace models {

/// A retry that asks for permission.
struct RetryRequest {
    sim::SimTime now{};
    bool timeout = false;    ///< the failed try ended in a timeout
    bool throttled = false;  ///< it was answered with 429
};

/// How a call that a budget watches has ended.
struct CallEnd {
    sim::SimTime now{};
    bool success = false;
    std::int64_t paid = -1;  ///< what its last retry paid; -1: it made none
};

/// Finagle's retry budget: every first try deposits `percent` of a token, every retry withdraws
/// one; deposits and withdrawals count for about `ttl` (ten slices), on top of a reserve of
/// minPerSecond * ttl tokens. Integer milli-tokens: deposit 1000, withdrawal floor(1000 / percent).
struct WindowedTokensBudget {
    static constexpr std::string_view name = "windowedTokens";
    static constexpr std::string_view summary =
        "each call deposits a share of a retry, kept for ttl (Finagle, Linkerd)";
    static constexpr std::string_view formula =
        "a retry is allowed while percent * calls in ttl + minPerSecond * ttl - retries in ttl >= "
        "1";
    static constexpr std::string_view source = "FIN-BUDGET, TWU-BUCKET, L5D-PROFILE";
    static constexpr std::string_view example =
        "retryBudget: {percent: 20%, ttl: 10s, minPerSecond: 10}";
    double percent = 0.1;  ///< (0, 1000 %]
    sim::Duration ttl = sim::whole_seconds(10);
    double min_per_second = 0;
    RuleScope scope = RuleScope::client;
    void parameters(sim::Parameters& p);

    struct State {
        std::array<std::int64_t, 10> slices{};
        std::int64_t sum = 0;
        std::int64_t current = INT64_MIN;  ///< number of the newest slice
    };
    void on_call(State& state, sim::SimTime now) const;
    [[nodiscard]] std::optional<std::int64_t> withdraw(State& state,
                                                       const RetryRequest& request) const;

  private:
    void advance(State& state, sim::SimTime now) const;
    [[nodiscard]] std::int64_t withdrawal() const;
};

/// The registry of retry budgets. Every kind has `withdraw`, which pays for one retry and returns
/// the price, or nothing when the retry must not be made. What else a kind wants to hear of it has
/// a function for:
///   on_call(state, now)              a call begins (its first try)
///   on_try(state, change)            a try begins (+1) or ends (-1), retries included
///   on_retry_end(state)              an allowed retry (or its backoff) has ended
///   on_failure(state, retryable)     a try failed; asked for before `withdraw`
///   on_call_end(state, CallEnd)      the call has ended
using RetryBudget = std::variant<WindowedTokensBudget>;
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

}  // namespace models
