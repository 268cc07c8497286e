#include "models/policy/circuit_breaker.hpp"

namespace models {
namespace {

/// `use(kind, state of that kind)`, for questions.
template <class Use>
auto ask(const CircuitBreaker& breaker, const CircuitBreakerState& state, const Use& use) {
    return std::visit(
        [&]<class Kind>(const Kind& kind) {
            constexpr std::size_t kIndex = detail::IndexOfKind<Kind, CircuitBreaker>::value;
            return use(kind, std::get<kIndex>(state));
        },
        breaker);
}

}  // namespace

bool breaker_is_open(const CircuitBreaker& breaker, const CircuitBreakerState& state,
                     sim::SimTime now) {
    return ask(breaker, state,
               [&](const auto& kind, const auto& own) { return kind.is_open(own, now); });
}

std::optional<sim::Duration> breaker_retry_after(const CircuitBreaker& breaker,
                                                 const CircuitBreakerState& state,
                                                 sim::SimTime now) {
    return ask(breaker, state,
               [&](const auto& kind, const auto& own) { return kind.retry_after(own, now); });
}

std::optional<sim::SimTime> breaker_open_until(const CircuitBreaker& breaker,
                                               const CircuitBreakerState& state, sim::SimTime now) {
    return ask(breaker, state, [&](const auto& kind, const auto& own) {
        std::optional<sim::SimTime> until;
        if constexpr (requires { own.phase; }) {  // Polly's half-open waits, too
            if (own.phase == BreakerPhase::half_open) return until;
        }
        if (const auto wait = kind.retry_after(own, now)) until = sim::saturated_add(now, *wait);
        return until;
    });
}

std::optional<sim::SimTime> breaker_next_change(const CircuitBreaker& breaker,
                                                const CircuitBreakerState& state,
                                                sim::SimTime after, sim::SimTime limit) {
    return ask(breaker, state, [&](const auto& kind, const auto& own) {
        std::optional<sim::SimTime> change;
        if constexpr (requires { kind.next_change(own, after, limit); }) {
            change = kind.next_change(own, after, limit);
        } else if (const auto wait = kind.retry_after(own, after)) {
            change = sim::saturated_add(after, *wait);
        }
        if (change && (*change <= after || *change > limit)) change.reset();
        return change;
    });
}

bool has_open_phase(const CircuitBreaker& breaker) {
    return !std::holds_alternative<ConcurrencyLimits>(breaker);
}

bool breaker_join_line(const CircuitBreaker& breaker, CircuitBreakerState& state) {
    return with_state(breaker, state, [](const auto& kind, auto& own) {
        if constexpr (requires { kind.join_line(own); }) return kind.join_line(own);
        return true;
    });
}

void breaker_leave_line(const CircuitBreaker& breaker, CircuitBreakerState& state) {
    with_state(breaker, state, [](const auto& kind, auto& own) {
        if constexpr (requires { kind.leave_line(own); }) kind.leave_line(own);
    });
}

BreakerScope breaker_scope(const CircuitBreaker& breaker) {
    return std::visit([](const auto& kind) { return kind.shared_by(); }, breaker);
}

bool counts_as_failure(const CircuitBreaker& breaker, Outcome outcome) {
    return std::visit([&](const auto& kind) { return kind.is_failure(outcome); }, breaker);
}

}  // namespace models
