#pragma once

#include <optional>
#include <string_view>

#include "models/policy/jitter.hpp"
#include "models/policy/retry_occasion.hpp"
#include "sim/core/rng.hpp"
#include "sim/core/time.hpp"

namespace models {

/// Polly's exponential backoff with jitter ("DecorrelatedJitterBackoffV2", also of Polly.Contrib).
/// One curve g(t) = 2^t tanh(sqrt(4 t)) for the whole call: retry n comes at a random point of its
/// piece [n-1, n), and the delay is what lies between two such points. So the first k delays add up
/// to g(k-1+u) base / 1.4. About base * 2^(n-1) is the median of that sum, not of a delay.
struct PollyV2Backoff {
    static constexpr std::string_view name = "pollyV2";
    static constexpr std::string_view summary = "Polly's smooth decorrelated jitter (.NET)";
    static constexpr std::string_view formula =
        "t = n-1+u; g(t) = 2^t * tanh(sqrt(4t)); delay = min(max, (g(t) - previous g) * base / "
        "1.4); the previous g is kept as it is, whatever max made of the delay";
    static constexpr std::string_view source = "POLLY-RETRY, DOTNET-STD";
    static constexpr std::string_view example = "backoff: {kind: pollyV2, base: 2s}";
    sim::Duration base = sim::whole_seconds(2);
    sim::Duration max = sim::kForever;
    sim::Duration first = sim::kForever;  ///< Polly.Contrib's fastFirst: 0
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
