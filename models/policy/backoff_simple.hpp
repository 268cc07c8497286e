#pragma once

#include <optional>
#include <string_view>

#include "models/policy/jitter.hpp"
#include "models/policy/retry_occasion.hpp"
#include "sim/core/rng.hpp"
#include "sim/core/time.hpp"

namespace models {

// Every backoff has, beside its declaration,
//   delay_at(occasion, state, u)   the delay that the draw u in (0, 1) makes
//   delay(occasion, state, rng)    the same with a draw of its own
//   longest()                      no delay is longer
// and, where the delay has a nominal value that is spread, nominal(n) of retry n, which never
// falls.

/// Retries at once.
struct NoBackoff {
    static constexpr std::string_view name = "none";
    static constexpr std::string_view summary = "retry at once";
    static constexpr std::string_view formula = "0";
    static constexpr std::string_view source = "FIN-REQ, FSGO";
    static constexpr std::string_view example = "backoff: none";
    void parameters(sim::Parameters& /*p*/) {}
    [[nodiscard]] static BackoffDelay delay_at(const RetryOccasion& /*occasion*/,
                                               BackoffState& /*state*/, double /*u*/) {
        return sim::Duration{};
    }
    [[nodiscard]] static BackoffDelay delay(const RetryOccasion& occasion, BackoffState& state,
                                            sim::KeyedRng& /*rng*/) {
        return delay_at(occasion, state, 0);
    }
    [[nodiscard]] static sim::Duration nominal(int /*retry*/) { return {}; }
    [[nodiscard]] static sim::Duration longest() { return {}; }
};

/// The same nominal delay before every retry.
struct ConstantBackoff {
    static constexpr std::string_view name = "constant";
    static constexpr std::string_view summary = "the same nominal delay before every retry";
    static constexpr std::string_view formula =
        "base, spread by jitter (plusMinus: base * (1 - f + 2 f u), f = jitterFactor)";
    static constexpr std::string_view source = "POLLY-RETRY, R4J-INT";
    static constexpr std::string_view example = "backoff: {kind: constant, base: 500ms}";
    sim::Duration base = sim::milliseconds(100);
    Jitter jitter = Jitter::none;
    double jitter_factor = 0.25;  ///< Polly's jitter of a constant or linear delay: 0.75 + 0.5 u
    sim::Duration first = sim::kForever;
    void parameters(sim::Parameters& p);
    [[nodiscard]] BackoffDelay delay_at(const RetryOccasion& occasion, BackoffState& state,
                                        double u) const;
    [[nodiscard]] BackoffDelay delay(const RetryOccasion& occasion, BackoffState& state,
                                     sim::KeyedRng& rng) const {
        return delay_at(occasion, state, jitter == Jitter::none ? 0 : rng.unit());
    }
    [[nodiscard]] sim::Duration nominal(int /*retry*/) const { return base; }
    [[nodiscard]] sim::Duration longest() const;
};

/// A delay that grows by the same amount from retry to retry.
struct LinearBackoff {
    static constexpr std::string_view name = "linear";
    static constexpr std::string_view summary = "the delay grows by the same step at every retry";
    static constexpr std::string_view formula =
        "min(max, base + (n-1) * step before retry n, spread by jitter); step: base when none "
        "(Polly: n * base; Finagle: start + (n-1) * offset)";
    static constexpr std::string_view source = "POLLY-RETRY, FIN Backoff";
    static constexpr std::string_view example =
        "backoff: {kind: linear, base: 2s, jitter: plusMinus}";
    sim::Duration base = sim::milliseconds(100);
    sim::Duration step = sim::kForever;
    sim::Duration max = sim::kForever;
    Jitter jitter = Jitter::none;
    double jitter_factor = 0.25;
    sim::Duration first = sim::kForever;
    void parameters(sim::Parameters& p);
    [[nodiscard]] std::optional<sim::Misfit> misfit() const;
    [[nodiscard]] BackoffDelay delay_at(const RetryOccasion& occasion, BackoffState& state,
                                        double u) const;
    [[nodiscard]] BackoffDelay delay(const RetryOccasion& occasion, BackoffState& state,
                                     sim::KeyedRng& rng) const {
        return delay_at(occasion, state, jitter == Jitter::none ? 0 : rng.unit());
    }
    [[nodiscard]] sim::Duration nominal(int retry) const;
    [[nodiscard]] sim::Duration longest() const;

  private:
    [[nodiscard]] sim::Duration uncapped(int retry) const;
};

}  // namespace models
