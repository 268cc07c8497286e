#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace models {

/// How a request, a call or a try ended. They differ in when the caller learns, whether the server
/// did the work and what is held meanwhile, and stay different all the way to the report.
enum class Outcome : std::uint8_t {
    ok,
    degraded,    ///< an optional call failed, or a fallback was used
    error,       ///< an error reply
    timeout,     ///< the caller's timer fired while the server had the work
    refused,     ///< nobody listens: the caller learns after one round trip
    reset,       ///< the connection broke while the server had the work
    blackholed,  ///< the message was lost and the timer fired
    shed,        ///< queue full: 503
    throttled,   ///< rate limit: 429
    breaker_open,
    no_healthy_instance,
    deadline,  ///< the budget passed down was used up
    pool_timeout,
    dns,
    abandoned,   ///< the customer's patience ended
    unfinished,  ///< still open at the end of the run
};
inline constexpr std::size_t kOutcomes = 16;
using OutcomeCounts = std::array<std::uint64_t, kOutcomes>;

/// The name in JSON and reports: `breakerOpen`.
std::string_view to_string(Outcome outcome);

constexpr bool is_success(Outcome outcome) {
    return outcome == Outcome::ok || outcome == Outcome::degraded;
}
/// True when the caller gave up without a reply: nobody knows what the server did, and an HTTP/1
/// connection cannot be used again.
constexpr bool is_unanswered(Outcome outcome) {
    return outcome == Outcome::timeout || outcome == Outcome::blackholed ||
           outcome == Outcome::reset || outcome == Outcome::deadline ||
           outcome == Outcome::abandoned || outcome == Outcome::unfinished;
}
/// True for the failures that a caller sees as 503.
constexpr bool is_503(Outcome outcome) {
    return outcome == Outcome::shed || outcome == Outcome::no_healthy_instance ||
           outcome == Outcome::pool_timeout;
}

}  // namespace models
