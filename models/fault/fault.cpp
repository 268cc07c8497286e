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
    std::vector<FaultStrike> strikes;
    for (std::uint32_t i = 0; i < plan.size(); ++i) {
        if (active[i]) strikes.push_back({i});
    }
    return conditions_under(topology, plan, strikes);
}

Conditions conditions_under(const Topology& topology, const std::vector<ScheduledFault>& plan,
                            std::span<const FaultStrike> strikes) {
    Conditions conditions = Conditions::nominal(topology);
    for (const FaultStrike& strike : strikes) {
        const auto& planned = plan[strike.fault];
        const ActiveFault fault{strike.fault, strike.part ? *strike.part : planned.target};
        std::visit([&](const auto& effect) { effect.apply(conditions, topology, fault); },
                   at_strength(planned.effect, strike.strength));
    }
    return conditions;
}

}  // namespace models
