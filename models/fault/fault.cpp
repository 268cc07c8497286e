#include "models/fault/fault.hpp"

#include "sim/core/assert.hpp"

namespace models {

WorkConditions& add_work(Conditions& conditions, const Topology& topology,
                         const ActiveFault& fault) {
    WorkConditions work;
    work.fault = fault.number;
    work.instances.resize(topology.instances.size(), 0);
    for (const InstanceId id : fault.target.instances) work.instances[id.value] = 1;
    return conditions.work.emplace_back(std::move(work));
}

Conditions conditions_under(const Topology& topology, const std::vector<ScheduledFault>& plan,
                            const std::vector<bool>& active) {
    SIM_ASSERT(plan.size() == active.size());
    Conditions conditions = Conditions::nominal(topology);
    const auto apply = [&](const ActiveFault& fault, const FaultEffect& effect) {
        std::visit([&](const auto& kind) { kind.apply(conditions, topology, fault); }, effect);
    };
    auto number = static_cast<std::uint32_t>(plan.size());
    for (std::uint32_t i = 0; i < plan.size(); ++i) {
        if (active[i]) {
            apply({i, plan[i].target}, plan[i].effect);
            for (const ZoneId id : plan[i].control) conditions.control_off[id.value] = 1;
        }
        for (const BesideEffect& one : plan[i].also) {
            if (active[i]) apply({number, one.target}, one.effect);
            ++number;
        }
    }
    return conditions;
}

std::vector<std::string> fault_draw_names(const std::vector<ScheduledFault>& plan) {
    std::vector<std::string> names;
    for (const ScheduledFault& fault : plan) names.push_back(fault.name);
    for (const ScheduledFault& fault : plan) {
        for (std::size_t i = 0; i < fault.also.size(); ++i) {
            names.push_back(fault.name + " besides " + std::to_string(i + 1));
        }
    }
    return names;
}

}  // namespace models
