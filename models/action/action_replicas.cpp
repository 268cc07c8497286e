#include "models/action/action_replicas.hpp"

#include "sim/yaml/parameters.hpp"

namespace models {

void RestartAction::parameters(sim::Parameters& p) {
    name_parameter(p, "service", service, "whose replicas");
    name_parameter(p, "zone", zone, "only those in this zone");
    p.choice<RestartOrder>(
        "order", order, "all together, or each when the one before is back",
        {{"oneByOne", RestartOrder::one_by_one}, {"atOnce", RestartOrder::at_once}});
}

std::optional<sim::Misfit> RestartAction::misfit() const {
    if (service.written()) return std::nullopt;
    return sim::Misfit{"service", "`restart` needs a service", "write `restart: payment`"};
}

void EvacuateAction::parameters(sim::Parameters& p) {
    name_parameter(p, "zone", zone, "that nobody is sent to");
}

std::optional<sim::Misfit> EvacuateAction::misfit() const {
    if (zone.written()) return std::nullopt;
    return sim::Misfit{"zone", "`evacuate` needs a zone", "write `evacuate: eu-1`"};
}

void ScaleOutAction::parameters(sim::Parameters& p) {
    name_parameter(p, "service", service, "of which there should be more");
    p.count("add", add, "replicas, over all its zones", {1, 10'000});
    p.duration("startUp", start_up, "from the decision to a replica that serves",
               {sim::Duration{0}, sim::kForever});
}

std::optional<sim::Misfit> ScaleOutAction::misfit() const {
    if (service.written()) return std::nullopt;
    return sim::Misfit{"service", "`scaleOut` needs a service",
                       "write `scaleOut: {service: payment, add: 4}`"};
}

void SetLevelAction::parameters(sim::Parameters& p) {
    name_parameter(p, "service", service, "that has `levels`");
    name_parameter(p, "level", level, "one of them, or `full`");
}

std::optional<sim::Misfit> SetLevelAction::misfit() const {
    if (service.written() && level.written()) return std::nullopt;
    return sim::Misfit{service.written() ? "level" : "service",
                       "`setLevel` needs a service and one of its levels",
                       "write `setLevel: {service: web, level: readOnly}`"};
}

}  // namespace models
