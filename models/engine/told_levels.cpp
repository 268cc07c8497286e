// DAGOR: every reply carries the level that its server admits, and the replica that called sheds
// what lies above it without sending it. The try ends as it would have there.
#include "models/engine/told_levels.hpp"

#include "models/engine/world.hpp"

namespace models {

/// The reply leaves.
void World::tell_level(Attempt& attempt) {
    auto& station = stations_[attempt.instance.value];
    if (!told_levels_.tells(attempt.instance) || station.state != InstanceState::up) return;
    const auto& rule = *config_at(attempt.instance).server.shedding;
    attempt.told_level = static_cast<std::int16_t>(
        admitted_level(rule, *station.server->shedding).value_or(kNoLevel));
}

void World::level_arrives(const Attempt& attempt) {
    const auto& call = calls_[attempt.call];
    if (attempt.told_level == kNoLevel || !call.parent.valid()) return;
    const auto& rule = *config_at(attempt.instance).server.shedding;
    const auto until = sim::saturated_add(simulator_.now(), *told_level_lasts(rule));
    told_levels_.learn(attempts_[call.parent].instance, attempt.instance, attempt.told_level,
                       until);
}

/// Whether the caller knows that the callee would not admit the call.
bool World::sheds_early(const Call& call, InstanceId callee) const {
    if (!told_levels_.tells(callee) || !call.parent.valid()) return false;
    const auto now = simulator_.now();
    const auto level = told_levels_.known(attempts_[call.parent].instance, callee, now);
    if (!level) return false;
    Arrival request;
    request.now = now;
    request.priority = call.priority;
    request.user_hash = customer_of(call);
    return shed_by_level(*config_at(callee).server.shedding, *level, request);
}

}  // namespace models
