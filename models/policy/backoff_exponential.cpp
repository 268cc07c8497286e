#include "models/policy/backoff_exponential.hpp"

#include <algorithm>

#include "sim/core/assert.hpp"
#include "sim/yaml/parameters.hpp"

namespace models {
namespace {

constexpr sim::DurationLimits kAny{sim::Duration{0}, sim::kForever};

sim::Duration with_first(sim::Duration longest, sim::Duration first) {
    return first == sim::kForever ? longest : std::max(longest, first);
}

}  // namespace

void ExponentialBackoff::parameters(sim::Parameters& p) {
    p.duration("base", base, "delay before the first retry");
    p.factor("factor", factor, "growth from retry to retry", {1, 1000, false});
    p.timeout("max", max, "longest delay", kAny);
    jitter_parameter(p, jitter, true);
    p.number("jitterFactor", jitter_factor, "f of plusMinus and additive", {0, 100, false});
    p.duration("jitterMax", jitter_max, "of additiveAbsolute");
    p.flag("afterCap", after_cap, "plusMinus spreads the capped delay, and may exceed max");
    p.flag("clampAfter", clamp_after, "what plusMinus makes is at most max, too");
    first_parameter(p, first);
    p.flag("firstExact", first_exact, "no jitter before the first retry");
    p.timeout("throttledBase", throttled_base, "base after a 429; none: base", kAny);
    p.duration("resolution", resolution, "delays are whole multiples of it, rounded down",
               {sim::Duration{1}, sim::whole_seconds(1)});
    p.timeout("maxElapsed", max_elapsed,
              "give up when the retry would begin later than so long after the call", kAny);
}

std::optional<sim::Misfit> ExponentialBackoff::misfit() const {
    if (auto below = max_below_base(max, base, "20s")) return below;
    if (throttled_base != sim::kForever && throttled_base > max) {
        return sim::Misfit{"throttledBase", "the backoff's `throttledBase` is above its `max`",
                           "it is the delay before the first retry after a 429"};
    }
    if (jitter == Jitter::plus_minus && jitter_factor > 1) {
        return sim::Misfit{"jitterFactor",
                           "with `plusMinus`, a `jitterFactor` above 1 makes "
                           "negative delays",
                           "`0.2` spreads by a fifth to both sides"};
    }
    return std::nullopt;
}

/// By multiplication: the same bits with every maths library.
sim::Duration ExponentialBackoff::grown(sim::Duration from, sim::Duration most, int retry) const {
    auto ns = static_cast<double>(from.ns);
    const auto end = static_cast<double>(most.ns);
    if (factor > 1.0 && ns > 0) {
        for (int n = 1; n < retry && ns < end; ++n) ns *= factor;
    }
    return floor_to(ns, most);
}

bool ExponentialBackoff::exceeds_max() const {
    return jitter == Jitter::plus_minus && after_cap && !clamp_after;
}

sim::Duration ExponentialBackoff::spread_at(const RetryOccasion& occasion,
                                            const BackoffState& state, double u) const {
    const int n = occasion.since_hint;
    if (n == 1 && first != sim::kForever) return first;
    const bool throttled = occasion.throttled && throttled_base != sim::kForever;
    const auto from = throttled ? throttled_base : base;
    const bool grows_on = jitter == Jitter::plus_minus && !after_cap;
    const auto nominal = grown(from, grows_on ? sim::kForever : max, n);
    if (n == 1 && first_exact) return std::min(nominal, max);
    return spread(jitter,
                  {.nominal = nominal,
                   .max = exceeds_max() ? sim::kForever : max,
                   .factor = jitter_factor,
                   .most = jitter_max,
                   .base = from,
                   .previous = {static_cast<std::int64_t>(state.value)}},
                  u);
}

/// The state is the delay before, which only decorrelated jitter looks at.
BackoffDelay ExponentialBackoff::delay_at(const RetryOccasion& occasion, BackoffState& state,
                                          double u) const {
    auto delay = spread_at(occasion, state, u);
    state.value = static_cast<double>(delay.ns);
    delay.ns -= delay.ns % resolution.ns;
    if (max_elapsed != sim::kForever) {
        const auto begins = sim::saturated_add(occasion.elapsed, delay);
        if (begins > max_elapsed) return std::nullopt;
    }
    return delay;
}

sim::Duration ExponentialBackoff::longest() const {
    if (!exceeds_max()) return with_first(max, first);
    const double most = (1 + jitter_factor) * static_cast<double>(max.ns) + 1;
    return with_first(floor_to(most, sim::kForever), first);
}

void DecorrelatedBackoff::parameters(sim::Parameters& p) {
    p.duration("base", base, "shortest delay");
    p.factor("factor", factor, "of the delay before: upper end of the draw", {1, 1000, false});
    p.timeout("max", max, "longest delay", kAny);
    p.choice<Clamp>("clamp", clamp, "what is at most max: what is drawn, or the end of the draw",
                    {{"afterDraw", Clamp::after_draw}, {"beforeDraw", Clamp::before_draw}});
    first_parameter(p, first);
}

std::optional<sim::Misfit> DecorrelatedBackoff::misfit() const {
    return max_below_base(max, base, "20s");
}

/// The state is the delay before; `first` is none.
BackoffDelay DecorrelatedBackoff::delay_at(const RetryOccasion& occasion, BackoffState& state,
                                           double u) const {
    if (occasion.since_hint == 1 && first != sim::kForever) return first;
    const auto low = static_cast<double>(base.ns);
    double high = factor * std::max(state.value, low);
    if (clamp == Clamp::before_draw) high = std::min(high, static_cast<double>(max.ns));
    const auto delay = floor_to(low + u * (high - low), max);
    state.value = static_cast<double>(delay.ns);
    return delay;
}

sim::Duration DecorrelatedBackoff::longest() const { return with_first(max, first); }

}  // namespace models
