#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "models/policy/breaker.hpp"
#include "models/policy/breaker_accrual.hpp"

namespace models {

/// Linkerd's newer breaker: failures in a row, or a low moving success rate that counts 429, too.
/// Neither is forgiven by the other. What a server asks to wait does not lengthen the break here.
struct UnifiedBreaker {
    static constexpr std::string_view name = "unified";
    static constexpr std::string_view summary =
        "opens after failures in a row or on a low success rate, 429s included (Linkerd)";
    static constexpr std::string_view formula =
        "open at the failures-th failure in a row, or when ema < requiredSuccessRate after at "
        "least minRequests requests since it closed or since 3 windows without any; ema starts at "
        "1 and moves by 1 - exp(-dt / window); for min(max, base * 2^(n-1)) plus jitter the n-th "
        "time; then one probe: success, which a 429 is not, closes and forgets, failure opens for "
        "longer";
    static constexpr std::string_view source = "L5D-CTRL, L5D-BACKOFF";
    static constexpr std::string_view example =
        "circuitBreaker: {kind: unified, failures: 7, requiredSuccessRate: 80%, window: 10s}";
    std::int64_t failures = 7;  ///< 0: any number
    double required_success_rate = 0.8;
    sim::Duration window = sim::whole_seconds(10);
    std::int64_t min_requests = 5;
    OpenPeriod open{sim::whole_seconds(1), sim::whole_seconds(60), OpenJitter::additive, 0.5};
    bool break_retries_only = false;
    BreakerScope scope = BreakerScope::host;
    void parameters(sim::Parameters& p);
    [[nodiscard]] std::optional<sim::Misfit> misfit() const;

    struct State {
        BreakerPhase phase = BreakerPhase::closed;
        bool probe_sent = false;  ///< half-open
        bool begun = false;
        sim::SimTime until{};
        std::int64_t openings = 0;  ///< in a row, without being closed in between
        std::int64_t run = 0;       ///< failures in a row, 429s left out
        std::int64_t requests = 0;
        double success_rate = 1;
        sim::SimTime stamp{};  ///< of `success_rate`
        sim::SimTime seen{};   ///< the last result
    };
    BreakerAdmission admit(State& state, const BreakerAsk& ask, sim::KeyedRng& rng) const;
    void record(State& state, const BreakerResult& result, sim::KeyedRng& rng) const;
    void release(State& state, const BreakerRelease& release) const;
    [[nodiscard]] bool is_open(const State& state, sim::SimTime now) const;
    [[nodiscard]] std::optional<sim::Duration> retry_after(const State& state,
                                                           sim::SimTime now) const;
    [[nodiscard]] BreakerScope shared_by() const { return scope; }
    [[nodiscard]] bool retries_only() const { return break_retries_only; }
    /// What a proxy sees as a 5xx; a 429 is looked at beside it (BreakerResult::throttled).
    [[nodiscard]] static bool is_failure(Outcome outcome) {
        return ConsecutiveBreaker::is_failure(outcome);
    }

  private:
    static void catch_up(State& state, sim::SimTime now);
    void observe(State& state, const BreakerResult& result) const;
    void trip(State& state, sim::SimTime now, sim::KeyedRng& rng) const;
};

}  // namespace models
