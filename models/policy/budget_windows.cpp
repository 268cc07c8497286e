#include "models/policy/budget_windows.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "sim/yaml/parameters.hpp"

namespace models {
namespace {

constexpr std::int64_t kDeposit = 1000;

}  // namespace

void WindowedTokensBudget::parameters(sim::Parameters& p) {
    p.percent("percent", percent, "retries per call", {0, 10, false});
    p.duration("ttl", ttl, "how long calls and retries count",
               {sim::whole_seconds(1), sim::whole_seconds(60)});
    p.number("minPerSecond", min_per_second, "retries that are always allowed", {0, 1e6, false});
    scope_parameter(p, scope);
    p.choice<Deposit>("deposit", deposit, "when a call pays in: as it begins, or as it ends well",
                      {{"start", Deposit::start}, {"success", Deposit::success}});
    p.percent("perCall", per_call, "share of the balance that one call may use; 0%: all of it");
}

std::optional<sim::Misfit> WindowedTokensBudget::misfit() const {
    if (percent > 0 || min_per_second > 0) return std::nullopt;
    return sim::Misfit{"percent", "a budget of 0% without a reserve allows no retry at all",
                       "write `minPerSecond`, or `retries: 0`"};
}

std::int64_t WindowedTokensBudget::withdrawal() const {
    // The most keeps the sum in range, and no window holds the deposits for one such retry.
    constexpr double kMost = 1e11;
    if (percent == 0) return 1;
    return static_cast<std::int64_t>(
        std::floor(std::min(kMost, static_cast<double>(kDeposit) / percent)));
}

std::int64_t WindowedTokensBudget::balance(State& state, sim::SimTime now) const {
    state.advance(now, ttl);
    const double reserve = min_per_second * ttl.seconds() * static_cast<double>(withdrawal());
    return state.sum + static_cast<std::int64_t>(std::floor(reserve + 0.5));
}

void WindowedTokensBudget::pay_in(State& state, sim::SimTime now) const {
    state.advance(now, ttl);
    if (percent > 0) state.add(kDeposit);
}

void WindowedTokensBudget::on_call(State& state, sim::SimTime now) const {
    if (deposit == Deposit::start) pay_in(state, now);
}

void WindowedTokensBudget::on_call_end(State& state, const CallEnd& end) const {
    if (deposit == Deposit::success && end.success) pay_in(state, end.now);
}

std::optional<std::int64_t> WindowedTokensBudget::withdraw(State& state,
                                                           const RetryRequest& request) const {
    const std::int64_t cost = withdrawal();
    if (balance(state, request.now) < cost) return std::nullopt;
    state.add(-cost);
    return cost;
}

int WindowedTokensBudget::most_retries(State& state, sim::SimTime now) const {
    constexpr int kAny = std::numeric_limits<int>::max();
    if (per_call == 0) return kAny;
    const std::int64_t retries = std::max<std::int64_t>(0, balance(state, now) / withdrawal());
    const double most = std::ceil(per_call * static_cast<double>(retries));
    return most >= kAny ? kAny : static_cast<int>(most);
}

void RatioBudget::parameters(sim::Parameters& p) {
    p.percent("ratio", ratio, "retries per call stay below it", {0, 10, true});
    p.duration("window", window, "how long calls and retries count",
               {sim::whole_seconds(1), sim::whole_seconds(3600)});
    scope_parameter(p, scope);
}

void RatioBudget::on_call(State& state, sim::SimTime now) const {
    state.calls.advance(now, window);
    state.calls.add(1);
}

std::optional<std::int64_t> RatioBudget::withdraw(State& state, const RetryRequest& request) const {
    state.calls.advance(request.now, window);
    state.retries.advance(request.now, window);
    const double allowed = ratio * static_cast<double>(state.calls.sum);
    if (static_cast<double>(state.retries.sum) >= allowed) return std::nullopt;
    state.retries.add(1);
    return 1;
}

}  // namespace models
