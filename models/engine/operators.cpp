// When operators act: at a time, or when a metric has been on the wrong side of its limit for long
// enough, and somebody has noticed and typed. They look once a second, after the recorders have
// closed the second before. An action that needs a control plane which is away waits until it is
// back.
#include "models/engine/operators.hpp"

#include <algorithm>

namespace models {

void World::Operators::take_post() {
    auto& board = world.board_;
    for (const auto& site : world.model_.sites) board.sites.push_back(&site);
    board.states.resize(world.model_.actions.size());
    for (std::uint32_t i = 0; i < board.states.size(); ++i) {
        auto& one = state(i);
        one.draws = sim::RngStream(world.key_.seed, world.key_.replication, plan(i).name, "action");
        if (plan(i).when) one.when = gauge_of(*plan(i).when);
        if (plan(i).until) one.until = gauge_of(*plan(i).until);
        if (plan(i).at) one.next = world.simulator_.at(*plan(i).at, {EventKind::action_due, i});
    }
}

LiveGauge World::Operators::gauge_of(const LiveCondition& condition) const {
    const auto& model = world.model_;
    std::vector<std::uint32_t> edges;
    for (const auto& group : model.groups) {
        for (const auto& journey : group.journeys) {
            const auto& flows = condition.flows;
            if (std::find(flows.begin(), flows.end(), journey.flow) == flows.end()) continue;
            edges.push_back(journey.edge);
        }
    }
    for (std::uint32_t i = 0; i < model.edges.size() && condition.service; ++i) {
        const auto callee = model.endpoints[model.edges[i].endpoint.value].service;
        if (callee == *condition.service) edges.push_back(i);
    }
    return {condition, std::move(edges)};
}

/// Over all views of all replicas in the zone.
double World::Operators::healthy_share(const std::optional<LiveCondition>& condition) const {
    if (!condition || !condition->zone) return 1;
    double healthy = 0;
    double all = 0;
    for (const auto& checker : world.checkers_) {
        if (!(world.zone_of(checker.instance) == *condition->zone)) continue;
        ++all;
        healthy += world.routing_.healthy(checker.observer, checker.instance) ? 1 : 0;
    }
    return all > 0 ? healthy / all : 1;
}

void World::Operators::look() {
    for (std::uint32_t i = 0; i < world.board_.states.size(); ++i) look_at(i);
}

void World::Operators::look_at(std::uint32_t action) {
    auto& one = state(action);
    const auto now = world.simulator_.now();
    const Dashboard dashboard{std::get<FlowRecorder>(world.metrics_),
                              std::get<EdgeRecorder>(world.metrics_),
                              std::get<ServiceRecorder>(world.metrics_)};
    const auto& when = plan(action).when;
    const auto& until = plan(action).until;
    if (when) one.when.look(now, dashboard, healthy_share(when));
    if (until) one.until.look(now, dashboard, healthy_share(until));
    if (when && one.phase == ActionPhase::waiting && one.when.is_met(now)) return notice(action);
    if (until && one.phase == ActionPhase::active && one.until.is_met(now)) over(action);
}

void World::Operators::notice(std::uint32_t action) {
    auto& one = state(action);
    one.phase = ActionPhase::noticed;
    one.next = world.after(plan(action).after, {EventKind::action_due, action});
}

void World::Operators::act_now(const Event& event) {
    if (event.kind() == EventKind::action_due) return due(event.subject());
    over(event.subject());
}

void World::Operators::due(std::uint32_t action) {
    auto& one = state(action);
    one.next = sim::EventHandle{};
    if (!can_begin(action)) {
        if (one.phase != ActionPhase::blocked) one.blocked_since = world.simulator_.now();
        one.phase = ActionPhase::blocked;
        return;
    }
    one.phase = ActionPhase::active;
    one.until.start_anew();
    notify(world.metrics_, ActionBegan{action, world.simulator_.now()});
    const auto length = plan(action).duration;
    if (length != sim::kForever && lasts(plan(action).kind)) {
        one.next = world.after(length, {EventKind::action_over, action});
    }
    begin(action);
}

void World::Operators::over(std::uint32_t action) {
    auto& one = state(action);
    if (one.phase != ActionPhase::active) return;
    world.simulator_.cancel(one.next);
    one.phase = ActionPhase::over;
    end(action);
    if (plan(action).repeats) one.phase = ActionPhase::waiting;
    one.when.start_anew();
    notify(world.metrics_, ActionEnded{action, world.simulator_.now()});
}

void World::Operators::control_returns() {
    for (std::uint32_t i = 0; i < world.board_.states.size(); ++i) {
        auto& one = state(i);
        if (one.phase != ActionPhase::blocked || !can_begin(i)) continue;
        notify(world.metrics_, ActionWaited{i, one.blocked_since, world.simulator_.now()});
        due(i);
    }
}

}  // namespace models
