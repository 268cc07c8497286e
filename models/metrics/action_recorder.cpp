#include "models/metrics/recorders.hpp"

namespace models {

double ActionRecorder::measured_s(sim::SimTime from, sim::SimTime until) const {
    const std::int64_t first = std::max<std::int64_t>(0, from.ns);
    const std::int64_t last = std::min(until.ns, duration_.ns);
    return sim::Duration{std::max<std::int64_t>(0, last - first)}.seconds();
}

void ActionRecorder::on(const ActionBegan& fact) {
    if (!sim::is_within(fact.now, duration_)) return;
    auto& action = actions_[fact.action];
    ++action.fired;
    if (!action.first_s) action.first_s = fact.now.seconds();
    began_[fact.action] = fact.now;
}

void ActionRecorder::on(const ActionEnded& fact) {
    auto& began = began_[fact.action];
    if (!began) return;
    auto& action = actions_[fact.action];
    action.active_s += measured_s(*began, fact.now);
    if (!action.over_s && fact.now.ns < duration_.ns) action.over_s = fact.now.seconds();
    began.reset();
}

void ActionRecorder::on(const ActionDid& fact) {
    if (!sim::is_within(fact.now, duration_)) return;
    ++actions_[fact.action].deeds[static_cast<std::size_t>(fact.deed)];
}

void ActionRecorder::on(const ActionWaited& fact) {
    actions_[fact.action].waited_s += measured_s(fact.from, fact.until);
}

void ActionRecorder::finish(RunResult& result) {
    for (std::uint32_t i = 0; i < actions_.size(); ++i) {
        on(ActionEnded{i, sim::SimTime{} + duration_});
    }
    result.actions = std::move(actions_);
}

}  // namespace models
