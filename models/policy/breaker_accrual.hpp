#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "models/policy/breaker.hpp"

namespace sim {
class Parameters;
struct Misfit;
}  // namespace sim

namespace models {

enum class OpenJitter : std::uint8_t {
    none,
    equal,     ///< the first exact, then min(max, (1 + u) * base * 2^(n-2)) (Finagle)
    additive,  ///< e + min(u * jitterFactor * e, max - e) (Linkerd)
};

/// How long a breaker stays open the n-th time in a row: e = min(max, base * 2^(n-1)), spread.
struct OpenPeriod {
    sim::Duration base;
    sim::Duration max;
    OpenJitter jitter = OpenJitter::none;
    double jitter_factor = 0.5;
    void parameters(sim::Parameters& p);
    [[nodiscard]] sim::Duration duration(std::int64_t n, sim::KeyedRng& rng) const;
};

/// Linkerd: opens after so many failures in a row; the first result after the wait decides.
struct ConsecutiveBreaker {
    static constexpr std::string_view name = "consecutive";
    static constexpr std::string_view summary = "opens after failures in a row (Linkerd)";
    static constexpr std::string_view formula =
        "open at the failures-th failure in a row, for min(max, base * 2^(n-1)) plus jitter the "
        "n-th time; then one probe: success closes, failure opens for longer";
    static constexpr std::string_view source = "L5D-CTRL, L5D-BACKOFF";
    static constexpr std::string_view example =
        "circuitBreaker: {kind: consecutive, failures: 7, open: {base: 1s, max: 60s}}";
    std::int64_t failures = 7;
    OpenPeriod open{sim::whole_seconds(1), sim::whole_seconds(60), OpenJitter::additive, 0.5};
    std::int64_t half_open_permits = 1;
    bool break_retries_only = false;
    BreakerScope scope = BreakerScope::host;
    void parameters(sim::Parameters& p);
    [[nodiscard]] std::optional<sim::Misfit> misfit() const;

    struct State {
        BreakerPhase phase = BreakerPhase::closed;
        sim::SimTime until{};
        std::int64_t openings = 0;  ///< in a row, without being closed in between
        std::int64_t run = 0;       ///< failures in a row
        std::int64_t permits = 0;   ///< half-open: left
    };
    BreakerAdmission admit(State& state, const BreakerAsk& ask, sim::KeyedRng& rng) const;
    void record(State& state, const BreakerResult& result, sim::KeyedRng& rng) const;
    void release(State& state, const BreakerRelease& release) const;
    [[nodiscard]] bool is_open(const State& state, sim::SimTime now) const;
    [[nodiscard]] std::optional<sim::Duration> retry_after(const State& state,
                                                           sim::SimTime now) const;
    [[nodiscard]] BreakerScope shared_by() const { return scope; }
    [[nodiscard]] bool retries_only() const { return break_retries_only; }
    /// What a proxy sees as a 5xx: not a 429.
    [[nodiscard]] static bool is_failure(Outcome outcome);

  private:
    void catch_up(State& state, sim::SimTime now) const;
};

/// What Finagle's failure accrual remembers. Dead is `open`; probing is `half_open`, with a permit
/// until the probe is sent.
struct AccrualState {
    BreakerPhase phase = BreakerPhase::closed;
    bool probe_sent = false;
    sim::SimTime until{};
    std::int64_t run = 0;             ///< failures in a row
    std::int64_t requests = 0;        ///< since `began`
    std::int64_t deaths_by_rate = 0;  ///< since it was revived
    std::int64_t deaths_by_run = 0;
    std::int64_t stamp = -1;  ///< of the moving average: milliseconds since `began`; -1: none
    double success_rate = 1;
    bool begun = false;
    sim::SimTime began{};  ///< made, or revived
};

/// Finagle: the moving average of successes, or failures in a row, whichever comes first. Each
/// condition goes through its own series of dead times; the longer one counts.
struct FailureAccrualBreaker {
    static constexpr std::string_view name = "failureAccrual";
    static constexpr std::string_view summary =
        "opens on a low moving success rate or after failures in a row (Finagle)";
    static constexpr std::string_view formula =
        "at a failure: open when failures in a row, or when ema < requiredSuccessRate after at "
        "least minRequests requests and window; ema moves by 1 - exp(-dt / window); dead for "
        "base, then min(max, (1 + u) * base * 2^(n-2)) the n-th time; then one probe";
    static constexpr std::string_view source = "FIN-FA";
    static constexpr std::string_view example =
        "circuitBreaker: {kind: failureAccrual, requiredSuccessRate: 80%, failures: 5}";
    double required_success_rate = 0.8;
    sim::Duration window = sim::whole_seconds(30);
    std::int64_t min_requests = 5;
    std::int64_t failures = 5;
    OpenPeriod mark_dead_for{sim::whole_seconds(5), sim::whole_seconds(300), OpenJitter::equal,
                             0.5};
    bool break_retries_only = false;
    BreakerScope scope = BreakerScope::host;
    void parameters(sim::Parameters& p);
    [[nodiscard]] std::optional<sim::Misfit> misfit() const;

