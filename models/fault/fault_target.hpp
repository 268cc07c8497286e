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
    std::vector<std::uint8_t> groups = {};  ///< of customers, by group
    bool of_place = false;                  ///< named by its zone or region
};

/// What an effect can be laid upon.
struct EffectPlaces {
    bool instances = false;
    bool traffic = false;
    bool zones = false;   ///< only whole zones and regions
    bool groups = false;  ///< of customers
};

/// How an effect may be written short.
struct EffectSpelling {
    std::string_view main;  ///< `{slow: 5x}` is this parameter; empty: none
    bool bare = false;      ///< its name alone says enough
};

/// Which messages of a call.
enum class MessageDirection : std::uint8_t { both, request, reply };

/// Leaves of the messages those that go that way.
void narrow(Traffic& where, MessageDirection direction);
void direction_parameter(sim::Parameters& p, MessageDirection& direction);

/// One fault at work, as its effect sees it.
struct ActiveFault {
    std::uint32_t number = 0;  ///< of its draws, see fault_draw_names
    const FaultTarget& target;
};

/// Conditions of the fault at its instances, for the effect to fill in.
template <class Struck>
Struck struck_by(const Topology& topology, const ActiveFault& fault) {
    Struck struck;
    struck.fault = fault.number;
    struck.instances.resize(topology.instances.size(), 0);
    for (const InstanceId id : fault.target.instances) struck.instances[id.value] = 1;
    return struck;
}
/// The same for own work, added to what there is.
WorkConditions& add_work(Conditions& conditions, const Topology& topology,
                         const ActiveFault& fault);
/// The same for each part of its traffic: `set` is called with every one.
template <class Set>
void add_traffic(Conditions& conditions, const ActiveFault& fault, const Set& set) {
    std::uint8_t part = 0;
    for (const Traffic& where : fault.target.traffic) {
        TrafficConditions one;
        one.part = part++;
        one.fault = fault.number;
        one.where = where;
        one.share = fault.target.share;
        one.sticky = fault.target.sticky;
        set(one);
        conditions.traffic.push_back(one);
    }
}

}  // namespace models
