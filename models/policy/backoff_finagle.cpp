#include "models/policy/backoff_finagle.hpp"

#include <algorithm>

#include "sim/yaml/parameters.hpp"

namespace models {
namespace {

/// min(max, from * 2^doublings); Finagle shifts by 62 bits at most.
sim::Duration doubled(sim::Duration from, int doublings, sim::Duration max) {
    const std::int64_t shift = std::int64_t{1} << std::min(62, doublings);
    if (from.ns >= max.ns / shift) return max;
    return {from.ns * shift};
}

/// Uniform whole nanoseconds in [0, range).
sim::Duration below(sim::Duration range, double u) {
    return floor_to(u * static_cast<double>(range.ns), range);
}

/// The state: the delay before, in nanoseconds.
sim::Duration previous(const BackoffState& state) { return floor_to(state.value, sim::kForever); }

sim::Duration remember(sim::Duration delay, BackoffState& state) {
    state.value = static_cast<double>(delay.ns);
    return delay;
}

}  // namespace

void FinagleBackoff::parameters(sim::Parameters& p) {
    p.duration("base", base, "delay before the first retry, without jitter");
    p.duration("max", max, "longest delay");
}

std::optional<sim::Misfit> FinagleBackoff::misfit() const {
    return max_below_base(max, base, "20s");
}

BackoffDelay FinagleExponentialBackoff::delay_at(const RetryOccasion& occasion, BackoffState& state,
                                                 double u) const {
    const int n = occasion.since_hint;
    if (n == 1) return remember(std::min(base, max), state);
    const auto end = doubled(previous(state), n - 1, max);
    return remember(end == max ? max : below(end, u), state);
}

sim::Duration FinagleEqualBackoff::nominal(int retry) const {
    return retry == 1 ? std::min(base, max) : doubled(base, retry - 2, max);
}

/// Once it has reached max, the next nominal delay does, too: what is drawn is less than the half
/// that it is added to.
BackoffDelay FinagleEqualBackoff::delay_at(const RetryOccasion& occasion, BackoffState& /*state*/,
                                           double u) const {
    const auto half = nominal(occasion.since_hint);
    if (occasion.since_hint == 1) return half;
    const auto more = below(half, u);
    return half == max || half >= max - more ? max : half + more;
}

BackoffDelay FinagleDecorrelatedBackoff::delay_at(const RetryOccasion& occasion,
                                                  BackoffState& state, double u) const {
    if (occasion.since_hint == 1) return remember(std::min(base, max), state);
    const auto start = std::max(base, previous(state));
    const auto end = start.ns >= max.ns / 3 ? max : sim::Duration{start.ns * 3};
    if (end <= start) return remember(std::min(start, max), state);
    return remember(start + below(end - start, u), state);
}

}  // namespace models
