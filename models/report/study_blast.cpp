#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <span>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "models/report/blast_burden.hpp"
#include "models/report/blast_tables.hpp"
#include "models/report/blast_words.hpp"
#include "models/report/measure.hpp"
#include "models/report/study_charts.hpp"

namespace models {

namespace {

using sim::Align;
using sim::Cell;

Cell share_of_harm(const Part& part) { return ratio_cell(part, true); }
Cell times_cell(const Part& part) { return count_cell(part, "x"); }

/// BLAST_RADIUS.md B3 to B6, B17 and B18: what is shown first, and what is folded.
constexpr std::array<Measure, 4> kCustomerMeasures = {
    {{"active", "customers that came", count},
     {"harmed", "harmed by the fault", count},
     {"harmedShare", "… of those that came", share_of_harm},
     {"userMinutesLost", "user-minutes lost", minutes_cell}}};
constexpr std::array<Measure, 5> kMoreOfCustomers = {
    {{"sparedShare", "better off than without the fault", share},
     {"seriousShare", "half of their requests bad in some 5 min", share_of_harm},
     {"seriousShareTwin", "… without the faults", share},
     {"userUptime", "user-uptime", success_cell},
     {"userUptimeTwin", "… without the faults", success_cell}}};
constexpr std::array<Measure, 4> kLowest = {
    {{"1m", "user-uptime in the worst minute", success_cell},
     {"5m", "… in the worst 5 minutes", success_cell},
     {"1h", "… in the worst hour", success_cell},
     {"1d", "… in the worst day", success_cell}}};
constexpr std::array<Measure, 4> kLowestTwin = {
    {{"1m", "without the faults: in the worst minute", success_cell},
     {"5m", "… in the worst 5 minutes", success_cell},
     {"1h", "… in the worst hour", success_cell},
     {"1d", "… in the worst day", success_cell}}};
constexpr std::array<Measure, 6> kOutages = {
    {{"saifi", "interruptions per customer, more than without the faults", count},
     {"saidi", "… how long they are for a customer in all", minutes_cell},
     {"caidi", "… and how long one of them is", minutes_cell},
     {"saifiTwin", "interruptions per customer without the faults", count},
     {"saidiTwin", "… how long they are for a customer in all", minutes_cell},
     {"caidiTwin", "… and how long one of them is", minutes_cell}}};

/// BLAST_RADIUS.md E.5, in seconds from the fault's start.
constexpr std::array<Measure, 7> kTimes = {
    {{"impact", "until customers notice", duration},
     {"noticed", "until the system notices", duration},
     {"selfHealing", "until automation has done its work", duration},
     {"recovery", "until customers are served as before", duration},
     {"allClear", "until all is clear", duration},
     {"stable", "until all is as before", duration},
     {"recoveryRatio", "recovery after the fault's end, in lengths of the fault", times_cell}}};

constexpr std::array<Measure, 6> kData = {
    {{"writesLost", "acknowledged writes lost", count},
     {"writesRejected", "writes refused, as their callers know", count},
     {"writesUnanswered", "writes without an answer: perhaps stored, perhaps not", count},
     {"staleReads", "stale reads", count},
     {"conflicts", "conflicting writes", count},
     {"duplicates", "executed twice", count}}};
constexpr std::array<Measure, 1> kReach = {
    {{"containment", "containment: customers harmed for each one that the target serves",
      times_cell}}};
/// Of a budget, by group.
constexpr std::array<Measure, 2> kBudget = {
    {{"burned30d", "", share_of_harm},
     {"burnRatePeak", "… in the worst minute, times_cell what it allows", times_cell}}};

/// Something that rows tell of every group: where it is in a group, and what is told of it.
struct Told {
    const char* key;  ///< empty: the group itself
    std::span<const Measure> rows;
};

/// Measures of the customers of every group under every strategy.
sim::Table customers_table(const std::vector<Part>& strategies, std::span<const Told> told) {
    auto table = by_strategy("customers", strategies);
    const auto groups = strategies.front()["blast"]["customers"].items();
    for (std::size_t g = 0; g < groups.size(); ++g) {
        if (!groups[g].flag("estimable")) continue;
        table.rows.push_back({{groups[g].text("group")}});
        for (const auto& [key, rows] : told) {
            const std::string inner = key;
            const auto of = [&](const Part& strategy) {
                const auto group = strategy["blast"]["customers"].at(g);
                return inner.empty() ? group : group[inner];
            };
            add_measures(strategies, of, rows, table);
        }
    }
    return table;
}

constexpr std::array<Told, 1> kFirstTold = {{{"", kCustomerMeasures}}};
constexpr std::array<Told, 4> kMoreTold = {{{"", kMoreOfCustomers},
                                            {"userUptimeLowest", kLowest},
                                            {"userUptimeLowestTwin", kLowestTwin},
                                            {"", kOutages}}};

/// `some` are those that are looked at when strategies are too many for a long table.
void add_customers(const std::vector<Part>& strategies, const std::vector<Part>& some,
                   std::vector<sim::Block>& page) {
    constexpr std::size_t kManyStrategies = 8;
    const bool few = strategies.size() <= kManyStrategies || some.empty();
    std::string unknown;
    for (const auto& group : strategies.front()["blast"]["customers"].items()) {
        if (group.flag("estimable")) continue;
        unknown += (unknown.empty() ? "" : ", ") + group.text("group");
    }
    auto known = customers_table(strategies, kFirstTold);
    if (!known.rows.empty()) {
        add_table("Customers, each counted once:", std::move(known), page);
        page.emplace_back(sim::FoldStart{
            few ? "more about customers" : "more about customers, of the baseline and the winner"});
        page.emplace_back(customers_table(few ? strategies : some, kMoreTold));
        page.emplace_back(sim::FoldEnd{});
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
    table.columns = {{"customers · journey"}};
    std::vector<std::string> flows;
    std::vector<std::string> places;
    const auto index_of = [](std::vector<std::string>& names, const std::string& name) {
        const auto found = std::find(names.begin(), names.end(), name);
        const auto index = static_cast<std::size_t>(found - names.begin());
        if (found == names.end()) names.push_back(name);
        return index;
    };
    std::vector<Part> cells;
    for (const auto& cell : strategy["blast"]["cells"].items()) {
        const bool is_smallest =
            cell["group"].is_text() && cell["journey"].is_text() && cell["zone"].is_text();
        if (is_smallest) cells.push_back(cell);
    }
    for (const auto& cell : cells) index_of(places, cell.text("zone"));
    for (const auto& place : places) table.columns.push_back({place, Align::right});
    for (const auto& cell : cells) {
        const auto row = index_of(flows, flow_name(cell));
        if (row == table.rows.size()) {
            table.rows.emplace_back(table.columns.size());
            table.rows.back()[0].text = flow_name(cell);
        }
        auto shown = count_cell(cell["lost"]);
        const double part = value_of(cell["share"]);
        if (std::isfinite(part)) shown.heat = std::clamp(part, 0.0, 1.0);
        table.rows[row][1 + index_of(places, cell.text("zone"))] = std::move(shown);
    }
    return table;
}

/// The cells of one strategy that were hit, the largest loss first; a peak never stands without
/// its duration and volume.
sim::Table hit_cells(const Part& strategy) {
    constexpr std::size_t kMostRows = 12;
    sim::Table table;
    table.columns = {{"who and where"},
                     {"requests lost", Align::right},
                     {"share", Align::right, false, "of theirs"},
                     {"worst 10 s", Align::right, false, "share lost"},
                     {"lasts", Align::right}};
    std::vector<Part> cells;
    for (const auto& cell : strategy["blast"]["cells"].items()) {
        if (cell.text("hit") == "yes") cells.push_back(cell);
    }
    const bool minutes_known = std::any_of(cells.begin(), cells.end(), [](const Part& cell) {
        return !std::isnan(value_of(cell["userMinutesLost"]));
    });
    if (minutes_known) table.columns.push_back({"user-minutes", Align::right, false, "lost"});
    std::stable_sort(cells.begin(), cells.end(), [](const Part& a, const Part& b) {
        const auto lost = [](const Part& cell) {
            const double value = value_of(cell["lost"]);
            return std::isnan(value) ? 0 : value;
        };
        return lost(a) > lost(b);
    });
    for (const auto& cell : cells) {
        if (table.rows.size() == kMostRows) break;
        table.rows.push_back({{cell.text("name")},
                              count_cell(cell["lost"]),
                              share_of_harm(cell["share"]),
                              share_of_harm(cell["peak"]),
                              duration_cell(cell["lasts"])});
        if (minutes_known) table.rows.back().push_back(count_cell(cell["userMinutesLost"]));
    }
    return table;
}

/// What is left of each journey in its worst window.
sim::Table functions(const std::vector<Part>& strategies) {
    auto table = by_strategy("journey", strategies, Align::left);
    const auto journeys = strategies.front()["blast"]["functions"].items();
    for (std::size_t j = 0; j < journeys.size(); ++j) {
        std::vector<Cell> row{{journeys[j].text("journey")}};
        for (const auto& one : strategies) {
            const auto level = one["blast"]["functions"].at(j).text("level");
            row.push_back({level});
            row.back().tone = level == "full"       ? sim::Tone::good
                              : level == "degraded" ? sim::Tone::unsure
                                                    : sim::Tone::bad;
        }
        table.rows.push_back(std::move(row));
    }
    return table;
}

/// Error budget that the incident burned, by SLO and group.
sim::Table budgets(const std::vector<Part>& strategies) {
    auto table = by_strategy("SLO and customers", strategies);
    std::string slo;
    const auto first = strategies.front()["blast"]["budget"].items();
    for (std::size_t i = 0; i < first.size(); ++i) {
        if (first[i].text("slo") != slo) {
            slo = first[i].text("slo");
            table.rows.push_back({{slo}});
        }
        auto measures = kBudget;
        const auto group = first[i].text("group");
        measures.front().title = group.c_str();
        add_measures(
            strategies, [&](const Part& one) { return one["blast"]["budget"].at(i); }, measures,
            table);
    }
    return table;
}

/// Requests that the faults cost, from the twins; in every result with faults.
sim::Table losses(const std::vector<Part>& strategies) {
    auto table = by_strategy("customers · journey", strategies);
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
    const auto baseline = result["provenance"].text("baseline");
    for (const auto& strategy : result["strategies"].items()) {
        if (strategy.text("name") != baseline) continue;
        const auto blast = strategy["blast"];
        const auto value = blast["value"].text("text");
        const auto sentence = blast.text("sentence");
        if (!value.empty()) {
            page.emplace_back(sim::Paragraph{
                "Lost to the fault under " + baseline + ": " + value + ".", sim::Tone::strong});
        }
        if (!sentence.empty()) {
            page.emplace_back(sim::Paragraph{"How " + baseline + " ends: " + sentence + "."});
        }
    }
}

namespace {

/// Measures of the strategies; rows that are 0 under all of them only when `even_zeros`.
void add_rest(const std::vector<Part>& strategies, std::vector<sim::Block>& page) {
    const auto of = [](const char* key) {
        return [key](const Part& strategy) { return strategy["blast"][key]; };
    };
    auto times_cell = by_strategy("from the start of the fault", strategies);
    add_measures(strategies, of("times_cell"), kTimes, times_cell);
    add_table("How long it takes (—: it did not come to that; never: not in most runs):",
              std::move(times_cell), page);
    add_table("Error budget of 30 days that the incident burned:", budgets(strategies), page);
    auto reach = by_strategy("", strategies);
    add_measures(
        strategies, [](const Part& one) { return one["blast"]; }, kReach, reach);
    add_table("In proportion:", std::move(reach), page);
    auto data = by_strategy("", strategies);
    for (const auto& measure : kData) {
        const bool any = std::any_of(strategies.begin(), strategies.end(), [&](const Part& one) {
            const double value = value_of(one["blast"]["data"][measure.key]);
            return std::isfinite(value) && value != 0;
        });
        if (any) add_measures(strategies, of("data"), std::span(&measure, 1), data);
    }
    add_table("Data, more than without the faults:", std::move(data), page);
}

}  // namespace

void add_blast(const Part& result, std::vector<sim::Block>& page) {
    const auto strategies = result["strategies"].items();
    if (strategies.empty() || result["faults"].size() == 0) return;
    page.emplace_back(sim::Heading{"Blast radius"});
    add_verdicts(strategies, page);
    const auto some = baseline_and_winner(result);
    if (!some.empty()) add_table("How far it reaches:", radii_table(some), page);
    add_table("Requests lost to the faults (the run without them, minus the run with them):",
              losses(strategies), page);
    add_table("What is left of each journey in its worst 10 s:", functions(strategies), page);
    add_customers(strategies, some, page);
    for (const auto& strategy : some) {
        const auto name = strategy.text("name");
        add_table("Where requests were lost under " + name + "; the redder, the larger a part:",
                  heat_map(strategy), page);
        add_table("Who was hit most under " + name + ":", hit_cells(strategy), page);
    }
    add_rest(strategies, page);
    add_burden(some, page);
}

}  // namespace models
