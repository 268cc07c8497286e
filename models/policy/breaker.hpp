#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "models/policy/outcome.hpp"
#include "models/policy/rule_scope.hpp"
#include "sim/core/rng.hpp"
#include "sim/core/time.hpp"

namespace sim {
class Parameters;
}

// What all kinds of circuit breakers have in common. In simultaneous events results come before
// admissions: that is the duty of who calls the rules.
namespace models {

/// Who shares a breaker. `host` is one breaker per replica of the callee as one balancer sees it.
enum class BreakerScope : std::uint8_t { client, client_endpoint, process, host };
std::string_view to_string(BreakerScope scope);
/// The same among callers; nothing for `host`.
std::optional<RuleScope> rule_scope_of(BreakerScope scope);
/// Declares the parameter `scope`.
void breaker_scope_parameter(sim::Parameters& p, BreakerScope& scope);
/// Declares the parameter `breakRetriesOnly`.
void break_retries_only_parameter(sim::Parameters& p, bool& retries_only);

/// A try that asks to be let through.
struct BreakerAsk {
    sim::SimTime now{};
    bool is_retry = false;
};

/// The answer. A try that was let through ends with one `breaker_record` or `breaker_release`.
struct BreakerAdmission {
    bool admitted = false;
    bool probe = false;  ///< it took one of the permits of a half-open breaker
    explicit operator bool() const { return admitted; }
};
inline constexpr BreakerAdmission kRefused{false, false};
inline constexpr BreakerAdmission kAdmitted{true, false};
inline constexpr BreakerAdmission kProbe{true, true};

/// How a try that was let through has ended.
struct BreakerResult {
    sim::SimTime now{};
    bool failure = false;
    sim::Duration took{};
    bool probe = false;      ///< as admitted
    bool is_retry = false;   ///< as asked
    bool throttled = false;  ///< the answer was a 429, whether or not that is a failure
};

/// A try that was let through and was cancelled: nobody will know how it would have ended.
struct BreakerRelease {
    sim::SimTime now{};
    bool probe = false;     ///< as admitted
    bool is_retry = false;  ///< as asked
};

/// `half_open`: a few tries may probe whether the callee is back.
enum class BreakerPhase : std::uint8_t { closed, open, half_open };

/// Failures of which the callee, or the way to it, is guilty. Not: a breaker that was open, a
/// budget of time that was used up, and a caller that left.
bool is_callee_failure(Outcome outcome);
/// An end that says nothing of the callee, good or bad: to be released, not recorded.
constexpr bool is_no_result(Outcome outcome) {
    return outcome == Outcome::breaker_open || outcome == Outcome::deadline ||
           outcome == Outcome::abandoned || outcome == Outcome::unfinished;
}

}  // namespace models
