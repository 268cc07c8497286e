// Backoffs whose intervals are whole numbers at every step.
#include "models/policy/backoff_whole_steps.hpp"

#include <algorithm>
#include <cmath>

#include "sim/yaml/parameters.hpp"

namespace models {
namespace {

constexpr double kMillisecond = 1e6;
/// Beyond it a double no longer holds every whole number, and no delay is so long in ms.
constexpr double kMostWhole = 9.0e15;

/// `from`, then floor(factor * that), up to `most`. Stops where truncation stops the growth.
double whole_steps(double from, double factor, int retry, double most) {
    double current = from;
    for (int n = 1; n < retry && current < most; ++n) {
        const double next = std::floor(current * factor);
        if (next <= current) break;
        current = next;
    }
    return std::min(current, most);
}

/// Uniform among the whole numbers from (1-f)c to (1+f)c: the 1 lets the draw reach the upper end.
double spread_whole(double current, double f, double u) {
    return std::floor((1 - f) * current + u * (2 * f * current + 1));
}

constexpr sim::DurationLimits kAny{sim::Duration{0}, sim::kForever};

}  // namespace

void Resilience4jBackoff::parameters(sim::Parameters& p) {
    constexpr sim::DurationLimits kLimits{sim::milliseconds(1), sim::kForever};
    p.duration("base", base, "interval before the first retry, in whole ms", kLimits);
    p.factor("factor", factor, "growth from retry to retry", {1, 1000, false});
    p.timeout("max", max, "longest delay, jitter included", kLimits);
    p.number("jitterFactor", jitter_factor, "share of the interval to both sides", {0, 1, false});
}

std::optional<sim::Misfit> Resilience4jBackoff::misfit() const { return max_below_base(max, base); }

double Resilience4jBackoff::interval_ms(int retry) const {
    const double from = std::floor(static_cast<double>(base.ns) / kMillisecond);
    return whole_steps(from, factor, retry, kMostWhole);
}

sim::Duration Resilience4jBackoff::nominal(int retry) const {
    return floor_to(interval_ms(retry) * kMillisecond, max);
}

BackoffDelay Resilience4jBackoff::delay_at(const RetryOccasion& occasion, BackoffState& /*state*/,
                                           double u) const {
    const double drawn = spread_whole(interval_ms(occasion.since_hint), jitter_factor, u);
    return floor_to(std::max(1.0, drawn) * kMillisecond, max);
}

void GoogleBackoff::parameters(sim::Parameters& p) {
    p.duration("base", base, "interval before the first retry");
    p.factor("factor", factor, "growth from retry to retry", {1, 1000, false});
    p.duration("max", max, "longest interval, before the jitter");
    p.number("jitterFactor", jitter_factor, "share of the interval to both sides", {0, 1, false});
    p.timeout("maxElapsed", max_elapsed,
              "give up when the retry would begin later than so long after the call", kAny);
}

std::optional<sim::Misfit> GoogleBackoff::misfit() const {
    return max_below_base(max, base, "60s");
}

sim::Duration GoogleBackoff::nominal(int retry) const {
    const auto most = static_cast<double>(max.ns);
    return floor_to(whole_steps(static_cast<double>(base.ns), factor, retry, most), max);
}

BackoffDelay GoogleBackoff::delay_at(const RetryOccasion& occasion, BackoffState& /*state*/,
                                     double u) const {
    const auto current = static_cast<double>(nominal(occasion.since_hint).ns);
    const auto delay = floor_to(spread_whole(current, jitter_factor, u), sim::kForever);
    const auto begins = sim::saturated_add(occasion.elapsed, delay);
    if (max_elapsed != sim::kForever && begins > max_elapsed) return std::nullopt;
    return delay;
}

sim::Duration GoogleBackoff::longest() const {
    const double most = (1 + jitter_factor) * static_cast<double>(max.ns) + 1;
    return floor_to(most, sim::kForever);
}

}  // namespace models
