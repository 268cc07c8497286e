// How long breakers refuse tries. A breaker is looked at whenever it is asked or told something,
// when its process dies, and at the end; in between nothing is done and no event is scheduled.
#include "models/engine/world.hpp"

namespace models {

WatchedBreaker World::new_breaker(const CircuitBreaker& rule, std::uint32_t edge) const {
    return {initial_state(rule),
            &rule,
            counting_edge(model_, edge, breaker_scope(rule)),
            {.since = simulator_.now()}};
}

/// What has happened to it by itself until now.
CircuitBreakerState& World::look_at(WatchedBreaker& breaker) {
    const auto now = simulator_.now();
    while (const auto stretch = breaker.watch.step(*breaker.rule, breaker.state, now)) {
        if (!stretch->refuses) continue;
        notify(metrics_,
               BreakerRefused{breaker.edge, stretch->from, stretch->until, stretch->opens});
    }
    return breaker.state;
}

CircuitBreakerState& World::host_breaker(RuleBalancer& rules, std::uint32_t replica) {
    return look_at(rules.breakers[replica]);
}

/// The last stretches: of breakers and of ejected replicas.
void World::close_rule_times() {
    breakers_.for_each([&](WatchedBreaker& breaker) { look_at(breaker); });
    for (auto& rules : rule_balancers_) {
        for (auto& breaker : rules.breakers) look_at(breaker);
    }
    for (auto& detector : detectors_) note_ejected(detector, detector.state.ejected);
}

}  // namespace models
