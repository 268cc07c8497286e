#pragma once

#include <optional>
#include <string_view>

#include "models/policy/jitter.hpp"
#include "models/policy/retry_occasion.hpp"
#include "sim/core/rng.hpp"
#include "sim/core/time.hpp"

// Finagle's jittered backoffs differ from AWS's of similar names: the first delay is `base`
// exactly, later ones start from what was drawn before, and two of them end in `max` without any
// jitter.
namespace models {

/// The parameters of all three.
struct FinagleBackoff {
    sim::Duration base = sim::milliseconds(100);
    sim::Duration max = sim::whole_seconds(20);
    void parameters(sim::Parameters& p);
    [[nodiscard]] std::optional<sim::Misfit> misfit() const;
    [[nodiscard]] sim::Duration longest() const { return max; }
};

/// Finagle's exponentialJittered: every delay is drawn below 2^(n-1) times the *drawn* delay
/// before.
struct FinagleExponentialBackoff : FinagleBackoff {
    static constexpr std::string_view name = "finagleExponential";
    static constexpr std::string_view summary =
        "Finagle's exponentialJittered: below 2^(n-1) times the delay drawn before";
    static constexpr std::string_view formula =
        "s(1) = base; s(n) = u * 2^(n-1) * s(n-1); once 2^(n-1) * s(n-1) >= max: max for good";
    static constexpr std::string_view source = "FIN Backoff";
    static constexpr std::string_view example =
        "backoff: {kind: finagleExponential, base: 10ms, max: 10s}";
    [[nodiscard]] BackoffDelay delay_at(const RetryOccasion& occasion, BackoffState& state,
                                        double u) const;
    [[nodiscard]] BackoffDelay delay(const RetryOccasion& occasion, BackoffState& state,
                                     sim::KeyedRng& rng) const {
        return delay_at(occasion, state, rng.unit());
    }
};

/// Finagle's equalJittered: the nominal delay and up to as much again.
struct FinagleEqualBackoff : FinagleBackoff {
    static constexpr std::string_view name = "finagleEqual";
    static constexpr std::string_view summary =
        "Finagle's equalJittered: the nominal delay and up to as much again";
    static constexpr std::string_view formula =
        "s(1) = base; h = base * 2^(n-2), s(n) = h + u * h; once that or h reaches max: max for "
        "good";
    static constexpr std::string_view source = "FIN Backoff";
    static constexpr std::string_view example =
        "backoff: {kind: finagleEqual, base: 10ms, max: 10s}";
    [[nodiscard]] BackoffDelay delay_at(const RetryOccasion& occasion, BackoffState& state,
                                        double u) const;
    [[nodiscard]] BackoffDelay delay(const RetryOccasion& occasion, BackoffState& state,
                                     sim::KeyedRng& rng) const {
        return delay_at(occasion, state, rng.unit());
    }
    /// The shortest delay before retry n.
    [[nodiscard]] sim::Duration nominal(int retry) const;
};

/// Finagle's decorrelatedJittered: between the delay before and three times that. It never falls.
struct FinagleDecorrelatedBackoff : FinagleBackoff {
    static constexpr std::string_view name = "finagleDecorrelated";
    static constexpr std::string_view summary =
        "Finagle's decorrelatedJittered: from the delay before to three times that";
    static constexpr std::string_view formula =
        "s(1) = base; s(n) = s(n-1) + u * (min(max, 3 * s(n-1)) - s(n-1))";
    static constexpr std::string_view source = "FIN Backoff";
    static constexpr std::string_view example =
        "backoff: {kind: finagleDecorrelated, base: 10ms, max: 10s}";
    [[nodiscard]] BackoffDelay delay_at(const RetryOccasion& occasion, BackoffState& state,
                                        double u) const;
    [[nodiscard]] BackoffDelay delay(const RetryOccasion& occasion, BackoffState& state,
                                     sim::KeyedRng& rng) const {
        return delay_at(occasion, state, rng.unit());
    }
};

}  // namespace models
