#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/distribution.hpp"
#include "sim/core/pool.hpp"

namespace models {

using RegionId = sim::Id<struct RegionTag>;
using ZoneId = sim::Id<struct ZoneTag>;
using ServiceId = sim::Id<struct ServiceTag>;
using InstanceId = sim::Id<struct InstanceTag>;
/// An endpoint of some service; endpoints are numbered over all services.
using EndpointId = sim::Id<struct EndpointTag>;

/// A set of zones that are close to each other.
struct Region {
    std::string name;
    std::vector<ZoneId> zones;
};

/// A failure domain inside a region.
struct Zone {
    std::string name;
    RegionId region;
};

enum class ServiceKind : std::uint8_t { service, database, cache, external, queue };
std::string_view to_string(ServiceKind kind);

/// One replica of a service.
struct Instance {
    std::string name;  ///< `payment/eu-1/0`: stable under changes elsewhere, so draws may use it
    ServiceId service;
    ZoneId zone;         ///< none: outside every zone, a bought-in service
    bool spare = false;  ///< not there at the start: a scaler may start it
};

/// A group of interchangeable replicas behind one name.
struct Service {
    std::string name;
    ServiceKind kind = ServiceKind::service;
    std::vector<InstanceId> instances;  ///< by zone in the file's order, then by number
};

/// Structure that never changes during a run: names, places, distances.
struct Topology {
    std::vector<Region> regions;
    std::vector<Zone> zones;
    std::vector<Service> services;
    std::vector<Instance> instances;
    /// One-way delays, and for each pair of zones (from * zones + to) which of them holds.
    std::vector<sim::Distribution> delays;
    std::vector<std::uint32_t> delay_between;

    [[nodiscard]] const Region& operator[](RegionId id) const { return regions[id.value]; }
    [[nodiscard]] const Zone& operator[](ZoneId id) const { return zones[id.value]; }
    [[nodiscard]] const Service& operator[](ServiceId id) const { return services[id.value]; }
    [[nodiscard]] const Instance& operator[](InstanceId id) const { return instances[id.value]; }
    [[nodiscard]] std::uint32_t delay_index(ZoneId from, ZoneId to) const {
        return delay_between[from.value * zones.size() + to.value];
    }
    [[nodiscard]] const sim::Distribution& delay(ZoneId from, ZoneId to) const {
        return delays[delay_index(from, to)];
    }
};

}  // namespace models
