#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "models/policy/rate_limit_bucket.hpp"
#include "models/policy/rule_scope.hpp"
#include "sim/core/time.hpp"

namespace models {

/// resilience4j's rate limiter: permissions come back at the start of each cycle. A call that may
/// wait so long reserves one of a later cycle, so that the permissions become negative.
struct CycleRate {
    static constexpr std::string_view name = "cycle";
    static constexpr std::string_view summary =
        "so many permissions per fixed cycle, later ones can be reserved (resilience4j)";
    static constexpr std::string_view formula =
        "permissions = min(limitForPeriod, permissions + cycles * limitForPeriod); without one: "
        "wait = rest of the cycle + floor(-permissions / limitForPeriod) * limitRefreshPeriod, "
        "reserved iff <= timeoutDuration";
    static constexpr std::string_view source = "R4J-RL";
    static constexpr std::string_view example =
        "rateLimit: {kind: cycle, limitForPeriod: 50, limitRefreshPeriod: 1s}";
    std::int64_t limit = 50;
    sim::Duration period = sim::nanoseconds(500);
    sim::Duration max_wait = sim::whole_seconds(5);
    RuleScope scope = RuleScope::client;
    void parameters(sim::Parameters& p);

    struct State {
        bool used = false;
        std::int64_t cycle = 0;
        std::int64_t permissions = 0;  ///< below zero: reserved in later cycles
    };
    RateVerdict acquire(State& state, sim::SimTime now,
                        sim::Duration longest = sim::kForever) const;
};

/// An exact log: in no window of this length do more calls go than the limit.
struct SlidingWindowRate {
    static constexpr std::string_view name = "slidingWindow";
    static constexpr std::string_view summary = "so many calls in any window of this length";
    static constexpr std::string_view formula =
        "a call goes when the limit-th call before it is a window old, or waits for that if it is "
        "at most maxWait";
    static constexpr std::string_view source = "POLICIES 6.3";
    static constexpr std::string_view example =
        "rateLimit: {kind: slidingWindow, limit: 100, window: 1s}";
    std::int64_t limit = 100;
    sim::Duration window = sim::whole_seconds(1);
    sim::Duration max_wait{};
    RuleScope scope = RuleScope::client;
    void parameters(sim::Parameters& p);

    struct State {
        std::vector<std::int64_t> gone_ns;  ///< when the last `limit` calls went, a ring
        std::size_t oldest = 0;
    };
    [[nodiscard]] State initial() const;
    RateVerdict acquire(State& state, sim::SimTime now,
                        sim::Duration longest = sim::kForever) const;
};

}  // namespace models
