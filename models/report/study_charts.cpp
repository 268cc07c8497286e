#include "models/report/study_charts.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include <fmt/format.h>

#include "models/report/json_text.hpp"

namespace models {

namespace {

/// Services that get charts of their own: more would be a wall that nobody reads.
constexpr std::size_t kMostServices = 6;

std::vector<double> numbers(const Json& list) {
    std::vector<double> values;
    for (const auto& value : list) values.push_back(number_of(value));
    return values;
}

/// a / b second by second; nothing where nobody came.
std::vector<double> share(const Json& part, const Json& whole) {
    std::vector<double> values;
    for (std::size_t i = 0; i < part.size() && i < whole.size(); ++i) {
        const double all = number_of(whole[i]);
        values.push_back(all > 0 ? number_of(part[i]) / all : std::nan(""));
    }
    return values;
}

class Charts {
  public:
    Charts(const Json& result, std::vector<sim::Block>& page) : result_(result), page_(page) {
        for (const auto& fault : result["faults"]) {
            bands_.push_back({fault["name"], number_of(fault["from"]), number_of(fault["to"])});
        }
    }

    void add() {
        page_.emplace_back(sim::Heading{"Customers over time"});
        if (!bands_.empty()) {
            page_.emplace_back(sim::Paragraph{
                "Shaded: the time of a fault. Drag over a chart to look closer, double-click to go "
                "back.",
                sim::Tone::quiet});
        }
        const auto& journeys = strategies()[0]["series"]["journeys"];
        for (std::size_t j = 0; j < journeys.size(); ++j) success_chart(j);
        for (std::size_t j = 0; j < journeys.size(); ++j) {
            journey_chart(j, "latency of successes, mean", "latency", "s");
        }
        const auto services = services_with_a_story();
        page_.emplace_back(sim::Heading{"Services over time"});
        for (const auto s : services) {
            service_chart(s, "tries that arrive per second", "attempts", "");
            service_chart(s, "requests that wait", "queueLength", "");
            service_chart(s, "utilisation of its slots", "utilisation", "%");
        }
        call_map();
    }

  private:
    [[nodiscard]] const Json& strategies() const { return result_["strategies"]; }
    [[nodiscard]] double step() const {
        return number_of(strategies()[0]["series"].value("window", Json(1.0)));
    }

    /// A chart with one line per strategy.
    template <class Values>
    sim::TimeSeries chart(std::string title, const char* unit, const Values& values) const {
        sim::TimeSeries series{std::move(title), unit, step(), {}, bands_};
        for (std::size_t s = 0; s < strategies().size(); ++s) {
            series.lines.push_back(
                {strategies()[s]["name"], values(strategies()[s]["series"]), s, false});
        }
        return series;
    }

    void success_chart(std::size_t journey) {
        const auto& first = strategies()[0]["series"]["journeys"][journey];
        auto series = chart(
            fmt::format("success of {} · {}", first.value("group", ""), first.value("journey", "")),
            "%", [&](const Json& of) {
                const auto& one = of["journeys"][journey];
                return share(one["success"], one["offered"]);
            });
        const auto baseline = result_["provenance"].value("baseline", "");
        for (std::size_t s = 0; s < strategies().size(); ++s) {
            const auto& one = strategies()[s]["series"]["journeys"][journey];
            if (strategies()[s]["name"] != baseline || !one.contains("successTwin")) continue;
            series.lines.push_back(
                {baseline + " without faults", share(one["successTwin"], one["offered"]), s, true});
        }
        page_.emplace_back(std::move(series));
    }

    void journey_chart(std::size_t journey, const char* what, const char* key, const char* unit) {
        const auto& first = strategies()[0]["series"]["journeys"][journey];
        page_.emplace_back(chart(
            fmt::format("{}: {} · {}", what, first.value("group", ""), first.value("journey", "")),
            unit, [&](const Json& of) { return numbers(of["journeys"][journey][key]); }));
    }

    void service_chart(std::size_t service, const char* what, const char* key, const char* unit) {
        const auto name = strategies()[0]["series"]["services"][service].value("name", "");
        page_.emplace_back(chart(fmt::format("{}: {}", name, what), unit, [&](const Json& of) {
            return numbers(of["services"][service][key]);
        }));
    }

