#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

#include "sim/core/rng.hpp"
#include "sim/core/time.hpp"

namespace sim {
class Parameters;
}

namespace models {

/// How a nominal delay is spread, so that callers that failed together do not come back together
/// (Brooker, "Exponential Backoff And Jitter", AWS 2015; AWS-SIM).
enum class Jitter : std::uint8_t {
    none,
    full,          ///< uniform in [0, e)
    equal,         ///< e/2 + uniform in [0, e/2)
    decorrelated,  ///< min(max, uniform in [base, 3 * previous)), previous starts at base
};
std::string_view to_string(Jitter jitter);

/// What a backoff may know of the retry that it delays.
struct RetryOccasion {
    int retry = 1;                      ///< 1: the first retry
    int since_hint = 1;                 ///< the same, counted from the last obeyed server hint
    bool throttled = false;             ///< the last try was answered with 429
    sim::Duration elapsed{};            ///< since the call began
    std::optional<sim::Duration> hint;  ///< how long the server asked to wait (Retry-After)
};

/// What a backoff remembers from retry to retry of one call; zero before the first.
struct BackoffState {
    double value = 0;  ///< nanoseconds; what of, is the kind's affair
};

/// Nothing: give up instead of waiting (a backoff with a longest elapsed time).
using BackoffDelay = std::optional<sim::Duration>;

/// Retries at once.
struct NoBackoff {
    static constexpr std::string_view name = "none";
    static constexpr std::string_view summary = "retry at once";
    static constexpr std::string_view formula = "0";
    static constexpr std::string_view source = "";
    static constexpr std::string_view example = "backoff: none";
    void parameters(sim::Parameters& /*p*/) {}
    [[nodiscard]] BackoffDelay delay(const RetryOccasion& occasion, BackoffState& state,
                                     sim::KeyedRng& rng) const;
};

/// The same nominal delay before every retry.
struct ConstantBackoff {
    static constexpr std::string_view name = "constant";
    static constexpr std::string_view summary = "the same nominal delay before every retry";
    static constexpr std::string_view formula = "base, spread by jitter";
    static constexpr std::string_view source = "POLLY-RETRY, R4J-INT";
    static constexpr std::string_view example = "backoff: {kind: constant, base: 500ms}";
    sim::Duration base = sim::milliseconds(100);
    Jitter jitter = Jitter::none;
    void parameters(sim::Parameters& p);
    [[nodiscard]] BackoffDelay delay(const RetryOccasion& occasion, BackoffState& state,
                                     sim::KeyedRng& rng) const;
};

/// Nominal delay before retry n: min(max, base * factor^(n-1)).
struct ExponentialBackoff {
    static constexpr std::string_view name = "exponential";
    static constexpr std::string_view summary = "min(max, base * factor^(n-1)) before retry n";
    static constexpr std::string_view formula =
        "e(n) = min(max, base * factor^(n-1)), spread by jitter: full u*e, equal e/2 + u*e/2, "
        "decorrelated min(max, base + u*(3*previous - base))";
    static constexpr std::string_view source = "AWS-SIM";
    static constexpr std::string_view example = "backoff: {base: 50ms, max: 2s, jitter: full}";
    sim::Duration base = sim::milliseconds(100);
    double factor = 2.0;
    sim::Duration max = sim::whole_seconds(20);
    Jitter jitter = Jitter::full;
    void parameters(sim::Parameters& p);
    [[nodiscard]] BackoffDelay delay(const RetryOccasion& occasion, BackoffState& state,
                                     sim::KeyedRng& rng) const;
};

/// The registry of backoffs: parsing, suggestions, help and contract tests are derived from it.
using Backoff = std::variant<NoBackoff, ConstantBackoff, ExponentialBackoff>;

/// Delay before a retry: at least zero, nothing to give up.
inline BackoffDelay backoff_delay(const Backoff& backoff, const RetryOccasion& occasion,
                                  BackoffState& state, sim::KeyedRng& rng) {
    return std::visit([&](const auto& kind) { return kind.delay(occasion, state, rng); }, backoff);
}

}  // namespace models
