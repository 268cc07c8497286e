#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/policy/backoff.hpp"
#include "models/policy/circuit_breaker.hpp"
#include "models/policy/concurrency_limit.hpp"
#include "models/policy/connection_pool.hpp"
#include "models/policy/fallback.hpp"
#include "models/policy/hedge.hpp"
#include "models/policy/load_balancing.hpp"
#include "models/policy/outcome.hpp"
#include "models/policy/outlier_detection.hpp"
#include "models/policy/rate_limit.hpp"
#include "models/policy/retry_after.hpp"
#include "models/policy/retry_budget.hpp"
#include "models/policy/retry_on.hpp"
#include "models/policy/throttle.hpp"
#include "sim/core/time.hpp"

namespace sim {
class Parameters;
}

namespace models {

/// What becomes of a try that its caller no longer waits for.
enum class Cancellation : std::uint8_t {
    none,          ///< the server does not hear of it and goes on
    immediate,     ///< a message follows the try: queued work is dropped, running work stops
    at_phase_end,  ///< running work stops when its own work or one of its calls ends
    never,         ///< queued work is dropped, running work goes on
};

/// The rules of a call policy that remember something between calls.
enum class ClientRule : std::uint8_t {
    retry_budget,
    circuit_breaker,
    throttle,
    rate_limit,
    bulkhead,
    pool,
    hedge,
    try_time,  ///< a perTryTimeout that follows a percentile
    fallback,
};
inline constexpr std::size_t kClientRules = 9;

/// How a caller makes one call: immutable configuration; running state lives in the World.
struct CallPolicy {
    // Compiled once (call_policy.cpp), not in every file that has one.
    CallPolicy();
    CallPolicy(const CallPolicy&);
    CallPolicy(CallPolicy&&) noexcept;
    CallPolicy& operator=(const CallPolicy&);
    CallPolicy& operator=(CallPolicy&&) noexcept;
    ~CallPolicy();

    sim::Duration timeout = sim::kForever;          ///< the whole call, all its tries
    sim::Duration per_try_timeout = sim::kForever;  ///< one try, from after the backoff
    /// To a place that nobody answers from: the caller learns after this long instead of waiting
    /// for the try's timeout.
    sim::Duration connect_timeout = sim::kForever;
    int retries = 0;  ///< additional tries
    RetryOn retry_on = default_retry_on();
    Backoff backoff = ExponentialBackoff{};
    std::optional<RetryAfter> retry_after;  ///< what a server's hint does to the backoff
    /// A backoff that would end too late is waited for all the same, until the call's time is up.
    bool wait_beyond_deadline = false;
    std::optional<RetryBudget> retry_budget;
    LoadBalancing load_balancing = LeastRequest{};
    std::optional<OutlierDetection> outlier_detection;
    bool avoid_previous_hosts = false;  ///< a retry goes to a replica that was not tried yet
    /// Instead of `per_try_timeout`, once it is known.
    std::optional<QuantileRule> per_try_quantile;
    std::optional<Hedging> hedge;
    std::optional<CircuitBreaker> circuit_breaker;
    std::optional<Throttle> throttle;  ///< adaptive client throttling
    std::optional<RateLimit> rate_limit;
    std::optional<ConcurrencyLimit> bulkhead;
    std::optional<ConnectionPool> pool;
    bool pass_deadline_down = false;  ///< the callee knows how long its caller still waits
    Cancellation cancel = Cancellation::none;
    std::optional<Fallback> fallback;  ///< what answers when the call has finally failed

    /// Numbers the settings of each rule: calls share a rule's state only where these are the same.
    std::array<std::uint32_t, kClientRules> rule_settings{};

    /// What one rule's settings mean for another's: Envoy's `maxConnections` bounds the pool.
    void settle();

    /// Declares every key of `policy`.
    void parameters(sim::Parameters& p);
};

}  // namespace models
