#include "models/policy/limit_envoy.hpp"

#include <algorithm>
#include <cmath>

#include "sim/yaml/parameters.hpp"

namespace models {

namespace {

constexpr std::int64_t kTimesAtLeast = 5;

/// Envoy computes with whole microseconds; a round trip of none would divide by zero.
double whole_microseconds(sim::Duration duration) {
    return static_cast<double>(std::max<std::int64_t>(1, duration.ns / 1000));
}

}  // namespace

void MinRttMeasurement::parameters(sim::Parameters& p) {
    p.duration("interval", interval, "from one measurement to the next", {sim::milliseconds(1)});
    p.count("requestCount", request_count, "requests of a measurement", {1, 1'000'000});
    p.percent("jitter", jitter, "the interval is up to so much longer", {0, 1, false});
    p.count("minConcurrency", min_concurrency, "the limit while measuring, and the least",
            {1, 1'000'000});
    p.percent("buffer", buffer, "so much longer is not yet a queue", {0, 1, false});
}

void EnvoyGradientLimit::parameters(sim::Parameters& p) {
    p.percent("sampleAggregatePercentile", percentile, "of the round trips that counts");
    p.count("maxConcurrencyLimit", max_limit, "greatest limit", {1, 1'000'000});
    p.duration("concurrencyUpdateInterval", update_interval, "from one limit to the next",
               {sim::milliseconds(1)});
    p.group("minRtt", min_rtt, "the measurement of the round trip at rest");
    waiting.parameters(p);
    scope_parameter(p, scope);
}

std::optional<sim::Misfit> EnvoyGradientLimit::misfit() const {
    if (min_rtt.min_concurrency <= max_limit) return std::nullopt;
    return sim::Misfit{"maxConcurrencyLimit", "the greatest limit is below minRtt.minConcurrency",
                       "a measurement pins the limit to minConcurrency"};
}

/// A process begins with a measurement; what limit it then goes on from is the least.
EnvoyGradientLimit::State EnvoyGradientLimit::initial() const {
    State state;
    state.limit = state.deferred_limit = min_rtt.min_concurrency;
    return state;
}

bool EnvoyGradientLimit::admit(State& state, const LimitAsk& ask) const {
    advance(state, ask.now);
    return ask.in_flight < state.limit;
}

void EnvoyGradientLimit::sample(State& state, const LimitSample& sample, sim::KeyedRng& rng) const {
    advance(state, sample.now);
    if (state.measured_before && sample.now - sample.rtt < state.measured_since) {
        return;
    }
    state.latencies.add(sample.rtt);
    const bool enough = state.latencies.count() >= min_rtt.request_count;
    if (state.deferred_limit > 0 && enough) end_measurement(state, sample.now, rng);
}

std::int64_t EnvoyGradientLimit::next(std::int64_t limit, RoundTrips rtt) const {
    const double least = whole_microseconds(rtt.least) * (1.0 + min_rtt.buffer);
    const double gradient = std::max(0.5, std::min(2.0, least / whole_microseconds(rtt.recent)));
    const double scaled = static_cast<double>(limit) * gradient;
    return std::clamp(static_cast<std::int64_t>(scaled + std::sqrt(scaled)),
                      min_rtt.min_concurrency, max_limit);
}

/// Envoy's two timers, caught up with: nothing can be seen of them between two requests.
void EnvoyGradientLimit::advance(State& state, sim::SimTime now) const {
    while (state.deferred_limit == 0) {
        if (state.next_update <= std::min(now, state.next_measurement)) {
            update(state, state.next_update);
        } else if (state.next_measurement <= now) {
            begin_measurement(state, state.next_measurement);
        } else {
            return;
        }
    }
}

void EnvoyGradientLimit::update(State& state, sim::SimTime now) const {
    if (state.latencies.count() == 0) {
        // Without samples nothing changes until the measurement or the next request.
        const std::int64_t pause = state.next_measurement.ns - now.ns;
        const std::int64_t intervals = std::max<std::int64_t>(1, pause / update_interval.ns);
        state.next_update = saturated_add(now, {intervals * update_interval.ns});
        return;
    }
    const sim::Duration recent = state.latencies.quantile(percentile);
    state.latencies.clear();
    const std::int64_t before = state.limit;
    state.limit = next(before, {state.min_rtt, recent});
    state.next_update = saturated_add(now, update_interval);
    const bool stays = before == min_rtt.min_concurrency && state.limit == min_rtt.min_concurrency;
    state.times_at_least = stays ? state.times_at_least + 1 : 0;
    if (state.times_at_least >= kTimesAtLeast) begin_measurement(state, now);
}

void EnvoyGradientLimit::begin_measurement(State& state, sim::SimTime now) const {
    state.deferred_limit = state.limit;
    state.limit = min_rtt.min_concurrency;
    state.times_at_least = 0;
    state.measured_before = true;
    state.measured_since = now;
    state.latencies.clear();
}

void EnvoyGradientLimit::end_measurement(State& state, sim::SimTime now, sim::KeyedRng& rng) const {
    state.min_rtt = state.latencies.quantile(percentile);
    state.latencies.clear();
    state.limit = state.deferred_limit;
    state.deferred_limit = 0;
    state.times_at_least = 0;
    const double jitter_ns = static_cast<double>(min_rtt.interval.ns) * min_rtt.jitter * rng.unit();
    const auto pause = min_rtt.interval + sim::Duration{static_cast<std::int64_t>(jitter_ns)};
    state.next_measurement = saturated_add(now, pause);
    state.next_update = saturated_add(now, update_interval);
}

}  // namespace models
