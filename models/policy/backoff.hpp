#pragma once

#include <optional>
#include <string_view>
#include <variant>

#include "sim/core/rng.hpp"
#include "sim/core/time.hpp"

namespace sim {
class MapReader;
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

/// Retries at once.
struct NoBackoff {
    static constexpr std::string_view name = "none";
    static constexpr std::string_view summary = "retry at once";
    static std::optional<NoBackoff> read(sim::MapReader& reader);
    [[nodiscard]] sim::Duration delay(int retry, sim::Duration previous, sim::KeyedRng& rng) const;
};

/// The same nominal delay before every retry.
struct ConstantBackoff {
    static constexpr std::string_view name = "constant";
    static constexpr std::string_view summary = "the same nominal delay before every retry";
    sim::Duration base = sim::milliseconds(100);
    Jitter jitter = Jitter::none;
    static std::optional<ConstantBackoff> read(sim::MapReader& reader);
    [[nodiscard]] sim::Duration delay(int retry, sim::Duration previous, sim::KeyedRng& rng) const;
};

/// Nominal delay before retry n: min(max, base * factor^(n-1)).
struct ExponentialBackoff {
    static constexpr std::string_view name = "exponential";
    static constexpr std::string_view summary = "min(max, base * factor^(n-1)) before retry n";
    sim::Duration base = sim::milliseconds(100);
    double factor = 2.0;
    sim::Duration max = sim::whole_seconds(20);
    Jitter jitter = Jitter::full;
    static std::optional<ExponentialBackoff> read(sim::MapReader& reader);
    [[nodiscard]] sim::Duration delay(int retry, sim::Duration previous, sim::KeyedRng& rng) const;
};

/// The registry of backoffs: parsing, suggestions, help and contract tests are derived from it.
using Backoff = std::variant<NoBackoff, ConstantBackoff, ExponentialBackoff>;

/// Delay before retry `retry` (1 = the first retry); `previous` is the delay before the retry
/// before, zero for the first. At least zero, never above the policy's maximum.
inline sim::Duration backoff_delay(const Backoff& backoff, int retry, sim::Duration previous,
                                   sim::KeyedRng& rng) {
    return std::visit([&](const auto& kind) { return kind.delay(retry, previous, rng); }, backoff);
}

}  // namespace models
