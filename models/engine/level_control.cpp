// When replicas change their levels, and what they then do. A level holds for what begins while it
// lasts: own work that is under way keeps its length, calls that are made are waited for, requests
// that wait for a slot get one.
#include "models/engine/level_control.hpp"

#include <algorithm>

namespace models {

void World::LevelControl::begin() {
    const auto& services = world.model_.services;
    if (std::all_of(services.begin(), services.end(),
                    [](const ServiceConfig& one) { return one.levels.empty(); })) {
        return;
    }
    world.replica_levels_.resize(world.stations_.size());
    for (std::uint32_t i = 0; i < world.stations_.size(); ++i) {
        set_up(InstanceId{i});
        starts(InstanceId{i});
    }
    for (std::uint32_t i = 0; i < services.size(); ++i) {
        if (!services[i].levels.empty()) look_next(ServiceId{i});
    }
}

void World::LevelControl::set_up(InstanceId id) {
    auto& one = replica(id);
    bool sojourns = false;
    const auto gauge = [&](const std::optional<LevelCondition>& condition, bool unmeasured) {
        if (!condition) return std::optional<SelfGauge>{};
        sojourns = sojourns || condition->metric == SelfMetric::p99;
        return std::optional<SelfGauge>{std::in_place, *condition, unmeasured};
    };
    for (const ServiceLevel& level : levels_of(id)) {
        one.when.push_back(gauge(level.when, false));
        one.until.push_back(gauge(level.until, true));
    }
    one.meter.set_up(world.config_at(id).capacity(), sojourns);
}

void World::LevelControl::look_next(ServiceId service) {
    world.after(sim::whole_seconds(1), {EventKind::levels_looked_at, service.value});
}

/// A process that is frozen measures and decides nothing.
void World::LevelControl::look(ServiceId service) {
    for (const InstanceId id : world.model_.topology[service].instances) {
        auto& one = replica(id);
        if (!one.serves || world.conditions_.instances[id.value].paused) continue;
        for (auto* gauges : {&one.when, &one.until}) {
            for (auto& gauge : *gauges) {
                if (gauge) gauge->look(world.simulator_.now(), one.meter);
            }
        }
        one.meter.forget_sojourns();
        const auto next = next_level(id);
        if (next == one.own) continue;
        report(id);
        const auto before = one.level();
        one.own = next;
        one.entered = world.simulator_.now();
        if (next > 0 && one.until[next - 1]) one.until[next - 1]->start_anew();
        note_change(id, before);
    }
    look_next(service);
}

/// The worst level whose time has come; else one better when the present one may be left, past
/// those that nobody enters by measure.
std::uint32_t World::LevelControl::next_level(InstanceId id) const {
    const auto& one = replica(id);
    const auto& levels = levels_of(id);
    const auto now = world.simulator_.now();
    for (auto worse = static_cast<std::uint32_t>(levels.size()); worse > one.own; --worse) {
        const auto& when = one.when[worse - 1];
        if (when && when->is_met(now)) return worse;
    }
    if (one.own == 0 || !may_rise(one, levels[one.own - 1])) return one.own;
    auto better = one.own - 1;
    while (better > 0 && !levels[better - 1].when) --better;
    return better;
}

bool World::LevelControl::may_rise(const ReplicaLevel& one, const ServiceLevel& level) const {
    const auto now = world.simulator_.now();
    if (const auto& until = one.until[one.own - 1]) {
        return now >= sim::saturated_add(one.entered, level.stay) && until->is_met(now);
    }
    return one.when[one.own - 1]->is_over(now, one.entered, level.stay);
}

/// A new process begins with full service, unless somebody has chosen otherwise.
void World::LevelControl::starts(InstanceId id) {
    auto& one = replica(id);
    one.serves = world.stations_[id.value].state == InstanceState::up && world.serves(id) &&
                 !levels_of(id).empty();
    if (!one.serves) return;
    one.own = 0;
    one.entered = one.reported = world.simulator_.now();
    one.meter.start(world.simulator_.now());
    for (auto* gauges : {&one.when, &one.until}) {
        for (auto& gauge : *gauges) {
            if (gauge) gauge->reset();
        }
    }
}

void World::LevelControl::stops(InstanceId id) {
    report(id);
    replica(id).serves = false;
}

/// The worst of what persons and faults have chosen.
std::optional<std::uint32_t> World::LevelControl::choice_for(InstanceId id) const {
    std::optional<std::uint32_t> choice;
    const auto add = [&](std::uint32_t level) { choice = std::max(choice.value_or(0), level); };
    for (std::uint32_t a = 0; a < world.board_.states.size(); ++a) {
        const auto& plan = world.model_.actions[a];
        if (!std::holds_alternative<SetLevelAction>(plan.kind)) continue;
        const bool active = world.board_.states[a].phase == ActionPhase::active;
        if (active && *plan.target.service == world.service_of(id)) add(plan.target.level);
    }
    const auto& levels = levels_of(id);
    for (const LevelConditions& fault : world.conditions_.levels) {
        if (!fault.strikes(id)) continue;
        if (fault.level == kFullService) add(0);
        for (std::uint32_t i = 0; i < levels.size(); ++i) {
            if (levels[i].name == fault.level) add(i + 1);
        }
    }
    return choice;
}

void World::LevelControl::choose() {
    for (std::uint32_t i = 0; i < world.replica_levels_.size(); ++i) {
        const InstanceId id{i};
        if (levels_of(id).empty()) continue;
        const auto choice = choice_for(id);
        if (choice == replica(id).chosen) continue;
        report(id);
        const auto before = replica(id).level();
        replica(id).chosen = choice;
        note_change(id, before);
    }
}

void World::LevelControl::close() {
    for (std::uint32_t i = 0; i < world.replica_levels_.size(); ++i) report(InstanceId{i});
}

/// In which level it has been since the last report.
void World::LevelControl::report(InstanceId id) {
    auto& one = replica(id);
    if (!one.serves) return;
    const auto now = world.simulator_.now();
    notify(world.metrics_, LevelHeld{world.service_of(id), one.level(), one.reported, now});
    one.reported = now;
}

void World::LevelControl::note_change(InstanceId id, std::uint32_t before) {
    const auto& one = replica(id);
    if (!one.serves || one.level() == before) return;
    notify(world.metrics_, LevelEntered{world.service_of(id), one.level(), world.simulator_.now()});
}

/// Nothing: full service.
const ServiceLevel* World::LevelControl::present(InstanceId id) const {
    const auto level = replica(id).level();
    return level == 0 ? nullptr : &levels_of(id)[level - 1];
}

bool World::LevelControl::refuses(const Attempt& attempt) const {
    const ServiceLevel* level = present(attempt.instance);
    if (level == nullptr) return false;
    return level->off || (level->read_only && world.model_.endpoints[attempt.endpoint.value].write);
}

bool World::LevelControl::leaves_out(const Attempt& attempt, const CallSpec& call) const {
    const ServiceLevel* level = present(attempt.instance);
    return level != nullptr && !level->without.empty() && level->without[call.edge] != 0;
}

void World::LevelControl::work_begins(Attempt& attempt) {
    replica(attempt.instance).meter.took_slot(world.simulator_.now() - attempt.arrived);
    const ServiceLevel* level = present(attempt.instance);
    if (level == nullptr) return;
    if (level->work != 1) attempt.work = sim::from_seconds(attempt.work.seconds() * level->work);
    if (level->quality == 1) return;
    attempt.degraded = true;
    attempt.quality = std::min(attempt.quality, static_cast<float>(level->quality));
}

}  // namespace models