    /// Those that were full under some strategy, then those whose tries grew most.
    [[nodiscard]] std::vector<std::size_t> services_with_a_story() const {
        std::set<std::string> full;
        std::map<std::string, double> growth;
        for (const auto& strategy : strategies()) {
            for (const auto& one : strategy["saturation"]) full.insert(one["service"]);
            for (const auto& one : strategy["services"]) {
                auto& most = growth[one["name"]];
                const double times = value_of(one["amplification"]);
                if (!std::isnan(times)) most = std::max(most, std::abs(times - 1));
            }
        }
        std::vector<std::size_t> order;
        const auto& services = strategies()[0]["series"]["services"];
        for (std::size_t s = 0; s < services.size(); ++s) order.push_back(s);
        const auto weight = [&](std::size_t s) {
            const std::string name = services[s]["name"];
            return (full.contains(name) ? 1e9 : 0.0) + growth[name];
        };
        std::stable_sort(order.begin(), order.end(),
                         [&](auto a, auto b) { return weight(a) > weight(b); });
        order.resize(std::min(order.size(), kMostServices));
        return order;
    }

    /// Share of the tries to a service that failed, under a strategy.
    [[nodiscard]] static std::map<std::string, double> failing(const Json& strategy) {
        std::map<std::string, double> all;
        std::map<std::string, double> failed;
        for (const auto& edge : strategy["edges"]) {
            for (const auto& [outcome, count] : edge["attemptOutcomes"].items()) {
                const double number = value_of(count);
                if (std::isnan(number)) continue;
                all[edge["callee"]] += number;
                if (outcome != "ok" && outcome != "degraded") failed[edge["callee"]] += number;
            }
        }
        for (auto& [name, count] : failed) count /= all[name];
        return failed;
    }

    void call_map() {
        const auto baseline = result_["provenance"].value("baseline", "");
        const auto* shown = &strategies()[0];
        for (const auto& strategy : strategies()) {
            if (strategy["name"] == baseline) shown = &strategy;
        }
        auto harm = failing(*shown);
        sim::NodeMap map;
        map.title = fmt::format("Who calls whom; the colour is the share of tries that fail ({})",
                                baseline);
        std::map<std::string, std::size_t> place;
        for (const auto& service : result_["topology"]["services"]) {
            const std::string name = service["name"];
            place[name] = map.nodes.size();
            map.nodes.push_back({name, where(service), harm[name]});
        }
        std::set<std::pair<std::size_t, std::size_t>> seen;
        for (const auto& edge : (*shown)["edges"]) {
            const auto from = place.find(edge["caller"].get<std::string>());
            const auto to = place.find(edge["callee"].get<std::string>());
            if (from == place.end() || to == place.end()) continue;
            if (seen.emplace(from->second, to->second).second) {
                map.arrows.push_back({from->second, to->second});
            }
        }
        page_.emplace_back(sim::Heading{"Services and zones"});
        page_.emplace_back(std::move(map));
        page_.emplace_back(zone_table());
    }

    /// "12 replicas in 3 zones".
    static std::string where(const Json& service) {
        double replicas = 0;
        for (const auto& [zone, count] : service["replicas"].items()) replicas += number_of(count);
        if (replicas == 0) return "elsewhere";
        const auto zones = service["replicas"].size();
        return fmt::format("{:.0f} in {} zone{}", replicas, zones, zones == 1 ? "" : "s");
    }

    [[nodiscard]] sim::Table zone_table() const {
        sim::Table table;
        table.columns = {{"replicas of"}};
        std::vector<std::string> zones;
        for (const auto& region : result_["topology"]["regions"]) {
            for (const auto& zone : region["zones"]) {
                zones.push_back(zone);
                table.columns.push_back({zones.back(), sim::Align::right});
            }
        }
        for (const auto& service : result_["topology"]["services"]) {
            std::vector<sim::Cell> row{{service["name"].get<std::string>()}};
            for (const auto& zone : zones) {
                const auto count = service["replicas"].value(zone, 0);
                row.push_back({count == 0 ? "" : std::to_string(count)});
            }
            table.rows.push_back(std::move(row));
        }
        return table;
    }

    const Json& result_;
    std::vector<sim::Block>& page_;
    std::vector<sim::Band> bands_;
};

}  // namespace

void add_charts(const Json& result, std::vector<sim::Block>& page) { Charts(result, page).add(); }

}  // namespace models
