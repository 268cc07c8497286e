#include <algorithm>

#include "models/scenario/build_parts.hpp"
#include "models/scenario/validate.hpp"
#include "sim/core/assert.hpp"

namespace models {

namespace {

/// Resolves the names of actions; they are valid.
class ActionBuilder {
  public:
    ActionBuilder(const SystemSpec& system, const SystemModel& model, const NameIndex& names)
        : system_(system), model_(model), names_(names) {}

    [[nodiscard]] PlannedAction build(const ActionSpec& spec) const {
        PlannedAction action;
        action.name = spec.name.text;
        action.kind = spec.kind;
        action.at = spec.at;
        action.after = spec.after;
        action.duration = spec.duration;
        action.repeats = spec.repeats;
        if (spec.when) action.when = condition_of(*spec.when);
        if (spec.until) action.until = condition_of(*spec.until);
        std::visit([&](const auto& kind) { aim(kind, action.target); }, spec.kind);
        return action;
    }

  private:
    /// Flows of the group's journey; an empty name stands for all.
    [[nodiscard]] std::vector<std::uint32_t> flows_of(const std::string& group,
                                                      const std::string& journey) const {
        std::vector<std::uint32_t> flows;
        for (const Group& one : model_.groups) {
            if (!group.empty() && one.name != group) continue;
            for (const Journey& asked : one.journeys) {
                if (journey.empty() || asked.name == journey) flows.push_back(asked.flow);
            }
        }
        return flows;
    }

    [[nodiscard]] LiveCondition condition_of(const LiveConditionSpec& spec) const {
        LiveCondition condition;
        condition.metric = spec.metric;
        condition.op = spec.op;
        condition.limit = spec.limit;
        condition.over = spec.over;
        condition.holds = spec.holds;
        if (spec.service) {
            condition.service = names_.service_id(*spec.service);
        } else if (spec.zone) {
            condition.zone = names_.zone_id(*spec.zone);
        } else {
            condition.flows = flows_of(spec.group.value_or(""), spec.journey.value_or(""));
        }
        return condition;
    }

    void aim(const ShedAction& shed, ActionTarget& target) const {
        if (shed.service.written()) {
            target.service = names_.service_id(shed.service.text);
            return;
        }
        target.flows.resize(model_.flows, 0);
        for (const auto flow : flows_of(shed.group.text, shed.journey.text)) {
            target.flows[flow] = 1;
        }
    }
    void aim(const SwitchStrategyAction& /*how*/, ActionTarget& /*target*/) const {}
    void aim(const SetRetriesAction& /*how*/, ActionTarget& /*target*/) const {}

    void aim(const StopCallsAction& /*how*/, ActionTarget& /*target*/) const {}

    void aim(const RestartAction& restart, ActionTarget& target) const {
        target.service = names_.service_id(restart.service.text);
        if (restart.zone.written()) target.zone = names_.zone_id(restart.zone.text);
        for (const InstanceId id : model_.topology[*target.service].instances) {
            if (target.zone && !(model_.topology[id].zone == *target.zone)) continue;
            target.instances.push_back(id);
        }
    }
    void aim(const EvacuateAction& evacuate, ActionTarget& target) const {
        target.zone = names_.zone_id(evacuate.zone.text);
    }
    void aim(const ScaleOutAction& scale, ActionTarget& target) const {
        target.service = names_.service_id(scale.service.text);
    }
    void aim(const EndFaultsAction& /*how*/, ActionTarget& /*target*/) const {}
    void aim(const SetLevelAction& how, ActionTarget& target) const {
        target.service = names_.service_id(how.service.text);
        const auto names = level_names(system_.services[target.service->value]);
        const auto found = std::find(names.begin(), names.end(), how.level.text);
        SIM_ASSERT(found != names.end());
        target.level = static_cast<std::uint32_t>(found - names.begin());
    }

    const SystemSpec& system_;
    const SystemModel& model_;
    const NameIndex& names_;
};

}  // namespace

std::uint32_t added_by_hand(const SystemSpec& system, const std::string& service) {
    std::uint32_t most = 0;
    for (const ActionSpec& action : system.actions) {
        const auto* scale = std::get_if<ScaleOutAction>(&action.kind);
        if (scale != nullptr && scale->service.text == service) most += scale->add;
    }
    return most;
}

void name_stopped_calls(SystemModel& model) {
    for (PlannedAction& action : model.actions) {
        const auto* how = std::get_if<StopCallsAction>(&action.kind);
        if (how == nullptr) continue;
        for (const Edge& edge : model.edges) {
            const auto callee = model.endpoints[edge.endpoint.value].service;
            const bool named = !how->from.written() || edge.caller == how->from.text;
            const bool hit =
                edge.caller_service.valid() && named && model.topology[callee].name == how->to.text;
            action.target.edges.push_back(hit ? 1 : 0);
        }
    }
}

std::vector<PlannedAction> build_actions(const SystemSpec& system, const SystemModel& model,
                                         const NameIndex& names) {
    const ActionBuilder builder(system, model, names);
    std::vector<PlannedAction> actions;
    for (const ActionSpec& spec : system.actions) actions.push_back(builder.build(spec));
    return actions;
}

}  // namespace models
