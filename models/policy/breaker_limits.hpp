#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "models/policy/breaker.hpp"

namespace models {

/// Envoy's "circuit breaker": thresholds on what is under way, without a state machine. A try above
/// one of them is answered with a 503 at once.
struct ConcurrencyLimits {
    static constexpr std::string_view name = "concurrencyLimits";
    static constexpr std::string_view summary =
        "refuses tries above limits on what is under way (Envoy, Istio)";
    static constexpr std::string_view formula =
        "a try may go while requests < maxRequests and, if it is a retry, retries < maxRetries";
    static constexpr std::string_view source = "ENV-CB, ISTIO";
    static constexpr std::string_view example =
        "circuitBreaker: {kind: concurrencyLimits, maxRequests: 100, maxRetries: 3}";
    std::int64_t max_connections = 1024;  ///< bounds the pool: CallPolicy::settle
    std::int64_t max_pending = 1024;
    std::int64_t max_requests = 1024;
    std::int64_t max_retries = 3;
    BreakerScope scope = BreakerScope::client;
    void parameters(sim::Parameters& p);

    struct State {
        std::int64_t pending = 0;  ///< tries that wait for a connection
        std::int64_t requests = 0;
        std::int64_t retries = 0;
    };
    BreakerAdmission admit(State& state, const BreakerAsk& ask, sim::KeyedRng& rng) const;
    void record(State& state, const BreakerResult& result, sim::KeyedRng& rng) const;
    void release(State& state, const BreakerRelease& release) const;
    bool join_line(State& state) const;
    static void leave_line(State& state);
    [[nodiscard]] bool is_open(const State& state, sim::SimTime now) const;
    [[nodiscard]] std::optional<sim::Duration> retry_after(const State& /*state*/,
                                                           sim::SimTime /*now*/) const {
        return std::nullopt;
    }
    [[nodiscard]] BreakerScope shared_by() const { return scope; }
    [[nodiscard]] static bool retries_only() { return false; }
    /// It does not look at results.
    [[nodiscard]] static bool is_failure(Outcome /*outcome*/) { return false; }
};

}  // namespace models
