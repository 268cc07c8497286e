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
    for (std::uint32_t i = 0; i < plan.size(); ++i) {
        if (!active[i]) continue;
        const ActiveFault fault{i, plan[i].target};
        std::visit([&](const auto& effect) { effect.apply(conditions, topology, fault); },
                   plan[i].effect);
        for (const ZoneId id : plan[i].control) conditions.control_off[id.value] = 1;
    }
    return conditions;
}

}  // namespace models
