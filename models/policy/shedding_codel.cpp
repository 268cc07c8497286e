#include "models/policy/shedding_codel.hpp"

#include <algorithm>

#include "sim/yaml/parameters.hpp"

namespace models {

void CodelShedding::parameters(sim::Parameters& p) {
    p.duration("interval", interval, "the least delay of so long decides", {sim::Duration{1}});
    p.duration("targetDelay", target, "a longer least delay is a standing queue",
               {sim::Duration{1}});
}

std::optional<sim::Misfit> CodelShedding::misfit() const {
    if (target < interval) return std::nullopt;
    return sim::Misfit{"targetDelay", "it must be shorter than the interval",
                       "Folly has 5ms and 100ms"};
}

bool CodelShedding::on_dequeue(State& state, const Dequeue& dequeue, sim::KeyedRng& /*rng*/) const {
    if (!state.started) {
        // Folly's first interval ends when the process starts, before any request.
        state.started = true;
        state.interval_end = dequeue.now - sim::nanoseconds(1);
    }
    if (dequeue.now > state.interval_end && !state.resets) {
        state.resets = true;
        state.interval_end = saturated_add(dequeue.now, interval);
        state.overloaded = state.least > target;
    }
    if (state.resets) {
        state.resets = false;
        state.least = dequeue.waited;
        return false;
    }
    state.least = std::min(state.least, dequeue.waited);
    // waited > 2 * target, without the product
    return state.overloaded && dequeue.waited - target > target;
}

void QueueTimeoutShedding::parameters(sim::Parameters& p) {
    p.duration("n", n, "longest wait; a queue that is not empty for so long stands",
               {sim::Duration{1}});
    p.duration("m", m, "longest wait while the queue stands");
}

std::optional<sim::Misfit> QueueTimeoutShedding::misfit() const {
    if (m <= n) return std::nullopt;
    return sim::Misfit{"m", "requests may not wait longer while the queue stands than otherwise",
                       "Facebook has n: 100ms and m: 5ms"};
}

sim::Duration QueueTimeoutShedding::queue_timeout(State& /*state*/,
                                                  const QueueHistory& history) const {
    return history.now - history.last_empty > n ? m : n;
}

}  // namespace models
