#pragma once

#include <cstdint>
#include <optional>

#include "models/policy/circuit_breaker.hpp"
#include "sim/core/time.hpp"

namespace models {

/// Measures how long a breaker refuses tries and how often it opens. A breaker changes by itself
/// between two tries (a wait ends, Hystrix takes a snapshot), so its time is cut into stretches:
/// before anything is asked of the breaker, or told to it, `step` is called until it says nothing.
///
/// It refuses while `breaker_is_open`: open, half-open with all probes out, or, for
/// concurrencyLimits, at `maxRequests`. An opening is a new wait of the open phase, also after a
/// probe that failed; for concurrencyLimits, each time that the limit is reached. That a wait ends
/// just after its last instant, as some kinds have it, adds nothing to its length.
struct BreakerWatch {
    sim::SimTime since{};                ///< all before is known
    sim::SimTime open_until{INT64_MIN};  ///< the end of the last wait that was seen
    bool refused = false;                ///< in the last stretch

    /// [from, until) is one stretch with the same answer to all tries.
    struct Stretch {
        sim::SimTime from{};
        sim::SimTime until{};
        bool refuses = false;
        bool opens = false;  ///< at `from`
    };
    /// The next stretch, up to `now` at most; nothing: all is known until then.
    std::optional<Stretch> step(const CircuitBreaker& breaker, const CircuitBreakerState& state,
                                sim::SimTime now);
};

}  // namespace models
