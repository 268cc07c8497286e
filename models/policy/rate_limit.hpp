#pragma once

#include <variant>

#include "models/policy/rate_limit_bucket.hpp"
#include "models/policy/rate_limit_cubic.hpp"
#include "models/policy/rate_limit_window.hpp"
#include "models/policy/rule_scope.hpp"
#include "models/policy/rule_state.hpp"
#include "sim/core/time.hpp"

namespace models {

/// The registry of rate limits. Every kind has `acquire(state, now)` and `scope`; one that learns
/// from replies has `on_reply(state, now, throttled)`.
using RateLimit =
    std::variant<TokenBucketRate, LeakyBucketRate, CycleRate, SlidingWindowRate, CubicRate>;
using RateLimitState = StateOf<RateLimit>;

/// Zero: go now; more: the place is reserved, go after so long; nothing: rejected.
/// A wait beyond `longest` is rejected, too, and reserves nothing.
inline RateVerdict rate_acquire(const RateLimit& rule, RateLimitState& state, sim::SimTime now,
                                sim::Duration longest = sim::kForever) {
    return with_state(rule, state,
                      [&](const auto& kind, auto& own) { return kind.acquire(own, now, longest); });
}

/// A reply has come; `throttled`: it says that the caller asks too often (429).
inline void rate_on_reply(const RateLimit& rule, RateLimitState& state, sim::SimTime now,
                          bool throttled) {
    with_state(rule, state, [&](const auto& kind, auto& own) {
        if constexpr (requires { kind.on_reply(own, now, throttled); })
            kind.on_reply(own, now, throttled);
    });
}

}  // namespace models
