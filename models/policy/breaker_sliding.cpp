#include "models/policy/breaker_sliding.hpp"

#include <algorithm>

#include "sim/core/assert.hpp"
#include "sim/yaml/parameters.hpp"

namespace models {

void CallCounts::add(const CallCounts& other) {
    calls += other.calls;
    failures += other.failures;
    slow += other.slow;
}

void CallCounts::remove(const CallCounts& other) {
    calls -= other.calls;
    failures -= other.failures;
    slow -= other.slow;
}

namespace {

constexpr std::uint8_t kFailureBit = 1;
constexpr std::uint8_t kSlowBit = 2;

CallCounts call_of(std::uint8_t slot) {
    return {1, (slot & kFailureBit) != 0 ? 1 : 0, (slot & kSlowBit) != 0 ? 1 : 0};
}

std::uint8_t slot_of(const CallCounts& call) {
    return static_cast<std::uint8_t>((call.failures != 0 ? kFailureBit : 0) |
                                     (call.slow != 0 ? kSlowBit : 0));
}

CallRing ring_of(std::int64_t calls) {
    CallRing ring;
    ring.slots.resize(static_cast<std::size_t>(calls));
    return ring;
}

}  // namespace

void CallRing::record(const CallCounts& call) {
    if (size == slots.size()) {
        total.remove(call_of(slots[next]));
    } else {
        ++size;
    }
    slots[next] = slot_of(call);
    total.add(call);
    next = (next + 1) % slots.size();
}

void CallRing::clear() {
    next = size = 0;
    total = {};
}

namespace {

/// Whole seconds are [s, s + 1), also before time zero.
std::int64_t second_of(sim::SimTime now) {
    constexpr std::int64_t kSecond = 1'000'000'000;
    const std::int64_t quotient = now.ns / kSecond;
    return now.ns % kSecond < 0 ? quotient - 1 : quotient;
}

}  // namespace

void SecondsRing::advance(sim::SimTime now) {
    const std::int64_t second = second_of(now);
    const auto size = static_cast<std::int64_t>(seconds.size());
    if (newest == INT64_MIN || second - newest >= size) {
        clear();
    } else {
        for (std::int64_t begun = newest + 1; begun <= second; ++begun) {
            CallCounts& slot = seconds[static_cast<std::size_t>(((begun % size) + size) % size)];
            total.remove(slot);
            slot = {};
        }
    }
    newest = second;
}

void SecondsRing::record(const CallCounts& call) {
    const auto size = static_cast<std::int64_t>(seconds.size());
    seconds[static_cast<std::size_t>(((newest % size) + size) % size)].add(call);
    total.add(call);
}

void SecondsRing::clear() {
    std::fill(seconds.begin(), seconds.end(), CallCounts{});
    total = {};
}

namespace {

sim::Duration wait_of(const SlidingBreakerSettings& settings, std::int64_t openings) {
    auto ns = static_cast<double>(settings.wait_in_open.ns);
    const auto max =
        static_cast<double>(std::max(settings.wait_in_open, settings.max_wait_in_open).ns);
    if (settings.wait_factor > 1.0) {
        for (std::int64_t n = 1; n < openings && ns < max; ++n) ns *= settings.wait_factor;
    }
    return {static_cast<std::int64_t>(std::min(ns, max))};
}

void open(const SlidingBreakerSettings& settings, SlidingBreakerPhase& at, sim::SimTime now) {
    at.phase = BreakerPhase::open;
    at.since = now;
    at.until = sim::saturated_add(now, wait_of(settings, ++at.openings));
}

void half_open(const SlidingBreakerSettings& settings, SlidingBreakerPhase& at, sim::SimTime now) {
    at.phase = BreakerPhase::half_open;
    at.since = now;
    at.permits = settings.permitted_in_half_open;
}

/// What the two timers have done up to and including `now`.
void run_timers(const SlidingBreakerSettings& settings, SlidingBreakerPhase& at, sim::SimTime now) {
    const bool gives_up = settings.max_wait_in_half_open > sim::Duration{};
    while (true) {
        if (at.phase == BreakerPhase::half_open && gives_up) {
            const auto end = sim::saturated_add(at.since, settings.max_wait_in_half_open);
            if (now < end) return;
            open(settings, at, end);
        } else if (at.phase == BreakerPhase::open && settings.automatic_transition) {
            if (now < at.until) return;
            half_open(settings, at, at.until);
        } else {
            return;
        }
    }
}

/// A result at the instant of a timer comes before it.
sim::SimTime just_before(sim::SimTime now) { return {now.ns - 1}; }

/// Runs the timers; the results of an earlier half-open phase are forgotten.
template <class State>
void catch_up(const SlidingBreakerSettings& settings, State& state, sim::SimTime now) {
    const sim::SimTime since = state.at.since;
    run_timers(settings, state.at, now);
    if (state.at.since != since) state.probes.clear();
}

template <class State>
BreakerAdmission admit_try(const SlidingBreakerSettings& settings, State& state, sim::SimTime now) {
    catch_up(settings, state, now);
    if (state.at.phase == BreakerPhase::closed) return kAdmitted;
    if (state.at.phase == BreakerPhase::open) {
        if (now <= state.at.until) return kRefused;
        half_open(settings, state.at, now);
        state.probes.clear();
    }
    if (state.at.permits == 0) return kRefused;
    --state.at.permits;
    return kProbe;
}

/// Shares are divided, not thresholds multiplied: 7 of 100 is as exact as the 7 % of a file.
bool exceeds(const SlidingBreakerSettings& settings, const CallCounts& counts) {
    const auto calls = static_cast<double>(counts.calls);
    return static_cast<double>(counts.failures) / calls >= settings.failure_rate_threshold ||
           static_cast<double>(counts.slow) / calls >= settings.slow_call_rate_threshold;
}

template <class State>
void record_probe(const SlidingBreakerSettings& settings, State& state, const CallCounts& call,
                  sim::SimTime now) {
    state.probes.record(call);
    const auto enough = std::min(settings.minimum_number_of_calls, settings.permitted_in_half_open);
    if (state.probes.total.calls < enough) return;
    if (exceeds(settings, state.probes.total)) {
        open(settings, state.at, now);
    } else {
        state.window.clear();
        state.at = {};
        state.at.since = now;
    }
}

/// False when the result needs no look at the window: results while open change nothing.
template <class State>
bool record_in_phase(const SlidingBreakerSettings& settings, State& state, const CallCounts& call,
                     sim::SimTime now) {
    catch_up(settings, state, just_before(now));
    if (state.at.phase == BreakerPhase::half_open) record_probe(settings, state, call, now);
    return state.at.phase == BreakerPhase::closed;
}

CallCounts call_of(const SlidingBreakerSettings& settings, const BreakerResult& result) {
    return {1, result.failure ? 1 : 0, result.took > settings.slow_call_duration_threshold ? 1 : 0};
}

template <class State>
void give_back(const SlidingBreakerSettings& settings, State& state,
               const BreakerRelease& release) {
    catch_up(settings, state, just_before(release.now));
    if (state.at.phase != BreakerPhase::half_open || !release.probe) return;
    state.at.permits = std::min(state.at.permits + 1, settings.permitted_in_half_open);
}

bool refuses(const SlidingBreakerSettings& settings, SlidingBreakerPhase at, sim::SimTime now) {
    run_timers(settings, at, now);
    switch (at.phase) {
        case BreakerPhase::closed:
            return false;
        case BreakerPhase::open:
            return now <= at.until;
        case BreakerPhase::half_open:
            return at.permits == 0;
    }
    SIM_ASSERT(false);
}

std::optional<sim::Duration> wait_left(const SlidingBreakerSettings& settings,
                                       SlidingBreakerPhase at, sim::SimTime now) {
    run_timers(settings, at, now);
    if (at.phase != BreakerPhase::open || now > at.until) return std::nullopt;
    return at.until - now;
}

/// When the phase that holds after `after` ends by a timer, or its wait does.
std::optional<sim::SimTime> end_of_phase(const SlidingBreakerSettings& settings,
                                         SlidingBreakerPhase at, sim::SimTime after) {
    run_timers(settings, at, after);
    switch (at.phase) {
        case BreakerPhase::closed:
            return std::nullopt;
        case BreakerPhase::open:
            return at.until;
        case BreakerPhase::half_open:
            if (settings.max_wait_in_half_open == sim::Duration{}) return std::nullopt;
            return sim::saturated_add(at.since, settings.max_wait_in_half_open);
    }
    SIM_ASSERT(false);
}

}  // namespace

void SlidingBreakerSettings::parameters(sim::Parameters& p) {
    p.count("minimumNumberOfCalls", minimum_number_of_calls, "calls before it may open",
            {1, 1'000'000});
    p.percent("failureRateThreshold", failure_rate_threshold, "failed calls that open it",
              {0, 1, true});
    p.percent("slowCallRateThreshold", slow_call_rate_threshold, "slow calls that open it",
              {0, 1, true});
    p.duration("slowCallDurationThreshold", slow_call_duration_threshold,
               "a call that takes longer is slow");
    p.duration("waitInOpen", wait_in_open, "how long it refuses everything",
               {sim::milliseconds(1), sim::whole_seconds(86'400)});
    p.factor("waitFactor", wait_factor, "growth of the wait while probing fails", {1, 1000, false});
    p.duration("maxWaitInOpen", max_wait_in_open, "longest wait when it grows",
               {sim::milliseconds(1), sim::whole_seconds(86'400)});
    p.count("permittedInHalfOpen", permitted_in_half_open, "tries that probe", {1, 1'000'000});
    p.duration("maxWaitInHalfOpen", max_wait_in_half_open,
               "opens again after this long without enough results; 0s waits for ever");
    p.flag("automaticTransition", automatic_transition,
           "half-open by a timer, not by the first try after the wait");
    break_retries_only_parameter(p, break_retries_only);
    breaker_scope_parameter(p, scope);
}

void CountBasedBreaker::parameters(sim::Parameters& p) {
    p.count("slidingWindowSize", sliding_window_size, "calls that it looks back on",
            {1, 1'000'000});
    settings.parameters(p);
}

CountBasedBreaker::State CountBasedBreaker::initial() const {
    return {{}, ring_of(settings.permitted_in_half_open), ring_of(sliding_window_size)};
}

BreakerAdmission CountBasedBreaker::admit(State& state, const BreakerAsk& ask,
                                          sim::KeyedRng& /*rng*/) const {
    return admit_try(settings, state, ask.now);
}

void CountBasedBreaker::record(State& state, const BreakerResult& result,
                               sim::KeyedRng& /*rng*/) const {
    const CallCounts call = call_of(settings, result);
    const bool was_probe = state.at.phase != BreakerPhase::closed;
    if (!record_in_phase(settings, state, call, result.now) || was_probe) return;
    state.window.record(call);
    const auto enough = std::min(settings.minimum_number_of_calls, sliding_window_size);
    if (state.window.total.calls >= enough && exceeds(settings, state.window.total)) {
        open(settings, state.at, result.now);
    }
}

void CountBasedBreaker::release(State& state, const BreakerRelease& release) const {
    give_back(settings, state, release);
}

bool CountBasedBreaker::is_open(const State& state, sim::SimTime now) const {
    return refuses(settings, state.at, now);
}

std::optional<sim::Duration> CountBasedBreaker::retry_after(const State& state,
                                                            sim::SimTime now) const {
    return wait_left(settings, state.at, now);
}

std::optional<sim::SimTime> CountBasedBreaker::next_change(const State& state, sim::SimTime after,
                                                           sim::SimTime /*limit*/) const {
    return end_of_phase(settings, state.at, after);
}

void TimeBasedBreaker::parameters(sim::Parameters& p) {
    p.duration("slidingWindowSize", sliding_window_size, "whole seconds that it looks back on",
               {sim::whole_seconds(1), sim::whole_seconds(3600)});
    settings.parameters(p);
}

std::optional<sim::Misfit> TimeBasedBreaker::misfit() const {
    if (sliding_window_size.ns % sim::whole_seconds(1).ns == 0) return std::nullopt;
    return sim::Misfit{"slidingWindowSize", "a timeBased breaker counts in whole seconds",
                       "write whole seconds, such as `10s`"};
}

TimeBasedBreaker::State TimeBasedBreaker::initial() const {
    State state;
    state.probes = ring_of(settings.permitted_in_half_open);
    const auto seconds = sliding_window_size.ns / sim::whole_seconds(1).ns;
    state.window.seconds.resize(static_cast<std::size_t>(seconds));
    return state;
}

BreakerAdmission TimeBasedBreaker::admit(State& state, const BreakerAsk& ask,
                                         sim::KeyedRng& /*rng*/) const {
    return admit_try(settings, state, ask.now);
}

void TimeBasedBreaker::record(State& state, const BreakerResult& result,
                              sim::KeyedRng& /*rng*/) const {
    const CallCounts call = call_of(settings, result);
    const bool was_probe = state.at.phase != BreakerPhase::closed;
    if (!record_in_phase(settings, state, call, result.now) || was_probe) return;
    state.window.advance(result.now);
    state.window.record(call);
    const CallCounts& total = state.window.total;
    if (total.calls >= settings.minimum_number_of_calls && exceeds(settings, total)) {
        open(settings, state.at, result.now);
    }
}

void TimeBasedBreaker::release(State& state, const BreakerRelease& release) const {
    give_back(settings, state, release);
}

bool TimeBasedBreaker::is_open(const State& state, sim::SimTime now) const {
    return refuses(settings, state.at, now);
}

std::optional<sim::Duration> TimeBasedBreaker::retry_after(const State& state,
                                                           sim::SimTime now) const {
    return wait_left(settings, state.at, now);
}

std::optional<sim::SimTime> TimeBasedBreaker::next_change(const State& state, sim::SimTime after,
                                                          sim::SimTime /*limit*/) const {
    return end_of_phase(settings, state.at, after);
}

}  // namespace models
