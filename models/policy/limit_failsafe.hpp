#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "models/policy/latency_histogram.hpp"
#include "models/policy/limit_common.hpp"
#include "models/policy/rule_scope.hpp"
#include "sim/core/rng.hpp"
#include "sim/core/time.hpp"

namespace models {

/// The correlation of two figures over their last samples (FSGO).
class CorrelationWindow {
  public:
    struct Result {
        double correlation = 0;  ///< 0: too few samples, or too little variation to tell
        double variation_y = 0;  ///< standard deviation / mean
    };

    CorrelationWindow() = default;
    explicit CorrelationWindow(std::size_t capacity) : x_(capacity), y_(capacity) {}
    /// Both are positive.
    Result add(double x, double y);

  private:
    [[nodiscard]] Result result() const;

    std::vector<double> x_;
    std::vector<double> y_;
    std::size_t next_ = 0;
    std::size_t size_ = 0;
};

/// How calls queue for a full limiter, and which are turned away then.
struct PrioritizedQueue {
    double initial_factor =
        0;                  ///< times the limit: from here on calls are turned away; 0: no queue
    double max_factor = 0;  ///< times the limit: the queue's bound
    sim::Duration max_wait = sim::kForever;
    sim::Duration calibration = sim::whole_seconds(1);
    std::int64_t level_window = 1000;  ///< calls whose levels are known
};

/// failsafe-go's adaptive limiter: Vegas on smoothed percentiles, held back when more concurrency
/// brings no more throughput. Its queue turns the least important away as it fills.
struct FailsafeAdaptiveLimit {
    static constexpr std::string_view name = "failsafeAdaptive";
    static constexpr std::string_view summary =
        "Vegas that also looks whether more concurrency brings more throughput (failsafe-go)";
    static constexpr std::string_view formula =
        "q = ceil(limit * (1 - baseline/recent)), L = max(1, floor(log10(limit))): q > 6L: -L; "
        "full and (throughput correlation < 0, or < .3 and rtt correlation > .5, or throughput "
        "varies < .2 and rtt correlation > .5): -L; q < 3L: +L; above maxLimitFactor * in flight: "
        "-L. Queue: rejected share (queued - initial * limit) / ((max - initial) * limit), lowest "
        "of 100 levels per priority first";
    static constexpr std::string_view source = "FSGO";
    static constexpr std::string_view example =
        "concurrencyLimit: {kind: failsafeAdaptive, minLimit: 1, maxLimit: 200}";
    std::int64_t initial_limit = 20;
    std::int64_t min_limit = 1;
    std::int64_t max_limit = 200;
    double max_limit_factor = 5;
    sim::Duration window_min = sim::whole_seconds(1);
    sim::Duration window_max = sim::whole_seconds(30);
    std::int64_t window_samples = 50;
    double recent_quantile = 0.9;
    std::int64_t baseline_window = 10;
    std::int64_t correlation_window = 50;
    PrioritizedQueue rejection;
    RuleScope scope = RuleScope::client;
    void parameters(sim::Parameters& p);
    [[nodiscard]] std::optional<sim::Misfit> misfit() const;

    static constexpr std::size_t kSmoothed = 5;
    struct State {
        double limit = 0;
        LatencyHistogram latencies;  ///< of the current window
        sim::Duration least_rtt = sim::kForever;
        std::int64_t most_in_flight = 0;
        bool updated = false;
        sim::SimTime next_update{};
        std::array<double, kSmoothed> medians{};
        std::size_t median_count = 0;
        WarmAverage recent;
        WarmAverage baseline;
        CorrelationWindow throughput;
        CorrelationWindow rtt;
        std::vector<std::int32_t> levels;        ///< of the last calls, a ring
        std::vector<std::int32_t> level_counts;  ///< of those, by level
        std::int64_t level_total = 0;            ///< calls ever recorded
        std::int32_t threshold = 0;              ///< a lower level is turned away
        bool calibrated = false;
        sim::SimTime next_calibration{};
    };
    [[nodiscard]] State initial() const;
    [[nodiscard]] std::int64_t limit(const State& state) const {
        return static_cast<std::int64_t>(state.limit);
    }
    LimitVerdict arrive(State& state, const LimitAsk& ask) const;
    [[nodiscard]] LimitQueue pool_queue() const;
    void sample(State& state, const LimitSample& sample, sim::KeyedRng& rng) const;

    /// What an update goes by.
    struct Signals {
        std::int64_t queued = 0;
        bool full = false;
        double throughput_correlation = 0;
        double throughput_variation = 0;
        double rtt_correlation = 0;
    };
    /// -1, 0 or 1 steps.
    [[nodiscard]] int direction(double limit, const Signals& signals) const;

  private:
    void update(State& state, const LimitSample& sample) const;
    void calibrate(State& state, const LimitAsk& ask) const;
    void record_level(State& state, std::int32_t level) const;
};

}  // namespace models
