// What operators do. Each action changes one thing while it lasts, and what is under way is left to
// end as it began. Actions that are active at the same time add up; of those that change how the
// same calls are made, the last of the file has its way.
#include <algorithm>

#include "models/engine/level_control.hpp"
#include "models/engine/operators.hpp"

namespace models {

/// A zone without its control plane can be neither evacuated nor restarted.
bool World::Operators::can_begin(std::uint32_t action) const {
    const auto& zone = plan(action).target.zone;
    return !zone || world.controls(*zone);
}

void World::Operators::begin(std::uint32_t action) {
    const auto& kind = plan(action).kind;
    if (std::holds_alternative<RestartAction>(kind)) {
        state(action).left = plan(action).target.instances;
        return restart_next(action);
    }
    if (const auto* how = std::get_if<ScaleOutAction>(&kind)) return scale_out(action, *how);
    if (const auto* how = std::get_if<EndFaultsAction>(&kind)) {
        world.end_faults(*how);
        return over(action);
    }
    change(action, true);
}

void World::Operators::end(std::uint32_t action) {
    const auto& kind = plan(action).kind;
    if (std::holds_alternative<RestartAction>(kind)) return;
    if (std::holds_alternative<EndFaultsAction>(kind)) return;
    if (std::holds_alternative<ScaleOutAction>(kind)) return scale_in(action);
    change(action, false);
}

void World::Operators::change(std::uint32_t action, bool active) {
    const auto& kind = plan(action).kind;
    auto& board = world.board_;
    const auto count = [&](std::uint32_t& actions) { active ? ++actions : --actions; };
    if (std::holds_alternative<ShedAction>(kind)) {
        count(plan(action).target.service ? board.sheds_tries : board.sheds_customers);
    } else if (std::holds_alternative<StopCallsAction>(kind)) {
        count(board.stops_calls);
    } else if (std::holds_alternative<EvacuateAction>(kind)) {
        active ? shift_away(action) : shift_back(action);
    } else if (std::holds_alternative<SetLevelAction>(kind)) {
        LevelControl{world}.choose();
    } else {
        apply_sites();
    }
}

/// New calls follow what the active actions say.
void World::Operators::apply_sites() {
    auto& sites = world.board_.sites;
    const auto& all = world.model_.sites;
    for (std::size_t i = 0; i < sites.size(); ++i) sites[i] = &all[i];
    for (std::uint32_t a = 0; a < world.board_.states.size(); ++a) {
        if (state(a).phase != ActionPhase::active) continue;
        const auto& meanwhile = plan(a).target.sites;
        for (std::size_t i = 0; i < meanwhile.size(); ++i) {
            if (meanwhile[i] != i) sites[i] = &all[meanwhile[i]];
        }
    }
}

/// Whose own control plane is away does not hear of it.
void World::Operators::shift_away(std::uint32_t action) {
    for (std::uint32_t o = 0; o < world.routing_.observers(); ++o) {
        if (!world.sees(ObserverId{o})) continue;
        state(action).shifted.push_back(ObserverId{o});
        world.routing_.shift(ObserverId{o}, *plan(action).target.zone, true);
    }
}

void World::Operators::shift_back(std::uint32_t action) {
    for (const ObserverId observer : state(action).shifted) {
        world.routing_.shift(observer, *plan(action).target.zone, false);
    }
    state(action).shifted.clear();
}

/// Kills the next process, or all that are left.
void World::Operators::restart_next(std::uint32_t action) {
    auto& one = state(action);
    const bool at_once = std::get<RestartAction>(plan(action).kind).order == RestartOrder::at_once;
    while (!one.left.empty()) {
        const InstanceId id = one.left.front();
        one.left.erase(one.left.begin());
        if (!world.serves(id)) continue;
        const auto where = world.stations_[id.value].state;
        if (where != InstanceState::up || !world.may_restart(id)) {
            did(action, ActionDeed::refused);
            continue;
        }
        did(action, ActionDeed::restarted);
        world.stations_[id.value].last_power = Power::crashed;
        world.power_off({id});
        world.begin_restart(id);
        world.wake_checkers();
        if (at_once) continue;
        one.restarting = id;
        ++world.board_.restarts;
        return;
    }
    over(action);
}

void World::Operators::process_is_back(InstanceId id) {
    for (std::uint32_t i = 0; i < world.board_.states.size(); ++i) {
        auto& one = state(i);
        if (!(one.restarting == id)) continue;
        one.restarting = InstanceId{};
        --world.board_.restarts;
        restart_next(i);
    }
}

/// Over the regions in turn.
void World::Operators::scale_out(std::uint32_t action, const ScaleOutAction& how) {
    std::vector<const Fleet*> fleets;
    for (const Fleet& fleet : world.fleets_) {
        if (fleet.service == *plan(action).target.service) fleets.push_back(&fleet);
    }
    std::int32_t added = 0;
    std::uint32_t refused = 0;
    for (std::uint32_t i = 0; i < how.add; ++i) {
        const Fleet& fleet = *fleets[i % fleets.size()];
        const InstanceId id = world.spare_of(fleet);
        did(action, id.valid() ? ActionDeed::added : ActionDeed::refused);
        if (!id.valid()) {
            ++refused;
            continue;
        }
        ++added;
        world.start_replica(id, how.start_up);
        state(action).added.push_back(id);
    }
    notify(world.metrics_,
           FleetScaled{*plan(action).target.service, world.simulator_.now(), added, refused});
}

/// Those go that came, unless a scaler has taken them away already.
void World::Operators::scale_in(std::uint32_t action) {
    std::int32_t change = 0;
    for (const InstanceId id : state(action).added) {
        if (world.scaled_[id.value].role == ReplicaRole::spare) continue;
        world.take_replica_away(id);
        --change;
    }
    state(action).added.clear();
    if (change == 0) return;
    notify(world.metrics_,
           FleetScaled{*plan(action).target.service, world.simulator_.now(), change, 0});
}

void World::Operators::did(std::uint32_t action, ActionDeed deed) {
    notify(world.metrics_, ActionDid{action, deed, world.simulator_.now()});
}

bool World::Operators::turns_away(std::uint32_t group, RequestKey key, std::uint32_t flow) {
    for (std::uint32_t i = 0; i < world.board_.states.size(); ++i) {
        const auto* how = std::get_if<ShedAction>(&plan(i).kind);
        if (how == nullptr || state(i).phase != ActionPhase::active) continue;
        const auto& flows = plan(i).target.flows;
        if (flows.empty() || flows[flow] == 0) continue;
        sim::KeyedRng rng(state(i).draws, key.number,
                          sim::hash_combine(world.groups_[group].path, key.rest));
        if (!rng.bernoulli(how->share)) continue;
        did(i, ActionDeed::turned_away);
        return true;
    }
    return false;
}

/// Drawn by the customer's request, so that all its tries meet the same fate.
bool World::Operators::sheds(const Attempt& attempt) {
    for (std::uint32_t i = 0; i < world.board_.states.size(); ++i) {
        const auto* how = std::get_if<ShedAction>(&plan(i).kind);
        if (how == nullptr || state(i).phase != ActionPhase::active) continue;
        const auto& service = plan(i).target.service;
        if (!service || !(*service == world.service_of(attempt.instance))) continue;
        sim::KeyedRng rng(state(i).draws, attempt.number, world.groups_[attempt.group].path);
        if (!rng.bernoulli(how->share)) continue;
        did(i, ActionDeed::turned_away);
        return true;
    }
    return false;
}

bool World::Operators::leaves_out(const Call& call) {
    for (std::uint32_t i = 0; i < world.board_.states.size(); ++i) {
        const auto& edges = plan(i).target.edges;
        if (state(i).phase != ActionPhase::active || edges.empty() || edges[call.edge] == 0) {
            continue;
        }
        did(i, ActionDeed::left_out);
        return true;
    }
    return false;
}

}  // namespace models
