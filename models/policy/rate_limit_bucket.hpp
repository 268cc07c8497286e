#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "models/policy/rule_scope.hpp"
#include "sim/core/time.hpp"

namespace sim {
class Parameters;
}

namespace models {

/// Zero: go now; more: reserved, go after so long; nothing: rejected.
using RateVerdict = std::optional<sim::Duration>;

/// A bucket that fills at `rate` up to `burst`; a call takes a token, or the next one that comes if
/// it may wait so long.
struct TokenBucketRate {
    static constexpr std::string_view name = "tokenBucket";
    static constexpr std::string_view summary = "tokens come at `rate`, at most `burst` are kept";
    static constexpr std::string_view formula =
        "tokens = min(burst, tokens + rate * time); a call takes one, or waits (1 - tokens) / rate "
        "if that is at most maxWait";
    static constexpr std::string_view source = "POLICIES 6.3";
    static constexpr std::string_view example = "rateLimit: {rate: 500/s, burst: 50}";
    double rate_per_s = 100;
    double burst = 1;
    sim::Duration max_wait{};
    RuleScope scope = RuleScope::client;
    void parameters(sim::Parameters& p);

    struct State {
        bool used = false;  ///< otherwise the bucket is full
        double tokens = 0;  ///< below zero: promised to calls that wait
        sim::SimTime at{};  ///< of `tokens`
    };
    RateVerdict acquire(State& state, sim::SimTime now,
                        sim::Duration longest = sim::kForever) const;
};

/// The generic cell rate algorithm: the leaky bucket as a meter, in whole nanoseconds.
struct LeakyBucketRate {
    static constexpr std::string_view name = "leakyBucket";
    static constexpr std::string_view summary =
        "a call is due 1/rate after the one before, `burst` of them may be early (GCRA)";
    static constexpr std::string_view formula =
        "due = max(now, due) + 1/rate; admit iff due - now <= burst/rate, or after the excess if "
        "that is at most maxWait";
    static constexpr std::string_view source = "POLICIES 6.3";
    static constexpr std::string_view example =
        "rateLimit: {kind: leakyBucket, rate: 500/s, maxWait: 100ms}";
    double rate_per_s = 100;
    double burst = 1;
    sim::Duration max_wait{};
    RuleScope scope = RuleScope::client;
    void parameters(sim::Parameters& p);

    struct State {
        bool used = false;
        sim::SimTime due{};  ///< the theoretical arrival time
    };
    RateVerdict acquire(State& state, sim::SimTime now,
                        sim::Duration longest = sim::kForever) const;
};

}  // namespace models
