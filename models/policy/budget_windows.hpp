#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "models/policy/retry_request.hpp"
#include "models/policy/rule_scope.hpp"
#include "models/policy/sliced_sum.hpp"
#include "sim/core/time.hpp"

namespace sim {
class Parameters;
struct Misfit;
}  // namespace sim

namespace models {

/// Finagle's retry budget: every call deposits `percent` of a token, every retry withdraws one;
/// deposits and withdrawals count for about `ttl` (ten slices), on top of a reserve of
/// minPerSecond * ttl tokens. Integer milli-tokens: deposit 1000, withdrawal floor(1000 / percent).
/// percent 0 leaves the reserve alone: deposit 0, withdrawal 1.
struct WindowedTokensBudget {
    enum class Deposit : std::uint8_t {
        start,    ///< when a call begins (Finagle's RetryFilter)
        success,  ///< when it ends well (Finagle's RequeueFilter)
    };
    static constexpr std::string_view name = "windowedTokens";
    static constexpr std::string_view summary =
        "each call deposits a share of a retry, kept for ttl (Finagle, Linkerd)";
    static constexpr std::string_view formula =
        "a retry is allowed while percent * calls in ttl + minPerSecond * ttl - retries in ttl >= "
        "1; deposit 1000, withdrawal floor(1000 / percent), in ten slices of ttl";
    static constexpr std::string_view source = "FIN-BUDGET, TWU-BUCKET, L5D-PROFILE, FIN-REQ";
    static constexpr std::string_view example =
        "retryBudget: {percent: 20%, ttl: 10s, minPerSecond: 10}";
    double percent = 0.1;  ///< [0, 1000 %]
    sim::Duration ttl = sim::whole_seconds(10);
    double min_per_second = 0;
    RuleScope scope = RuleScope::client;
    Deposit deposit = Deposit::start;
    double per_call = 0;  ///< share of the balance that one call may use; 0: all of it
    void parameters(sim::Parameters& p);
    [[nodiscard]] std::optional<sim::Misfit> misfit() const;

    using State = SlicedSum;
    void on_call(State& state, sim::SimTime now) const;
    void on_call_end(State& state, const CallEnd& end) const;
    [[nodiscard]] std::optional<std::int64_t> withdraw(State& state,
                                                       const RetryRequest& request) const;
    /// Retries that a call which begins now may make: ceil(perCall * balance), Finagle's requeues.
    [[nodiscard]] int most_retries(State& state, sim::SimTime now) const;

  private:
    void pay_in(State& state, sim::SimTime now) const;
    [[nodiscard]] std::int64_t withdrawal() const;
    /// In milli-tokens, the reserve included.
    [[nodiscard]] std::int64_t balance(State& state, sim::SimTime now) const;
};

/// Google SRE's retry budget: a client retries while its retries are less than a share of its
/// requests. Requests are calls, not tries, so all its tries stay below 1 + ratio times its calls.
struct RatioBudget {
    static constexpr std::string_view name = "ratio";
    static constexpr std::string_view summary =
        "retries stay below a share of the calls of the last minutes (Google SRE)";
    static constexpr std::string_view formula =
        "a retry is allowed while retries in window < ratio * calls in window; ten slices";
    static constexpr std::string_view source = "SRE";
    static constexpr std::string_view example =
        "retryBudget: {kind: ratio, ratio: 10%, window: 2min}";
    double ratio = 0.1;
    sim::Duration window = sim::whole_seconds(120);
    RuleScope scope = RuleScope::client;
    void parameters(sim::Parameters& p);

    struct State {
        SlicedSum calls;
        SlicedSum retries;
    };
    void on_call(State& state, sim::SimTime now) const;
    [[nodiscard]] std::optional<std::int64_t> withdraw(State& state,
                                                       const RetryRequest& request) const;
};

}  // namespace models
