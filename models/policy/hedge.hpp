#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

#include "models/policy/latency_window.hpp"
#include "models/policy/retry_budget.hpp"
#include "models/policy/retry_on.hpp"
#include "models/policy/rule_scope.hpp"
#include "models/policy/rule_state.hpp"
#include "sim/core/time.hpp"

namespace sim {
class Parameters;
struct Misfit;
}  // namespace sim

namespace models {

/// What makes a hedged call send its next try.
enum class HedgeMode : std::uint8_t {
    hedged,              ///< `delay` after the last one was sent
    tied,                ///< the same, and the first that a server begins withdraws the others
    on_per_try_timeout,  ///< a try's timeout; the try goes on (Envoy)
    on_completion,       ///< only a try that failed (Polly with a negative delay)
};

/// What becomes of the tries that lost.
enum class CancelLosers : std::uint8_t {
    no,    ///< they run to their end
    yes,   ///< a message follows each
    wait,  ///< the call ends when they have heard it (Polly)
};

/// Sends further tries of a call while earlier ones are under way; the first success counts
/// (gRPC A6; Dean and Barroso, "The Tail at Scale"; Finagle's backup requests; Polly).
struct Hedge {
    static constexpr std::string_view name = "hedge";
    static constexpr std::string_view summary =
        "sends another try while the first is under way; the first success counts";
    static constexpr std::string_view formula =
        "try k + 1 is sent `delay` after try k, at once after a failure in nonFatal, and n after "
        "a server that asked to wait n; a failure that is not in nonFatal ends the call; it needs "
        "leave from `budget`, and from the policy's retryBudget when that is windowedTokens, "
        "grpcThrottle, or concurrent with coversHedges (in mode onPerTryTimeout from any)";
    static constexpr std::string_view source = "A6, TAIL, FIN-BRF, POLLY-HEDGE, ENV-ROUTE";
    static constexpr std::string_view example =
        "hedge: {delay: {percentile: 95%}, budget: {percent: 5%}}";

    TimeRule delay = QuantileRule{};  ///< zero: all at once
    int most = 1;                     ///< tries beyond the first: 1 to 4
    HedgeMode mode = HedgeMode::hedged;
    RetryOn non_fatal = default_retry_on();
    CancelLosers cancel_losers = CancelLosers::yes;
    bool distinct_hosts = true;
    bool pushback = true;               ///< obeys servers that ask to wait
    std::optional<RetryBudget> budget;  ///< beside `retryBudget`: see `pays`
    RuleScope scope = RuleScope::client;
    void parameters(sim::Parameters& p);
    [[nodiscard]] std::optional<sim::Misfit> misfit() const;
    /// Whether a further try is charged to the policy's `retryBudget`, too: where that covers
    /// hedges, and always in mode onPerTryTimeout, which sends a retry (ENV-ROUTE).
    [[nodiscard]] bool pays(const RetryBudget& retries) const;

    /// What the callers that share it remember.
    struct State {
        TimeRuleState latency;
        std::optional<RetryBudgetState> budget;
    };
    [[nodiscard]] State initial() const;
};

/// As a family of one kind, so that `hedge: 20ms` is read like any other short form:
/// options {default kind "hedge", short key "delay", or none}.
using Hedging = std::variant<Hedge>;
using HedgingState = StateOf<Hedging>;

/// When one call sends its next hedge. Zero before the first try.
struct HedgeClock {
    int sent = 0;
    sim::SimTime due = sim::kNever;  ///< of the next try
    bool frozen = false;             ///< a server asked for no more

    /// A try was sent; `delay` is the rule's now, nothing while it is not known.
    void on_sent(const Hedge& hedge, sim::SimTime now, std::optional<sim::Duration> delay);
    /// A try failed with a condition in `nonFatal`.
    void on_non_fatal(const Hedge& hedge, sim::SimTime now);
    /// A try's own timer fired (mode onPerTryTimeout).
    void on_per_try_timeout(const Hedge& hedge, sim::SimTime now);
    /// A failed try came with a hint: wait this long; nothing: send no more.
    void on_pushback(const Hedge& hedge, sim::SimTime now, std::optional<sim::Duration> wait);

  private:
    [[nodiscard]] bool may_send(const Hedge& hedge) const;
};

}  // namespace models
