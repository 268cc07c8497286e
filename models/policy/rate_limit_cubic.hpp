#pragma once

#include <cstdint>
#include <string_view>

#include "models/policy/rate_limit_bucket.hpp"
#include "models/policy/rule_scope.hpp"
#include "sim/core/time.hpp"

namespace models {

/// The client rate limiter of the AWS SDKs' adaptive mode: nothing until the first throttling
/// reply, then a token bucket whose rate falls with each such reply and recovers along a cubic.
/// Calls wait for a token as long as it takes. A call that waits keeps its turn when the rate
/// changes.
struct CubicRate {
    static constexpr std::string_view name = "cubic";
    static constexpr std::string_view summary =
        "after the first 429, a send rate that recovers along a cubic (AWS SDK adaptive mode)";
    static constexpr std::string_view formula =
        "throttled: w = min(measured, rate), rate = beta * w; success: rate = scaleConstant * (t - "
        "K)^3 + w, K = cbrt(w * (1 - beta) / scaleConstant), t in s since the throttle; rate <= "
        "maxRateScale * measured, >= minRate; burst = max(1, rate); measured: EMA (smoothing) of "
        "replies per timeBucket";
    static constexpr std::string_view source = "BOTO-ADAPT";
    static constexpr std::string_view example = "rateLimit: {kind: cubic, beta: 0.7}";
    double beta = 0.7;
    double scale_constant = 0.4;
    double smoothing = 0.8;
    sim::Duration time_bucket = sim::milliseconds(500);
    double min_rate_per_s = 0.5;
    double max_rate_scale = 2.0;
    RuleScope scope = RuleScope::client;
    void parameters(sim::Parameters& p);

    struct State {
        bool enabled = false;  ///< a throttling reply has come
        bool started = false;  ///< a call or a reply has come
        // the cubic
        double top_rate = 0;  ///< w
        sim::SimTime last_throttle{};
        // the token bucket
        double rate_per_s = 1;
        double burst = 1;
        double tokens = 0;  ///< below zero: promised to calls that wait
        sim::SimTime tokens_at{};
        // the measured rate
        double measured_per_s = 0;
        std::int64_t bucket = 0;  ///< number of the last one that was closed
        std::int64_t count = 0;
    };
    RateVerdict acquire(State& state, sim::SimTime now,
                        sim::Duration longest = sim::kForever) const;
    void on_reply(State& state, sim::SimTime now, bool throttled) const;

    /// Seconds from a throttle at rate `top_rate` until the rate is back there.
    [[nodiscard]] double time_to_top_s(double top_rate) const;
    struct Recovery {
        double top_rate = 0;
        double since_s = 0;
    };
    [[nodiscard]] double recovered_rate(Recovery recovery) const;

  private:
    void start(State& state, sim::SimTime now) const;
    void measure(State& state, sim::SimTime now) const;
    static void refill(State& state, sim::SimTime now);
};

}  // namespace models
