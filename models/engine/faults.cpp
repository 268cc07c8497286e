// Faults at work. They only edit Conditions; what follows from the difference is done here: work on
// instances that lost their power vanishes or is reset, instances restart, databases fail over
// (database.cpp).
#include <algorithm>
#include <tuple>
#include <utility>

#include "models/engine/level_control.hpp"
#include "models/engine/operators.hpp"

namespace models {

void World::schedule_faults() {
    for (std::uint32_t i = 0; i < model_.faults.size(); ++i) {
        const auto& fault = model_.faults[i];
        if (fault.recurrence) {
            begin_recurrence(i);
            continue;
        }
        plan_event(i, fault.at, {EventKind::fault_starts, i});
        const auto end = fault.end();
        if (end != sim::kNever) plan_event(i, end, {EventKind::fault_ends, i});
    }
}

void World::plan_event(std::uint32_t fault, sim::SimTime when, const Event& event) {
    planned_.push_back({fault, simulator_.at(when, event)});
}

/// Cancelling, not planning anew, leaves those that come in their order among all others of the
/// same instant.
void World::strike_only(std::span<const std::uint32_t> faults) {
    SIM_ASSERT(recurring_.empty());
    for (auto& planned : planned_) {
        if (std::count(faults.begin(), faults.end(), planned.fault) > 0) continue;
        SIM_ASSERT(model_.faults[planned.fault].at >= simulator_.now());
        simulator_.cancel(planned.handle);
    }
}

void World::change_faults(std::uint32_t fault, bool active) {
    set_visit(fault, active);
    renew_conditions();
}

void World::renew_conditions() {
    auto strikes = present_strikes();
    const Conditions before =
        std::exchange(conditions_, conditions_under(model_.topology, model_.faults, strikes));
    if (!deployments_.empty()) mark_leaving(conditions_);
    is_nominal_ = conditions_ == nominal_;
    work_is_usual_ = is_nominal_ && warming_ == 0;
    note_hidden_faults(std::move(strikes));
    note_credentials(before);
    apply_wear(before);
    apply_power(before);
    apply_stops(before);
    if (!(before.traffic == conditions_.traffic) || !(before.instances == conditions_.instances)) {
        watch_primaries();
    }
    note_half_open(before);
    apply_pauses(before);
    apply_flushes(before);
    apply_hangs(before);
    if (!(before.control_off == conditions_.control_off)) control_returns();
    if (!deployments_.empty()) apply_deployments(before);
    if (!(before.lags == conditions_.lags)) apply_lags();
    if (!(before.levels == conditions_.levels)) LevelControl{*this}.choose();
    if (!before.load.empty() || !conditions_.load.empty()) apply_load();
    wake_checkers();
}

void World::apply_power(const Conditions& before) {
    std::vector<InstanceId> lost;
    for (std::uint32_t i = 0; i < stations_.size(); ++i) {
        const Power was = before.instances[i].power;
        const Power is = conditions_.instances[i].power;
        // Its power is back, but nobody could start it, or there was nothing to start it on.
        const bool ended = before.instances[i].closed || conditions_.instances[i].closed;
        const bool held = is == Power::on && was == Power::on && !ended &&
                          stations_[i].state == InstanceState::off;
        if (is == was && !held) continue;
        if (is == Power::on) {
            if (may_restart(InstanceId{i})) begin_restart(InstanceId{i});
            continue;
        }
        stations_[i].last_power = is;
        if (was == Power::on) lost.push_back(InstanceId{i});
    }
    if (!lost.empty()) power_off(lost);
}

void World::power_off(const std::vector<InstanceId>& instances) {
    std::vector<std::uint8_t> dying(stations_.size(), 0);
    for (const InstanceId id : instances) dying[id.value] = 1;
    if (paused_ > 0) {
        for (const InstanceId id : instances) release_held(id, false);
    }
    std::vector<AttemptId> residents;
    for (std::uint32_t i = 0; i < attempts_.capacity(); ++i) {
        const AttemptId id{i};
        if (!attempts_.is_live(id) || dying[attempts_[id].instance.value] == 0) continue;
        const auto state = attempts_[id].state;
        if (state != AttemptState::to_server && state != AttemptState::to_caller) {
            residents.push_back(id);
        }
    }
    // The order of resets that arrive together must not depend on who had which record before.
    std::sort(residents.begin(), residents.end(), [&](AttemptId a, AttemptId b) {
        const auto& x = attempts_[a];
        const auto& y = attempts_[b];
        return std::tie(x.number, x.path) < std::tie(y.number, y.path);
    });
    close_accounts(residents);
    for (const InstanceId id : instances) drop_station(id);
    for (const AttemptId id : residents) {
        vanish(id, stations_[attempts_[id].instance.value].last_power);
    }
    for (const InstanceId id : instances) {
        forget_calls_of(CallerId{id.value});
        told_levels_.forget(id);
        forget_stores(id);
        if (strays_) forget_stray(id);
        forget_names(id);
        primary_lost(id);
    }
}

/// Slots and queue are gone, and with them what the process knew.
void World::drop_station(InstanceId id) {
    auto& station = stations_[id.value];
    const auto service = service_of(id);
    const auto slots = static_cast<std::int32_t>(model_.services[service.value].capacity());
    simulator_.cancel(station.restart);
    forget_wear(id);
    end_warm_up(id);
    std::erase_if(waiting_probes_, [&](const auto& probe) { return probe.instance == id; });
    if (station.state == InstanceState::up) {
        ++instances_off_;
        if (serves(id)) change_capacity(service, -slots);
    }
    if (station.shares_cores()) {
        auto& server = *station.server;
        const auto busy = static_cast<std::int32_t>(server.cores->busy());
        simulator_.cancel(server.next_end);
        change_level(id, Level::busy, -busy);
        change_level(id, Level::working, -busy);
    } else {
        change_level(id, Level::busy, -static_cast<std::int32_t>(station.busy));
    }
    change_level(id, Level::queued, -static_cast<std::int32_t>(station.queued));
    auto& account = books_.accounts.stations[id.value];
    account.hung.change(-static_cast<std::int64_t>(account.hung.level), simulator_.now());
    account.stood_still += cores_stand_still(id);
    station.state = InstanceState::off;
    station.busy = station.queued = 0;
    station.line = {};
    reset_server(id);
    if (!replica_levels_.empty()) LevelControl{*this}.stops(id);
}

void World::vanish(AttemptId id, Power how) {
    auto& attempt = attempts_[id];
    simulator_.cancel(attempt.timer);
    const auto& station = stations_[attempt.instance.value];
    if (attempt.state == AttemptState::working && !station.shares_cores()) {
        change_level(attempt.instance, Level::working, -1);
    }
    abandon_calls_of(attempt);
    vanish_from_store(attempt, id);
    if (how == Power::lost) return lose_try(id);
    attempt.outcome = Outcome::reset;
    send_reply(id);
}

/// `crashes`: how often it has crashed by itself, in a row; 0: it is back from a fault.
void World::begin_restart(InstanceId id, std::uint32_t crashes) {
    auto& station = stations_[id.value];
    const auto& rule = model_.services[service_of(id).value].restart;
    auto delay = rule.until_ready();
    if (rule.backoff) delay = delay + rule.backoff->delay(crashes);
    station.state = InstanceState::restarting;
    station.restart = simulator_.after(delay, {EventKind::instance_restarted, id.value});
}

void World::instance_restarted(InstanceId id) {
    auto& station = stations_[id.value];
    const auto service = service_of(id);
    station.restart = sim::EventHandle{};
    station.state = InstanceState::up;
    --instances_off_;
    if (serves(id)) {
        change_capacity(service,
                        static_cast<std::int32_t>(model_.services[service.value].capacity()));
    }
    notify(metrics_, ReplicaBack{service, simulator_.now()});
    process_starts(id);
    if (!serves(id)) list_replica(id);
    primary_back(id);
    if (!deployments_.empty()) deployments_see_start(id);
    if (!queues_.empty() && queues_[id.value]) deliver(id);
    if (board_.restarts > 0) Operators{*this}.process_is_back(id);
    if (!is_nominal_) cure_by_restart();
}

}  // namespace models
