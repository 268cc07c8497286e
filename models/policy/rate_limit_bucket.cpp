#include "models/policy/rate_limit_bucket.hpp"

#include <algorithm>
#include <cmath>

#include "sim/yaml/parameters.hpp"

namespace models {

void TokenBucketRate::parameters(sim::Parameters& p) {
    p.rate("rate", rate_per_s, "calls per second in the long run", {0, 1e9, true});
    p.number("burst", burst, "tokens that are kept", {1, 1e9, false});
    p.duration("maxWait", max_wait, "longest wait for a token; 0 rejects at once");
    scope_parameter(p, scope);
}

RateVerdict TokenBucketRate::acquire(State& state, sim::SimTime now) const {
    double tokens = burst;
    if (state.at.ns != INT64_MIN) {
        tokens = std::min(burst, state.tokens + rate_per_s * (now - state.at).seconds());
    }
    // A nanosecond of tokens more or less is the rounding of the wait before.
    const double missing = 1.0 - tokens - rate_per_s * 1e-9;
    sim::Duration wait{};
    if (missing > 0) {
        wait = sim::from_seconds(std::ceil((1.0 - tokens) / rate_per_s * 1e9) * 1e-9);
        if (wait > max_wait) return std::nullopt;
    }
    state = {tokens - 1.0, now};
    return wait;
}

}  // namespace models
