#include "models/policy/breaker_accrual.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "sim/core/assert.hpp"
#include "sim/yaml/parameters.hpp"

namespace models {
namespace {

constexpr sim::DurationLimits kPeriods{sim::milliseconds(1), sim::whole_seconds(86'400)};
constexpr std::int64_t kMaxFailures = 1'000'000;

/// min(max, base * 2^(n-1)) in nanoseconds.
double nominal_period(const OpenPeriod& period, std::int64_t n) {
    auto ns = static_cast<double>(period.base.ns);
    const auto max = static_cast<double>(period.max.ns);
    for (std::int64_t i = 1; i < n && ns < max; ++i) ns *= 2;
    return std::min(ns, max);
}

std::optional<sim::Misfit> period_misfit(std::string_view key, const OpenPeriod& period) {
    if (period.base <= period.max) return std::nullopt;
    return sim::Misfit{key, "`base` is above `max`", "swap them"};
}

/// A result at the instant of a timer comes before it.
sim::SimTime just_before(sim::SimTime now) { return {now.ns - 1}; }

}  // namespace

void OpenPeriod::parameters(sim::Parameters& p) {
    p.duration("base", base, "the first time", kPeriods);
    p.duration("max", max, "longest, after doubling from time to time", kPeriods);
    p.choice<OpenJitter>("jitter", jitter, "how it is spread",
                         {{"none", OpenJitter::none},
                          {"equal", OpenJitter::equal},
                          {"additive", OpenJitter::additive}});
    p.number("jitterFactor", jitter_factor, "share that additive jitter adds at most",
             {0, 1000, false});
}

sim::Duration OpenPeriod::duration(std::int64_t n, sim::KeyedRng& rng) const {
    const double nominal = nominal_period(*this, n);
    const auto top = static_cast<double>(max.ns);
    double ns = nominal;
    switch (jitter) {
        case OpenJitter::none:
            break;
        case OpenJitter::equal: {
            if (n <= 1) break;
            const double half = nominal_period(*this, n - 1);
            ns = half >= top ? top : std::min(top, half * (1 + rng.unit()));
            break;
        }
        case OpenJitter::additive:
            ns = nominal + std::min(rng.unit() * jitter_factor * nominal, top - nominal);
            break;
    }
    return {static_cast<std::int64_t>(ns)};
}

void ConsecutiveBreaker::parameters(sim::Parameters& p) {
    p.count("failures", failures, "in a row that open it", {1, kMaxFailures});
    p.group("open", open, "how long it refuses everything");
    p.count("halfOpenPermits", half_open_permits, "tries that probe", {1, 1'000'000});
    break_retries_only_parameter(p, break_retries_only);
    breaker_scope_parameter(p, scope);
}

std::optional<sim::Misfit> ConsecutiveBreaker::misfit() const {
    return period_misfit("open", open);
}

/// The wait ends by a timer: from then on a late result, too, decides.
void ConsecutiveBreaker::catch_up(State& state, sim::SimTime now) const {
    if (state.phase != BreakerPhase::open || now < state.until) return;
    state.phase = BreakerPhase::half_open;
    state.permits = half_open_permits;
}

BreakerAdmission ConsecutiveBreaker::admit(State& state, const BreakerAsk& ask,
                                           sim::KeyedRng& /*rng*/) const {
    catch_up(state, ask.now);
    if (state.phase == BreakerPhase::closed) return kAdmitted;
    if (state.phase == BreakerPhase::open || state.permits == 0) return kRefused;
    --state.permits;
    return kProbe;
}

void ConsecutiveBreaker::record(State& state, const BreakerResult& result,
                                sim::KeyedRng& rng) const {
    catch_up(state, just_before(result.now));
    if (state.phase == BreakerPhase::open) return;
    if (!result.failure) {
        state = {};
        return;
    }
    ++state.run;
    if (state.phase == BreakerPhase::closed && state.run < failures) return;
    state.phase = BreakerPhase::open;
    state.until = sim::saturated_add(result.now, open.duration(++state.openings, rng));
}

void ConsecutiveBreaker::release(State& state, const BreakerRelease& release) const {
    catch_up(state, just_before(release.now));
    if (state.phase != BreakerPhase::half_open || !release.probe) return;
    state.permits = std::min(state.permits + 1, half_open_permits);
}

bool ConsecutiveBreaker::is_open(const State& state, sim::SimTime now) const {
    State then = state;
    catch_up(then, now);
    return then.phase == BreakerPhase::open ||
           (then.phase == BreakerPhase::half_open && then.permits == 0);
}

std::optional<sim::Duration> ConsecutiveBreaker::retry_after(const State& state,
                                                             sim::SimTime now) const {
    if (state.phase != BreakerPhase::open || now >= state.until) return std::nullopt;
    return state.until - now;
}

bool ConsecutiveBreaker::is_failure(Outcome outcome) {
    return is_callee_failure(outcome) && outcome != Outcome::throttled;
}

namespace {

void rate_parameters(sim::Parameters& p, double& required, sim::Duration& window,
                     std::int64_t& min_requests) {
    p.percent("requiredSuccessRate", required, "it opens below", {0, 1, true});
    p.duration("window", window, "time constant of the moving average, and how long it must last",
               kPeriods);
    p.count("minRequests", min_requests, "requests before the rate counts", {0, 1'000'000'000});
}

void tick_to(AccrualState& state, sim::SimTime now) {
    if (!state.begun) {
        state.begun = true;
        state.began = now;
    }
    if (state.phase == BreakerPhase::open && now >= state.until) {
        state.phase = BreakerPhase::half_open;
        state.probe_sent = false;
    }
}

}  // namespace

void FailureAccrualBreaker::parameters(sim::Parameters& p) {
    rate_parameters(p, required_success_rate, window, min_requests);
    p.count("failures", failures, "in a row that open it", {1, kMaxFailures});
    p.group("markDeadFor", mark_dead_for, "how long it refuses everything");
    break_retries_only_parameter(p, break_retries_only);
    breaker_scope_parameter(p, scope);
}

std::optional<sim::Misfit> FailureAccrualBreaker::misfit() const {
    return period_misfit("markDeadFor", mark_dead_for);
}

/// Finagle counts in whole milliseconds since the endpoint was made or revived.
void FailureAccrualBreaker::observe(State& state, sim::SimTime now, double value) const {
    constexpr std::int64_t kMillisecond = 1'000'000;
    const std::int64_t stamp = (now - state.began).ns / kMillisecond;
    ++state.requests;
    if (state.stamp < 0) {
        state.success_rate = value;
    } else {
        const auto passed = static_cast<double>(stamp - state.stamp);
        const double weight = std::exp(-passed / static_cast<double>(window.ns / kMillisecond));
        state.success_rate = value * (1 - weight) + state.success_rate * weight;
    }
    state.stamp = stamp;
}

/// Both conditions are asked at every failure; each that holds takes the next of its dead times.
std::optional<sim::Duration> FailureAccrualBreaker::dead_for(State& state, sim::SimTime now,
                                                             sim::KeyedRng& rng) const {
    observe(state, now, 0);
    ++state.run;
    std::optional<sim::Duration> dead;
    const bool old_enough = now - state.began >= window && state.requests >= min_requests;
    if (old_enough && state.success_rate < required_success_rate) {
        dead = mark_dead_for.duration(++state.deaths_by_rate, rng);
    }
    if (state.run >= failures) {
        const auto by_run = mark_dead_for.duration(++state.deaths_by_run, rng);
        dead = dead ? std::max(*dead, by_run) : by_run;
    }
    return dead;
}

BreakerAdmission FailureAccrualBreaker::admit(State& state, const BreakerAsk& ask,
                                              sim::KeyedRng& /*rng*/) const {
    tick_to(state, ask.now);
    if (state.phase == BreakerPhase::closed) return kAdmitted;
    if (state.phase == BreakerPhase::open || state.probe_sent) return kRefused;
    state.probe_sent = true;
    return kProbe;
}

void FailureAccrualBreaker::on_failure(State& state, sim::SimTime now, sim::KeyedRng& rng) const {
    const bool probing = state.phase == BreakerPhase::half_open;
    if (state.phase == BreakerPhase::open || (probing && !state.probe_sent)) return;
    if (const auto dead = dead_for(state, now, rng)) {
        state.phase = BreakerPhase::open;
        state.until = sim::saturated_add(now, *dead);
    } else if (probing) {
        state.probe_sent = false;
    }
}

/// While the probe is out, any success revives.
void FailureAccrualBreaker::on_success(State& state, sim::SimTime now) const {
    if (state.phase == BreakerPhase::half_open && state.probe_sent) {
        state = {};
        state.begun = true;
        state.began = now;
    }
    state.run = 0;
    observe(state, now, 1);
}

void FailureAccrualBreaker::record(State& state, const BreakerResult& result,
                                   sim::KeyedRng& rng) const {
    tick_to(state, just_before(result.now));
    if (result.failure) {
        on_failure(state, result.now, rng);
    } else {
        on_success(state, result.now);
    }
}

void FailureAccrualBreaker::release(State& state, const BreakerRelease& release) const {
    tick_to(state, just_before(release.now));
    if (state.phase == BreakerPhase::half_open && release.probe) state.probe_sent = false;
}

bool FailureAccrualBreaker::is_open(const State& state, sim::SimTime now) const {
    State then = state;
    tick_to(then, now);
    return then.phase == BreakerPhase::open ||
           (then.phase == BreakerPhase::half_open && then.probe_sent);
}

std::optional<sim::Duration> FailureAccrualBreaker::retry_after(const State& state,
                                                                sim::SimTime now) const {
    if (state.phase != BreakerPhase::open || now >= state.until) return std::nullopt;
    return state.until - now;
}

void SuccessRateBreaker::parameters(sim::Parameters& p) {
    rate_parameters(p, required_success_rate, window, min_requests);
    p.group("markDeadFor", mark_dead_for, "how long it refuses everything");
    break_retries_only_parameter(p, break_retries_only);
    breaker_scope_parameter(p, scope);
}

std::optional<sim::Misfit> SuccessRateBreaker::misfit() const {
    return period_misfit("markDeadFor", mark_dead_for);
}

FailureAccrualBreaker SuccessRateBreaker::as_accrual() const {
    FailureAccrualBreaker accrual;
    accrual.required_success_rate = required_success_rate;
    accrual.window = window;
    accrual.min_requests = min_requests;
    accrual.failures = std::numeric_limits<std::int64_t>::max();
    accrual.mark_dead_for = mark_dead_for;
    return accrual;
}

}  // namespace models
