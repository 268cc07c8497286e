#include "models/policy/budget_tokens.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "sim/yaml/parameters.hpp"

namespace models {
namespace {

constexpr std::int64_t kMostTokens = 1'000'000'000;

std::int64_t millionths(double tokens) {
    return static_cast<std::int64_t>(std::floor(tokens * 1e6 + 0.5));
}

}  // namespace

void GrpcThrottleBudget::parameters(sim::Parameters& p) {
    p.count("maxTokens", max_tokens, "size of the bucket", {1, 1000});
    p.number("tokenRatio", token_ratio, "tokens for a success; three decimals count",
             {0.001, 1000, false});
    scope_parameter(p, scope);
}

std::optional<sim::Misfit> GrpcThrottleBudget::misfit() const {
    if (token_ratio <= max_tokens) return std::nullopt;
    return sim::Misfit{"tokenRatio", "one success pays in more than the bucket holds",
                       "`tokenRatio` is the tokens for a success, `maxTokens` the size of the "
                       "bucket"};
}

/// Further decimals are cut off; the small addition undoes what binary made of a decimal.
std::int64_t GrpcThrottleBudget::milli_ratio() const {
    return static_cast<std::int64_t>(std::floor(token_ratio * 1000 + 1e-6));
}

void GrpcThrottleBudget::on_failure(State& state, bool retryable) const {
    if (retryable) state.milli = std::max<std::int64_t>(0, state.milli - 1000);
}

void GrpcThrottleBudget::on_call_end(State& state, const CallEnd& end) const {
    if (end.success) state.milli = std::min(initial().milli, state.milli + milli_ratio());
}

/// The failure has paid already.
std::optional<std::int64_t> GrpcThrottleBudget::withdraw(State& state,
                                                         const RetryRequest& /*request*/) const {
    if (2 * state.milli <= initial().milli) return std::nullopt;
    return 0;
}

void QuotaBudget::parameters(sim::Parameters& p) {
    p.count("capacity", capacity, "size of the bucket", {1, kMostTokens});
    p.count("retryCost", retry_cost, "tokens for a retry", {1, kMostTokens});
    p.count("timeoutCost", timeout_cost, "tokens for a retry after a timeout", {1, kMostTokens});
    p.count("throttledCost", throttled_cost, "tokens for a retry after a 429", {1, kMostTokens});
    p.count("successIncrement", success_increment, "paid in by a success without retry",
            {0, kMostTokens});
    p.choice<Refund>("refund", refund, "what a success after retries gets back",
                     {{"lastAcquisition", Refund::last_acquisition}, {"none", Refund::none}});
    scope_parameter(p, scope);
}

std::int64_t QuotaBudget::cheapest() const {
    return std::min({retry_cost, timeout_cost, throttled_cost});
}

std::optional<sim::Misfit> QuotaBudget::misfit() const {
    const auto too_dear = [&](std::string_view key, std::int64_t price) {
        std::optional<sim::Misfit> found;
        if (price > capacity) {
            found =
                sim::Misfit{key, "`" + std::string(key) + "` is above the budget's `capacity`",
                            "such a retry is never allowed; raise `capacity` or lower the cost"};
        }
        return found;
    };
    if (auto found = too_dear("retryCost", retry_cost)) return found;
    if (auto found = too_dear("timeoutCost", timeout_cost)) return found;
    return too_dear("throttledCost", throttled_cost);
}

std::optional<std::int64_t> QuotaBudget::withdraw(State& state, const RetryRequest& request) const {
    std::int64_t cost = retry_cost;
    if (request.timeout) cost = timeout_cost;
    if (request.throttled) cost = throttled_cost;
    if (cost > state.available) return std::nullopt;
    state.available -= cost;
    return cost;
}

void QuotaBudget::on_call_end(State& state, const CallEnd& end) const {
    if (!end.success) return;
    const bool retried = end.paid >= 0 && refund == Refund::last_acquisition;
    state.available =
        std::min(capacity, state.available + (retried ? end.paid : success_increment));
}

void SuccessTokensBudget::parameters(sim::Parameters& p) {
    p.number("deposit", deposit, "tokens for a successful call", {0, 1e6, false});
    p.number("cost", cost, "tokens for a retry", {0.001, 1e6, false});
    p.number("capacity", capacity, "size of the bucket", {0.001, 1e9, false});
    scope_parameter(p, scope);
}

std::optional<sim::Misfit> SuccessTokensBudget::misfit() const {
    if (cost <= capacity) return std::nullopt;
    return sim::Misfit{"cost", "a retry costs more than the budget's `capacity`",
                       "no retry is ever allowed; raise `capacity` or lower `cost`"};
}

SuccessTokensBudget::State SuccessTokensBudget::initial() const { return {millionths(capacity)}; }

void SuccessTokensBudget::on_call_end(State& state, const CallEnd& end) const {
    if (!end.success) return;
    state.millionths = std::min(millionths(capacity), state.millionths + millionths(deposit));
}

std::optional<std::int64_t> SuccessTokensBudget::withdraw(State& state,
                                                          const RetryRequest& /*request*/) const {
    const std::int64_t price = millionths(cost);
    if (price > state.millionths) return std::nullopt;
    state.millionths -= price;
    return price;
}

}  // namespace models
