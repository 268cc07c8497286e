#pragma once

#include <cstdint>

#include "models/policy/breaker_watch.hpp"
#include "models/policy/circuit_breaker.hpp"

namespace models {

/// A breaker of some caller, with the clock that measures how long it refuses.
struct WatchedBreaker {
    CircuitBreakerState state;
    const CircuitBreaker* rule = nullptr;
    std::uint32_t edge = 0;  ///< where its time is counted
    BreakerWatch watch;
};

}  // namespace models
