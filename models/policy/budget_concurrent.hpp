#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "models/policy/retry_request.hpp"
#include "models/policy/rule_scope.hpp"

namespace sim {
class Parameters;
}

namespace models {

/// Limits the retries that are under way at the same time. A retry holds its place from the moment
/// it is allowed, through its backoff and its flight. Tries in flight include retries.
struct ConcurrentBudget {
    static constexpr std::string_view name = "concurrent";
    static constexpr std::string_view summary =
        "retries under way at the same time (Envoy, Istio, failsafe-go)";
    static constexpr std::string_view formula =
        "a retry is allowed while retries under way < maxRetries, or, with a budgetPercent, < "
        "max(floor(budgetPercent * tries in flight), minRetryConcurrency); upToShare: also while "
        "they are <= budgetPercent * tries in flight";
    static constexpr std::string_view source = "ENV-CB, ENV-RM, FSGO-BUDGET";
    static constexpr std::string_view example =
        "retryBudget: {kind: concurrent, budgetPercent: 20%, minRetryConcurrency: 3}";
    int max_retries = 3;
    double budget_percent = 0;  ///< 0: maxRetries counts; otherwise it replaces maxRetries
    int min_retry_concurrency = 3;
    bool up_to_share = false;    ///< failsafe-go's rule
    bool covers_hedges = false;  ///< hedges ask for permission like retries (failsafe-go)
    RuleScope scope = RuleScope::client;
    void parameters(sim::Parameters& p);

    struct State {
        std::int64_t retries = 0;  ///< under way
        std::int64_t tries = 0;    ///< in flight
    };
    static void on_try(State& state, int change) { state.tries += change; }
    static void on_retry_end(State& state) { --state.retries; }
    /// Retries that may be under way while so many tries are in flight.
    [[nodiscard]] std::int64_t limit(std::int64_t tries) const;
    [[nodiscard]] std::optional<std::int64_t> withdraw(State& state,
                                                       const RetryRequest& request) const;
};

}  // namespace models
