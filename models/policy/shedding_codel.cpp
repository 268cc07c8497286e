#include "models/policy/shedding_codel.hpp"

#include <algorithm>

#include "sim/yaml/parameters.hpp"

namespace models {

void CodelShedding::parameters(sim::Parameters& p) {
    p.duration("interval", interval, "the least delay of so long decides", {sim::Duration{1}});
    p.duration("target", target, "a longer least delay is a standing queue", {sim::Duration{1}});
}

bool CodelShedding::on_dequeue(State& state, const Dequeue& dequeue, sim::KeyedRng& /*rng*/) const {
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
    return state.overloaded && dequeue.waited.ns / 2 >= target.ns &&
           dequeue.waited > target + target;
}

}  // namespace models
