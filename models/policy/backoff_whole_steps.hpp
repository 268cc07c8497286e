#pragma once

#include <optional>
#include <string_view>

#include "models/policy/jitter.hpp"
#include "models/policy/retry_occasion.hpp"
#include "sim/core/rng.hpp"
#include "sim/core/time.hpp"

namespace models {

/// resilience4j's randomised exponential interval, in whole milliseconds. The nominal interval is
/// truncated at every multiplication, and grows on beyond `max`, which caps what is drawn: so a
/// delay of exactly `max` is common.
struct Resilience4jBackoff {
    static constexpr std::string_view name = "resilience4j";
    static constexpr std::string_view summary =
        "resilience4j: whole ms truncated at every step, capped after the jitter";
    static constexpr std::string_view formula =
        "c(1) = base, c(n+1) = floor(factor * c(n)) ms; min(max, max(1 ms, floor((1-f)*c + "
        "u*(2*f*c + 1)))), f = jitterFactor";
    static constexpr std::string_view source = "R4J-INT";
    static constexpr std::string_view example =
        "backoff: {kind: resilience4j, base: 500ms, factor: 1.5}";
    sim::Duration base = sim::milliseconds(500);
    double factor = 1.5;
    sim::Duration max = sim::kForever;
    double jitter_factor = 0.5;  ///< 0: no jitter
    void parameters(sim::Parameters& p);
    [[nodiscard]] std::optional<sim::Misfit> misfit() const;
    [[nodiscard]] BackoffDelay delay_at(const RetryOccasion& occasion, BackoffState& state,
                                        double u) const;
    [[nodiscard]] BackoffDelay delay(const RetryOccasion& occasion, BackoffState& state,
                                     sim::KeyedRng& rng) const {
        return delay_at(occasion, state, rng.unit());
    }
    [[nodiscard]] sim::Duration nominal(int retry) const;
    [[nodiscard]] sim::Duration longest() const { return max; }

  private:
    /// c(n) in milliseconds.
    [[nodiscard]] double interval_ms(int retry) const;
};

/// The backoff of Google's HTTP clients and of cenkalti/backoff: whole nanoseconds, capped before
/// the jitter, and given up after a while.
struct GoogleBackoff {
    static constexpr std::string_view name = "google";
    static constexpr std::string_view summary =
        "Google HTTP client, cenkalti/backoff: +-half, capped before the jitter, given up in time";
    static constexpr std::string_view formula =
        "c(1) = base, c(n+1) = min(max, floor(factor * c(n))); floor((1-f)*c + u*(2*f*c + 1)) ns, "
        "f = jitterFactor; given up when elapsed + delay > maxElapsed";
    static constexpr std::string_view source = "G-HTTP, CENKALTI";
    static constexpr std::string_view example =
        "backoff: {kind: google, base: 500ms, max: 60s, maxElapsed: 15m}";
    sim::Duration base = sim::milliseconds(500);
    double factor = 1.5;
    sim::Duration max = sim::whole_seconds(60);
    double jitter_factor = 0.5;
    sim::Duration max_elapsed = sim::whole_seconds(900);
    void parameters(sim::Parameters& p);
    [[nodiscard]] std::optional<sim::Misfit> misfit() const;
    [[nodiscard]] BackoffDelay delay_at(const RetryOccasion& occasion, BackoffState& state,
                                        double u) const;
    [[nodiscard]] BackoffDelay delay(const RetryOccasion& occasion, BackoffState& state,
                                     sim::KeyedRng& rng) const {
        return delay_at(occasion, state, rng.unit());
    }
    [[nodiscard]] sim::Duration nominal(int retry) const;
    [[nodiscard]] sim::Duration longest() const;
};

}  // namespace models
