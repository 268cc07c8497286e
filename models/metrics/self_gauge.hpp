#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "models/action/service_level.hpp"
#include "models/metrics/facts.hpp"
#include "sim/core/time.hpp"
#include "sim/stats/histogram.hpp"
#include "sim/stats/time_weighted.hpp"

namespace models {

/// What one replica counts of itself. Sums grow from the start of its process on.
class SelfMeter {
  public:
    struct Sums {
        double up_s = 0;
        double busy_s = 0;
        double capacity_s = 0;
        double queued_s = 0;
        double waited_s = 0;
        double waits = 0;
        double failed = 0;
        double calls = 0;
    };

    /// `capacity`: its slots or cores, 0 without bound. `sojourns`: somebody asks for percentiles.
    void set_up(std::uint32_t capacity, bool sojourns);
    /// A process that starts knows of nothing.
    void start(sim::SimTime now);
    void change(Level level, std::int32_t change, sim::SimTime now);
    void took_slot(sim::Duration waited) {
        waited_s_ += waited.seconds();
        ++waits_;
    }
    void call_ended(bool good) {
        ++calls_;
        if (!good) ++failed_;
    }
    void replied(sim::Duration sojourn) {
        if (sojourns_) sojourns_->record(sojourn);
    }

    [[nodiscard]] Sums sums(sim::SimTime now) const;
    /// Since the last `forget_sojourns`; nothing unless somebody asks.
    [[nodiscard]] const std::optional<sim::Histogram>& sojourns() const { return sojourns_; }
    void forget_sojourns() {
        if (sojourns_) sojourns_->clear();
    }

  private:
    sim::SimTime started_{};
    double capacity_ = 0;
    sim::TimeWeighted busy_{sim::SimTime{INT64_MIN / 4}};
    sim::TimeWeighted queued_{sim::SimTime{INT64_MIN / 4}};
    double waited_s_ = 0;
    std::uint64_t waits_ = 0;
    std::uint64_t calls_ = 0;
    std::uint64_t failed_ = 0;
    std::optional<sim::Histogram> sojourns_;
};

/// Measures one condition of a level over its window of whole seconds, and knows since when it has
/// been true, or false.
class SelfGauge {
  public:
    /// `unmeasured`: what it is when nothing has happened that could be measured.
    SelfGauge(const LevelCondition& condition, bool unmeasured);

    /// Once a second.
    void look(sim::SimTime now, const SelfMeter& meter);
    /// Whether it has been true for as long as it must.
    [[nodiscard]] bool is_met(sim::SimTime now) const;
    /// Whether it has been false since `from` or longer, for `length`.
    [[nodiscard]] bool is_over(sim::SimTime now, sim::SimTime from, sim::Duration length) const;
    /// Forgets since when it has been what it is.
    void start_anew() { true_since_.reset(); }
    /// Forgets everything.
    void reset();

  private:
    [[nodiscard]] std::optional<double> measure(std::size_t from, std::size_t to) const;
    [[nodiscard]] std::optional<double> percentile() const;

    LevelCondition condition_;
    bool unmeasured_ = false;
    std::vector<SelfMeter::Sums> sums_;     ///< a ring, one more than the window has seconds
    std::vector<sim::Histogram> sojourns_;  ///< of each second, for a percentile
    std::size_t seen_ = 1;                  ///< looks, and the start, where all sums are 0
    std::optional<sim::SimTime> true_since_;
    std::optional<sim::SimTime> false_since_;
};

}  // namespace models
