#include "models/scenario/atomic_faults.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "sim/yaml/write_scalars.hpp"

namespace models {

namespace {

/// Names may hold characters that a key of a fault should not.
std::string plain(std::string text) {
    for (char& c : text) {
        const bool good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') || c == '_' || c == '.';
        if (!good) c = '-';
    }
    return text;
}

AtomicFault fault_of(AtomicKind kind, std::string_view suffix, std::string title,
                     const std::string& subject, std::string where) {
    return {kind, fmt::format("{}-{}", plain(subject), suffix), std::move(title), subject, {},
            std::move(where)};
}

void add_places(const SystemModel& model, std::vector<AtomicFault>& faults) {
    const auto runs_there = [&](const ZoneId zone) {
        return std::any_of(model.topology.instances.begin(), model.topology.instances.end(),
                           [&](const Instance& one) { return one.zone == zone; });
    };
    for (std::uint32_t z = 0; z < model.topology.zones.size(); ++z) {
        if (!runs_there(ZoneId{z})) continue;
        const auto& name = model.topology.zones[z].name;
        faults.push_back(fault_of(AtomicKind::zone_dark, "dark", name + " dark", name,
                                  fmt::format("zone: {}, effect: down", name)));
    }
    for (const auto& region : model.topology.regions) {
        // A region of one zone is that zone.
        if (region.zones.size() < 2) continue;
        if (std::none_of(region.zones.begin(), region.zones.end(), runs_there)) continue;
        faults.push_back(fault_of(AtomicKind::region_dark, "region-dark",
                                  fmt::format("region {} dark", region.name), region.name,
                                  fmt::format("region: {}, effect: down", region.name)));
    }
}

void add_failovers(const SystemModel& model, std::vector<AtomicFault>& faults) {
    for (std::uint32_t s = 0; s < model.services.size(); ++s) {
        const auto& database = model.services[s].database;
        if (!database) continue;
        const auto& service = model.topology.services[s];
        const auto primary = std::find_if(
            service.instances.begin(), service.instances.end(),
            [&](InstanceId id) { return model.topology[id].zone == database->primary; });
        if (primary == service.instances.end()) continue;
        const auto& replica = model.topology[*primary].name;
        faults.push_back(fault_of(AtomicKind::failover, "failover", service.name + " failover", service.name,
                                  fmt::format("replica: {}, effect: down", replica)));
    }
}

void add_services(const SystemModel& model, std::vector<AtomicFault>& faults) {
    for (const auto& service : model.topology.services) {
        const auto& name = service.name;
        const auto where = [&](std::string_view effect) {
            return fmt::format("service: {}, effect: {}", name, effect);
        };
        faults.push_back(
            fault_of(AtomicKind::service_down, "down", name + " down", name, where("down")));
        faults.push_back(fault_of(AtomicKind::service_failing, "failing", name + " failing (50 %)", name,
                                  where("{errors: 50%}")));
        faults.push_back(fault_of(AtomicKind::service_slow, "slow", name + " 5x slower", name,
                                  where("{slow: 5x}")));
    }
}

void add_calls(const SystemModel& model, std::vector<AtomicFault>& faults) {
    std::vector<std::string> known;
    for (const auto& edge : model.edges) {
        if (!edge.caller_service.valid()) continue;
        const auto& callee = model.topology[model.endpoints[edge.endpoint.value].service].name;
        const auto call = fmt::format("{}->{}", edge.caller, callee);
        if (std::find(known.begin(), known.end(), call) != known.end()) continue;
        known.push_back(call);
        auto fault = fault_of(
            AtomicKind::call_cut, "cut", call + " cut", edge.caller,
            fmt::format("call: {{from: {}, to: {}}}, effect: lose", edge.caller, callee));
        fault.key = fmt::format("{}-to-{}-cut", plain(edge.caller), plain(callee));
        fault.callee = callee;
        faults.push_back(std::move(fault));
    }
}

void add_names(const SystemModel& model, std::vector<AtomicFault>& faults) {
    for (std::uint32_t s = 0; s < model.services.size(); ++s) {
        if (!model.services[s].dns) continue;
        const auto& name = model.topology.services[s].name;
        faults.push_back(fault_of(AtomicKind::names_lost, "dns", "DNS of " + name, name,
                                  fmt::format("service: {}, effect: {{dns: timeout}}", name)));
    }
}

/// Names that differ in such characters only get a number.
void make_unique(std::vector<AtomicFault>& faults) {
    for (std::size_t i = 0; i < faults.size(); ++i) {
        const auto same = std::count_if(
            faults.begin(), faults.begin() + static_cast<std::ptrdiff_t>(i),
            [&](const AtomicFault& one) { return one.key == faults[i].key; });
        if (same > 0) faults[i].key += fmt::format("-{}", i);
    }
}

}  // namespace

std::string AtomicFault::yaml(sim::SimTime at, sim::Duration length) const {
    return fmt::format("{}: {{at: {}, for: {}, {}}}", key, sim::duration_text({at.ns}),
                       sim::duration_text(length), where);
}

std::vector<AtomicFault> atomic_faults(const SystemModel& model) {
    std::vector<AtomicFault> faults;
    add_places(model, faults);
    add_failovers(model, faults);
    add_services(model, faults);
    add_calls(model, faults);
    add_names(model, faults);
    make_unique(faults);
    return faults;
}

}  // namespace models
