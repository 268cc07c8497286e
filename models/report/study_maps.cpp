#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include <fmt/format.h>

#include "models/report/cells.hpp"
#include "models/report/study_charts.hpp"

namespace models {

namespace {

/// Of the strategy that maps are drawn for.
Part baseline_of(const Part& result) {
    const auto baseline = result["provenance"].text("baseline");
    const auto strategies = result["strategies"].items();
    for (const auto& strategy : strategies) {
        if (strategy.text("name") == baseline) return strategy;
    }
    return strategies.empty() ? Part() : strategies.front();
}

/// Share of the tries to each service that failed.
std::map<std::string, double> failing(const Part& strategy) {
    std::map<std::string, double> all;
    std::map<std::string, double> failed;
    for (const auto& edge : strategy["edges"].items()) {
        const auto callee = edge.text("callee");
        for (const auto& [outcome, count] : edge["attemptOutcomes"].members()) {
            const double number = value_of(count);
            if (!(number > 0) || !std::isfinite(number)) continue;
            all[callee] += number;
            if (outcome != "ok" && outcome != "degraded") failed[callee] += number;
        }
    }
    for (auto& [name, count] : failed) count /= all[name];
    return failed;
}

/// "12 replicas in 3 zones".
std::string where(const Part& service) {
    double replicas = 0;
    std::size_t zones = 0;
    for (const auto& [zone, count] : service["replicas"].members()) {
        if (!(count.number() > 0)) continue;
        replicas += count.number();
        ++zones;
    }
    if (zones == 0) return "elsewhere";
    return fmt::format("{:.4g} in {} zone{}", replicas, zones, zones == 1 ? "" : "s");
}

sim::NodeMap call_map(const Part& result, const Part& shown, std::map<std::string, double>& harm) {
    sim::NodeMap map;
    map.title = fmt::format("Who calls whom; the redder, the more of the tries to it fail ({})",
                            shown.text("name"));
    std::map<std::string, std::size_t> place;
    for (const auto& service : result["topology"]["services"].items()) {
        const auto name = service.text("name");
        place[name] = map.nodes.size();
        map.nodes.push_back({name, where(service), harm[name]});
    }
    std::set<std::pair<std::size_t, std::size_t>> seen;
    for (const auto& edge : shown["edges"].items()) {
        const auto from = place.find(edge.text("caller"));
        const auto to = place.find(edge.text("callee"));
        if (from == place.end() || to == place.end()) continue;
        if (seen.emplace(from->second, to->second).second) {
            map.arrows.push_back({from->second, to->second});
        }
    }
    return map;
}

/// Customers of a zone and their losses.
std::vector<sim::PlaceMap::Item> customers_in(const Part& shown, const std::string& zone) {
    std::vector<sim::PlaceMap::Item> items;
    for (const auto& cell : shown["blast"]["cells"].items()) {
        if (cell.text("zone") != zone || !cell["group"].is_text() || !cell["journey"].is_text()) {
            continue;
        }
        const double share = value_of(cell["share"]);
        if (std::isnan(share)) continue;
        const auto number = count_cell(cell["lost"]);
        items.push_back(
            {flow_name(cell), number.text + " lost", std::clamp(share, 0.0, 1.0), number.source});
    }
    return items;
}

sim::PlaceMap place_map(const Part& result, const Part& shown,
                        const std::map<std::string, double>& harm) {
    sim::PlaceMap map;
    map.title = fmt::format(
        "Regions, zones and what stands in them; the redder, the more of the tries to it fail ({})",
        shown.text("name"));
    for (const auto& region : result["topology"]["regions"].items()) {
        sim::PlaceMap::Region one{region.text("name"), {}};
        for (const auto& zone : region["zones"].items()) {
            sim::PlaceMap::Zone in{zone.text(), customers_in(shown, zone.text())};
            for (const auto& service : result["topology"]["services"].items()) {
                const auto count = service["replicas"][zone.text()];
                if (!(count.number() > 0)) continue;
                const auto name = service.text("name");
                const auto found = harm.find(name);
                in.items.push_back({name, fmt::format("{:.4g}", count.number()),
                                    found == harm.end() ? 0 : found->second, count.source()});
            }
            one.zones.push_back(std::move(in));
        }
        map.regions.push_back(std::move(one));
    }
    return map;
}

}  // namespace

void add_maps(const Part& result, std::vector<sim::Block>& page) {
    const auto shown = baseline_of(result);
    if (result["topology"]["services"].size() == 0) return;
    auto harm = failing(shown);
    page.emplace_back(sim::Heading{"Services and places"});
    page.emplace_back(call_map(result, shown, harm));
    page.emplace_back(place_map(result, shown, harm));
}

}  // namespace models
