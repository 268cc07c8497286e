#include "models/policy/breaker_rolling.hpp"

#include <algorithm>
#include <cmath>

#include "sim/core/assert.hpp"
#include "sim/yaml/parameters.hpp"

namespace models {
namespace {

constexpr sim::DurationLimits kPeriods{sim::milliseconds(1), sim::whole_seconds(86'400)};

std::int64_t floor_division(std::int64_t a, std::int64_t b) {
    const std::int64_t quotient = a / b;
    return a % b < 0 ? quotient - 1 : quotient;
}

/// A result at the instant of a snapshot comes before it.
sim::SimTime just_before(sim::SimTime now) { return {now.ns - 1}; }

std::size_t slot_of(std::int64_t slice, std::size_t size) {
    const auto count = static_cast<std::int64_t>(size);
    return static_cast<std::size_t>(slice - floor_division(slice, count) * count);
}

std::int64_t whole_percent(double share) {
    return static_cast<std::int64_t>(std::lround(share * 100));
}

}  // namespace

void HystrixBreaker::parameters(sim::Parameters& p) {
    p.duration("window", window, "how far back it counts", kPeriods);
    p.duration("evaluateEvery", evaluate_every, "between health snapshots", kPeriods);
    p.count("requestVolumeThreshold", request_volume_threshold, "calls before it may open",
            {1, 1'000'000'000});
    p.percent("errorThresholdPercentage", error_threshold_percentage,
              "failed calls that open it, in whole percent", {0, 1, true});
    p.duration("sleepWindow", sleep_window, "how long it refuses everything", kPeriods);
    p.count("halfOpenPermits", half_open_permits, "tries that probe", {1, 1'000'000});
    break_retries_only_parameter(p, break_retries_only);
    breaker_scope_parameter(p, scope);
}

std::optional<sim::Misfit> HystrixBreaker::misfit() const {
    if (window.ns % evaluate_every.ns != 0) {
        return sim::Misfit{"window", "the window is no multiple of `evaluateEvery`",
                           "write for example `window: 10s` and `evaluateEvery: 500ms`"};
    }
    const double percent = error_threshold_percentage * 100;
    if (std::abs(percent - std::round(percent)) > 1e-9) {
        return sim::Misfit{"errorThresholdPercentage", "Hystrix counts in whole percent",
                           "write whole percent, such as `50%`"};
    }
    return std::nullopt;
}

HystrixBreaker::State HystrixBreaker::initial() const {
    State state;
    state.slices.resize(
        static_cast<std::size_t>(std::max<std::int64_t>(1, window.ns / evaluate_every.ns)));
    return state;
}

/// In doubles and cut off, as upstream: 29 of 100 are 28 %.
bool HystrixBreaker::trips(const Counts& total) const {
    if (total.calls < request_volume_threshold) return false;
    const double share = static_cast<double>(total.failures) / static_cast<double>(total.calls);
    return static_cast<std::int64_t>(share * 100) >= whole_percent(error_threshold_percentage);
}

std::int64_t HystrixBreaker::slice_of(sim::SimTime now) const {
    return floor_division(now.ns, evaluate_every.ns);
}

/// The first snapshot at the end of a slice before `slice` that opens the breaker. Snapshots in
/// which nothing was recorded matter: successes leave the window before failures.
std::optional<sim::SimTime> HystrixBreaker::next_trip(const State& state,
                                                      std::int64_t slice) const {
    if (state.newest == INT64_MIN) return std::nullopt;
    const auto count = static_cast<std::int64_t>(state.slices.size());
    const std::int64_t last = std::min(slice, state.newest + count);
    Counts total = state.total;
    for (std::int64_t begun = state.newest + 1; begun <= last; ++begun) {
        if (trips(total)) return sim::SimTime{begun * evaluate_every.ns};
        const Counts& leaving = state.slices[slot_of(begun, state.slices.size())];
        total.calls -= leaving.calls;
        total.failures -= leaving.failures;
    }
    return std::nullopt;
}

void HystrixBreaker::advance(State& state, sim::SimTime now) const {
    const std::int64_t slice = slice_of(now);
    if (slice == state.newest) return;
    if (state.phase == BreakerPhase::closed) {
        if (const auto trip = next_trip(state, slice)) {
            state.phase = BreakerPhase::open;
            state.opened = *trip;
        }
    }
    const auto count = static_cast<std::int64_t>(state.slices.size());
    const bool all = state.newest == INT64_MIN || slice - state.newest >= count;
    for (std::int64_t begun = all ? slice - count + 1 : state.newest + 1; begun <= slice; ++begun) {
        Counts& slot = state.slices[slot_of(begun, state.slices.size())];
        state.total.calls -= slot.calls;
        state.total.failures -= slot.failures;
        slot = {};
    }
    state.newest = slice;
}

BreakerAdmission HystrixBreaker::admit(State& state, const BreakerAsk& ask,
                                       sim::KeyedRng& /*rng*/) const {
    advance(state, ask.now);
    if (state.phase == BreakerPhase::closed) return kAdmitted;
    if (state.phase == BreakerPhase::open) {
        if (ask.now <= sim::saturated_add(state.opened, sleep_window)) return kRefused;
        state.phase = BreakerPhase::half_open;
        state.permits = half_open_permits;
    }
    if (state.permits == 0) return kRefused;
    --state.permits;
    return kProbe;
}

void HystrixBreaker::record(State& state, const BreakerResult& result,
                            sim::KeyedRng& /*rng*/) const {
    advance(state, just_before(result.now));
    if (state.phase == BreakerPhase::half_open) {
        if (result.failure) {
            state.phase = BreakerPhase::open;
            state.opened = result.now;
        } else {
            state.phase = BreakerPhase::closed;
            std::fill(state.slices.begin(), state.slices.end(), Counts{});
            state.total = {};
        }
    }
    Counts& slot = state.slices[slot_of(state.newest, state.slices.size())];
    ++slot.calls;
    ++state.total.calls;
    if (!result.failure) return;
    ++slot.failures;
    ++state.total.failures;
}

/// A cancelled command is not counted, but it is no success: while half-open, it opens again.
void HystrixBreaker::release(State& state, const BreakerRelease& release) const {
    advance(state, just_before(release.now));
    if (state.phase != BreakerPhase::half_open) return;
    state.phase = BreakerPhase::open;
    state.opened = release.now;
}

/// When it opened, if it is open now: as of the snapshots until now.
std::optional<sim::SimTime> HystrixBreaker::opened_at(const State& state, sim::SimTime now) const {
    switch (state.phase) {
        case BreakerPhase::closed:
            return next_trip(state, slice_of(now));
        case BreakerPhase::open:
            return state.opened;
        case BreakerPhase::half_open:
            return std::nullopt;
    }
    SIM_ASSERT(false);
}

bool HystrixBreaker::is_open(const State& state, sim::SimTime now) const {
    if (state.phase == BreakerPhase::half_open) return state.permits == 0;
    const auto opened = opened_at(state, now);
    return opened && now <= sim::saturated_add(*opened, sleep_window);
}

std::optional<sim::Duration> HystrixBreaker::retry_after(const State& state,
                                                         sim::SimTime now) const {
    const auto opened = opened_at(state, now);
    if (!opened) return std::nullopt;
    const auto until = sim::saturated_add(*opened, sleep_window);
    if (now > until) return std::nullopt;
    return until - now;
}

std::optional<sim::SimTime> HystrixBreaker::next_change(const State& state, sim::SimTime after,
                                                        sim::SimTime limit) const {
    const auto opened = opened_at(state, limit);
    if (!opened || *opened > after) return opened;
    return sim::saturated_add(*opened, sleep_window);
}

void PollyBreaker::parameters(sim::Parameters& p) {
    p.duration("window", window, "how far back it counts", kPeriods);
    p.count("buckets", buckets, "parts of the window; one where they would be below 20ms",
            {1, 10'000});
    p.count("minimumThroughput", minimum_throughput, "calls before it may open",
            {2, 1'000'000'000});
    p.percent("failureRatio", failure_ratio, "failed calls that open it", {0, 1, true});
    p.duration("breakDuration", break_duration, "how long it refuses everything", kPeriods);
    p.count("halfOpenPermits", half_open_permits, "tries that probe", {1, 1'000'000});
    break_retries_only_parameter(p, break_retries_only);
    breaker_scope_parameter(p, scope);
}

std::int64_t PollyBreaker::slice_count() const {
    const bool short_slices = window.ns < buckets * sim::milliseconds(20).ns;
    return short_slices ? 1 : buckets;
}

/// One slice more may be alive where the window does not divide evenly, and one before the oldest
/// is dropped.
PollyBreaker::State PollyBreaker::initial() const {
    State state;
    state.slices.resize(static_cast<std::size_t>(slice_count()) + 2);
    return state;
}

void PollyBreaker::count(State& state, sim::SimTime now, bool failure) const {
    const auto slot = [&](std::size_t i) -> Slice& {
        return state.slices[(state.oldest + i) % state.slices.size()];
    };
    const sim::Duration width{window.ns / slice_count()};
    if (state.used == 0 || now - slot(state.used - 1).began >= width) {
        slot(state.used++) = {now, 0, 0};
    }
    while (now - slot(0).began >= window) {
        state.oldest = (state.oldest + 1) % state.slices.size();
        --state.used;
    }
    Slice& current = slot(state.used - 1);
    ++current.calls;
    if (failure) ++current.failures;
}

bool PollyBreaker::trips(const State& state) const {
    std::int64_t calls = 0;
    std::int64_t failures = 0;
    for (std::size_t i = 0; i < state.used; ++i) {
        const Slice& slice = state.slices[(state.oldest + i) % state.slices.size()];
        calls += slice.calls;
        failures += slice.failures;
    }
    return calls >= minimum_throughput &&
           static_cast<double>(failures) / static_cast<double>(calls) >= failure_ratio;
}

void PollyBreaker::open(State& state, sim::SimTime now) const {
    state.phase = BreakerPhase::open;
    state.blocked_until = sim::saturated_add(now, break_duration);
    state.permits = 0;
}

BreakerAdmission PollyBreaker::admit(State& state, const BreakerAsk& ask,
                                     sim::KeyedRng& /*rng*/) const {
    if (state.phase == BreakerPhase::closed) return kAdmitted;
    if (ask.now >= state.blocked_until) {
        state.phase = BreakerPhase::half_open;
        state.blocked_until = sim::saturated_add(ask.now, break_duration);
        state.permits = half_open_permits;
    }
    if (state.permits == 0) return kRefused;
    --state.permits;
    return kProbe;
}

void PollyBreaker::record(State& state, const BreakerResult& result, sim::KeyedRng& /*rng*/) const {
    if (state.phase == BreakerPhase::half_open) {
        if (result.failure) {
            open(state, result.now);
        } else {
            state.phase = BreakerPhase::closed;
            state.used = 0;
        }
        return;
    }
    count(state, result.now, result.failure);
    if (state.phase == BreakerPhase::closed && result.failure && trips(state)) {
        open(state, result.now);
    }
}

bool PollyBreaker::is_open(const State& state, sim::SimTime now) const {
    return state.phase != BreakerPhase::closed && now < state.blocked_until && state.permits == 0;
}

std::optional<sim::Duration> PollyBreaker::retry_after(const State& state, sim::SimTime now) const {
    if (!is_open(state, now)) return std::nullopt;
    return state.blocked_until - now;
}

}  // namespace models
