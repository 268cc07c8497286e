#include "models/policy/shedding_plain.hpp"

#include <algorithm>

#include "sim/yaml/parameters.hpp"

namespace models {

void PriorityShedding::parameters(sim::Parameters& p) {
    p.count("tiers", tiers, "parts of the queue; less important classes share the last one",
            {1, static_cast<std::int64_t>(kCriticalities)});
}

bool PriorityShedding::on_arrival(State& /*state*/, const Arrival& arrival,
                                  sim::KeyedRng& /*rng*/) const {
    if (arrival.queued == 0 && arrival.busy < arrival.slots) return false;
    if (arrival.queue_bound == INT64_MAX) return false;  // a share of any number
    const std::int64_t tier = std::min<std::int64_t>(rank(arrival.priority), tiers - 1);
    const auto share = static_cast<double>(tiers - tier) / static_cast<double>(tiers);
    return static_cast<double>(arrival.queued) >= static_cast<double>(arrival.queue_bound) * share;
}

void DeadlineShedding::parameters(sim::Parameters& p) {
    p.percent("maxRejectFraction", max_reject_fraction, "drops per request served; 100%: any",
              {0, 1, true});
    p.duration("rejectPeriod", reject_period, "how long a served request counts",
               {sim::whole_seconds(1), sim::whole_seconds(60)});
    p.flag("expectService", expect_service, "drop also what would miss its deadline in service");
    p.choice<Mode>("mode", mode, "dark drops nothing: a dry run",
                   {{"enforce", Mode::enforce}, {"dark", Mode::dark}});
}

bool DeadlineShedding::is_late(const Dequeue& dequeue) const {
    if (dequeue.remaining == sim::kForever) return false;
    const sim::Duration needed = expect_service ? dequeue.expected_service : sim::Duration{};
    return needed > dequeue.remaining;
}

bool DeadlineShedding::on_dequeue(State& state, const Dequeue& dequeue,
                                  sim::KeyedRng& /*rng*/) const {
    if (mode == Mode::dark) return false;
    const bool late = is_late(dequeue);
    if (max_reject_fraction >= 1.0) return late;
    WindowedTokensBudget budget;
    budget.percent = max_reject_fraction;
    budget.ttl = reject_period;
    RetryRequest drop;
    drop.now = dequeue.now;
    if (late && budget.withdraw(state.budget, drop)) return true;
    budget.on_call(state.budget, dequeue.now);
    return false;
}

}  // namespace models
