#include "models/policy/rate_limit_window.hpp"

#include <algorithm>

#include "sim/yaml/parameters.hpp"

namespace models {

void CycleRate::parameters(sim::Parameters& p) {
    p.count("limitForPeriod", limit, "permissions of a cycle", {1, INT32_MAX});
    p.duration("limitRefreshPeriod", period, "length of a cycle", {sim::Duration{1}});
    p.duration("timeoutDuration", max_wait, "longest wait for a permission; 0 rejects at once");
    scope_parameter(p, scope);
}

RateVerdict CycleRate::acquire(State& state, sim::SimTime now, sim::Duration longest) const {
    std::int64_t into_cycle = now.ns % period.ns;
    if (into_cycle < 0) into_cycle += period.ns;
    const std::int64_t cycle = (now.ns - into_cycle) / period.ns;
    if (!state.used) {
        state = {true, cycle, limit};
    } else if (cycle != state.cycle) {
        // As many cycles as fill it up, at most: the product must not overflow.
        const std::int64_t enough = (limit - state.permissions) / limit + 1;
        const std::int64_t passed = std::min(cycle - state.cycle, enough);
        state = {true, cycle, std::min(limit, state.permissions + passed * limit)};
    }
    sim::Duration wait{};
    if (state.permissions < 1) {
        const std::int64_t whole_cycles = -state.permissions / limit;
        std::int64_t ns = 0;
        if (__builtin_mul_overflow(whole_cycles, period.ns, &ns)) return std::nullopt;
        if (__builtin_add_overflow(ns, period.ns - into_cycle, &ns)) return std::nullopt;
        wait = {ns};
        if (wait > std::min(max_wait, longest)) return std::nullopt;
    }
    --state.permissions;
    return wait;
}

void SlidingWindowRate::parameters(sim::Parameters& p) {
    p.count("limit", limit, "calls per window", {1, 100'000});
    p.duration("window", window, "length of the window", {sim::Duration{1}});
    p.timeout("maxWait", max_wait, "longest wait for the call's turn; 0 rejects at once",
              {sim::Duration{}, sim::kForever});
    scope_parameter(p, scope);
}

SlidingWindowRate::State SlidingWindowRate::initial() const {
    return {std::vector<std::int64_t>(static_cast<std::size_t>(limit), INT64_MIN), 0};
}

RateVerdict SlidingWindowRate::acquire(State& state, sim::SimTime now,
                                       sim::Duration longest) const {
    std::int64_t& gone = state.gone_ns[state.oldest];
    sim::SimTime turn = now;
    if (gone != INT64_MIN) turn = std::max(now, saturated_add(sim::SimTime{gone}, window));
    const sim::Duration wait = turn - now;
    if (wait > std::min(max_wait, longest)) return std::nullopt;
    gone = turn.ns;
    state.oldest = (state.oldest + 1) % state.gone_ns.size();
    return wait;
}

}  // namespace models
