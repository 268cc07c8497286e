#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/policy/backoff.hpp"
#include "models/policy/outcome.hpp"
#include "models/policy/retry_budget.hpp"
#include "sim/core/time.hpp"

namespace models {

/// Which failures of a try are worth another (SEMANTICS 6): names of `retryOn`.
enum class RetryCondition : std::uint8_t {
    timeout,          ///< timeout, blackholed
    connect_failure,  ///< refused, dns
    status_503,       ///< shed, noHealthyInstance, poolTimeout
    status_429,       ///< throttled
    reset,
    error,
    status_5xx,  ///< error and 503
};
inline constexpr std::size_t kRetryConditions = 7;
std::string_view to_string(RetryCondition condition);

/// A set of conditions.
struct RetryOn {
    std::uint8_t bits = 0;

    constexpr void add(RetryCondition condition) {
        bits = static_cast<std::uint8_t>(bits | (1U << static_cast<unsigned>(condition)));
    }
    [[nodiscard]] constexpr bool has(RetryCondition condition) const {
        return ((bits >> static_cast<unsigned>(condition)) & 1U) != 0;
    }
    /// Whether a try that ended so may be repeated. `as_503`: an error reply that carries a 503.
    [[nodiscard]] bool covers(Outcome outcome, bool as_503) const;
};
/// [timeout, connect-failure, reset, 503]
RetryOn default_retry_on();

enum class LoadBalancing : std::uint8_t { least_request, round_robin, random };
std::string_view to_string(LoadBalancing balancing);

/// How a caller makes one call: immutable configuration; running state lives in the World.
struct CallPolicy {
    sim::Duration timeout = sim::kForever;          ///< the whole call, all its tries
    sim::Duration per_try_timeout = sim::kForever;  ///< one try, from after the backoff
    int retries = 0;                                ///< additional tries
    RetryOn retry_on = default_retry_on();
    Backoff backoff = ExponentialBackoff{};
    std::optional<RetryBudget> retry_budget;
    LoadBalancing load_balancing = LoadBalancing::least_request;
};

}  // namespace models
