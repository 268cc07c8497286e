#include "models/policy/backoff_envoy.hpp"

#include <algorithm>

#include "sim/yaml/parameters.hpp"

namespace models {
namespace {

constexpr std::int64_t kMillisecond = 1'000'000;

/// The longest that leaves room for half as much again.
constexpr sim::DurationLimits kHintLimits{sim::milliseconds(2), sim::whole_seconds(31'536'000)};

void window_parameters(sim::Parameters& p, sim::Duration& base, sim::Duration& max) {
    constexpr sim::DurationLimits kLimits{sim::milliseconds(1), sim::kForever};
    p.duration("base", base, "window of the first retry, in whole ms", kLimits);
    p.timeout("max", max, "largest window; none: ten times base", kLimits);
}

}  // namespace

void EnvoyBackoff::parameters(sim::Parameters& p) { window_parameters(p, base, max); }

std::optional<sim::Misfit> EnvoyBackoff::misfit() const {
    return max_below_base(max, base, "ten times `base`");
}

sim::Duration EnvoyBackoff::nominal(int retry) const {
    const sim::Duration longest_window = longest();
    const std::int64_t most = longest_window.ns / kMillisecond;
    std::int64_t window = std::min(base.ns / kMillisecond, most);
    for (int n = 1; n < retry && window < most; ++n) {
        window = window < most / 2 ? 2 * window : most;
    }
    return sim::milliseconds(window);
}

BackoffDelay EnvoyBackoff::delay_at(const RetryOccasion& occasion, BackoffState& /*state*/,
                                    double u) const {
    const auto window = static_cast<double>(nominal(occasion.since_hint).ns / kMillisecond);
    return sim::milliseconds(static_cast<std::int64_t>(u * window));
}

sim::Duration EnvoyBackoff::longest() const {
    if (max != sim::kForever) return max;
    std::int64_t ns = 0;
    return __builtin_mul_overflow(base.ns, 10, &ns) ? sim::kForever : sim::Duration{ns};
}

void ServerHintBackoff::parameters(sim::Parameters& p) {
    window_parameters(p, base, max);
    p.duration("longestHint", longest_hint, "a hint above it is disregarded", kHintLimits);
}

std::optional<sim::Misfit> ServerHintBackoff::misfit() const { return normal().misfit(); }

BackoffDelay ServerHintBackoff::delay_at(const RetryOccasion& occasion, BackoffState& state,
                                         double u) const {
    const auto& hint = occasion.hint;
    if (!hint || hint->ns <= 0 || *hint > longest_hint) {
        return normal().delay_at(occasion, state, u);
    }
    return spread_hint(*hint, u);
}

sim::Duration ServerHintBackoff::longest() const {
    return std::max(spread_hint(longest_hint, 1), normal().longest());
}

}  // namespace models
