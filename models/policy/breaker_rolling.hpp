#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "models/policy/breaker.hpp"

namespace sim {
struct Misfit;
}

namespace models {

/// Hystrix 1.5: looks at its counts only when a health snapshot is taken, in whole percent.
/// Snapshots are aligned to time zero; a snapshot comes after the results of its instant and before
/// the tries. The window consists of slices of one snapshot interval each (HealthCountsStream).
struct HystrixBreaker {
    static constexpr std::string_view name = "hystrix";
    static constexpr std::string_view summary =
        "opens on the whole percentage of failures, looked at twice a second (Hystrix)";
    static constexpr std::string_view formula =
        "every evaluateEvery: open when calls >= requestVolumeThreshold and floor(100 * failures / "
        "calls) >= errorThresholdPercentage; one probe once now > opened + sleepWindow, its "
        "success closes and forgets, its failure or cancellation opens again";
    static constexpr std::string_view source = "HYS-CB, HYS-PROP";
    static constexpr std::string_view example =
        "circuitBreaker: {kind: hystrix, requestVolumeThreshold: 20, sleepWindow: 5s}";
    sim::Duration window = sim::whole_seconds(10);
    sim::Duration evaluate_every = sim::milliseconds(500);
    std::int64_t request_volume_threshold = 20;
    double error_threshold_percentage = 0.5;  ///< whole percent
    sim::Duration sleep_window = sim::whole_seconds(5);
    std::int64_t half_open_permits = 1;
    bool break_retries_only = false;
    BreakerScope scope = BreakerScope::client;
    void parameters(sim::Parameters& p);
    [[nodiscard]] std::optional<sim::Misfit> misfit() const;

    struct Counts {
        std::int64_t calls = 0;
        std::int64_t failures = 0;
    };
    struct State {
        BreakerPhase phase = BreakerPhase::closed;
        sim::SimTime opened{};
        std::int64_t permits = 0;  ///< half-open: left
        std::vector<Counts> slices;
        Counts total;
        std::int64_t newest = INT64_MIN;  ///< number of the current slice
    };
    [[nodiscard]] State initial() const;
    BreakerAdmission admit(State& state, const BreakerAsk& ask, sim::KeyedRng& rng) const;
    void record(State& state, const BreakerResult& result, sim::KeyedRng& rng) const;
    void release(State& state, const BreakerRelease& release) const;
    [[nodiscard]] bool is_open(const State& state, sim::SimTime now) const;
    [[nodiscard]] std::optional<sim::Duration> retry_after(const State& state,
                                                           sim::SimTime now) const;
    /// A snapshot that opens it, then the end of the sleep window.
    [[nodiscard]] std::optional<sim::SimTime> next_change(const State& state, sim::SimTime after,
                                                          sim::SimTime limit) const;
    [[nodiscard]] BreakerScope shared_by() const { return scope; }
    [[nodiscard]] bool retries_only() const { return break_retries_only; }
    [[nodiscard]] static bool is_failure(Outcome outcome) { return is_callee_failure(outcome); }

  private:
    [[nodiscard]] bool trips(const Counts& total) const;
    [[nodiscard]] std::optional<sim::SimTime> next_trip(const State& state,
                                                        std::int64_t slice) const;
    [[nodiscard]] std::int64_t slice_of(sim::SimTime now) const;
    void advance(State& state, sim::SimTime now) const;
    [[nodiscard]] std::optional<sim::SimTime> opened_at(const State& state, sim::SimTime now) const;
};

/// Polly v8: looks at its counts only when a call fails, never when one succeeds. Slices begin with
/// the first result after the last one has run out.
struct PollyBreaker {
    static constexpr std::string_view name = "polly";
    static constexpr std::string_view summary =
        "opens on the share of failures, looked at only when a call fails (Polly v8)";
    static constexpr std::string_view formula =
        "at a failure: open when calls >= minimumThroughput and failures / calls >= failureRatio; "
        "one probe once now >= opened + breakDuration, another one after each further "
        "breakDuration without its result";
    static constexpr std::string_view source = "POLLY-CB";
    static constexpr std::string_view example =
        "circuitBreaker: {kind: polly, failureRatio: 10%, minimumThroughput: 100}";
    sim::Duration window = sim::whole_seconds(30);
    std::int64_t buckets = 10;  ///< one where they would be shorter than 20 ms
    std::int64_t minimum_throughput = 100;
    double failure_ratio = 0.1;
    sim::Duration break_duration = sim::whole_seconds(5);
    std::int64_t half_open_permits = 1;
    bool break_retries_only = false;
    BreakerScope scope = BreakerScope::client;
    void parameters(sim::Parameters& p);

    struct Slice {
        sim::SimTime began{};
        std::int64_t calls = 0;
        std::int64_t failures = 0;
    };
    struct State {
        BreakerPhase phase = BreakerPhase::closed;
        sim::SimTime blocked_until{};
        std::int64_t permits = 0;   ///< half-open: left before `blocked_until`
        std::vector<Slice> slices;  ///< a ring
        std::size_t oldest = 0;
        std::size_t used = 0;
    };
    [[nodiscard]] State initial() const;
    BreakerAdmission admit(State& state, const BreakerAsk& ask, sim::KeyedRng& rng) const;
    void record(State& state, const BreakerResult& result, sim::KeyedRng& rng) const;
    /// A cancelled call is neither a success nor a handled failure: nothing happens.
    void release(State& /*state*/, const BreakerRelease& /*release*/) const {}
    [[nodiscard]] bool is_open(const State& state, sim::SimTime now) const;
    [[nodiscard]] std::optional<sim::Duration> retry_after(const State& state,
                                                           sim::SimTime now) const;
    [[nodiscard]] BreakerScope shared_by() const { return scope; }
    [[nodiscard]] bool retries_only() const { return break_retries_only; }
    [[nodiscard]] static bool is_failure(Outcome outcome) { return is_callee_failure(outcome); }

  private:
    [[nodiscard]] std::int64_t slice_count() const;
    void count(State& state, sim::SimTime now, bool failure) const;
    [[nodiscard]] bool trips(const State& state) const;
    void open(State& state, sim::SimTime now) const;
};

}  // namespace models
