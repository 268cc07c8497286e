#include "models/policy/rate_limit_cubic.hpp"

#include <algorithm>
#include <cmath>

#include "models/policy/time_slices.hpp"
#include "sim/yaml/parameters.hpp"

namespace models {

void CubicRate::parameters(sim::Parameters& p) {
    p.number("beta", beta, "what is left of the rate after a throttle", {0, 1, true});
    p.number("scaleConstant", scale_constant, "steepness of the cubic", {0, 1e6, true});
    p.number("smoothing", smoothing, "weight of the newest measured rate", {0, 1, true});
    p.duration("timeBucket", time_bucket, "how often the rate is measured", {sim::milliseconds(1)});
    p.rate("minRate", min_rate_per_s, "least rate", {1e-6, 1e9, false});
    p.factor("maxRateScale", max_rate_scale, "greatest rate, in measured rates", {1, 1e6, false});
    scope_parameter(p, scope);
}

double CubicRate::time_to_top_s(double top_rate) const {
    return std::cbrt(top_rate * (1.0 - beta) / scale_constant);
}

double CubicRate::recovered_rate(Recovery recovery) const {
    const double to_top = recovery.since_s - time_to_top_s(recovery.top_rate);
    return scale_constant * to_top * to_top * to_top + recovery.top_rate;
}

void CubicRate::start(State& state, sim::SimTime now) const {
    if (state.started) return;
    state.started = true;
    state.last_throttle = state.tokens_at = now;
    state.bucket = slice_number(now, time_bucket);
}

void CubicRate::refill(State& state, sim::SimTime now) {
    const double came = state.rate_per_s * (now - state.tokens_at).seconds();
    state.tokens = std::min(state.burst, state.tokens + came);
    state.tokens_at = now;
}

RateVerdict CubicRate::acquire(State& state, sim::SimTime now, sim::Duration longest) const {
    start(state, now);
    if (!state.enabled) return sim::Duration{};
    refill(state, now);
    const double missing = 1.0 - state.tokens;
    constexpr double kRounding = 1e-9;
    sim::Duration wait{};
    if (missing > kRounding) {
        wait = {static_cast<std::int64_t>(std::ceil(missing / state.rate_per_s * 1e9))};
    }
    if (wait > longest) return std::nullopt;
    state.tokens -= 1.0;
    return wait;
}

void CubicRate::measure(State& state, sim::SimTime now) const {
    ++state.count;
    const std::int64_t bucket = slice_number(now, time_bucket);
    if (bucket <= state.bucket) return;
    const double seconds = static_cast<double>(bucket - state.bucket) * time_bucket.seconds();
    const double current = static_cast<double>(state.count) / seconds;
    state.measured_per_s = current * smoothing + state.measured_per_s * (1.0 - smoothing);
    state.count = 0;
    state.bucket = bucket;
}

void CubicRate::on_reply(State& state, sim::SimTime now, bool throttled) const {
    start(state, now);
    measure(state, now);
    double rate = 0;
    if (throttled) {
        state.top_rate =
            state.enabled ? std::min(state.measured_per_s, state.rate_per_s) : state.measured_per_s;
        state.last_throttle = now;
        state.enabled = true;
        rate = state.top_rate * beta;
    } else {
        rate = recovered_rate({state.top_rate, (now - state.last_throttle).seconds()});
    }
    refill(state, now);
    const double wanted = std::min(rate, max_rate_scale * state.measured_per_s);
    state.rate_per_s = std::max(wanted, min_rate_per_s);
    state.burst = std::max(1.0, wanted);
    state.tokens = std::min(state.tokens, state.burst);
}

}  // namespace models
