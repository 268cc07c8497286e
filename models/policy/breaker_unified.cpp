#include "models/policy/breaker_unified.hpp"

#include <cmath>

#include "sim/yaml/parameters.hpp"

namespace models {
namespace {

/// Without results for so many windows the next one would make up nearly all of the average.
constexpr std::int64_t kIdleWindows = 3;

/// A result at the instant of a timer comes before it.
sim::SimTime just_before(sim::SimTime now) { return {now.ns - 1}; }

}  // namespace

void UnifiedBreaker::parameters(sim::Parameters& p) {
    constexpr sim::DurationLimits kPeriods{sim::milliseconds(1), sim::whole_seconds(86'400)};
    p.count("failures", failures, "in a row that open it; 0: any number", {0, 1'000'000});
    p.percent("requiredSuccessRate", required_success_rate, "it opens below");
    p.duration("window", window, "time constant of the moving average", kPeriods);
    p.count("minRequests", min_requests, "requests before the rate counts", {0, 1'000'000'000});
    p.group("open", open, "how long it refuses everything");
    break_retries_only_parameter(p, break_retries_only);
    breaker_scope_parameter(p, scope);
}

std::optional<sim::Misfit> UnifiedBreaker::misfit() const {
    if (open.base > open.max) return sim::Misfit{"open", "`base` is above `max`", "swap them"};
    return std::nullopt;
}

void UnifiedBreaker::catch_up(State& state, sim::SimTime now) {
    if (!state.begun) {
        state.begun = true;
        state.stamp = state.seen = now;
    }
    if (state.phase != BreakerPhase::open || now < state.until) return;
    state.phase = BreakerPhase::half_open;
    state.probe_sent = false;
}

BreakerAdmission UnifiedBreaker::admit(State& state, const BreakerAsk& ask,
                                       sim::KeyedRng& /*rng*/) const {
    catch_up(state, ask.now);
    if (state.phase == BreakerPhase::closed) return kAdmitted;
    if (state.phase == BreakerPhase::open || state.probe_sent) return kRefused;
    state.probe_sent = true;
    return kProbe;
}

/// Results of one instant move the average once.
void UnifiedBreaker::observe(State& state, const BreakerResult& result) const {
    const auto idle = result.now - state.seen;
    if (idle.ns / kIdleWindows > window.ns) state.requests = 0;
    ++state.requests;
    state.seen = result.now;
    state.run = result.failure ? state.run + 1 : 0;
    const auto passed = static_cast<double>((result.now - state.stamp).ns);
    if (passed <= 0) return;
    const double keep = std::exp(-passed / static_cast<double>(window.ns));
    const bool good = !result.failure && !result.throttled;
    state.success_rate = state.success_rate * keep + (good ? 1 - keep : 0);
    state.stamp = result.now;
}

void UnifiedBreaker::trip(State& state, sim::SimTime now, sim::KeyedRng& rng) const {
    state.phase = BreakerPhase::open;
    state.until = sim::saturated_add(now, open.duration(++state.openings, rng));
}

void UnifiedBreaker::record(State& state, const BreakerResult& result, sim::KeyedRng& rng) const {
    catch_up(state, just_before(result.now));
    switch (state.phase) {
        case BreakerPhase::open:
            return;
        case BreakerPhase::half_open:
            if (result.failure || (result.throttled && required_success_rate > 0)) {
                return trip(state, result.now, rng);
            }
            state = {};
            state.begun = true;
            state.stamp = state.seen = result.now;
            return;
        case BreakerPhase::closed:
            break;
    }
    observe(state, result);
    const bool by_run = failures > 0 && state.run >= failures;
    const bool by_rate =
        state.requests >= min_requests && state.success_rate < required_success_rate;
    if (by_run || by_rate) trip(state, result.now, rng);
}

void UnifiedBreaker::release(State& state, const BreakerRelease& release) const {
    catch_up(state, just_before(release.now));
    if (state.phase == BreakerPhase::half_open && release.probe) state.probe_sent = false;
}

bool UnifiedBreaker::is_open(const State& state, sim::SimTime now) const {
    State then = state;
    catch_up(then, now);
    return then.phase == BreakerPhase::open ||
           (then.phase == BreakerPhase::half_open && then.probe_sent);
}

std::optional<sim::Duration> UnifiedBreaker::retry_after(const State& state,
                                                         sim::SimTime now) const {
    if (state.phase != BreakerPhase::open || now >= state.until) return std::nullopt;
    return state.until - now;
}

}  // namespace models
