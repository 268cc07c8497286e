#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "models/action/live_condition.hpp"
#include "models/metrics/recorders.hpp"
#include "sim/core/time.hpp"
#include "sim/stats/histogram.hpp"

namespace models {

/// Everything that gauges read: what is counted anyway.
struct Dashboard {
    const FlowRecorder& flows;
    const EdgeRecorder& edges;
    const ServiceRecorder& services;
};

/// Measures one condition over its window of whole seconds, and knows for how long it has held.
class LiveGauge {
  public:
    LiveGauge() = default;
    /// `edges`: those of the condition's customers, or all that lead to its service.
    LiveGauge(const LiveCondition& condition, std::vector<std::uint32_t> edges);

    /// Once a second, when the recorders have closed the one before. `healthy` is the present state
    /// of the condition's zone, if it has one.
    void look(sim::SimTime now, const Dashboard& dashboard, double healthy);
    /// Whether the condition has held for as long as it must.
    [[nodiscard]] bool is_met(sim::SimTime now) const;
    /// Forgets since when it has held.
    void start_anew() { since_.reset(); }
    /// Over the latest window; empty when it is not full yet or nothing happened in it.
    [[nodiscard]] std::optional<double> value() const { return value_; }

  private:
    /// Sums since the start of the measured time, whose differences make the metric.
    struct Reading {
        double part = 0;
        double whole = 0;
    };

    [[nodiscard]] Reading read(sim::SimTime now, const Dashboard& dashboard, double healthy);
    [[nodiscard]] Reading read_customers(double now_s, const Dashboard& dashboard) const;
    [[nodiscard]] Reading read_service(double now_s, const Dashboard& dashboard) const;
    [[nodiscard]] Reading read_calls(double now_s, const Dashboard& dashboard) const;
    [[nodiscard]] Reading read_latency(const Dashboard& dashboard) const;
    void keep_latencies(std::size_t place, const Dashboard& dashboard);
    [[nodiscard]] std::optional<double> measure(std::size_t from, std::size_t to) const;

    LiveCondition condition_;
    std::vector<std::uint32_t> edges_;
    std::vector<Reading> readings_;          ///< a ring, one more than the window has seconds
    std::vector<sim::Histogram> latencies_;  ///< the same for percentiles
    std::size_t seen_ = 0;                   ///< readings
    double healthy_sum_ = 0;
    std::optional<double> value_;
    std::optional<sim::SimTime> since_;
};

}  // namespace models
