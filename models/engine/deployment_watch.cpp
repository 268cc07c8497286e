// What a pipeline sees of the version that it brings, and how it takes a bad one back.
#include <algorithm>

#include "models/engine/world.hpp"

namespace models {

/// An answer leaves a replica. One that its process could not give says nothing of the version.
void World::deployments_see_answer(const Attempt& attempt) {
    if (attempt.outcome == Outcome::refused) return;
    if (stations_[attempt.instance.value].state != InstanceState::up) return;
    const bool success = is_success(attempt.outcome);
    const auto took = simulator_.now() - attempt.arrived;
    const auto service = service_of(attempt.instance);
    for (std::uint32_t i = 0; i < deployments_.size(); ++i) {
        auto& one = deployments_[i];
        if (!one.watched || !(one.service == service)) continue;
        const bool fresh = one.fresh[attempt.instance.value] != 0;
        (fresh ? one.now_fresh : one.now_old).add(success, took);
        if (fresh) notify(metrics_, VersionAnswered{i, success, simulator_.now()});
    }
}

/// A process has ended by itself.
void World::deployments_see_crash(InstanceId id) {
    for (auto& one : deployments_) {
        if (one.watched && one.fresh[id.value] != 0) ++one.now_fresh.crashes;
    }
}

/// A period is over; what came before the first is over when the deployment begins.
void World::rollout_look(std::uint32_t index) {
    auto& one = deployments_[index];
    const auto& alarm = *one.rule->rollback;
    if (one.now_old.answers >= alarm.fewest) one.reference = one.now_old;
    const auto verdict = alarm.judge(one.now_fresh, one.reference);
    one.now_fresh.clear();
    one.now_old.clear();
    if (verdict == RolloutVerdict::good) one.bad = 0;
    if (verdict != RolloutVerdict::good && verdict != RolloutVerdict::unknown) ++one.bad;
    const bool over = one.ended && simulator_.now() >= one.watch_ends;
    const bool there = one.goal == DeploymentGoal::forward || one.ended;
    if (there && !over && one.bad >= alarm.periods && !one.decision.valid()) {
        one.decision = after(alarm.delay, {EventKind::rollout_decided, index});
    }
    after(alarm.period, {EventKind::rollout_look, index});
}

/// It takes the version back, if somebody is there to do it.
void World::rollout_decided(std::uint32_t index) {
    auto& one = deployments_[index];
    one.decision = sim::EventHandle{};
    const bool anybody = std::any_of(one.replicas.begin(), one.replicas.end(),
                                     [&](auto& replica) { return controls(zone_of(replica.id)); });
    if (!anybody) return;  // the next bad period tries again
    one.alarmed = true;
    one.bad = 0;
    one.ended = false;
    one.asked = DeploymentGoal::back;
    note_deployment(one, DeploymentEvent::rolled_back);
    wake_deployment(index);
}

}  // namespace models
