// Deployments: a fault's effects come with a version, and a pipeline brings it to one replica after
// the other, as the service's `rollout` says. A replica says that it is not ready, callers learn,
// it closes its door, finishes what it has, ends, and starts as the other version. Everything that
// is asked of it on the way is a condition (leaving, closed), so that the rest of the engine does
// what it does for any fault. Without a control plane in its zone no replica is taken.
#include <algorithm>

#include "models/engine/world.hpp"

namespace models {
namespace {

/// How often a process that drains is asked whether it is done.
constexpr sim::Duration kDrainLook = sim::milliseconds(100);

}  // namespace

void World::build_deployments() {
    for (std::uint32_t i = 0; i < model_.faults.size(); ++i) {
        const auto& fault = model_.faults[i];
        if (!is_deployed(fault)) continue;
        Deployment one;
        one.fault = i;
        SIM_ASSERT(!fault.target.instances.empty());
        one.service = service_of(fault.target.instances.front());
        one.rule = &model_.services[one.service.value].rollout;
        one.fresh.resize(stations_.size(), 0);
        std::vector<ZoneId> zones;
        for (const InstanceId id : fault.target.instances) zones.push_back(zone_of(id));
        std::vector<ZoneId> ordered;
        for (const auto position : one.rule->sequence(zones)) {
            one.replicas.push_back({fault.target.instances[position]});
            ordered.push_back(zones[position]);
        }
        one.bounds = one.rule->bounds(ordered);
        deployments_.push_back(std::move(one));
    }
}

/// The pipeline looks at whole periods; the time before the start tells what the old version does.
void World::watch_deployments() {
    for (std::uint32_t i = 0; i < deployments_.size(); ++i) {
        auto& one = deployments_[i];
        one.watched = true;
        const auto at = model_.faults[one.fault].at;
        if (one.rule->rollback) plan_event(one.fault, at, {EventKind::rollout_look, i});
    }
}

/// Versions that are to come, or to go.
void World::apply_deployments(const Conditions& before) {
    for (std::uint32_t i = 0; i < deployments_.size(); ++i) {
        auto& one = deployments_[i];
        const auto* is = of_fault(conditions_.rollouts, one.fault);
        const auto* was = of_fault(before.rollouts, one.fault);
        if (is != nullptr && was == nullptr) {
            one.pushed = is->pushed;
            one.within = is->within;
            one.asked = DeploymentGoal::forward;
        } else if (is == nullptr && was != nullptr && !one.alarmed) {
            one.asked = DeploymentGoal::back;
            simulator_.cancel(one.decision);
        }
        const bool moves = one.goal != DeploymentGoal::none || one.asked != DeploymentGoal::none;
        if (moves) wake_deployment(i);
    }
}

/// Once for each instant.
void World::wake_deployment(std::uint32_t index) {
    auto& one = deployments_[index];
    if (one.woken == simulator_.now()) return;
    one.woken = simulator_.now();
    simulator_.at(simulator_.now(), {EventKind::rollout_due, index});
}

void World::deployments_change(const Event& event) {
    if (event.kind() == EventKind::rollout_due) return rollout_due(event.subject());
    if (event.kind() == EventKind::rollout_step) return rollout_step(InstanceId{event.subject()});
    if (event.kind() == EventKind::rollout_look) return rollout_look(event.subject());
    SIM_ASSERT(event.kind() == EventKind::rollout_decided);
    rollout_decided(event.subject());
}

void World::rollout_due(std::uint32_t index) {
    auto& one = deployments_[index];
    one.woken = kLongAgo;
    if (one.asked != DeploymentGoal::none && !begin_rollout(index)) return;
    if (one.goal == DeploymentGoal::none) return;
    if (one.goal == DeploymentGoal::back) {
        if (is_settled(one, one.replicas.size(), false)) return end_rollout(index);
        return take_replicas(one, one.replicas.size(), false);
    }
    while (is_settled(one, one.bounds[one.step], true)) {
        if (one.step + 1 == one.bounds.size()) return end_rollout(index);
        if (!one.step_done) one.step_done = simulator_.now();
        const auto next =
            sim::saturated_add(*one.step_done, one.rule->pause_after(one.step, one.bounds.size()));
        if (next > simulator_.now()) {
            if (next != sim::kNever) simulator_.at(next, {EventKind::rollout_due, index});
            return;
        }
        ++one.step;
        one.step_done.reset();
    }
    take_replicas(one, one.bounds[one.step], true);
}

/// False while another deployment of the service is under way.
bool World::begin_rollout(std::uint32_t index) {
    auto& one = deployments_[index];
    for (const auto& other : deployments_) {
        const bool moves = other.goal != DeploymentGoal::none && &other != &one;
        if (moves && other.service == one.service) return false;
    }
    const bool back = one.asked == DeploymentGoal::back;
    one.goal = one.asked;
    one.asked = DeploymentGoal::none;
    if (!back) {
        one.step = 0;
        one.step_done.reset();
        one.ended = one.alarmed = false;
        one.bad = 0;
        one.watch_ends = sim::kNever;
        note_deployment(one, DeploymentEvent::began);
    } else if (!one.alarmed) {
        note_deployment(one, DeploymentEvent::withdrawn);
    }
    if (back) stop_pushes(one);
    return true;
}

/// What has not come yet does not come any more.
void World::stop_pushes(Deployment& one) {
    for (auto& replica : one.replicas) {
        if (replica.stage != ReplicaStage::pushing) continue;
        simulator_.cancel(replica.next);
        replica.stage = ReplicaStage::settled;
    }
}

void World::end_rollout(std::uint32_t index) {
    auto& one = deployments_[index];
    const bool back = one.goal == DeploymentGoal::back;
    one.goal = DeploymentGoal::none;
    note_deployment(one, back ? DeploymentEvent::restored : DeploymentEvent::finished);
    one.ended = !back;
    if (one.ended) one.watch_ends = sim::saturated_add(simulator_.now(), one.rule->watch);
    for (std::uint32_t i = 0; i < deployments_.size(); ++i) {  // whoever waits for it
        const auto& other = deployments_[i];
        if (other.service == one.service && other.asked != DeploymentGoal::none) wake_deployment(i);
    }
}

/// The first `count` replicas have (or, none of them has) the new version, and run.
bool World::is_settled(const Deployment& one, std::size_t count, bool fresh) const {
    for (std::size_t i = 0; i < count; ++i) {
        const auto& replica = one.replicas[i];
        if (replica.stage != ReplicaStage::settled) return false;
        if ((one.fresh[replica.id.value] != 0) != fresh) return false;
        const bool runs = stations_[replica.id.value].state == InstanceState::up;
        if (serves(replica.id) && !runs) return false;
    }
    return true;
}

RolloutLook World::look_at_rollout(const Deployment& one) const {
    RolloutLook look;
    for (const auto& replica : one.replicas) {
        if (!serves(replica.id)) continue;
        ++look.replicas;
        const bool beside = replica.stage == ReplicaStage::replacing;
        const bool away = replica.stage == ReplicaStage::leaving ||
                          stations_[replica.id.value].state != InstanceState::up ||
                          conditions_.instances[replica.id.value].closed;
        look.beside += beside ? 1 : 0;
        look.unavailable += away ? 1 : 0;
    }
    return look;
}

void World::take_replicas(Deployment& one, std::size_t count, bool fresh) {
    auto room = one.rule->room(look_at_rollout(one));
    bool changed = false;
    for (std::uint32_t i = 0; i < count; ++i) {
        auto& replica = one.replicas[i];
        const auto zone = zone_of(replica.id);
        const bool has = (one.fresh[replica.id.value] != 0) == fresh;
        if (has || replica.stage != ReplicaStage::settled || !controls(zone)) continue;
        const bool runs = stations_[replica.id.value].state == InstanceState::up;
        if (one.pushed) {
            const auto share = static_cast<double>(i + 1) / static_cast<double>(count);
            replica.stage = ReplicaStage::pushing;
            replica.next = after(sim::from_seconds(one.within.seconds() * share),
                                 {EventKind::rollout_step, replica.id.value});
        } else if (!serves(replica.id) || !runs) {  // it will start as that
            one.fresh[replica.id.value] = fresh ? 1 : 0;
            changed = true;
        } else if (room.beside > 0 && conditions_.capacity_off[zone.value] == 0) {
            --room.beside;
            replica.stage = ReplicaStage::replacing;
            replica.next = after(config_at(replica.id).restart.until_ready(),
                                 {EventKind::rollout_step, replica.id.value});
        } else if (room.in_place > 0) {
            --room.in_place;
            ask_to_leave(one, replica);
            changed = true;
        }
    }
    if (changed) renew_conditions();
}

void World::ask_to_leave(const Deployment& one, DeployedReplica& replica) {
    replica.stage = ReplicaStage::leaving;
    auto& process = processes_[replica.id.value];
    process.deregistration =
        after(one.rule->deregister, {EventKind::deregistered, replica.id.value});
    replica.next = after(one.rule->pre_stop, {EventKind::rollout_step, replica.id.value});
}

/// What is under way at a replica, if anything is: at most one deployment of a service moves.
World::UnderWay World::under_way_at(InstanceId id) {
    for (std::uint32_t i = 0; i < deployments_.size(); ++i) {
        auto& one = deployments_[i];
        if (one.goal == DeploymentGoal::none || !(one.service == service_of(id))) continue;
        for (auto& replica : one.replicas) {
            if (replica.id == id) return {i, &replica};
        }
    }
    return {};
}

void World::rollout_step(InstanceId id) {
    const auto [index, replica] = under_way_at(id);
    SIM_ASSERT(replica != nullptr);
    auto& one = deployments_[index];
    replica->next = sim::EventHandle{};
    switch (replica->stage) {
        case ReplicaStage::settled:
        case ReplicaStage::starting:
            return;
        case ReplicaStage::pushing:
            replica->stage = ReplicaStage::settled;
            if (controls(zone_of(id))) change_version(one, id);
            return wake_deployment(index);
        case ReplicaStage::replacing:
            replica->stage = ReplicaStage::settled;
            replace_process(id);
            change_version(one, id);
            return wake_deployment(index);
        case ReplicaStage::leaving:
            replica->stage = ReplicaStage::draining;
            replica->drained = sim::saturated_add(simulator_.now(), one.rule->drain);
            renew_conditions();
            return drain_replica(one, *replica);
        case ReplicaStage::draining:
            return drain_replica(one, *replica);
    }
    SIM_ASSERT(false);
}

void World::drain_replica(Deployment& one, DeployedReplica& replica) {
    const auto now = simulator_.now();
    const bool runs = stations_[replica.id.value].state == InstanceState::up;
    if (runs && now < replica.drained && !is_idle(replica.id)) {
        replica.next = after(std::min(kDrainLook, replica.drained - now),
                             {EventKind::rollout_step, replica.id.value});
        return;
    }
    if (runs) drain_ends(replica.id);
    replica.stage = ReplicaStage::starting;
    change_version(one, replica.id);
}

/// Nothing waits and nothing works there.
bool World::is_idle(InstanceId id) const {
    const auto& station = stations_[id.value];
    if (station.busy > 0 || station.queued > 0) return false;
    for (std::uint32_t i = 0; i < attempts_.capacity(); ++i) {
        if (!attempts_.is_live(AttemptId{i})) continue;
        const auto& attempt = attempts_[AttemptId{i}];
        const bool there =
            attempt.state != AttemptState::to_server && attempt.state != AttemptState::to_caller;
        if (there && attempt.instance == id) return false;
    }
    return true;
}

/// The replacement is ready and takes over, with the work that the old process still has.
void World::replace_process(InstanceId id) {
    if (stations_[id.value].state != InstanceState::up) return;
    end_warm_up(id);
    if (!caches_.empty() && caches_[id.value]) {
        config_at(id).cache->restart(caches_[id.value]->state);
    }
    process_starts(id);
}

/// To the one that is wanted now.
void World::change_version(Deployment& one, InstanceId id) {
    one.fresh[id.value] = one.goal == DeploymentGoal::forward ? 1 : 0;
    renew_conditions();
}

/// A process listens again.
void World::deployments_see_start(InstanceId id) {
    const auto [index, replica] = under_way_at(id);
    if (replica == nullptr) return;
    const bool moved = replica->stage != ReplicaStage::settled &&
                       replica->stage != ReplicaStage::pushing &&
                       replica->stage != ReplicaStage::replacing;
    if (moved) {
        simulator_.cancel(replica->next);
        simulator_.cancel(processes_[id.value].deregistration);
        // One that crashed on the way out has started as the version that is wanted.
        const bool crashed = replica->stage != ReplicaStage::starting;
        replica->stage = ReplicaStage::settled;
        if (crashed) change_version(deployments_[index], id);
    }
    wake_deployment(index);
}

/// What pipelines ask of replicas.
void World::mark_leaving(Conditions& conditions) const {
    for (const auto& one : deployments_) {
        for (const auto& replica : one.replicas) {
            auto& is = conditions.instances[replica.id.value];
            is.leaving = is.leaving || replica.stage == ReplicaStage::leaving;
            is.closed = is.closed || replica.stage == ReplicaStage::draining;
        }
    }
}

/// The strike of a fault that comes with a version: at the replicas that have it.
void World::add_deployed(std::uint32_t fault, std::vector<FaultStrike>& strikes) const {
    const auto found = std::find_if(deployments_.begin(), deployments_.end(),
                                    [&](const Deployment& one) { return one.fault == fault; });
    SIM_ASSERT(found != deployments_.end());
    FaultTarget part = model_.faults[fault].target;
    std::erase_if(part.instances, [&](InstanceId id) { return found->fresh[id.value] == 0; });
    const bool over = visits_[fault].strength == 0;
    if (over && part.instances.empty()) return;
    strikes.push_back({fault, 1, std::move(part), over});
}

void World::note_deployment(const Deployment& one, DeploymentEvent event) {
    const auto index = static_cast<std::uint32_t>(&one - deployments_.data());
    notify(metrics_, DeploymentHappened{index, event, simulator_.now()});
}

}  // namespace models
