#include "models/policy/rate_limit_bucket.hpp"

#include <algorithm>
#include <cmath>

#include "sim/yaml/parameters.hpp"

namespace models {

namespace {

constexpr double kMostNs = 9e18;
constexpr double kRounding = 1e-9;  // of a token: who has waited for one finds it

/// Whole nanoseconds, rounded up so that what is waited for has come.
sim::Duration up_to_ns(double ns) {
    return ns >= kMostNs ? sim::kForever : sim::Duration{static_cast<std::int64_t>(std::ceil(ns))};
}

void bucket_parameters(sim::Parameters& p, double& rate_per_s, double& burst) {
    p.rate("rate", rate_per_s, "calls per second in the long run", {1e-6, 1e7, false});
    p.number("burst", burst, "calls that may come at once", {1, 1e9, false});
}

}  // namespace

void TokenBucketRate::parameters(sim::Parameters& p) {
    bucket_parameters(p, rate_per_s, burst);
    p.timeout("maxWait", max_wait, "longest wait for a token; 0 rejects at once",
              {sim::Duration{}, sim::kForever});
    scope_parameter(p, scope);
}

RateVerdict TokenBucketRate::acquire(State& state, sim::SimTime now, sim::Duration longest) const {
    const double per_ns = rate_per_s * 1e-9;
    double tokens = burst;
    if (state.used) {
        tokens = std::min(burst, state.tokens + per_ns * static_cast<double>((now - state.at).ns));
    }
    sim::Duration wait{};
    if (tokens < 1.0 - kRounding) {
        wait = up_to_ns((1.0 - tokens) / per_ns);
        if (wait > std::min(max_wait, longest)) return std::nullopt;
    }
    state = {true, tokens - 1.0, now};
    return wait;
}

void LeakyBucketRate::parameters(sim::Parameters& p) {
    bucket_parameters(p, rate_per_s, burst);
    p.timeout("maxWait", max_wait, "longest wait for the call's turn; 0 rejects at once",
              {sim::Duration{}, sim::kForever});
    scope_parameter(p, scope);
}

RateVerdict LeakyBucketRate::acquire(State& state, sim::SimTime now, sim::Duration longest) const {
    const sim::Duration interval = sim::from_seconds(1.0 / rate_per_s);
    const sim::Duration early{
        static_cast<std::int64_t>(std::min(kMostNs, burst * static_cast<double>(interval.ns)))};
    const sim::SimTime due = saturated_add(state.used ? std::max(now, state.due) : now, interval);
    const sim::Duration excess{std::max<std::int64_t>(0, (due - now).ns - early.ns)};
    if (excess > std::min(max_wait, longest)) return std::nullopt;
    state = {true, due};
    return excess;
}

}  // namespace models