    using State = AccrualState;
    BreakerAdmission admit(State& state, const BreakerAsk& ask, sim::KeyedRng& rng) const;
    void record(State& state, const BreakerResult& result, sim::KeyedRng& rng) const;
    void release(State& state, const BreakerRelease& release) const;
    [[nodiscard]] bool is_open(const State& state, sim::SimTime now) const;
    [[nodiscard]] std::optional<sim::Duration> retry_after(const State& state,
                                                           sim::SimTime now) const;
    [[nodiscard]] BreakerScope shared_by() const { return scope; }
    [[nodiscard]] bool retries_only() const { return break_retries_only; }
    [[nodiscard]] static bool is_failure(Outcome outcome) { return is_callee_failure(outcome); }

  private:
    void observe(State& state, sim::SimTime now, double value) const;
    [[nodiscard]] std::optional<sim::Duration> dead_for(State& state, sim::SimTime now,
                                                        sim::KeyedRng& rng) const;
    void on_failure(State& state, sim::SimTime now, sim::KeyedRng& rng) const;
    void on_success(State& state, sim::SimTime now) const;
};

/// Finagle's success rate alone.
struct SuccessRateBreaker {
    static constexpr std::string_view name = "successRateEma";
    static constexpr std::string_view summary = "opens on a low moving success rate (Finagle)";
    static constexpr std::string_view formula =
        "at a failure: open when ema < requiredSuccessRate after at least minRequests requests and "
        "window; ema moves by 1 - exp(-dt / window); then as failureAccrual";
    static constexpr std::string_view source = "FIN-FA";
    static constexpr std::string_view example =
        "circuitBreaker: {kind: successRateEma, requiredSuccessRate: 80%, window: 30s}";
    double required_success_rate = 0.8;
    sim::Duration window = sim::whole_seconds(30);
    std::int64_t min_requests = 5;
    OpenPeriod mark_dead_for{sim::whole_seconds(5), sim::whole_seconds(300), OpenJitter::equal,
                             0.5};
    bool break_retries_only = false;
    BreakerScope scope = BreakerScope::host;
    void parameters(sim::Parameters& p);
    [[nodiscard]] std::optional<sim::Misfit> misfit() const;

    using State = AccrualState;
    BreakerAdmission admit(State& state, const BreakerAsk& ask, sim::KeyedRng& rng) const {
        return as_accrual().admit(state, ask, rng);
    }
    void record(State& state, const BreakerResult& result, sim::KeyedRng& rng) const {
        as_accrual().record(state, result, rng);
    }
    void release(State& state, const BreakerRelease& release) const {
        as_accrual().release(state, release);
    }
    [[nodiscard]] bool is_open(const State& state, sim::SimTime now) const {
        return as_accrual().is_open(state, now);
    }
    [[nodiscard]] std::optional<sim::Duration> retry_after(const State& state,
                                                           sim::SimTime now) const {
        return as_accrual().retry_after(state, now);
    }
    [[nodiscard]] BreakerScope shared_by() const { return scope; }
    [[nodiscard]] bool retries_only() const { return break_retries_only; }
    [[nodiscard]] static bool is_failure(Outcome outcome) { return is_callee_failure(outcome); }

  private:
    /// The same with failures in a row that never suffice.
    [[nodiscard]] FailureAccrualBreaker as_accrual() const;
};

}  // namespace models
