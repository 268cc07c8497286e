#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <span>

#include <fmt/format.h>

#include "models/report/cells.hpp"
#include "models/report/study_charts.hpp"

namespace models {

namespace {

using sim::Align;
using sim::Cell;

/// One row of a table of measures: a name in the JSON, and how people read it.
struct Measure {
    const char* key;
    const char* title;
    Cell (*cell)(const Part& estimate);
};

Cell share_of_harm(const Part& part) { return ratio_cell(part, true); }
Cell share(const Part& part) { return ratio_cell(part); }
Cell count(const Part& part) { return count_cell(part); }
Cell minutes(const Part& part) { return count_cell(part, "min"); }
Cell times(const Part& part) { return count_cell(part, "x"); }
Cell duration(const Part& part) { return duration_cell(part); }

/// BLAST_RADIUS.md B3 to B6, B17 and B18.
constexpr std::array<Measure, 11> kCustomerMeasures = {
    {{"active", "customers that came", count},
     {"harmed", "customers harmed by the fault", count},
     {"harmedShare", "... of those that came", share_of_harm},
     {"sparedShare", "better off than without it", share},
     {"seriousShare", "half of their requests bad in some 5 min", share_of_harm},
     {"seriousShareTwin", "... without the faults", share},
     {"userMinutesLost", "user-minutes lost", minutes},
     {"userUptime", "user-uptime", success_cell},
     {"userUptimeTwin", "... without the faults", success_cell},
     {"saifi", "interruptions per customer", count},
     {"saidi", "minutes of outage per customer", minutes}}};

/// BLAST_RADIUS.md E.5, in seconds from the fault's start.
constexpr std::array<Measure, 6> kTimes = {{{"impact", "until customers notice", duration},
                                            {"selfHealing", "until automation has done its work",
                                             duration},
                                            {"recovery", "until customers are served again",
                                             duration},
                                            {"allClear", "until all is clear", duration},
                                            {"stable", "until all is as before", duration},
                                            {"recoveryRatio", "recovery, in times of the fault",
                                             times}}};

constexpr std::array<Measure, 4> kRadii = {{{"target", "target: what was struck", share},
                                            {"potential", "potential: what depends on it", share},
                                            {"realised", "realised: what was hit", share_of_harm},
                                            {"observed", "observed: what alarms saw", share}}};

/// Values of several strategies side by side, a row for each measure that one of them has.
sim::Table measures(const std::vector<Part>& strategies,
                    const std::function<Part(const Part& strategy)>& of,
                    std::span<const Measure> rows) {
    sim::Table table;
    table.columns = {{""}};
    for (const auto& one : strategies) table.columns.push_back({one.text("name"), Align::right});
    for (const auto& measure : rows) {
        std::vector<Cell> row{{measure.title}};
        bool known = false;
        for (const auto& strategy : strategies) {
            const auto part = of(strategy)[measure.key];
            known = known || !std::isnan(value_of(part)) || part["infinite"].exists();
            row.push_back(measure.cell(part));
        }
        if (known) table.rows.push_back(std::move(row));
    }
    return table;
}

void add_table(std::string title, sim::Table table, std::vector<sim::Block>& page) {
    if (table.rows.empty()) return;
    page.emplace_back(sim::Paragraph{std::move(title), sim::Tone::quiet});
    page.emplace_back(std::move(table));
}

void add_customers(const std::vector<Part>& strategies, std::vector<sim::Block>& page) {
    const auto groups = strategies.front()["blast"]["customers"].items();
    std::string unknown;
    for (std::size_t g = 0; g < groups.size(); ++g) {
        if (!groups[g].flag("estimable")) {
            unknown += (unknown.empty() ? "" : ", ") + groups[g].text("group");
            continue;
        }
        add_table(fmt::format("Customers of {}:", groups[g].text("group")),
                  measures(
                      strategies,
                      [g](const Part& of) { return of["blast"]["customers"].at(g); },
                      kCustomerMeasures),
                  page);
    }
    if (unknown.empty()) return;
    page.emplace_back(sim::Paragraph{
        "How many customers of " + unknown +
            " were harmed cannot be known: the scenario does not say how many there are "
            "(`customers: N`).",
        sim::Tone::quiet});
}

/// Lost requests by flow and place: the heat map of one strategy.
sim::Table heat_map(const Part& strategy) {
    sim::Table table;
    table.columns = {{"customers"}};
    std::vector<std::string> flows;
    std::vector<std::string> places;
    const auto place_of = [](const Part& cell) {
        const auto zone = cell.text("zone");
        return zone.empty() ? cell.text("region") : zone;
    };
    const auto index_of = [](std::vector<std::string>& names, const std::string& name) {
        const auto found = std::find(names.begin(), names.end(), name);
        const auto index = static_cast<std::size_t>(found - names.begin());
        if (found == names.end()) names.push_back(name);
        return index;
    };
    const auto cells = strategy["blast"]["cells"].items();
    for (const auto& cell : cells) index_of(places, place_of(cell));
    for (const auto& place : places) table.columns.push_back({place, Align::right});
    for (const auto& cell : cells) {
        const auto row = index_of(flows, flow_name(cell));
        if (row == table.rows.size()) {
            table.rows.emplace_back(table.columns.size());
            table.rows.back()[0].text = flow_name(cell);
        }
        auto shown = count_cell(cell["lost"]);
        const double part = value_of(cell["lost"]) / value_of(cell["offered"]);
        if (std::isfinite(part)) shown.heat = std::clamp(part, 0.0, 1.0);
        table.rows[row][1 + index_of(places, place_of(cell))] = std::move(shown);
    }
    return table;
}

/// Verdict words of the steady state, where the result has them.
void add_verdicts(const std::vector<Part>& strategies, std::vector<sim::Block>& page) {
    sim::KeyValues values;
    for (const auto& strategy : strategies) {
        const auto blast = strategy["blast"];
        if (!blast["verdict"].is_text()) continue;
        const auto because = blast.text("because");
        values.entries.emplace_back(
            strategy.text("name"), upper(blast.text("verdict")) +
                                       (because.empty() ? "" : ": " + because));
    }
    if (!values.entries.empty()) page.emplace_back(std::move(values));
}

/// Requests that the faults cost, from the twins; in every result with faults.
sim::Table losses(const std::vector<Part>& strategies) {
    sim::Table table;
    table.columns = {{"customers · journey"}};
    for (const auto& one : strategies) table.columns.push_back({one.text("name"), Align::right});
    std::vector<std::string> flows;
    for (std::size_t s = 0; s < strategies.size(); ++s) {
        for (const auto& one : strategies[s]["impact"].items()) {
            const auto name = flow_name(one);
            auto row = std::find(flows.begin(), flows.end(), name) - flows.begin();
            if (row == static_cast<std::ptrdiff_t>(flows.size())) {
                flows.push_back(name);
                table.rows.emplace_back(table.columns.size());
                table.rows.back()[0].text = name;
            }
            table.rows[static_cast<std::size_t>(row)][s + 1] = count_cell(one["lost"]);
        }
    }
    return table;
}

}  // namespace

void add_cost(const Part& result, std::vector<sim::Block>& page) {
    std::string text;
    for (const auto& strategy : result["strategies"].items()) {
        const auto blast = strategy["blast"];
        const auto value = blast["value"];
        const auto lost = value["lost"].exists() ? value["lost"] : value;
        if (std::isnan(value_of(lost))) continue;
        text += (text.empty() ? "Lost to the faults: " : ", ") + strategy.text("name") + " " +
                count_text(lost, value.text("unit"));
    }
    if (!text.empty()) page.emplace_back(sim::Paragraph{text + ".", sim::Tone::strong});
}

void add_blast(const Part& result, std::vector<sim::Block>& page) {
    const auto strategies = result["strategies"].items();
    if (strategies.empty() || result["faults"].size() == 0) return;
    page.emplace_back(sim::Heading{"Blast radius"});
    add_verdicts(strategies, page);
    add_table("Requests lost to the faults (the run without them, minus the run with them):",
              losses(strategies), page);
    add_table("Four radii, as shares of the users:",
              measures(strategies, [](const Part& of) { return of["blast"]["radii"]; }, kRadii),
              page);
    add_customers(strategies, page);
    for (const auto& strategy : strategies) {
        add_table(fmt::format("Where requests were lost under {}; the redder, the larger a part:",
                              strategy.text("name")),
                  heat_map(strategy), page);
    }
    add_table("From the start of the fault:",
              measures(strategies, [](const Part& of) { return of["blast"]["times"]; }, kTimes),
              page);
}

}  // namespace models
