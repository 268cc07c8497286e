#include "models/policy/breaker_limits.hpp"

#include "sim/core/assert.hpp"
#include "sim/yaml/parameters.hpp"

namespace models {

void ConcurrencyLimits::parameters(sim::Parameters& p) {
    p.count("maxConnections", max_connections, "connections at a time", {1});
    p.count("maxPending", max_pending, "tries that wait for a connection", {0});
    p.count("maxRequests", max_requests, "tries at a time", {1});
    p.count("maxRetries", max_retries, "retries at a time", {0});
    breaker_scope_parameter(p, scope);
}

BreakerAdmission ConcurrencyLimits::admit(State& state, const BreakerAsk& ask,
                                          sim::KeyedRng& /*rng*/) const {
    if (state.requests >= max_requests) return kRefused;
    if (ask.is_retry && state.retries >= max_retries) return kRefused;
    ++state.requests;
    if (ask.is_retry) ++state.retries;
    return kAdmitted;
}

void ConcurrencyLimits::record(State& state, const BreakerResult& result,
                               sim::KeyedRng& /*rng*/) const {
    release(state, {result.now, result.probe, result.is_retry});
}

void ConcurrencyLimits::release(State& state, const BreakerRelease& release) const {
    SIM_ASSERT(state.requests > 0);
    --state.requests;
    if (!release.is_retry) return;
    SIM_ASSERT(state.retries > 0);
    --state.retries;
}

bool ConcurrencyLimits::join_line(State& state) const {
    if (state.pending >= max_pending) return false;
    ++state.pending;
    return true;
}

void ConcurrencyLimits::leave_line(State& state) {
    SIM_ASSERT(state.pending > 0);
    --state.pending;
}

bool ConcurrencyLimits::is_open(const State& state, sim::SimTime /*now*/) const {
    return state.requests >= max_requests;
}

}  // namespace models
