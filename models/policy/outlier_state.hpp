#pragma once

#include <cstdint>
#include <vector>

#include "models/policy/outcome.hpp"
#include "sim/core/time.hpp"

namespace models {

/// What outlier detection makes of how a try ended.
enum class HostResult : std::uint8_t {
    success,
    failure,  ///< 5xx, and what a client maps to it
    gateway,  ///< a failure of the way there: 502, 503, 504
    ignored,  ///< says nothing of the host
};
/// `as_503`: an error reply that carries a 503. Timeouts and resets count as 504 and 503 (ENV-OD);
/// 429 is no 5xx.
HostResult host_result(Outcome outcome, bool as_503);

/// What is known of one host.
struct OutlierHost {
    std::uint32_t failures_in_a_row = 0;
    std::uint32_t gateway_failures_in_a_row = 0;
    struct Counts {
        std::uint32_t good = 0;
        std::uint32_t bad = 0;
        [[nodiscard]] std::uint32_t all() const { return good + bad; }
        [[nodiscard]] double success_percent() const { return 100.0 * good / all(); }
    };
    std::int64_t interval = INT64_MIN;  ///< that `current` is of
    Counts current;
    Counts last;                ///< of the interval before
    std::uint32_t backoff = 0;  ///< ejections that count towards the length of the next
    bool ejected = false;
    sim::SimTime ejected_at{};
    sim::SimTime back_at{INT64_MIN};  ///< last end of an ejection
    sim::Duration jitter{};

    void count(HostResult result, std::int64_t in_interval);
    [[nodiscard]] Counts counts(std::int64_t in_interval) const {
        if (in_interval == interval) return current;
        return in_interval + 1 == interval ? last : Counts{};
    }
};

/// All hosts that one balancer watches.
struct OutlierState {
    std::vector<OutlierHost> hosts;
    std::uint32_t ejected = 0;
    std::uint64_t ejections = 0;  ///< so far
    std::uint64_t draws = 0;      ///< made so far, part of the next draw's key

    void eject(std::uint32_t host, sim::SimTime now);
    void bring_back(std::uint32_t host, sim::SimTime now);
    /// Something may change at a sweep although nothing is reported until then.
    [[nodiscard]] bool needs_sweep(std::int64_t in_interval) const;
};

/// Numbers the intervals between sweeps, which are aligned to time zero: number n is
/// [n * length, (n + 1) * length).
std::int64_t interval_number(sim::SimTime now, sim::Duration length);

/// Mean and standard deviation (of the population) of success rates in percent.
struct RateSpread {
    double mean = 0;
    double deviation = 0;
};
RateSpread spread_of(const std::vector<double>& rates);

}  // namespace models
