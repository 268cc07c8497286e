#include "models/policy/retry_budget.hpp"

#include <algorithm>
#include <cmath>

#include "sim/core/assert.hpp"
#include "sim/yaml/parameters.hpp"

namespace models {

namespace {

constexpr std::int64_t kDeposit = 1000;
constexpr std::int64_t kSlices = 10;

/// Windows aligned to time zero: slice n is [n * width, (n + 1) * width), also before zero.
std::int64_t slice_number(sim::SimTime now, sim::Duration ttl) {
    const std::int64_t width = ttl.ns / kSlices;
    SIM_ASSERT(width > 0);
    const std::int64_t quotient = now.ns / width;
    return now.ns % width < 0 ? quotient - 1 : quotient;
}

std::size_t slot_of(std::int64_t slice) {
    const std::int64_t slot = slice % kSlices;
    return static_cast<std::size_t>(slot < 0 ? slot + kSlices : slot);
}

}  // namespace

void WindowedTokensBudget::parameters(sim::Parameters& p) {
    p.percent("percent", percent, "retries per call", {0, 10, true});
    p.duration("ttl", ttl, "how long calls and retries count",
               {sim::whole_seconds(1), sim::whole_seconds(60)});
    p.number("minPerSecond", min_per_second, "retries that are always allowed", {0, 1e6, false});
    scope_parameter(p, scope);
}

std::int64_t WindowedTokensBudget::withdrawal() const {
    // The most keeps the sum in range, and no window holds the deposits for one such retry.
    constexpr double kMost = 1e11;
    return static_cast<std::int64_t>(
        std::floor(std::min(kMost, static_cast<double>(kDeposit) / percent)));
}

void WindowedTokensBudget::advance(State& state, sim::SimTime now) const {
    const std::int64_t slice = slice_number(now, ttl);
    if (slice == state.current) return;
    if (state.current == INT64_MIN || slice - state.current >= kSlices) {
        state.slices.fill(0);
        state.sum = 0;
    } else {
        for (std::int64_t closed = state.current + 1; closed <= slice; ++closed) {
            state.sum -= state.slices[slot_of(closed)];
            state.slices[slot_of(closed)] = 0;
        }
    }
    state.current = slice;
}

void WindowedTokensBudget::on_call(State& state, sim::SimTime now) const {
    advance(state, now);
    state.slices[slot_of(state.current)] += kDeposit;
    state.sum += kDeposit;
}

std::optional<std::int64_t> WindowedTokensBudget::withdraw(State& state,
                                                           const RetryRequest& request) const {
    advance(state, request.now);
    const std::int64_t cost = withdrawal();
    const double reserve = min_per_second * ttl.seconds() * static_cast<double>(cost);
    if (state.sum + static_cast<std::int64_t>(std::floor(reserve + 0.5)) < cost) {
        return std::nullopt;
    }
    state.slices[slot_of(state.current)] -= cost;
    state.sum -= cost;
    return cost;
}

}  // namespace models
