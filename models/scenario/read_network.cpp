#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "models/scenario/distributions.hpp"
#include "models/scenario/reading.hpp"
#include "sim/yaml/scalars.hpp"

namespace models {

using sim::MapEntry;
using sim::MapReader;
using sim::Node;

namespace {

/// Zone names are global: faults and groups name a zone without its region.
class ZoneNames {
  public:
    explicit ZoneNames(sim::Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

    bool add(const Name& zone) {
        const auto [seen, fresh] = first_.emplace(zone.text, zone.range);
        if (fresh) return true;
        diagnostics_.add({sim::Severity::error, zone.range,
                          fmt::format("zone {} exists twice", sim::quote(zone.text)),
                          "zones need names of their own, also across regions", seen->second,
                          "first written here"});
        return false;
    }

  private:
    sim::Diagnostics& diagnostics_;
    std::map<std::string, sim::SourceRange> first_;
};

RegionSpec read_region(const MapEntry& entry, ZoneNames& seen, Reading& reading) {
    RegionSpec region;
    region.name = {entry.key, entry.key_range};
    MapReader reader(entry.value, reading.diagnostics, fmt::format("region `{}`", entry.key));
    const Node* zones = reader.take("zones");
    reader.finish();
    if (zones != nullptr) {
        for (const Node& node : sim::read_list(*zones, reading.diagnostics, "zones")) {
            const auto zone = read_placed_name(node, reading.diagnostics, "a zone");
            if (zone && seen.add(*zone)) region.zones.push_back(*zone);
        }
    }
    const bool nothing = zones == nullptr || (zones->is_list() && zones->items.empty());
    if (nothing && reader.valid()) {
        sim::report_key(reading.diagnostics, entry,
                        fmt::format("region `{}` has no zones", entry.key),
                        fmt::format("write `{0}: {{zones: [{0}-1]}}`", entry.key));
    }
    return region;
}

bool is_region(const std::vector<RegionSpec>& regions, std::string_view name) {
    return std::any_of(regions.begin(), regions.end(),
                       [&](const RegionSpec& region) { return region.name.text == name; });
}

/// `eu-us`: region names may hold hyphens themselves, so every hyphen may be the one between.
std::optional<std::pair<std::string, std::string>> region_pair(
    const std::vector<RegionSpec>& regions, const std::string& key) {
    for (std::size_t at = key.find('-'); at != std::string::npos; at = key.find('-', at + 1)) {
        std::string first = key.substr(0, at);
        std::string second = key.substr(at + 1);
        if (is_region(regions, first) && is_region(regions, second) && first != second) {
            return std::pair(std::move(first), std::move(second));
        }
    }
    return std::nullopt;
}

void read_between(const Node& node, const std::vector<RegionSpec>& regions, NetworkSpec& network,
                  Reading& reading) {
    std::map<std::pair<std::string, std::string>, sim::SourceRange> seen;
    for (const MapEntry& entry : sim::read_entries(node, reading.diagnostics, "region pairs")) {
        const auto delay = read_distribution_of(entry.value, reading, "delay");
        const auto pair = region_pair(regions, entry.key);
        if (!pair) {
            sim::report_key(reading.diagnostics, entry,
                            fmt::format("{} is no pair of regions", sim::quote(entry.key)),
                            "write two different regions of the file with a hyphen between them: "
                            "`eu-us: 40ms`");
            continue;
        }
        const auto [first, second] = std::minmax(pair->first, pair->second);
        const auto [other, fresh] = seen.emplace(std::pair(first, second), entry.key_range);
        if (!fresh) {
            reading.diagnostics.add({sim::Severity::error, entry.key_range,
                                     "the delay between two regions is given twice",
                                     "it holds in both directions: keep one", other->second,
                                     "first written here"});
            continue;
        }
        if (delay) network.between.push_back({pair->first, pair->second, *delay});
    }
}

}  // namespace

std::vector<RegionSpec> read_regions(const Node& node, Reading& reading) {
    std::vector<RegionSpec> regions;
    ZoneNames seen(reading.diagnostics);
    if (node.is_null() || (node.is_map() && node.entries.empty())) {
        sim::report(reading.diagnostics, node, "there are no regions",
                    "write `regions: {eu: {zones: [eu-1]}}`, or leave the section out");
    }
    for (const MapEntry& entry : sim::read_entries(node, reading.diagnostics, "regions")) {
        if (!sim::check_key_name(entry, reading.diagnostics, "a region")) continue;
        regions.push_back(read_region(entry, seen, reading));
    }
    return regions;
}

NetworkSpec read_network(const Node& node, const std::vector<RegionSpec>& regions,
                         Reading& reading) {
    NetworkSpec network;
    MapReader reader(node, reading.diagnostics, "network");
    const auto read = [&](std::string_view key, sim::Distribution& delay) {
        if (const Node* value = reader.take(key)) {
            if (const auto read_value = read_distribution_of(*value, reading, "delay")) {
                delay = *read_value;
            }
        }
    };
    read("sameZone", network.same_zone);
    read("crossZone", network.cross_zone);
    read("crossRegion", network.cross_region);
    if (const Node* between = reader.take("between")) {
        read_between(*between, regions, network, reading);
    }
    reader.finish({{"loss", "", kPlanned}, {"bandwidth", "", kPlanned}});
    return network;
}

}  // namespace models
