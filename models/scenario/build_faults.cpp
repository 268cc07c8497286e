#include <algorithm>
#include <cmath>

#include "models/scenario/build_parts.hpp"
#include "sim/core/assert.hpp"

namespace models {

namespace {

ZoneId zone_id(const Name& name, const NameIndex& names) {
    const auto found = names.zone(name.text);
    SIM_ASSERT(found);
    return ZoneId{static_cast<std::uint32_t>(*found)};
}

ServiceId service_id(const Name& name, const NameIndex& names) {
    const auto found = names.service(name.text);
    SIM_ASSERT(found);
    return ServiceId{static_cast<std::uint32_t>(*found)};
}

/// The zones that the target names; nothing when it does not speak of places.
std::vector<ZoneId> zones_of(const FaultTargetSpec& target, const Topology& topology,
                             const NameIndex& names) {
    if (target.zone) return {zone_id(*target.zone, names)};
    if (!target.region) return {};
    const auto region = names.region(target.region->text);
    SIM_ASSERT(region);
    return topology.regions[*region].zones;
}

/// Replicas of one service, narrowed to the zones if there are any, and cut to the count or share.
std::vector<InstanceId> replicas_hit(const FaultTargetSpec& target, const Topology& topology,
                                     const std::vector<ZoneId>& zones, const NameIndex& names) {
    std::vector<InstanceId> hit;
    for (const InstanceId id : topology[service_id(*target.service, names)].instances) {
        const ZoneId zone = topology[id].zone;
        const bool inside = std::any_of(zones.begin(), zones.end(),
                                        [&](ZoneId one) { return one.value == zone.value; });
        if (zones.empty() || inside) hit.push_back(id);
    }
    std::size_t count = hit.size();
    if (target.count) count = *target.count;
    if (target.share) {
        // The epsilon keeps 60 % of 5 replicas at 3 whatever the last bit of the product is.
        count = static_cast<std::size_t>(
            std::ceil(*target.share * static_cast<double>(hit.size()) - 1e-9));
    }
    SIM_ASSERT(count <= hit.size());
    hit.resize(count);
    return hit;
}

FaultTarget build_target(const FaultTargetSpec& target, const Topology& topology,
                         const NameIndex& names) {
    FaultTarget built;
    if (target.call) {
        built.calls.emplace_back(service_id(target.call->first, names),
                                 service_id(target.call->second, names));
        return built;
    }
    const auto zones = zones_of(target, topology, names);
    if (target.service) {
        built.instances = replicas_hit(target, topology, zones, names);
        return built;
    }
    const auto everything = static_cast<std::uint32_t>(topology.instances.size());
    for (InstanceId id{0}; id.value < everything; ++id.value) {
        const Instance& instance = topology[id];
        const bool hit = target.replica ? instance.name == target.replica->text
                                        : std::any_of(zones.begin(), zones.end(), [&](ZoneId zone) {
                                              return zone.value == instance.zone.value;
                                          });
        if (hit) built.instances.push_back(id);
    }
    built.zones = zones;
    return built;
}

}  // namespace

std::vector<ScheduledFault> build_faults(const std::vector<FaultSpec>& faults,
                                         const Topology& topology, const NameIndex& names) {
    std::vector<ScheduledFault> built;
    for (const FaultSpec& fault : faults) {
        built.push_back({fault.name.text, fault.at, fault.duration,
                         build_target(fault.target, topology, names), fault.effect});
    }
    return built;
}

}  // namespace models
