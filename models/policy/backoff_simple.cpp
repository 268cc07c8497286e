#include "models/policy/backoff_simple.hpp"

#include <algorithm>

#include "sim/yaml/parameters.hpp"

namespace models {
namespace {

bool is_fixed(const RetryOccasion& occasion, sim::Duration first) {
    return occasion.since_hint == 1 && first != sim::kForever;
}

void factor_parameter(sim::Parameters& p, double& factor) {
    p.number("jitterFactor", factor, "f of plusMinus", {0, 1, false});
}

/// The longest that +-`factor` makes of `nominal`.
sim::Duration longest_of(sim::Duration nominal, Jitter jitter, double factor) {
    if (jitter != Jitter::plus_minus) return nominal;
    return floor_to((1 + factor) * static_cast<double>(nominal.ns) + 1, sim::kForever);
}

sim::Duration with_first(sim::Duration longest, sim::Duration first) {
    return first == sim::kForever ? longest : std::max(longest, first);
}

}  // namespace

void ConstantBackoff::parameters(sim::Parameters& p) {
    p.duration("base", base, "delay before every retry");
    jitter_parameter(p, jitter, false);
    factor_parameter(p, jitter_factor);
    first_parameter(p, first);
}

BackoffDelay ConstantBackoff::delay_at(const RetryOccasion& occasion, BackoffState& /*state*/,
                                       double u) const {
    if (is_fixed(occasion, first)) return first;
    return spread(jitter, {.nominal = base, .factor = jitter_factor}, u);
}

sim::Duration ConstantBackoff::longest() const {
    return with_first(longest_of(base, jitter, jitter_factor), first);
}

void LinearBackoff::parameters(sim::Parameters& p) {
    constexpr sim::DurationLimits kAny{sim::Duration{0}, sim::kForever};
    p.duration("base", base, "delay before the first retry");
    p.timeout("step", step, "growth from retry to retry; none: as long as base", kAny);
    p.timeout("max", max, "longest delay, jitter included", kAny);
    jitter_parameter(p, jitter, false);
    factor_parameter(p, jitter_factor);
    first_parameter(p, first);
}

std::optional<sim::Misfit> LinearBackoff::misfit() const { return max_below_base(max, base); }

sim::Duration LinearBackoff::uncapped(int retry) const {
    const std::int64_t growth = step == sim::kForever ? base.ns : step.ns;
    std::int64_t ns = 0;
    if (__builtin_mul_overflow(growth, std::int64_t{retry} - 1, &ns)) return sim::kForever;
    if (__builtin_add_overflow(ns, base.ns, &ns)) return sim::kForever;
    return {ns};
}

sim::Duration LinearBackoff::nominal(int retry) const { return std::min(max, uncapped(retry)); }

/// Polly spreads first and clamps then; without jitter the order does not matter.
BackoffDelay LinearBackoff::delay_at(const RetryOccasion& occasion, BackoffState& /*state*/,
                                     double u) const {
    if (is_fixed(occasion, first)) return first;
    const auto grown = uncapped(occasion.since_hint);
    return spread(jitter, {.nominal = grown, .max = max, .factor = jitter_factor}, u);
}

sim::Duration LinearBackoff::longest() const { return with_first(max, first); }

}  // namespace models
