#include "models/scenario/names.hpp"

#include <utility>

#include "sim/core/assert.hpp"

namespace models {

NameIndex::NameIndex(const SystemSpec& system) {
    for (const ServiceSpec& service : system.services) {
        services_.add(service.name.text);
        for (const Name& label : service.labels) {
            if (!labels_.find(label.text)) labels_.add(label.text);
        }
    }
    for (const GroupSpec& group : system.groups) groups_.add(group.name.text);
    for (const RegionSpec& region : system.regions) {
        regions_.add(region.name.text);
        for (const Name& zone : region.zones) zones_.add(zone.text);
    }
}

void NameIndex::Names::add(std::string_view name) {
    index.emplace(name, names.size());
    names.push_back(name);
}

std::optional<std::size_t> NameIndex::Names::find(std::string_view name) const {
    const auto found = index.find(name);
    if (found == index.end()) return std::nullopt;
    return found->second;
}

std::optional<std::size_t> NameIndex::service(std::string_view name) const {
    return services_.find(name);
}
std::optional<std::size_t> NameIndex::group(std::string_view name) const {
    return groups_.find(name);
}
std::optional<std::size_t> NameIndex::region(std::string_view name) const {
    return regions_.find(name);
}
std::optional<std::size_t> NameIndex::zone(std::string_view name) const {
    return zones_.find(name);
}

ServiceId NameIndex::service_id(std::string_view name) const {
    const auto found = service(name);
    SIM_ASSERT(found);
    return ServiceId{static_cast<std::uint32_t>(*found)};
}
ZoneId NameIndex::zone_id(std::string_view name) const {
    const auto found = zone(name);
    SIM_ASSERT(found);
    return ZoneId{static_cast<std::uint32_t>(*found)};
}

std::optional<CallTarget> find_target(const std::string& text, const NameIndex& index) {
    if (const auto whole = index.service(text)) return CallTarget{*whole, std::nullopt};
    for (std::size_t at = text.rfind('.'); at != std::string::npos && at > 0;
         at = text.rfind('.', at - 1)) {
        if (const auto service = index.service(std::string_view(text).substr(0, at))) {
            return CallTarget{*service, text.substr(at + 1)};
        }
    }
    return std::nullopt;
}

std::optional<EndpointRef> resolve_target(const std::string& text, const SystemSpec& system,
                                          const NameIndex& index) {
    const auto target = find_target(text, index);
    if (!target) return std::nullopt;
    const ServiceSpec& callee = system.services[target->service];
    if (!target->endpoint) {
        if (callee.endpoints.size() != 1) return std::nullopt;
        return EndpointRef{target->service, 0};
    }
    const auto endpoint = find_endpoint(callee, *target->endpoint);
    if (!endpoint) return std::nullopt;
    return EndpointRef{target->service, *endpoint};
}

std::optional<std::size_t> find_endpoint(const ServiceSpec& service, std::string_view name) {
    for (std::size_t i = 0; i < service.endpoints.size(); ++i) {
        if (service.endpoints[i].name.text == name) return i;
    }
    return std::nullopt;
}

std::vector<std::string_view> endpoint_names(const ServiceSpec& service) {
    std::vector<std::string_view> names;
    for (const EndpointSpec& endpoint : service.endpoints) names.push_back(endpoint.name.text);
    return names;
}

std::uint32_t replicas_in(const ServiceSpec& service, std::string_view zone) {
    for (const PlacementSpec& placement : service.placement) {
        if (placement.zone.text == zone) return placement.replicas;
    }
    return 0;
}

std::uint32_t replicas_of(const ServiceSpec& service) {
    std::uint32_t replicas = 0;
    for (const PlacementSpec& placement : service.placement) replicas += placement.replicas;
    return replicas;
}

bool calls_service(const ServiceSpec& caller, std::string_view callee) {
    for (const EndpointSpec& endpoint : caller.endpoints) {
        for (const auto& step : endpoint.steps) {
            for (const CallEntry& call : step) {
                if (call.service.text == callee) return true;
            }
        }
    }
    return false;
}

void report_with(sim::Diagnostics& diagnostics, const Name& name, std::string message,
                 std::string hint, const Name& other, std::string label) {
    diagnostics.add({sim::Severity::error, name.range, std::move(message), std::move(hint),
                     other.range, other.range.has_place() ? std::move(label) : ""});
}

}  // namespace models
