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

/// What both windows of resilience4j share: thresholds, and the way from state to state.
struct SlidingBreakerSettings {
    std::int64_t minimum_number_of_calls = 100;
    double failure_rate_threshold = 0.5;    ///< (0, 1]
    double slow_call_rate_threshold = 1.0;  ///< (0, 1]
    sim::Duration slow_call_duration_threshold = sim::whole_seconds(60);
    sim::Duration wait_in_open = sim::whole_seconds(60);
    double wait_factor = 1.0;  ///< growth of the wait from opening to opening
    sim::Duration max_wait_in_open = sim::whole_seconds(3600);
    std::int64_t permitted_in_half_open = 10;
    sim::Duration max_wait_in_half_open{};  ///< zero: for ever
    bool automatic_transition = false;
    bool break_retries_only = false;
    BreakerScope scope = BreakerScope::client;
    void parameters(sim::Parameters& p);
};

/// Calls of a window and how they ended.
struct CallCounts {
    std::int64_t calls = 0;
    std::int64_t failures = 0;
    std::int64_t slow = 0;
    void add(const CallCounts& other);
    void remove(const CallCounts& other);
};

/// The last calls, each in a slot of its own.
struct CallRing {
    std::vector<std::uint8_t> slots;  ///< bit 0: failure, bit 1: slow
    std::size_t next = 0;
    std::size_t size = 0;
    CallCounts total;
    void record(const CallCounts& call);
    void clear();
};

/// The last whole seconds since time zero, the current one included.
struct SecondsRing {
    std::vector<CallCounts> seconds;
    std::int64_t newest = INT64_MIN;  ///< number of the current second
    CallCounts total;
    void advance(sim::SimTime now);
    void record(const CallCounts& call);
    void clear();
};

/// Where a resilience4j breaker is on its way from closed to open and back.
struct SlidingBreakerPhase {
    BreakerPhase phase = BreakerPhase::closed;
    sim::SimTime since{};       ///< when the phase began
    sim::SimTime until{};       ///< open: refused up to and including this instant
    std::int64_t openings = 0;  ///< in a row, without being closed in between
    std::int64_t permits = 0;   ///< half-open: left
};

/// resilience4j, COUNT_BASED: the last `slidingWindowSize` calls.
struct CountBasedBreaker {
    static constexpr std::string_view name = "countBased";
    static constexpr std::string_view summary =
        "opens on the share of failed or slow calls among the last ones (resilience4j)";
    static constexpr std::string_view formula =
        "open when failures / calls >= failureRateThreshold or slow / calls >= "
        "slowCallRateThreshold, asked after every call once min(minimumNumberOfCalls, "
        "slidingWindowSize) are recorded; half-open on the first call later than waitInOpen";
    static constexpr std::string_view source = "R4J-CB";
    static constexpr std::string_view example =
        "circuitBreaker: {kind: countBased, slidingWindowSize: 100, failureRateThreshold: 50%}";
    std::int64_t sliding_window_size = 100;
    SlidingBreakerSettings settings;
    void parameters(sim::Parameters& p);

    struct State {
        SlidingBreakerPhase at;
        CallRing probes;  ///< results while half-open
        CallRing window;
    };
    [[nodiscard]] State initial() const;
    BreakerAdmission admit(State& state, const BreakerAsk& ask, sim::KeyedRng& rng) const;
    void record(State& state, const BreakerResult& result, sim::KeyedRng& rng) const;
    void release(State& state, const BreakerRelease& release) const;
    [[nodiscard]] bool is_open(const State& state, sim::SimTime now) const;
    [[nodiscard]] std::optional<sim::Duration> retry_after(const State& state,
                                                           sim::SimTime now) const;
    /// The timers of both phases.
    [[nodiscard]] std::optional<sim::SimTime> next_change(const State& state, sim::SimTime after,
                                                          sim::SimTime limit) const;
    [[nodiscard]] BreakerScope shared_by() const { return settings.scope; }
    [[nodiscard]] bool retries_only() const { return settings.break_retries_only; }
    [[nodiscard]] static bool is_failure(Outcome outcome) { return is_callee_failure(outcome); }
};

/// resilience4j, TIME_BASED: the last `slidingWindowSize` whole seconds, the current one included.
struct TimeBasedBreaker {
    static constexpr std::string_view name = "timeBased";
    static constexpr std::string_view summary =
        "opens on the share of failed or slow calls in the last seconds (resilience4j)";
    static constexpr std::string_view formula =
        "open when failures / calls >= failureRateThreshold or slow / calls >= "
        "slowCallRateThreshold, asked after every call once minimumNumberOfCalls are in the window";
    static constexpr std::string_view source = "R4J-CB";
    static constexpr std::string_view example =
        "circuitBreaker: {kind: timeBased, slidingWindowSize: 10s, minimumNumberOfCalls: 20}";
    sim::Duration sliding_window_size = sim::whole_seconds(100);  ///< whole seconds
    SlidingBreakerSettings settings;
    void parameters(sim::Parameters& p);
    [[nodiscard]] std::optional<sim::Misfit> misfit() const;

    struct State {
        SlidingBreakerPhase at;
        CallRing probes;  ///< results while half-open
        SecondsRing window;
    };
    [[nodiscard]] State initial() const;
    BreakerAdmission admit(State& state, const BreakerAsk& ask, sim::KeyedRng& rng) const;
    void record(State& state, const BreakerResult& result, sim::KeyedRng& rng) const;
    void release(State& state, const BreakerRelease& release) const;
    [[nodiscard]] bool is_open(const State& state, sim::SimTime now) const;
    [[nodiscard]] std::optional<sim::Duration> retry_after(const State& state,
                                                           sim::SimTime now) const;
    /// The timers of both phases.
    [[nodiscard]] std::optional<sim::SimTime> next_change(const State& state, sim::SimTime after,
                                                          sim::SimTime limit) const;
    [[nodiscard]] BreakerScope shared_by() const { return settings.scope; }
    [[nodiscard]] bool retries_only() const { return settings.break_retries_only; }
    [[nodiscard]] static bool is_failure(Outcome outcome) { return is_callee_failure(outcome); }
};

}  // namespace models
