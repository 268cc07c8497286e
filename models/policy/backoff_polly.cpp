#include "models/policy/backoff_polly.hpp"

#include <algorithm>
#include <cmath>

#include "sim/yaml/parameters.hpp"

namespace models {
namespace {

/// Where the retry at `t` lies; infinite from t = 1024 on.
double curve(double t) { return std::exp2(t) * std::tanh(std::sqrt(4 * t)); }

}  // namespace

void PollyV2Backoff::parameters(sim::Parameters& p) {
    p.duration("base", base, "scale: about the median of the first delay");
    p.timeout("max", max, "longest delay", {sim::Duration{0}, sim::kForever});
    first_parameter(p, first);
}

std::optional<sim::Misfit> PollyV2Backoff::misfit() const { return max_below_base(max, base); }

/// The state is g of the retry before; it is not clamped when the delay is.
BackoffDelay PollyV2Backoff::delay_at(const RetryOccasion& occasion, BackoffState& state,
                                      double u) const {
    if (base.ns == 0) return sim::Duration{};
    const bool fixed = occasion.since_hint == 1 && first != sim::kForever;
    if (fixed) return first;
    const double next = curve(occasion.since_hint - 1 + u);
    const double grown = next - state.value;
    state.value = next;
    if (!std::isfinite(next)) return max;
    return floor_to(std::max(0.0, grown) * static_cast<double>(base.ns) / 1.4, max);
}

sim::Duration PollyV2Backoff::longest() const {
    return first == sim::kForever ? max : std::max(max, first);
}

}  // namespace models
