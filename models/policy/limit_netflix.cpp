#include "models/policy/limit_netflix.hpp"

#include <algorithm>
#include <cmath>

#include "sim/yaml/parameters.hpp"

namespace models {

namespace {

constexpr std::int64_t kMostLimit = 1'000'000;

/// The sample that a limit learns from: this one, or the window that it ends.
std::optional<LimitSample> windowed(const std::optional<SampleWindow>& window,
                                    SampleWindow::State& state, const LimitSample& sample) {
    return window ? window->add(state, sample) : sample;
}

double rtt_ns(const LimitSample& sample) {
    return static_cast<double>(std::max<std::int64_t>(1, sample.rtt.ns));
}

}  // namespace

void VegasLimit::parameters(sim::Parameters& p) {
    p.count("initialLimit", initial_limit, "the first limit", {1, kMostLimit});
    p.count("maxConcurrency", max_concurrency, "greatest limit", {1, kMostLimit});
    p.number("smoothing", smoothing, "weight of a new limit", {0, 1, true});
    p.count("probeMultiplier", probe_multiplier, "samples per place between two probes",
            {1, 1'000'000});
    window_parameter(p, window);
    waiting.parameters(p);
    partitions_parameter(p, partitions);
    scope_parameter(p, scope);
}

std::optional<sim::Misfit> VegasLimit::misfit() const {
    if (auto range = misfit_of(LimitRange{initial_limit, 1, max_concurrency})) return range;
    return misfit_of(partitions);
}

void VegasLimit::sample(State& state, const LimitSample& sample, sim::KeyedRng& rng) const {
    const auto whole = windowed(window, state.window, sample);
    if (!whole) return;
    const auto draw_jitter = [&] { return 0.5 + 0.5 * rng.unit(); };
    if (state.probe_jitter == 0) state.probe_jitter = draw_jitter();
    ++state.samples;
    const double rtt = rtt_ns(*whole);
    const double probe_at =
        state.probe_jitter * static_cast<double>(probe_multiplier) * state.limit;
    if (probe_at <= static_cast<double>(state.samples)) {
        state.probe_jitter = draw_jitter();
        state.samples = 0;
        state.noload_ns = rtt;
    } else if (state.noload_ns == 0 || rtt < state.noload_ns) {
        state.noload_ns = rtt;
    } else {
        state.limit = next(state, *whole);
    }
}

double VegasLimit::next(const State& state, const LimitSample& sample) const {
    const double limit = state.limit;
    const std::int64_t step = digits_step(static_cast<std::int64_t>(limit));
    const auto queued =
        static_cast<std::int64_t>(std::ceil(limit * (1.0 - state.noload_ns / rtt_ns(sample))));
    double wanted = limit;
    if (sample.dropped) {
        wanted = limit - static_cast<double>(step);
    } else if (static_cast<double>(sample.in_flight_at_start) * 2.0 < limit) {
        return limit;
    } else if (queued <= step) {
        wanted = limit + static_cast<double>(6 * step);
    } else if (queued < 3 * step) {
        wanted = limit + static_cast<double>(step);
    } else if (queued > 6 * step) {
        wanted = limit - static_cast<double>(step);
    } else {
        return limit;
    }
    wanted = std::max(1.0, std::min(static_cast<double>(max_concurrency), wanted));
    return (1.0 - smoothing) * limit + smoothing * wanted;
}

void Gradient2Limit::parameters(sim::Parameters& p) {
    p.count("initialLimit", initial_limit, "the first limit", {1, kMostLimit});
    p.count("minLimit", min_limit, "least limit", {1, kMostLimit});
    p.count("maxConcurrency", max_concurrency, "greatest limit", {1, kMostLimit});
    p.number("smoothing", smoothing, "weight of a new limit", {0, 1, true});
    p.number("queueSize", queue_size, "calls that may queue", {0, 1e6, false});
    p.count("longWindow", long_window, "samples of the long average", {1, 1'000'000});
    p.factor("rttTolerance", rtt_tolerance, "how much longer than on average is no queue",
             {1, 1000, false});
    window_parameter(p, window);
    waiting.parameters(p);
    partitions_parameter(p, partitions);
    scope_parameter(p, scope);
}

std::optional<sim::Misfit> Gradient2Limit::misfit() const {
    if (auto range = misfit_of(LimitRange{initial_limit, min_limit, max_concurrency})) {
        return range;
    }
    return misfit_of(partitions);
}

void Gradient2Limit::sample(State& state, const LimitSample& sample, sim::KeyedRng& /*rng*/) const {
    const auto whole = windowed(window, state.window, sample);
    if (!whole) return;
    const double short_rtt = rtt_ns(*whole);
    const double long_rtt = state.long_rtt.add(short_rtt, {long_window, 10});
    // After a long overload the long average would otherwise be high for long.
    if (long_rtt / short_rtt > 2) state.long_rtt.value *= 0.95;
    if (static_cast<double>(whole->in_flight_at_start) < state.limit / 2) return;
    state.limit = next(state.limit, {long_rtt, short_rtt});
}

double Gradient2Limit::next(double limit, Gradient gradient) const {
    const double raw = rtt_tolerance * gradient.long_rtt / gradient.short_rtt;
    const double wanted = limit * std::max(0.5, std::min(1.0, raw)) + queue_size;
    const double smoothed = limit * (1.0 - smoothing) + wanted * smoothing;
    return std::max(static_cast<double>(min_limit),
                    std::min(static_cast<double>(max_concurrency), smoothed));
}

void AimdLimit::parameters(sim::Parameters& p) {
    p.count("initialLimit", initial_limit, "the first limit", {1, kMostLimit});
    p.count("minLimit", min_limit, "least limit", {1, kMostLimit});
    p.count("maxLimit", max_limit, "greatest limit", {1, kMostLimit});
    p.number("backoffRatio", backoff_ratio, "what is left of the limit after a drop", {0, 1, true});
    p.duration("timeout", timeout, "a call that takes longer counts as dropped",
               {sim::Duration{1}});
    window_parameter(p, window);
    waiting.parameters(p);
    partitions_parameter(p, partitions);
    scope_parameter(p, scope);
}

std::optional<sim::Misfit> AimdLimit::misfit() const {
    if (auto range = misfit_of(LimitRange{initial_limit, min_limit, max_limit})) return range;
    return misfit_of(partitions);
}

void AimdLimit::sample(State& state, const LimitSample& sample, sim::KeyedRng& /*rng*/) const {
    const auto whole = windowed(window, state.window, sample);
    if (!whole) return;
    std::int64_t wanted = state.limit;
    if (whole->dropped || whole->rtt > timeout) {
        wanted = static_cast<std::int64_t>(static_cast<double>(state.limit) * backoff_ratio);
    } else if (whole->in_flight_at_start * 2 >= state.limit) {
        ++wanted;
    }
    state.limit = std::clamp(wanted, min_limit, max_limit);
}

}  // namespace models
