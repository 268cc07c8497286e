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
        "tokens = min(burst, tokens + rate * time); a call takes one, or waits (1 - tokens) / rate";
    static constexpr std::string_view source = "POLICIES 6.3";
    static constexpr std::string_view example = "rateLimit: {rate: 500/s, burst: 50}";
    double rate_per_s = 100;
    double burst = 1;
    sim::Duration max_wait{};
    RuleScope scope = RuleScope::client;
    void parameters(sim::Parameters& p);

    struct State {
        double tokens = 0;
        sim::SimTime at{INT64_MIN};  ///< of `tokens`; the least: full
    };
    RateVerdict acquire(State& state, sim::SimTime now) const;
};

}  // namespace models
