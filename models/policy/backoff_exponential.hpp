#pragma once

#include <optional>
#include <string_view>

#include "models/policy/jitter.hpp"
#include "models/policy/retry_occasion.hpp"
#include "sim/core/rng.hpp"
#include "sim/core/time.hpp"

namespace models {

/// Nominal delay before retry n: min(max, base * factor^(n-1)). n is the retry, 1 the first: the
/// formula of AWS's blog. AWS's simulator counts one higher and begins at base * factor.
struct ExponentialBackoff {
    static constexpr std::string_view name = "exponential";
    static constexpr std::string_view summary = "min(max, base * factor^(n-1)) before retry n";
    static constexpr std::string_view formula =
        "e(n) = min(max, base * factor^(n-1)), spread by jitter: full u*e, equal e/2 + u*e/2, "
        "decorrelated min(max, base + u*(3*previous - base)), plusMinus e*(1 - f + 2*f*u), "
        "additive min(max, e + u*f*e), additiveAbsolute min(max, e + u*jitterMax); "
        "f = jitterFactor. The retry n counts from 1; aws-arch-backoff-simulator begins one higher";
    static constexpr std::string_view source =
        "AWS-SIM, BOTO-STD, A6, GO-BACKOFF, KAFKA, L5D-BACKOFF, URLLIB3, MONGO-BP";
    static constexpr std::string_view example = "backoff: {base: 50ms, max: 2s, jitter: full}";
    sim::Duration base = sim::milliseconds(100);
    double factor = 2.0;
    sim::Duration max = sim::whole_seconds(20);
    Jitter jitter = Jitter::full;
    double jitter_factor = 0.2;  ///< gRPC's (A6) and Kafka's
    sim::Duration jitter_max{};
    /// plusMinus spreads the capped nominal delay and may exceed `max` (A6, Google). Otherwise the
    /// nominal grows on, and what comes of it is capped.
    bool after_cap = true;
    bool clamp_after = false;  ///< the spread delay is capped as well (Kafka)
    sim::Duration first = sim::kForever;
    bool first_exact = false;  ///< no jitter before the first retry (grpc-go's connections)
    sim::Duration throttled_base = sim::kForever;  ///< base after a 429; kForever: `base`
    sim::Duration resolution = sim::Duration{1};
    sim::Duration max_elapsed = sim::kForever;
    void parameters(sim::Parameters& p);
    [[nodiscard]] std::optional<sim::Misfit> misfit() const;
    [[nodiscard]] BackoffDelay delay_at(const RetryOccasion& occasion, BackoffState& state,
                                        double u) const;
    [[nodiscard]] BackoffDelay delay(const RetryOccasion& occasion, BackoffState& state,
                                     sim::KeyedRng& rng) const {
        return delay_at(occasion, state, jitter == Jitter::none ? 0 : rng.unit());
    }
    [[nodiscard]] sim::Duration nominal(int retry) const { return grown(base, max, retry); }
    [[nodiscard]] sim::Duration longest() const;

  private:
    /// min(most, from * factor^(retry-1))
    [[nodiscard]] sim::Duration grown(sim::Duration from, sim::Duration most, int retry) const;
    [[nodiscard]] bool exceeds_max() const;
    [[nodiscard]] sim::Duration spread_at(const RetryOccasion& occasion, const BackoffState& state,
                                          double u) const;
};

/// AWS's decorrelated jitter: every delay is drawn between `base` and a multiple of the one before.
struct DecorrelatedBackoff {
    enum class Clamp : std::uint8_t {
        after_draw,   ///< min(max, draw): an atom at max (AWS-SIM)
        before_draw,  ///< the draw's upper end is at most max: no atom (Polly.Contrib)
    };
    static constexpr std::string_view name = "decorrelated";
    static constexpr std::string_view summary =
        "drawn between base and a multiple of the delay before";
    static constexpr std::string_view formula =
        "s = base + u*(factor*s - base), s = base at first; afterDraw: min(max, that); beforeDraw: "
        "base + u*(min(max, factor*s) - base)";
    static constexpr std::string_view source = "AWS-SIM, POLLY-CONTRIB";
    static constexpr std::string_view example =
        "backoff: {kind: decorrelated, base: 100ms, max: 20s}";
    sim::Duration base = sim::milliseconds(100);
    double factor = 3.0;
    sim::Duration max = sim::whole_seconds(20);
    Clamp clamp = Clamp::after_draw;
    sim::Duration first = sim::kForever;
    void parameters(sim::Parameters& p);
    [[nodiscard]] std::optional<sim::Misfit> misfit() const;
    [[nodiscard]] BackoffDelay delay_at(const RetryOccasion& occasion, BackoffState& state,
                                        double u) const;
    [[nodiscard]] BackoffDelay delay(const RetryOccasion& occasion, BackoffState& state,
                                     sim::KeyedRng& rng) const {
        return delay_at(occasion, state, rng.unit());
    }
    [[nodiscard]] sim::Duration longest() const;
};

}  // namespace models
