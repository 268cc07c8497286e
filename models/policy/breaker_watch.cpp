#include "models/policy/breaker_watch.hpp"

#include <algorithm>

namespace models {

std::optional<BreakerWatch::Stretch> BreakerWatch::step(const CircuitBreaker& breaker,
                                                        const CircuitBreakerState& state,
                                                        sim::SimTime now) {
    if (since >= now) return std::nullopt;
    Stretch stretch{since, now, false, false};
    if (const auto change = breaker_next_change(breaker, state, since, now)) {
        stretch.until = std::min(now, *change);
    }
    // An answer may hold up to and including an instant: what counts is the one just after it.
    const sim::SimTime inside{since.ns + 1};
    stretch.refuses = breaker_is_open(breaker, state, inside);
    if (stretch.refuses && !has_open_phase(breaker)) {
        stretch.opens = !refused;
    } else if (stretch.refuses) {
        const auto until = breaker_open_until(breaker, state, inside);
        stretch.opens = until && *until != open_until;
        open_until = until.value_or(open_until);
    }
    refused = stretch.refuses;
    since = stretch.until;
    return stretch;
}

}  // namespace models
