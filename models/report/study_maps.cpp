#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "models/report/cells.hpp"
#include "models/report/study_charts.hpp"

namespace models {

namespace {

/// Requests that the faults cost a strategy, all journeys together.
double lost_under(const Part& strategy) {
    double lost = 0;
    for (const auto& one : strategy["impact"].items()) {
        const double value = value_of(one["lost"]);
        if (std::isfinite(value)) lost += value;
    }
    return lost;
}

/// The strategy that maps are drawn for: the baseline, or the one that loses most when the faults
/// cost the baseline nothing to look at.
Part shown_in_maps(const Part& result) {
    constexpr double kSomething = 10;  // requests
    const auto baseline = result["provenance"].text("baseline");
    const auto strategies = result["strategies"].items();
    if (strategies.empty()) return {};
    auto shown = strategies.front();
    for (const auto& strategy : strategies) {
        if (strategy.text("name") == baseline) shown = strategy;
    }
    if (lost_under(shown) >= kSomething) return shown;
    for (const auto& strategy : strategies) {
        if (lost_under(strategy) >= kSomething && lost_under(strategy) > lost_under(shown)) {
            shown = strategy;
        }
    }
    return shown;
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

/// "12 replicas, 3 zones".
std::string where(const Part& service) {
    double replicas = 0;
    std::size_t zones = 0;
    for (const auto& [zone, count] : service["replicas"].members()) {
        if (!(count.number() > 0)) continue;
        replicas += count.number();
        ++zones;
    }
    if (zones == 0) return "elsewhere";
    return fmt::format("{:.4g} replica{}, {} zone{}", replicas, replicas == 1 ? "" : "s", zones,
                       zones == 1 ? "" : "s");
}

/// "84 % of tries fail"; below half a percent where the replicas are.
std::string detail_of(const Part& service, double harm) {
    if (!(harm >= 0.005)) return where(service);
    return fmt::format("{:.0f} % of tries fail", harm * 100);
}

/// Calls and tries between two, all endpoints together.
struct Traffic {
    double calls = 0;
    double tries = 0;
};

/// "3.5x": tries per call, where callers try again.
std::string tries_text(const Traffic& traffic) {
    const double times = traffic.tries / traffic.calls;
    return std::isfinite(times) && times >= 1.05 ? fmt::format("{:.1f}x", times) : "";
}

sim::NodeMap call_map(const Part& result, const Part& shown, std::map<std::string, double>& harm) {
    sim::NodeMap map;
    map.title = fmt::format(
        "Who calls whom under {}; the redder, the more of the tries to it fail; 2.0x: two tries "
        "for each call",
        shown.text("name"));
    std::map<std::string, std::size_t> place;
    for (const auto& service : result["topology"]["services"].items()) {
        const auto name = service.text("name");
        place[name] = map.nodes.size();
        map.nodes.push_back({name, detail_of(service, harm[name]), harm[name]});
    }
    std::map<std::pair<std::size_t, std::size_t>, Traffic> arrows;
    for (const auto& edge : shown["edges"].items()) {
        const auto from = place.find(edge.text("caller"));
        const auto to = place.find(edge.text("callee"));
        if (from == place.end() || to == place.end()) continue;
        auto& traffic = arrows[{from->second, to->second}];
        traffic.calls += value_of(edge["calls"]);
        traffic.tries += value_of(edge["attempts"]);
    }
    for (const auto& [ends, traffic] : arrows) {
        map.arrows.push_back({ends.first, ends.second, tries_text(traffic)});
    }
    return map;
}

/// Customers of a zone and their losses, each group and journey by itself where there are several.
std::vector<sim::PlaceMap::Item> customers_in(const Part& shown, const std::string& zone) {
    std::vector<sim::PlaceMap::Item> apart;
    std::vector<sim::PlaceMap::Item> together;
    for (const auto& cell : shown["blast"]["cells"].items()) {
        const double share = value_of(cell["share"]);
        if (cell.text("zone") != zone || std::isnan(share)) continue;
        const bool one = cell["group"].is_text() && cell["journey"].is_text();
        const bool all = !cell["group"].is_text() && !cell["journey"].is_text();
        if (!one && !all) continue;
        const auto number = count_cell(cell["lost"]);
        (one ? apart : together)
            .push_back({one ? flow_name(cell) : "customers", number.text + " lost",
                        std::clamp(share, 0.0, 1.0), number.source});
    }
    return apart.empty() ? together : apart;
}

/// Whether a zone is struck as a whole.
bool is_struck(const Part& shown, const std::string& zone) {
    const auto zones = shown["blast"]["radii"]["target"]["zones"].items();
    return std::any_of(zones.begin(), zones.end(),
                       [&](const Part& one) { return one.text() == zone; });
}

sim::PlaceMap place_map(const Part& result, const Part& shown) {
    sim::PlaceMap map;
    map.title = "Where everything stands";
    if (shown["impact"].size() > 0) {
        map.title += fmt::format(
            "; the redder, the more of the requests of these customers are lost under {}",
            shown.text("name"));
    }
    for (const auto& region : result["topology"]["regions"].items()) {
        sim::PlaceMap::Region one{region.text("name"), {}};
        for (const auto& zone : region["zones"].items()) {
            const bool struck = is_struck(shown, zone.text());
            sim::PlaceMap::Zone in{zone.text() + (struck ? " (struck)" : ""),
                                   customers_in(shown, zone.text())};
            for (const auto& service : result["topology"]["services"].items()) {
                const auto count = service["replicas"][zone.text()];
                if (!(count.number() > 0)) continue;
                in.items.push_back({service.text("name"),
                                    fmt::format("{:.4g} replica{}", count.number(),
                                                count.number() == 1 ? "" : "s"),
                                    std::nullopt, count.source()});
            }
            one.zones.push_back(std::move(in));
        }
        map.regions.push_back(std::move(one));
    }
    return map;
}

}  // namespace

void add_maps(const Part& result, std::vector<sim::Block>& page) {
    const auto shown = shown_in_maps(result);
    if (result["topology"]["services"].size() == 0) return;
    auto harm = failing(shown);
    page.emplace_back(sim::Heading{"Services and places"});
    page.emplace_back(call_map(result, shown, harm));
    page.emplace_back(place_map(result, shown));
}

}  // namespace models
