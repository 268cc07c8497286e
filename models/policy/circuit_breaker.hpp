#pragma once

#include <optional>
#include <variant>

#include "models/policy/breaker.hpp"
#include "models/policy/breaker_accrual.hpp"
#include "models/policy/breaker_limits.hpp"
#include "models/policy/breaker_rolling.hpp"
#include "models/policy/breaker_sliding.hpp"
#include "models/policy/breaker_unified.hpp"
#include "models/policy/rule_state.hpp"

namespace models {

/// The registry of circuit breakers. Every kind has
///   admit(state, ask, rng)      may this try go?
///   record(state, result, rng)  a try that was let through has ended
///   release(state, release)     it was cancelled: its permit is free again
///   is_open(state, now)         would a try be refused now?
///   retry_after(state, now)     for how long, if that is known
/// may have
///   next_change(state, after, limit)  when `is_open` changes by itself; without it: when the wait
///                                     that `retry_after` knows of is over
/// and says who shares it (`shared_by`), whether first tries pass whatever its state
/// (`retries_only`), and which outcomes are failures (`is_failure`).
using CircuitBreaker = std::variant<CountBasedBreaker, TimeBasedBreaker, HystrixBreaker,
                                    PollyBreaker, ConsecutiveBreaker, UnifiedBreaker,
                                    SuccessRateBreaker, FailureAccrualBreaker, ConcurrencyLimits>;
using CircuitBreakerState = StateOf<CircuitBreaker>;

/// Whether a try may be sent. `breakRetriesOnly`: first tries always may, and take no permit
/// (Brooker, "Fixing retries with token buckets and circuit breakers", MB-RETRIES).
inline BreakerAdmission breaker_admit(const CircuitBreaker& breaker, CircuitBreakerState& state,
                                      const BreakerAsk& ask, sim::KeyedRng& rng) {
    return with_state(breaker, state, [&](const auto& kind, auto& own) {
        if (kind.retries_only() && !ask.is_retry) return kAdmitted;
        return kind.admit(own, ask, rng);
    });
}
inline void breaker_record(const CircuitBreaker& breaker, CircuitBreakerState& state,
                           const BreakerResult& result, sim::KeyedRng& rng) {
    with_state(breaker, state, [&](const auto& kind, auto& own) { kind.record(own, result, rng); });
}
inline void breaker_release(const CircuitBreaker& breaker, CircuitBreakerState& state,
                            const BreakerRelease& release) {
    with_state(breaker, state, [&](const auto& kind, auto& own) { kind.release(own, release); });
}
/// Whether a try would be refused now (a retry, where only those are). Changes nothing.
bool breaker_is_open(const CircuitBreaker& breaker, const CircuitBreakerState& state,
                     sim::SimTime now);
/// How long tries will be refused; nothing when they are not or when nobody can know.
std::optional<sim::Duration> breaker_retry_after(const CircuitBreaker& breaker,
                                                 const CircuitBreakerState& state,
                                                 sim::SimTime now);
/// Until when tries are refused by a wait of the open phase; nothing in any other phase.
std::optional<sim::SimTime> breaker_open_until(const CircuitBreaker& breaker,
                                               const CircuitBreakerState& state, sim::SimTime now);
/// The first instant in (after, limit] from which on `breaker_is_open` may answer differently
/// although nothing has been asked or recorded; nothing: there is none.
std::optional<sim::SimTime> breaker_next_change(const CircuitBreaker& breaker,
                                                const CircuitBreakerState& state,
                                                sim::SimTime after, sim::SimTime limit);
/// False for concurrencyLimits, which have no phases.
bool has_open_phase(const CircuitBreaker& breaker);
/// Whether one more try may wait for a connection; only concurrencyLimits ever refuse. One that was
/// let in is followed by `breaker_leave_line`.
bool breaker_join_line(const CircuitBreaker& breaker, CircuitBreakerState& state);
void breaker_leave_line(const CircuitBreaker& breaker, CircuitBreakerState& state);
BreakerScope breaker_scope(const CircuitBreaker& breaker);
/// Whether a try that ended so is a failure for this breaker.
bool counts_as_failure(const CircuitBreaker& breaker, Outcome outcome);

}  // namespace models
