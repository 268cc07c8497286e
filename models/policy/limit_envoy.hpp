#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "models/policy/latency_histogram.hpp"
#include "models/policy/limit_common.hpp"
#include "models/policy/rule_scope.hpp"
#include "sim/core/rng.hpp"
#include "sim/core/time.hpp"

namespace models {

/// When Envoy measures how long requests take at rest: at first, then every `interval` and a
/// little, with the limit pinned to `minConcurrency` until enough requests have ended.
struct MinRttMeasurement {
    sim::Duration interval = sim::whole_seconds(60);
    std::int64_t request_count = 50;
    double jitter = 0.15;  ///< the pause is interval * (1 + U[0, jitter))
    std::int64_t min_concurrency = 3;
    double buffer = 0.25;  ///< so much longer than the least is not yet a queue

    void parameters(sim::Parameters& p);
};

/// Envoy's adaptive concurrency: the limit follows the ratio of the round trip at rest to a
/// percentile of the last interval, and leaves room for a burst of its square root.
struct EnvoyGradientLimit {
    static constexpr std::string_view name = "envoyGradient";
    static constexpr std::string_view summary =
        "shrinks as a percentile of the round trip rises above the one at rest (Envoy)";
    static constexpr std::string_view formula =
        "every concurrencyUpdateInterval: g = clamp(minRtt * (1 + buffer) / p50, .5, 2), x = limit "
        "* g, limit = floor(x + sqrt(x)) in [minConcurrency, maxConcurrencyLimit]; five intervals "
        "at the least measure minRtt anew";
    static constexpr std::string_view source = "ENV-AC, ENV-GRAD";
    static constexpr std::string_view example =
        "concurrencyLimit: {kind: envoyGradient, minRtt: {interval: 60s, buffer: 25%}}";
    double percentile = 0.5;
    std::int64_t max_limit = 1000;
    sim::Duration update_interval = sim::milliseconds(100);
    MinRttMeasurement min_rtt;
    LimitQueue waiting;
    RuleScope scope = RuleScope::client;
    void parameters(sim::Parameters& p);
    [[nodiscard]] std::optional<sim::Misfit> misfit() const;

    struct State {
        std::int64_t limit = 0;
        std::int64_t deferred_limit = 0;  ///< comes back when the measurement ends; 0: none goes on
        std::int64_t times_at_least = 0;  ///< updates in a row that left the limit at the least
        sim::Duration min_rtt{};
        bool measured_before = false;   ///< the current measurement is not the first
        sim::SimTime measured_since{};  ///< what was sent before does not count
        sim::SimTime next_update{};
        sim::SimTime next_measurement{};
        LatencyHistogram latencies;
    };
    [[nodiscard]] State initial() const;
    [[nodiscard]] std::int64_t limit(const State& state) const { return state.limit; }
    bool admit(State& state, const LimitAsk& ask) const;
    void sample(State& state, const LimitSample& sample, sim::KeyedRng& rng) const;

    /// The limit after an interval whose percentile is `rtt`.
    struct RoundTrips {
        sim::Duration least;
        sim::Duration recent;
    };
    [[nodiscard]] std::int64_t next(std::int64_t limit, RoundTrips rtt) const;

  private:
    void advance(State& state, sim::SimTime now) const;
    void update(State& state, sim::SimTime now) const;
    void begin_measurement(State& state, sim::SimTime now) const;
    void end_measurement(State& state, sim::SimTime now, sim::KeyedRng& rng) const;
};

}  // namespace models
