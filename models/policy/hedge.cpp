#include "models/policy/hedge.hpp"

#include "sim/yaml/parameters.hpp"

namespace models {

void Hedge::parameters(sim::Parameters& p) {
    time_rule_parameter(p, "delay", delay, "after which the next try is sent; 0ms: all at once");
    p.count("most", most, "tries beyond the first", {1, 4});
    p.choice<HedgeMode>("mode", mode, "what makes it send the next try",
                        {{"hedged", HedgeMode::hedged},
                         {"tied", HedgeMode::tied},
                         {"onPerTryTimeout", HedgeMode::on_per_try_timeout},
                         {"onCompletion", HedgeMode::on_completion}});
    retry_on_parameter(p, "nonFatal", non_fatal, "failures that do not end the call");
    p.choice<CancelLosers>("cancelLosers", cancel_losers, "whether the tries that lost are told",
                           {{"true", CancelLosers::yes},
                            {"false", CancelLosers::no},
                            {"waitForCancel", CancelLosers::wait}});
    p.flag("distinctHosts", distinct_hosts, "no two tries of a call at one replica");
    p.flag("pushback", pushback, "obeys servers that ask to wait");
    p.family("budget", budget,
             "how many hedges a caller may send; some kinds of retryBudget count them, too",
             {"windowedTokens", "percent", true});
    scope_parameter(p, scope);
}

std::optional<sim::Misfit> Hedge::misfit() const {
    const auto* quantile = std::get_if<QuantileRule>(&delay);
    if (quantile != nullptr && quantile->min > quantile->max) {
        return sim::Misfit{"delay", "`min` is above `max`", "swap them"};
    }
    if (mode == HedgeMode::tied && cancel_losers == CancelLosers::no) {
        return sim::Misfit{"cancelLosers", "tied tries withdraw each other",
                           "drop `cancelLosers: false` or write `mode: hedged`"};
    }
    return std::nullopt;
}

bool Hedge::pays(const RetryBudget& retries) const {
    return mode == HedgeMode::on_per_try_timeout || covers_hedges(retries);
}

Hedge::State Hedge::initial() const {
    State state;
    state.latency = initial_time_state(delay);
    if (budget) state.budget = initial_state(*budget);
    return state;
}

bool HedgeClock::may_send(const Hedge& hedge) const { return !frozen && sent <= hedge.most; }

void HedgeClock::on_sent(const Hedge& hedge, sim::SimTime now, std::optional<sim::Duration> delay) {
    ++sent;
    const bool by_delay = hedge.mode == HedgeMode::hedged || hedge.mode == HedgeMode::tied;
    due = may_send(hedge) && by_delay && delay ? sim::saturated_add(now, *delay) : sim::kNever;
}

void HedgeClock::on_non_fatal(const Hedge& hedge, sim::SimTime now) {
    if (may_send(hedge)) due = now;
}

void HedgeClock::on_per_try_timeout(const Hedge& hedge, sim::SimTime now) {
    if (hedge.mode == HedgeMode::on_per_try_timeout && may_send(hedge)) due = now;
}

void HedgeClock::on_pushback(const Hedge& hedge, sim::SimTime now,
                             std::optional<sim::Duration> wait) {
    if (!hedge.pushback) return;
    if (!wait) frozen = true;
    due = may_send(hedge) ? sim::saturated_add(now, *wait) : sim::kNever;
}

}  // namespace models
