#include "models/fault/effect_deploy.hpp"

#include "sim/yaml/parameters.hpp"
#include "sim/yaml/scalars.hpp"

namespace models {

void DeployEffect::parameters(sim::Parameters& p) {
    p.choice("how", how, "how it gets to the replicas",
             {{"rollout", Delivery::rollout}, {"push", Delivery::push}});
    p.duration("within", within, "push: all replicas have it so soon",
               {sim::Duration{0}, sim::whole_seconds(86'400)});
}

void DeployEffect::apply(Conditions& conditions, const Topology& topology,
                         const ActiveFault& fault) const {
    auto rollout = struck_by<RolloutConditions>(topology, fault);
    rollout.pushed = how == Delivery::push;
    rollout.within = rollout.pushed ? within : sim::Duration{};
    conditions.rollouts.push_back(std::move(rollout));
}

void CallsEffect::parameters(sim::Parameters& p) {
    p.count("more", more, "calls of each request", {0, 10'000});
    p.other("to", "text", "", "the service that is called",
            [this](const sim::Node& node, sim::Diagnostics& diagnostics, bool /*partial*/) {
                const auto service = sim::read_string(node, diagnostics, "a service");
                to = service.value_or(to);
                return service.has_value();
            });
}

std::optional<sim::Misfit> CallsEffect::misfit() const {
    if (more == 0) return sim::Misfit{"more", "no call more", "write `effect: {calls: 4, to: db}`"};
    if (!to.empty()) return std::nullopt;
    return sim::Misfit{"to", "effect `calls` needs `to`: the service that is called",
                       "write `effect: {calls: 4, to: db}`"};
}

void CallsEffect::apply(Conditions& conditions, const Topology& topology,
                        const ActiveFault& fault) const {
    auto calls = struck_by<CallConditions>(topology, fault);
    calls.more = more;
    for (std::uint32_t i = 0; i < topology.services.size(); ++i) {
        if (topology.services[i].name == to) calls.callee = ServiceId{i};
    }
    conditions.calls.push_back(std::move(calls));
}

}  // namespace models
