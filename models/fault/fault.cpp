#include "models/fault/fault.hpp"

#include <algorithm>

#include "sim/core/assert.hpp"

namespace models {

WorkConditions& add_work(Conditions& conditions, const Topology& topology,
                         const ActiveFault& fault) {
    return conditions.work.emplace_back(struck_by<WorkConditions>(topology, fault));
}

namespace {

/// Of a target, what belongs to a part of the instances: themselves, or the messages that they
/// have.
FaultTarget part_of(const Topology& topology, const FaultTarget& whole, const FaultTarget& part) {
    FaultTarget result = whole;
    if (whole.instances.empty() && !whole.traffic.empty()) {
        result.traffic = traffic_at(topology, whole.traffic.front().callers.size(), part.instances);
        return result;
    }
    const auto is_struck = [&](InstanceId id) {
        return std::find(part.instances.begin(), part.instances.end(), id) != part.instances.end();
    };
    if (whole.instances.empty()) {  // everything there is, for a monkey
        result.instances = part.instances;
    } else {
        std::erase_if(result.instances, [&](InstanceId id) { return !is_struck(id); });
    }
    result.zones = part.zones;
    return result;
}

}  // namespace

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
    const auto apply = [&](const ActiveFault& fault, const FaultEffect& effect) {
        std::visit([&](const auto& kind) { kind.apply(conditions, topology, fault); }, effect);
    };
    const auto apply_with_version = [&](const FaultStrike& strike, std::uint32_t number,
                                        const FaultTarget& whole, const FaultEffect& effect) {
        if (std::holds_alternative<DeployEffect>(effect)) {
            if (!strike.over) apply({number, whole}, effect);
        } else if (!strike.part) {
            apply({number, whole}, effect);
        } else if (!strike.part->instances.empty()) {
            apply({number, *strike.part}, effect);
        }
    };
    std::vector<std::uint32_t> first_beside;  // the draws of what a fault does besides
    auto next = static_cast<std::uint32_t>(plan.size());
    for (const ScheduledFault& fault : plan) {
        first_beside.push_back(next);
        next += static_cast<std::uint32_t>(fault.also.size());
    }
    for (const FaultStrike& strike : strikes) {
        const auto& planned = plan[strike.fault];
        if (is_deployed(planned)) {
            apply_with_version(strike, strike.fault, planned.target, planned.effect);
            auto number = first_beside[strike.fault];
            for (const BesideEffect& one : planned.also) {
                apply_with_version(strike, number++, one.target, one.effect);
            }
            continue;
        }
        if (strike.part && strike.part->instances.empty()) continue;  // all are cured
        const auto strike_with = [&](std::uint32_t number, const FaultTarget& whole,
                                     const FaultEffect& effect) {
            if (strike.part) return apply({number, part_of(topology, whole, *strike.part)}, effect);
            apply({number, whole}, effect);
        };
        strike_with(strike.fault, planned.target, at_strength(planned.effect, strike.strength));
        for (const ZoneId id : planned.control) conditions.control_off[id.value] = 1;
        auto number = first_beside[strike.fault];
        for (const BesideEffect& one : planned.also) {
            const bool partial = strike.strength < 1 && has_strength(one.effect);
            strike_with(number++, one.target,
                        partial ? at_strength(one.effect, strike.strength) : one.effect);
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
