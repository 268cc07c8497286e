#pragma once

#include <optional>
#include <string_view>

#include "models/policy/jitter.hpp"
#include "models/policy/retry_occasion.hpp"
#include "sim/core/rng.hpp"
#include "sim/core/time.hpp"

namespace models {

/// Envoy's retry backoff in whole milliseconds: a random number modulo a window that doubles. The
/// documentation's windows (2^n - 1) base are those of an older version.
struct EnvoyBackoff {
    static constexpr std::string_view name = "envoy";
    static constexpr std::string_view summary = "Envoy and Istio: whole ms below a doubling window";
    static constexpr std::string_view formula =
        "random mod w(n) ms; w(1) = base, w(n+1) = 2 w(n) while w(n) < floor(max / 2), else max";
    static constexpr std::string_view source = "ENV-BACKOFF, ENV-ROUTE";
    static constexpr std::string_view example = "backoff: {kind: envoy, base: 25ms, max: 250ms}";
    sim::Duration base = sim::milliseconds(25);
    sim::Duration max = sim::kForever;  ///< kForever: ten times base
    void parameters(sim::Parameters& p);
    [[nodiscard]] std::optional<sim::Misfit> misfit() const;
    [[nodiscard]] BackoffDelay delay_at(const RetryOccasion& occasion, BackoffState& state,
                                        double u) const;
    [[nodiscard]] BackoffDelay delay(const RetryOccasion& occasion, BackoffState& state,
                                     sim::KeyedRng& rng) const {
        return delay_at(occasion, state, rng.unit());
    }
    /// The window w(n): every delay is below it.
    [[nodiscard]] sim::Duration nominal(int retry) const;
    [[nodiscard]] sim::Duration longest() const;
};

/// Waits as long as the server asked, and up to half as long again; without such a hint, or with
/// one that is too long, like `envoy` (Envoy's rate_limited_retry_back_off).
struct ServerHintBackoff {
    static constexpr std::string_view name = "serverHint";
    static constexpr std::string_view summary =
        "as long as the server asked to 1.5 times that; without a hint like envoy";
    static constexpr std::string_view formula =
        "H + random mod floor(H / 2) in whole ms; H > longestHint or no H: as envoy";
    static constexpr std::string_view source = "ENV-BACKOFF, ENV-ROUTE";
    static constexpr std::string_view example =
        "backoff: {kind: serverHint, base: 25ms, longestHint: 300s}";
    sim::Duration base = sim::milliseconds(25);
    sim::Duration max = sim::kForever;  ///< kForever: ten times base
    sim::Duration longest_hint = sim::whole_seconds(300);
    void parameters(sim::Parameters& p);
    [[nodiscard]] std::optional<sim::Misfit> misfit() const;
    [[nodiscard]] BackoffDelay delay_at(const RetryOccasion& occasion, BackoffState& state,
                                        double u) const;
    [[nodiscard]] BackoffDelay delay(const RetryOccasion& occasion, BackoffState& state,
                                     sim::KeyedRng& rng) const {
        return delay_at(occasion, state, rng.unit());
    }
    [[nodiscard]] sim::Duration longest() const;

  private:
    [[nodiscard]] EnvoyBackoff normal() const { return {base, max}; }
};

}  // namespace models
