#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "models/policy/retry_request.hpp"
#include "models/policy/rule_scope.hpp"

namespace sim {
class Parameters;
struct Misfit;
}  // namespace sim

namespace models {

/// gRPC's retry throttling (A6): a bucket that failures empty and successes fill. Retries are
/// denied while it is not more than half full. Integer milli-tokens, as grpc-java has them.
struct GrpcThrottleBudget {
    static constexpr std::string_view name = "grpcThrottle";
    static constexpr std::string_view summary =
        "failures empty a bucket, successes fill it; no retries below half (gRPC)";
    static constexpr std::string_view formula =
        "tokens in [0, maxTokens], full at first; a retryable failure -1, a successful call "
        "+tokenRatio; a retry is allowed while tokens after the failure > maxTokens / 2";
    static constexpr std::string_view source = "A6, GO-STREAM, JAVA-RETRY";
    static constexpr std::string_view example =
        "retryBudget: {kind: grpcThrottle, maxTokens: 10, tokenRatio: 0.1}";
    int max_tokens = 10;       ///< gRPC has no default; A6's example
    double token_ratio = 0.1;  ///< three decimals count
    RuleScope scope = RuleScope::client;
    void parameters(sim::Parameters& p);
    [[nodiscard]] std::optional<sim::Misfit> misfit() const;

    struct State {
        std::int64_t milli = 0;
    };
    [[nodiscard]] State initial() const { return {std::int64_t{1000} * max_tokens}; }
    void on_failure(State& state, bool retryable) const;
    void on_call_end(State& state, const CallEnd& end) const;
    [[nodiscard]] std::optional<std::int64_t> withdraw(State& state,
                                                       const RetryRequest& request) const;
    [[nodiscard]] std::int64_t milli_ratio() const;
};

/// The retry quota of AWS's SDKs: retries take tokens from a bucket that only successes refill.
struct QuotaBudget {
    enum class Refund : std::uint8_t {
        last_acquisition,  ///< a call that succeeds gets back what its last retry paid
        none,
    };
    static constexpr std::string_view name = "quota";
    static constexpr std::string_view summary =
        "retries draw from a bucket that successes refill (AWS SDKs)";
    static constexpr std::string_view formula =
        "a retry takes retryCost (timeoutCost after a timeout, throttledCost after a 429), denied "
        "when it is not there; a success refunds its last retry, or successIncrement without "
        "retry, up to capacity; a failure refunds nothing";
    static constexpr std::string_view source = "BOTO-STD, SMITHY";
    static constexpr std::string_view example =
        "retryBudget: {kind: quota, capacity: 500, retryCost: 14, timeoutCost: 14, throttledCost: "
        "5}";
    std::int64_t capacity = 500;
    std::int64_t retry_cost = 5;
    std::int64_t timeout_cost = 10;
    std::int64_t throttled_cost = 5;
    std::int64_t success_increment = 1;
    Refund refund = Refund::last_acquisition;
    RuleScope scope = RuleScope::client;
    void parameters(sim::Parameters& p);
    [[nodiscard]] std::optional<sim::Misfit> misfit() const;

    struct State {
        std::int64_t available = 0;
    };
    [[nodiscard]] State initial() const { return {capacity}; }
    void on_call_end(State& state, const CallEnd& end) const;
    [[nodiscard]] std::optional<std::int64_t> withdraw(State& state,
                                                       const RetryRequest& request) const;
    [[nodiscard]] std::int64_t cheapest() const;
};

/// Brooker's adaptive retries: every success pays for a share of a retry.
struct SuccessTokensBudget {
    static constexpr std::string_view name = "successTokens";
    static constexpr std::string_view summary =
        "every successful call pays for a share of a retry (Brooker)";
    static constexpr std::string_view formula =
        "tokens in [0, capacity], full at first; a successful call +deposit, a retry -cost, denied "
        "below cost";
    static constexpr std::string_view source = "MB-RETRIES";
    static constexpr std::string_view example =
        "retryBudget: {kind: successTokens, deposit: 0.1, cost: 1, capacity: 10}";
    double deposit = 0.1;
    double cost = 1;
    double capacity = 10;
    RuleScope scope = RuleScope::client;
    void parameters(sim::Parameters& p);
    [[nodiscard]] std::optional<sim::Misfit> misfit() const;

    /// Millionths of a token: a tenth is a whole number of them.
    struct State {
        std::int64_t millionths = 0;
    };
    [[nodiscard]] State initial() const;
    void on_call_end(State& state, const CallEnd& end) const;
    [[nodiscard]] std::optional<std::int64_t> withdraw(State& state,
                                                       const RetryRequest& request) const;
};

}  // namespace models
