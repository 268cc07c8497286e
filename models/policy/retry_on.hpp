#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "models/policy/outcome.hpp"

namespace sim {
class Parameters;
}

namespace models {

/// Which failures of a try are worth another (SEMANTICS 6): names of `retryOn`.
enum class RetryCondition : std::uint8_t {
    timeout,          ///< timeout, blackholed
    connect_failure,  ///< refused, dns
    status_503,       ///< shed, noHealthyInstance, poolTimeout
    status_429,       ///< throttled
    reset,
    error,
    status_5xx,  ///< error and 503
};
inline constexpr std::size_t kRetryConditions = 7;
std::string_view to_string(RetryCondition condition);

/// A set of conditions.
struct RetryOn {
    std::uint8_t bits = 0;

    constexpr void add(RetryCondition condition) {
        bits = static_cast<std::uint8_t>(bits | (1U << static_cast<unsigned>(condition)));
    }
    [[nodiscard]] constexpr bool has(RetryCondition condition) const {
        return ((bits >> static_cast<unsigned>(condition)) & 1U) != 0;
    }
    /// Whether a try that ended so may be repeated. `as_503`: an error reply that carries a 503.
    [[nodiscard]] bool covers(Outcome outcome, bool as_503) const;
};
/// [timeout, connect-failure, reset, 503]
RetryOn default_retry_on();

/// Declares a parameter that is one condition or a list of them.
void retry_on_parameter(sim::Parameters& p, std::string_view key, RetryOn& conditions,
                        std::string_view summary);

}  // namespace models
