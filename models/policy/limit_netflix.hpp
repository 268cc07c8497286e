#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "models/policy/limit_common.hpp"
#include "models/policy/rule_scope.hpp"
#include "sim/core/rng.hpp"
#include "sim/core/time.hpp"

// The limits of Netflix's concurrency-limits (NCL). A sample is the round trip of a call, and the
// calls in flight when it began.
namespace models {

/// TCP Vegas for calls: from how much longer a call takes than at rest it concludes how many queue.
struct VegasLimit {
    static constexpr std::string_view name = "vegas";
    static constexpr std::string_view summary =
        "grows while few calls queue, shrinks when many do (TCP Vegas; Netflix's default)";
    static constexpr std::string_view formula =
        "q = ceil(limit * (1 - noload/rtt)), L = max(1, floor(log10(limit))): dropped or q > 6L: "
        "-L; in flight * 2 < limit: hold; q <= L: +6L; q < 3L: +L; every U[.5,1) * "
        "probeMultiplier * limit samples noload = rtt";
    static constexpr std::string_view source = "NCL";
    static constexpr std::string_view example = "concurrencyLimit: {kind: vegas, initialLimit: 20}";
    std::int64_t initial_limit = 20;
    std::int64_t max_concurrency = 1000;
    double smoothing = 1.0;
    std::int64_t probe_multiplier = 30;
    std::optional<SampleWindow> window;
    LimitQueue waiting;
    std::optional<LimitPartitions> partitions;
    RuleScope scope = RuleScope::client;
    void parameters(sim::Parameters& p);
    [[nodiscard]] std::optional<sim::Misfit> misfit() const;

    struct State {
        double limit = 0;
        double noload_ns = 0;      ///< least round trip since the last probe; 0: none yet
        double probe_jitter = 0;   ///< of the next probe; 0: not drawn yet
        std::int64_t samples = 0;  ///< since the last probe
        SampleWindow::State window;
    };
    [[nodiscard]] State initial() const {
        return {static_cast<double>(initial_limit), 0, 0, 0, {}};
    }
    [[nodiscard]] std::int64_t limit(const State& state) const {
        return static_cast<std::int64_t>(state.limit);
    }
    void sample(State& state, const LimitSample& sample, sim::KeyedRng& rng) const;

    /// The limit after a sample that is neither a probe nor the shortest yet.
    [[nodiscard]] double next(const State& state, const LimitSample& sample) const;
};

/// Compares each round trip with a long average of them.
struct Gradient2Limit {
    static constexpr std::string_view name = "gradient2";
    static constexpr std::string_view summary =
        "shrinks when calls take longer than their long average (Netflix)";
    static constexpr std::string_view formula =
        "g = clamp(rttTolerance * long/short, .5, 1); new = limit * g + queueSize; limit = (1 - "
        "smoothing) * limit + smoothing * new; in flight < limit/2: hold; long/short > 2: long *= "
        ".95";
    static constexpr std::string_view source = "NCL";
    static constexpr std::string_view example =
        "concurrencyLimit: {kind: gradient2, minLimit: 20, maxConcurrency: 200}";
    std::int64_t initial_limit = 20;
    std::int64_t min_limit = 20;
    std::int64_t max_concurrency = 200;
    double smoothing = 0.2;
    double queue_size = 4;
    std::int64_t long_window = 600;
    double rtt_tolerance = 1.5;
    std::optional<SampleWindow> window;
    LimitQueue waiting;
    std::optional<LimitPartitions> partitions;
    RuleScope scope = RuleScope::client;
    void parameters(sim::Parameters& p);
    [[nodiscard]] std::optional<sim::Misfit> misfit() const;

    struct State {
        double limit = 0;
        WarmAverage long_rtt;
        SampleWindow::State window;
    };
    [[nodiscard]] State initial() const { return {static_cast<double>(initial_limit), {}, {}}; }
    [[nodiscard]] std::int64_t limit(const State& state) const {
        return static_cast<std::int64_t>(state.limit);
    }
    void sample(State& state, const LimitSample& sample, sim::KeyedRng& rng) const;

    struct Gradient {
        double long_rtt = 0;
        double short_rtt = 0;
    };
    [[nodiscard]] double next(double limit, Gradient gradient) const;
};

/// Additive increase, multiplicative decrease: loss is what it goes by.
struct AimdLimit {
    static constexpr std::string_view name = "aimd";
    static constexpr std::string_view summary =
        "one more while calls succeed, a tenth less when one is dropped or slow (Netflix)";
    static constexpr std::string_view formula =
        "dropped or rtt > timeout: floor(backoffRatio * limit); else in flight * 2 >= limit: limit "
        "+ 1";
    static constexpr std::string_view source = "NCL";
    static constexpr std::string_view example =
        "bulkhead: {kind: aimd, minLimit: 20, maxLimit: 200, timeout: 1s}";
    std::int64_t initial_limit = 20;
    std::int64_t min_limit = 20;
    std::int64_t max_limit = 200;
    double backoff_ratio = 0.9;
    sim::Duration timeout = sim::whole_seconds(5);
    std::optional<SampleWindow> window;
    LimitQueue waiting;
    std::optional<LimitPartitions> partitions;
    RuleScope scope = RuleScope::client;
    void parameters(sim::Parameters& p);
    [[nodiscard]] std::optional<sim::Misfit> misfit() const;

    struct State {
        std::int64_t limit = 0;
        SampleWindow::State window;
    };
    [[nodiscard]] State initial() const { return {initial_limit, {}}; }
    [[nodiscard]] std::int64_t limit(const State& state) const { return state.limit; }
    void sample(State& state, const LimitSample& sample, sim::KeyedRng& rng) const;
};

}  // namespace models
