#pragma once

#include <cstdint>
#include <string_view>
#include <variant>
#include <vector>

#include "models/policy/outcome.hpp"
#include "models/policy/rule_scope.hpp"
#include "models/policy/rule_state.hpp"
#include "sim/core/rng.hpp"
#include "sim/core/time.hpp"

namespace sim {
class Parameters;
}

namespace models {

/// Requests of the last slices of time, the current one included. Slices are aligned to time zero.
struct SlicedCounts {
    struct Slice {
        std::int64_t requests = 0;
        std::int64_t accepted = 0;
    };
    std::vector<Slice> slices;
    Slice total;
    std::int64_t newest = INT64_MIN;  ///< number of the current slice

    SlicedCounts() = default;
    explicit SlicedCounts(std::int64_t count) : slices(static_cast<std::size_t>(count)) {}
    /// Forgets what is older than `window`, which the slices share evenly.
    void advance(sim::SimTime now, sim::Duration window);
    /// Counts in the current slice.
    void add(bool accepted);
};

/// A throttled caller counts what it asked for and what was accepted, and turns away the excess
/// itself (Google, "Site Reliability Engineering", chapter 21).
struct SreThrottle {
    static constexpr std::string_view name = "sre";
    static constexpr std::string_view summary =
        "turns away requests beyond k times what the callee accepts (Google SRE)";
    static constexpr std::string_view formula =
        "p = min(maxRejection, max(0, (requests - k * accepts) / (requests + 1))) over the window; "
        "what it turns away counts as requests, so the callee sees k times its capacity";
    static constexpr std::string_view source = "SRE, FSGO-TH, KRATOS";
    static constexpr std::string_view example = "throttle: {kind: sre, k: 2, window: 2m}";
    double k = 2.0;
    sim::Duration window = sim::whole_seconds(120);
    std::int64_t slices = 20;
    std::int64_t min_requests = 0;
    double max_rejection = 1.0;
    RuleScope scope = RuleScope::client;
    void parameters(sim::Parameters& p);

    using State = SlicedCounts;
    [[nodiscard]] State initial() const { return SlicedCounts(slices); }
    double probability(State& state, sim::SimTime now) const;
    void on_request(State& /*state*/, sim::SimTime /*now*/) const {}
    void on_reject(State& state, sim::SimTime now) const;
    void record(State& state, sim::SimTime now, bool accepted) const;
    /// Accepted is what was worked on: an error of the application, too.
    [[nodiscard]] static bool is_accepted(Outcome outcome, bool as_503);
};

/// Envoy's admission control: on the success rate, and what it turns away does not count.
struct AdmissionThrottle {
    static constexpr std::string_view name = "admission";
    static constexpr std::string_view summary =
        "turns requests away while the success rate is low (Envoy admission control)";
    static constexpr std::string_view formula =
        "p = min(maxRejection, max(0, (n - s / successRateThreshold) / (n + 1)) ^ (1 / "
        "aggression)), n requests sent and s successes in the window, above rpsThreshold";
    static constexpr std::string_view source = "ENV-ADM";
    static constexpr std::string_view example =
        "throttle: {kind: admission, successRateThreshold: 95%, aggression: 1}";
    double success_rate_threshold = 0.95;
    double aggression = 1.0;
    sim::Duration window = sim::whole_seconds(30);
    std::int64_t slices = 30;
    double rps_threshold = 0;
    double max_rejection = 0.8;
    RuleScope scope = RuleScope::client;
    void parameters(sim::Parameters& p);

    using State = SlicedCounts;
    [[nodiscard]] State initial() const { return SlicedCounts(slices); }
    double probability(State& state, sim::SimTime now) const;
    void on_request(State& /*state*/, sim::SimTime /*now*/) const {}
    void on_reject(State& /*state*/, sim::SimTime /*now*/) const {}
    void record(State& state, sim::SimTime now, bool accepted) const;
    /// Envoy's default for HTTP: every status below 500.
    [[nodiscard]] static bool is_accepted(Outcome outcome, bool as_503);
};

/// Finagle's NackAdmissionFilter: a moving average of the share of replies that are no nacks.
struct EmaThrottle {
    static constexpr std::string_view name = "ema";
    static constexpr std::string_view summary =
        "turns requests away while many are answered with a nack (Finagle)";
    static constexpr std::string_view formula =
        "p = min(maxDrop, 1 - ema / (1 - nackRateThreshold)) while ema < 1 - nackRateThreshold; "
        "ema moves by 1 - exp(-dt / window), and counts nacks only at minRps and more";
    static constexpr std::string_view source = "FIN-NACK";
    static constexpr std::string_view example =
        "throttle: {kind: ema, window: 2m, nackRateThreshold: 50%}";
    sim::Duration window = sim::whole_seconds(120);
    double nack_rate_threshold = 0.5;
    double max_drop = 0.75;
    std::int64_t min_rps = 5;
    RuleScope scope = RuleScope::client;
    void parameters(sim::Parameters& p);

    struct State {
        SlicedCounts asked{10};  ///< of the last second
        double ema = 1.0;
        sim::SimTime at{};   ///< of the last reply
        bool begun = false;  ///< `at` holds
    };
    double probability(State& state, sim::SimTime now) const;
    void on_request(State& state, sim::SimTime now) const;
    void on_reject(State& /*state*/, sim::SimTime /*now*/) const {}
    void record(State& state, sim::SimTime now, bool accepted) const;
    /// A nack says that the request was not worked on.
    [[nodiscard]] static bool is_accepted(Outcome outcome, bool as_503);
};

/// The registry of throttles: callers that turn away their own requests. Every kind has
/// `probability`, which is that of a rejection now, and hears
///   on_request(state, now)         a request asks, before it is decided on
///   on_reject(state, now)          it was turned away here
///   record(state, now, accepted)   one that was let through has ended
using Throttle = std::variant<SreThrottle, AdmissionThrottle, EmaThrottle>;
using ThrottleState = StateOf<Throttle>;

inline double rejection_probability(const Throttle& throttle, ThrottleState& state,
                                    sim::SimTime now) {
    return with_state(throttle, state,
                      [&](const auto& kind, auto& own) { return kind.probability(own, now); });
}
/// Whether a request may go. One that may ends with `throttle_record`, unless it was cancelled.
/// Draws once, and only when there is a reason to turn it away.
inline bool throttle_admit(const Throttle& throttle, ThrottleState& state, sim::SimTime now,
                           sim::KeyedRng& rng) {
    return with_state(throttle, state, [&](const auto& kind, auto& own) {
        kind.on_request(own, now);
        const double p = kind.probability(own, now);
        if (p <= 0 || !rng.bernoulli(p)) return true;
        kind.on_reject(own, now);
        return false;
    });
}
inline void throttle_record(const Throttle& throttle, ThrottleState& state, sim::SimTime now,
                            bool accepted) {
    with_state(throttle, state,
               [&](const auto& kind, auto& own) { kind.record(own, now, accepted); });
}
/// What `accepted` is of a try that ended so. `as_503`: an error reply that carries a 503.
inline bool counts_as_accepted(const Throttle& throttle, Outcome outcome, bool as_503) {
    return std::visit([&](const auto& kind) { return kind.is_accepted(outcome, as_503); },
                      throttle);
}

}  // namespace models
