#include "models/policy/backoff.hpp"

#include <algorithm>

#include "sim/core/assert.hpp"
#include "sim/yaml/parameters.hpp"

namespace models {

std::string_view to_string(Jitter jitter) {
    switch (jitter) {
        case Jitter::none:
            return "none";
        case Jitter::full:
            return "full";
        case Jitter::equal:
            return "equal";
        case Jitter::decorrelated:
            return "decorrelated";
    }
    SIM_ASSERT(false);
}

namespace {

/// Whole nanoseconds of `ns` >= 0, rounded down so that [0, e) stays below e, and at most `max`.
sim::Duration floor_to(double ns, sim::Duration max) {
    if (ns >= static_cast<double>(max.ns)) return max;
    return {static_cast<std::int64_t>(ns)};
}

/// Uniform in [low, high), low <= high.
double uniform(double low, double high, sim::KeyedRng& rng) {
    return low + rng.unit() * (high - low);
}

/// `decorrelated` ignores the nominal delay: its state is the delay before.
struct SpreadOptions {
    sim::Duration nominal;
    sim::Duration base;
    sim::Duration max;
    sim::Duration previous;
};

sim::Duration spread(Jitter jitter, const SpreadOptions& options, sim::KeyedRng& rng) {
    const auto nominal = static_cast<double>(options.nominal.ns);
    const auto base = static_cast<double>(options.base.ns);
    switch (jitter) {
        case Jitter::none:
            return options.nominal;
        case Jitter::full:
            return floor_to(uniform(0, nominal, rng), options.max);
        case Jitter::equal:
            return floor_to(uniform(nominal / 2, nominal, rng), options.max);
        case Jitter::decorrelated: {
            const sim::Duration previous = std::max(options.previous, options.base);
            return floor_to(uniform(base, 3.0 * static_cast<double>(previous.ns), rng),
                            options.max);
        }
    }
    SIM_ASSERT(false);
}

/// min(max, base * factor^(retry-1)), by multiplication: the same bits with every maths library.
sim::Duration nominal_delay(const ExponentialBackoff& backoff, int retry) {
    auto ns = static_cast<double>(backoff.base.ns);
    const auto max = static_cast<double>(backoff.max.ns);
    if (backoff.factor > 1.0 && ns > 0) {
        for (int n = 1; n < retry && ns < max; ++n) ns *= backoff.factor;
    }
    return floor_to(ns, backoff.max);
}

void jitter_parameter(sim::Parameters& p, Jitter& jitter, bool decorrelated) {
    if (decorrelated) {
        p.choice<Jitter>("jitter", jitter, "how the delay is spread",
                         {{"none", Jitter::none},
                          {"full", Jitter::full},
                          {"equal", Jitter::equal},
                          {"decorrelated", Jitter::decorrelated}});
    } else {
        p.choice<Jitter>(
            "jitter", jitter, "how the delay is spread",
            {{"none", Jitter::none}, {"full", Jitter::full}, {"equal", Jitter::equal}});
    }
}

}  // namespace

BackoffDelay NoBackoff::delay(const RetryOccasion& /*occasion*/, BackoffState& /*state*/,
                              sim::KeyedRng& /*rng*/) const {
    return sim::Duration{};
}

void ConstantBackoff::parameters(sim::Parameters& p) {
    p.duration("base", base, "delay before every retry");
    jitter_parameter(p, jitter, false);
}

BackoffDelay ConstantBackoff::delay(const RetryOccasion& /*occasion*/, BackoffState& /*state*/,
                                    sim::KeyedRng& rng) const {
    return spread(jitter, {base, base, base, base}, rng);
}

void ExponentialBackoff::parameters(sim::Parameters& p) {
    p.duration("base", base, "delay before the first retry");
    p.factor("factor", factor, "growth from retry to retry", {1, 1000, false});
    p.duration("max", max, "longest delay");
    jitter_parameter(p, jitter, true);
}

/// The state is the delay before, which only decorrelated jitter looks at.
BackoffDelay ExponentialBackoff::delay(const RetryOccasion& occasion, BackoffState& state,
                                       sim::KeyedRng& rng) const {
    const sim::Duration previous{static_cast<std::int64_t>(state.value)};
    const auto delay =
        spread(jitter, {nominal_delay(*this, occasion.retry), base, max, previous}, rng);
    state.value = static_cast<double>(delay.ns);
    return delay;
}

}  // namespace models
