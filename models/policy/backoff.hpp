#pragma once

#include <variant>

#include "models/policy/backoff_envoy.hpp"
#include "models/policy/backoff_exponential.hpp"
#include "models/policy/backoff_finagle.hpp"
#include "models/policy/backoff_polly.hpp"
#include "models/policy/backoff_simple.hpp"
#include "models/policy/backoff_whole_steps.hpp"
#include "models/policy/retry_occasion.hpp"
#include "sim/core/rng.hpp"

namespace models {

/// The registry of backoffs: parsing, suggestions, help and contract tests are derived from it.
using Backoff = std::variant<NoBackoff, ConstantBackoff, LinearBackoff, ExponentialBackoff,
                             DecorrelatedBackoff, PollyV2Backoff, EnvoyBackoff, ServerHintBackoff,
                             FinagleExponentialBackoff, FinagleEqualBackoff,
                             FinagleDecorrelatedBackoff, Resilience4jBackoff, GoogleBackoff>;

/// Delay before a retry: at least zero, nothing to give up.
inline BackoffDelay backoff_delay(const Backoff& backoff, const RetryOccasion& occasion,
                                  BackoffState& state, sim::KeyedRng& rng) {
    return std::visit([&](const auto& kind) { return kind.delay(occasion, state, rng); }, backoff);
}

/// No delay of it is longer; kForever when there is no such limit.
inline sim::Duration longest_delay(const Backoff& backoff) {
    return std::visit([](const auto& kind) { return kind.longest(); }, backoff);
}

}  // namespace models
