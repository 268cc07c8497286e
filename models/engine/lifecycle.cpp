// Processes that end, start and gain speed: what a stopped one does with what it has, how one that
// crashed by itself comes back, and how fast it is then.
#include "models/engine/level_control.hpp"

namespace models {

/// A door closes or opens. A process that has ended behind a closed door starts when it opens.
void World::apply_stops(const Conditions& before) {
    for (std::uint32_t i = 0; i < stations_.size(); ++i) {
        const InstanceId id{i};
        const auto& is = conditions_.instances[i];
        if (is.closed == before.instances[i].closed) continue;
        auto& process = processes_[i];
        if (is.closed) {
            if (is.drain) process.drain = after(*is.drain, {EventKind::drain_over, i});
            if (is.deregister) {
                process.deregistration = after(*is.deregister, {EventKind::deregistered, i});
            }
            continue;
        }
        simulator_.cancel(process.drain);
        simulator_.cancel(process.deregistration);
        if (stations_[i].state == InstanceState::up) {
            register_again(id);
        } else if (stations_[i].state == InstanceState::off && is.power == Power::on) {
            if (may_restart(id)) begin_restart(id);
        }
    }
}

void World::process_changes(EventKind how, InstanceId id) {
    if (how == EventKind::instance_restarted) return instance_restarted(id);
    if (how == EventKind::drain_over) return drain_ends(id);
    if (how == EventKind::deregistered) return deregister(id);
    if (how == EventKind::process_crashes) return process_crashes(id);
    if (how == EventKind::consumer_dies) return kill_process(id);
    const bool role = how == EventKind::lease_over || how == EventKind::old_primary_notices;
    if (role) return stray_changes(how, id);
    SIM_ASSERT(how == EventKind::warmed_up);
    end_warm_up(id);
}

void World::drain_ends(InstanceId id) {
    processes_[id.value].drain = sim::EventHandle{};
    if (stations_[id.value].state != InstanceState::up) return;
    stations_[id.value].last_power = Power::crashed;
    power_off({id});
}

void World::deregister(InstanceId id) {
    auto& process = processes_[id.value];
    process.deregistration = sim::EventHandle{};
    process.deregistered = true;
    for (std::uint32_t o = 0; o < routing_.observers(); ++o) {
        routing_.set_health(ObserverId{o}, id, false, simulator_.now());
    }
    notify(metrics_, ReplicaSeen{id, service_of(id), false, simulator_.now()});
}

/// Where checks find out about replicas, they find out about this one, too.
void World::register_again(InstanceId id) {
    auto& process = processes_[id.value];
    if (!process.deregistered || conditions_.instances[id.value].closed) return;
    process.deregistered = false;
    if (config_at(id).health_check) return;
    for (std::uint32_t o = 0; o < routing_.observers(); ++o) {
        routing_.set_health(ObserverId{o}, id, true, simulator_.now());
    }
}

void World::apply_flushes(const Conditions& before) {
    if (caches_.empty()) return;
    for (std::uint32_t i = 0; i < stations_.size(); ++i) {
        if (conditions_.instances[i].flushes <= before.instances[i].flushes || !caches_[i])
            continue;
        config_at(InstanceId{i}).cache->restart(caches_[i]->state);
    }
}

/// It crashes by itself, and is started again.
void World::kill_process(InstanceId id) {
    auto& station = stations_[id.value];
    if (station.state != InstanceState::up) return;
    auto& process = processes_[id.value];
    const auto& backoff = config_at(id).restart.backoff;
    const bool long_ago =
        backoff && simulator_.now() >= sim::saturated_add(process.started, backoff->reset_after);
    process.crashes = long_ago ? 1 : process.crashes + 1;
    if (!deployments_.empty()) deployments_see_crash(id);
    station.last_power = Power::crashed;
    power_off({id});
    if (may_restart(id)) begin_restart(id, process.crashes);
}

/// It listens from now on.
void World::process_starts(InstanceId id) {
    auto& process = processes_[id.value];
    process.started = simulator_.now();
    ++process.starts;
    if (!replica_levels_.empty()) LevelControl{*this}.starts(id);
    register_again(id);
    forget_wear(id);
    schedule_crash(id);
    const auto& warm_up = config_at(id).restart.warm_up;
    if (!warm_up || warm_up->length.ns == 0) return;
    process.warming = true;
    ++warming_;
    work_is_usual_ = false;
    process.warm = after(warm_up->length, {EventKind::warmed_up, id.value});
}

void World::end_warm_up(InstanceId id) {
    auto& process = processes_[id.value];
    if (!process.warming) return;
    process.warming = false;
    simulator_.cancel(process.warm);
    --warming_;
    work_is_usual_ = is_nominal_ && warming_ == 0;
}

double World::speed_of(InstanceId id) const {
    const auto& process = processes_[id.value];
    if (!process.warming) return 1;
    return config_at(id).restart.warm_up->speed(simulator_.now() - process.started);
}

/// Own work under the faults that hold when it begins, and at the speed that its process has then.
sim::Duration World::unusual_work(const Attempt& attempt) {
    const InstanceId id = attempt.instance;
    auto work = is_nominal_ ? attempt.work : injected_work(attempt, attempt.work);
    if (!conditions_.wear.empty()) see_wear(id);
    const double factor = wear_factor(id) / speed_of(id);
    return factor == 1 ? work : sim::from_seconds(work.seconds() * factor);
}

}  // namespace models
