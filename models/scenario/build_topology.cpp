#include <fmt/format.h>

#include <algorithm>

#include "models/scenario/build_parts.hpp"
#include "sim/core/assert.hpp"

namespace models {

namespace {

constexpr std::uint32_t kSameZone = 0;
constexpr std::uint32_t kCrossZone = 1;
constexpr std::uint32_t kCrossRegion = 2;

void add_places(const SystemSpec& system, Topology& topology) {
    for (const RegionSpec& spec : system.regions) {
        const RegionId region{static_cast<std::uint32_t>(topology.regions.size())};
        topology.regions.push_back({spec.name.text, {}});
        for (const Name& zone : spec.zones) {
            topology.regions.back().zones.push_back(
                ZoneId{static_cast<std::uint32_t>(topology.zones.size())});
            topology.zones.push_back({zone.text, region});
        }
    }
}

void add_services(const SystemSpec& system, const NameIndex& names, Topology& topology) {
    for (const ServiceSpec& spec : system.services) {
        const ServiceId id{static_cast<std::uint32_t>(topology.services.size())};
        Service service{spec.name.text, spec.kind, {}};
        for (const PlacementSpec& placement : spec.placement) {
            const auto zone = names.zone(placement.zone.text);
            SIM_ASSERT(zone);
            // A scaler may put all that there may be into one zone.
            const std::uint32_t most =
                (spec.autoscale ? bounds_of(*spec.autoscale).max : placement.replicas) +
                added_by_hand(system, spec.name.text);
            for (std::uint32_t i = 0; i < most; ++i) {
                service.instances.push_back(
                    InstanceId{static_cast<std::uint32_t>(topology.instances.size())});
                topology.instances.push_back(
                    {fmt::format("{}/{}/{}", spec.name.text, placement.zone.text, i), id,
                     ZoneId{static_cast<std::uint32_t>(*zone)}, i >= placement.replicas});
            }
        }
        if (spec.kind == ServiceKind::external) {  // one, everywhere, without bound
            service.instances.push_back(
                InstanceId{static_cast<std::uint32_t>(topology.instances.size())});
            topology.instances.push_back({spec.name.text + "/external", id, ZoneId{}});
        }
        topology.services.push_back(std::move(service));
    }
}

/// Index of the delay between two regions: the pair's own if it has one.
std::vector<std::uint32_t> region_delays(const NetworkSpec& network, const NameIndex& names,
                                         std::size_t regions) {
    std::vector<std::uint32_t> between(regions * regions, kCrossRegion);
    for (std::size_t i = 0; i < network.between.size(); ++i) {
        const auto first = names.region(network.between[i].first);
        const auto second = names.region(network.between[i].second);
        SIM_ASSERT(first && second);
        const auto index = static_cast<std::uint32_t>(kCrossRegion + 1 + i);
        between[*first * regions + *second] = index;
        between[*second * regions + *first] = index;
    }
    return between;
}

void add_delays(const NetworkSpec& network, const NameIndex& names, Topology& topology) {
    topology.delays = {network.same_zone, network.cross_zone, network.cross_region};
    for (const auto& pair : network.between) topology.delays.push_back(pair.delay);
    const std::size_t regions = topology.regions.size();
    const auto between = region_delays(network, names, regions);
    const std::size_t zones = topology.zones.size();
    topology.delay_between.reserve(zones * zones);
    for (std::size_t from = 0; from < zones; ++from) {
        for (std::size_t to = 0; to < zones; ++to) {
            const std::size_t a = topology.zones[from].region.value;
            const std::size_t b = topology.zones[to].region.value;
            const std::uint32_t near = from == to ? kSameZone : kCrossZone;
            topology.delay_between.push_back(a == b ? near : between[a * regions + b]);
        }
    }
}

}  // namespace

Topology build_topology(const SystemSpec& system, const NameIndex& names) {
    Topology topology;
    add_places(system, topology);
    add_services(system, names, topology);
    add_delays(system.network, names, topology);
    return topology;
}

}  // namespace models
