#include "models/scenario/placement.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "models/scenario/reading.hpp"
#include "sim/yaml/scalars.hpp"

namespace models {

using sim::MapEntry;
using sim::MapReader;
using sim::Node;

namespace {

constexpr std::int64_t kMaxReplicas = 100'000;

std::vector<std::string_view> region_names(const std::vector<RegionSpec>& regions) {
    std::vector<std::string_view> names;
    for (const RegionSpec& region : regions) names.push_back(region.name.text);
    return names;
}

std::vector<std::string_view> zone_names(const std::vector<RegionSpec>& regions) {
    std::vector<std::string_view> names;
    for (const RegionSpec& region : regions) {
        for (const Name& zone : region.zones) names.push_back(zone.text);
    }
    return names;
}

void report_no_replicas(sim::Diagnostics& diagnostics, const Node& node) {
    sim::report(diagnostics, node, "no replicas: a service needs at least one",
                "give it at least one, or remove the service");
}

/// A number of replicas of the whole service, at least one.
std::optional<std::uint32_t> read_replicas(const Node& node, sim::Diagnostics& diagnostics) {
    if (node.is_scalar() && node.text == "0") {
        report_no_replicas(diagnostics, node);
        return std::nullopt;
    }
    const auto count = sim::read_count(node, diagnostics, {1, kMaxReplicas});
    if (!count) return std::nullopt;
    return static_cast<std::uint32_t>(*count);
}

/// The zones of the regions that the service is in, in the file's order.
std::vector<Name> zones_of(const Node* chosen, const std::vector<RegionSpec>& regions,
                           sim::Diagnostics& diagnostics) {
    std::vector<std::string> wanted;
    if (chosen != nullptr) {
        for (const Node& node : sim::read_list_or_one(*chosen)) {
            const auto name = read_placed_name(node, diagnostics, "a region");
            if (!name) continue;
            const auto names = region_names(regions);
            if (std::find(names.begin(), names.end(), name->text) == names.end()) {
                report_unknown(diagnostics, *name, "region", names);
            }
            wanted.push_back(name->text);
        }
    }
    std::vector<Name> zones;
    for (const RegionSpec& region : regions) {
        if (std::find(wanted.begin(), wanted.end(), region.name.text) == wanted.end()) continue;
        zones.insert(zones.end(), region.zones.begin(), region.zones.end());
    }
    return zones;
}

std::vector<PlacementSpec> read_map(const Node& node, const std::vector<RegionSpec>& regions,
                                    sim::Diagnostics& diagnostics) {
    const auto known = zone_names(regions);
    std::vector<PlacementSpec> written;
    bool clean = node.is_map();
    for (const MapEntry& entry : sim::read_entries(node, diagnostics, "zones")) {
        const auto count = sim::read_count(entry.value, diagnostics, {0, kMaxReplicas});
        const Name zone{entry.key, entry.key_range};
        const bool exists = std::find(known.begin(), known.end(), zone.text) != known.end();
        if (!exists) report_unknown(diagnostics, zone, "zone", known);
        clean = clean && count && exists;
        if (count && *count > 0 && exists) {
            written.push_back({zone, static_cast<std::uint32_t>(*count)});
        }
    }
    if (written.empty() && clean) report_no_replicas(diagnostics, node);
    std::vector<PlacementSpec> ordered;
    for (const std::string_view name : known) {
        for (const PlacementSpec& zone : written) {
            if (zone.zone.text == name) ordered.push_back(zone);
        }
    }
    return ordered;
}

/// `replicas: 5` over three zones: 2, 2, 1.
std::vector<PlacementSpec> deal_out(std::uint32_t replicas, const std::vector<Name>& zones) {
    std::vector<PlacementSpec> placement;
    const auto count = static_cast<std::uint32_t>(zones.size());
    for (std::uint32_t i = 0; i < count; ++i) {
        const std::uint32_t here = replicas / count + (i < replicas % count ? 1 : 0);
        if (here > 0) placement.push_back({zones[i], here});
    }
    return placement;
}

/// Two ways to say the same thing are a contradiction sooner or later.
bool check_one_way(const Node& service, sim::Diagnostics& diagnostics) {
    const MapEntry* first = nullptr;
    bool clean = true;
    for (const std::string_view key : {"placement", "replicas", "replicasPerZone"}) {
        const MapEntry* entry = service.find_entry(key);
        if (entry == nullptr) continue;
        if (first != nullptr) {
            diagnostics.add({sim::Severity::error, entry->key_range,
                             fmt::format("`{}` and `{}` cannot both be given", first->key, key),
                             "keep one of `replicasPerZone`, `replicas` and `placement`",
                             first->key_range, "the other one"});
            clean = false;
        }
        first = first == nullptr ? entry : first;
    }
    return clean;
}

}  // namespace

std::vector<PlacementSpec> read_placement(MapReader& reader,
                                          const std::vector<RegionSpec>& regions) {
    sim::Diagnostics& diagnostics = reader.diagnostics();
    const Node* map = reader.take("placement");
    const MapEntry* chosen = reader.take_entry("regions");
    const Node* per_zone = reader.take("replicasPerZone");
    const Node* replicas = reader.take("replicas");
    if (!reader.valid() || !check_one_way(reader.node(), diagnostics)) return {};
    if (map != nullptr) {
        if (chosen != nullptr) {
            sim::report_key(diagnostics, *chosen, "`regions` and `placement` cannot both be given",
                            "`placement` names the zones itself: remove `regions`");
        }
        return read_map(*map, regions, diagnostics);
    }
    const auto zones = zones_of(chosen != nullptr ? &chosen->value : nullptr, regions, diagnostics);
    const Node* node = replicas != nullptr ? replicas : per_zone;
    const auto count =
        node != nullptr ? read_replicas(*node, diagnostics) : std::optional<std::uint32_t>();
    // Without `regions` there, defaults fill in every region: none then is reported as such.
    const bool no_regions = chosen != nullptr && chosen->key_range.has_place() &&
                            !chosen->value.is_map() && chosen->value.items.empty() &&
                            !chosen->value.is_scalar();
    if (no_regions) report_no_replicas(diagnostics, chosen->value);
    if (!count || zones.empty()) return {};
    const auto total = static_cast<std::uint32_t>(zones.size());
    return deal_out(replicas != nullptr ? *count : *count * total, zones);
}

}  // namespace models
