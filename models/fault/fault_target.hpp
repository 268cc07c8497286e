#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "models/fault/conditions.hpp"

namespace sim {
class Parameters;
struct Misfit;
}  // namespace sim

namespace models {

/// Where a fault strikes, as ids. Exactly what its selectors resolved to.
struct FaultTarget {
    std::vector<InstanceId> instances;
    std::vector<ZoneId> zones;  ///< zones that the target covers as a whole
    std::vector<Traffic> traffic;
    double share = 1;     ///< of the tries that `traffic` has
    bool sticky = false;  ///< ... chosen by connection, so that the same callers always suffer
};

/// What an effect can be laid upon.
struct EffectPlaces {
    bool instances = false;
    bool traffic = false;
    bool zones = false;  ///< only whole zones and regions
};

/// How an effect may be written short.
struct EffectSpelling {
    std::string_view main;  ///< `{slow: 5x}` is this parameter; empty: none
    bool bare = false;      ///< its name alone says enough
};

/// One fault at work, as its effect sees it.
struct ActiveFault {
    std::uint32_t number = 0;  ///< in the plan
    const FaultTarget& target;
};

/// New conditions of the fault, for the effect to fill in.
WorkConditions& add_work(Conditions& conditions, const Topology& topology,
                         const ActiveFault& fault);
/// The same for each part of its traffic: `set` is called with every one.
template <class Set>
void add_traffic(Conditions& conditions, const ActiveFault& fault, const Set& set) {
    for (const Traffic& where : fault.target.traffic) {
        TrafficConditions one;
        one.fault = fault.number;
        one.where = where;
        one.share = fault.target.share;
        one.sticky = fault.target.sticky;
        set(one);
        conditions.traffic.push_back(one);
    }
}

}  // namespace models
