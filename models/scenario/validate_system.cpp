#include <fmt/format.h>

#include <algorithm>

#include "models/scenario/names.hpp"
#include "models/scenario/reading.hpp"
#include "models/scenario/validate.hpp"

namespace models {

void check_limit(std::size_t count, std::size_t limit, std::string_view what,
                 sim::Diagnostics& diagnostics) {
    if (count <= limit) return;
    diagnostics.error({},
                      fmt::format("the scenario has {} {}, the limit is {}", count, what, limit),
                      "describe many equal parts as one with more replicas or a higher rate");
}

namespace {

void check_sizes(const SystemSpec& system, sim::Diagnostics& diagnostics) {
    constexpr ScenarioLimits kLimits;
    std::size_t endpoints = 0;
    std::size_t instances = 0;
    std::size_t zones = 0;
    for (const ServiceSpec& service : system.services) {
        endpoints += service.endpoints.size();
        instances += replicas_of(service);
    }
    for (const RegionSpec& region : system.regions) zones += region.zones.size();
    check_limit(system.services.size(), kLimits.services, "services", diagnostics);
    check_limit(endpoints, kLimits.endpoints, "endpoints", diagnostics);
    check_limit(instances, kLimits.instances, "replicas", diagnostics);
    check_limit(zones, kLimits.zones, "zones", diagnostics);
    check_limit(system.groups.size(), kLimits.groups, "customer groups", diagnostics);
}

/// Reports and messages name regions and zones, services and groups side by side.
void check_distinct(const SystemSpec& system, const NameIndex& index,
                    sim::Diagnostics& diagnostics) {
    for (const RegionSpec& region : system.regions) {
        for (const Name& zone : region.zones) {
            if (const auto same = index.region(zone.text)) {
                report_with(diagnostics, zone,
                            fmt::format("{} is a zone and a region", sim::quote(zone.text)),
                            "give the zone a name of its own, such as `eu-1`",
                            system.regions[*same].name, "the region");
            }
        }
    }
    for (const GroupSpec& group : system.groups) {
        if (const auto same = index.service(group.name.text)) {
            report_with(
                diagnostics, group.name,
                fmt::format("{} is a customer group and a service", sim::quote(group.name.text)),
                "rename one of them", system.services[*same].name, "the service");
        }
    }
}

void check_primary(const ServiceSpec& service, const NameIndex& index,
                   sim::Diagnostics& diagnostics) {
    if (!service.primary || service.placement.empty()) return;
    if (!index.zone(service.primary->text)) {
        report_unknown(diagnostics, *service.primary, "zone", index.zones());
    } else if (replicas_in(service, service.primary->text) == 0) {
        std::vector<std::string_view> zones;
        for (const PlacementSpec& placement : service.placement) {
            zones.push_back(placement.zone.text);
        }
        report_with(diagnostics, *service.primary,
                    fmt::format("`{}` has no replica in its primary's zone `{}`", service.name.text,
                                service.primary->text),
                    fmt::format("its replicas are in {}", fmt::join(zones, ", ")), service.name,
                    "the database");
    }
}

void check_origin(const GroupSpec& group, const NameIndex& index, sim::Diagnostics& diagnostics) {
    if (group.from.text.empty()) {
        // Reported where it was read, or there is no place to be from.
        if (group.from.range.has_place() || index.regions().empty()) return;
        diagnostics.error(
            group.name.range, fmt::format("group `{}` needs `from`", group.name.text),
            fmt::format("where its customers are: one of {}", fmt::join(index.regions(), ", ")));
        return;
    }
    if (index.region(group.from.text) || index.zone(group.from.text)) return;
    std::vector<std::string_view> known = index.regions();
    known.insert(known.end(), index.zones().begin(), index.zones().end());
    report_unknown(diagnostics, group.from, "region or zone", known);
}

/// Customers can be sent to regions in which somebody takes them in, each once.
void check_steering(const GroupSpec& group, const SystemSpec& system, const NameIndex& index,
                    sim::Diagnostics& diagnostics) {
    if (!group.steering) return;
    const auto entry = index.service(group.entry.text);
    std::vector<const Name*> known;
    for (const auto& tier : group.steering->regions) {
        for (const Name& name : tier) {
            const auto region = index.region(name.text);
            if (!region) {
                report_unknown(diagnostics, name, "region", index.regions());
                return;
            }
            const auto same = std::find_if(known.begin(), known.end(), [&](const Name* other) {
                return other->text == name.text;
            });
            if (same != known.end()) {
                report_with(diagnostics, name, fmt::format("`{}` is named twice", name.text),
                            "a region has one place in the order", **same, "first here");
                return;
            }
            known.push_back(&name);
            if (!entry || system.services[*entry].placement.empty()) continue;
            std::uint32_t replicas = 0;
            for (const Name& zone : system.regions[*region].zones) {
                replicas += replicas_in(system.services[*entry], zone.text);
            }
            if (replicas > 0) continue;
            report_with(diagnostics, name.range.has_place() ? name : group.name,
                        fmt::format("`{}` has no replica in `{}`", group.entry.text, name.text),
                        "nobody would take the customers in there", group.name, "these customers");
            return;
        }
    }
    if (known.size() > 1) return;
    diagnostics.error(group.steering->range, "there is only one region to be sent to",
                      "write at least two `regions`, or leave `steering` out");
}

}  // namespace

void validate_system(const SystemSpec& system, sim::Diagnostics& diagnostics) {
    const NameIndex index(system);
    check_sizes(system, diagnostics);
    check_distinct(system, index, diagnostics);
    for (const ServiceSpec& service : system.services) check_primary(service, index, diagnostics);
    for (const GroupSpec& group : system.groups) {
        check_origin(group, index, diagnostics);
        check_steering(group, system, index, diagnostics);
    }
}

void validate_policy_for(const SystemSpec& system, const std::vector<PolicyFor>& layers,
                         sim::Diagnostics& diagnostics) {
    const NameIndex index(system);
    for (const PolicyFor& layer : layers) {
        if (!index.service(layer.callee)) {
            report_unknown(diagnostics, {layer.callee, layer.place}, "service", index.services());
        }
        if (layer.caller && !index.service(*layer.caller) && !index.group(*layer.caller)) {
            std::vector<std::string_view> known = index.services();
            known.insert(known.end(), index.groups().begin(), index.groups().end());
            report_unknown(diagnostics, {*layer.caller, layer.place}, "caller", known);
        }
    }
}

}  // namespace models
