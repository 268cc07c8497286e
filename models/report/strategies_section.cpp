#include "models/report/strategies_section.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "models/report/cells.hpp"

namespace models {

namespace {

using sim::Align;
using sim::Cell;
using sim::Mark;
using sim::Tone;

bool is_ratio(const std::string& metric) {
    static const std::set<std::string> ratios{"success", "ok", "degraded", "utilisation", "wasted"};
    return ratios.contains(metric);
}
bool is_time(const std::string& metric) {
    return metric == "recovery" || metric == "mean" || metric.starts_with("p");
}

}  // namespace

Cell slo_value(const Part& slo) {
    const auto metric = slo.text("metric");
    if (slo["within"].is_object()) return ratio_cell(slo["within"]);
    if (is_ratio(metric)) return ratio_cell(slo);
    return is_time(metric) ? duration_cell(slo) : count_cell(slo);
}

std::string slo_limit(const Part& slo) {
    const auto text = slo.text("limitText");
    if (!text.empty()) return slo["within"].is_object() ? text + ", % in time" : text;
    const auto metric = slo.text("metric");
    if (is_ratio(metric)) return ratio_text(slo["limit"]);
    return is_time(metric) ? duration_text(slo["limit"]) : count_text(slo["limit"]);
}

std::string slo_subject(const Part& slo) {
    return slo["group"].is_text() ? slo.text("group") : slo.text("service");
}

namespace {

/// An SLO under every strategy: the group that fares worst decides.
struct Column {
    std::string name;
    std::vector<Part> worst;  ///< parallel to the strategies; nothing where it was not judged

    /// Whom it is about, when that is the same under all strategies.
    [[nodiscard]] std::string subject() const {
        std::set<std::string> subjects;
        for (const auto& one : worst) {
            if (one.exists()) subjects.insert(slo_subject(one));
        }
        return subjects.size() == 1 ? *subjects.begin() : "";
    }
};

std::vector<Column> slo_columns(const Part& result, const std::vector<Part>& strategies) {
    std::vector<Column> columns;
    for (const auto& slo : result["slos"].items()) {
        if (!slo.flag("worst")) continue;
        const auto strategy =
            std::find_if(strategies.begin(), strategies.end(),
                         [&](const Part& one) { return one.text("name") == slo.text("strategy"); });
        if (strategy == strategies.end()) continue;
        auto known = std::find_if(columns.begin(), columns.end(),
                                  [&](const Column& one) { return one.name == slo.text("name"); });
        if (known == columns.end()) {
            known = columns.insert(known,
                                   Column{slo.text("name"), std::vector<Part>(strategies.size())});
        }
        known->worst[static_cast<std::size_t>(strategy - strategies.begin())] = slo;
    }
    return columns;
}

/// "budgeted (winner)".
std::string row_name(const Part& result, const Part& strategy) {
    const auto name = strategy.text("name");
    std::string role = name == result["provenance"].text("baseline") ? "baseline" : "";
    if (name == result["comparison"].text("winner")) {
        role += role.empty() ? "winner" : ", winner";
    }
    return role.empty() || role == name ? name : name + " (" + role + ")";
}

void add_slos(const Part& result, const std::vector<Part>& strategies, sim::Table& table) {
    for (const auto& column : slo_columns(result, strategies)) {
        const auto subject = column.subject();
        std::string limit;
        for (std::size_t s = 0; s < strategies.size(); ++s) {
            const auto& slo = column.worst[s];
            if (!slo.exists()) {
                table.rows[s].push_back({"—", Tone::quiet});
                continue;
            }
            limit = slo_limit(slo);
            table.rows[s].push_back(verdict_cell(slo.text("verdict"), slo_value(slo)));
        }
        table.columns.push_back({column.name, Align::left, false,
                                 limit + "\n" + (subject.empty() ? "worst group" : subject)});
    }
}

/// A column of numbers, when any strategy has one that is not left out by `matters`.
template <class Find, class Show>
void add_numbers(const std::vector<Part>& strategies, sim::Column column, const Find& find,
                 const Show& show, sim::Table& table, bool even_zeros = true) {
    std::vector<Cell> cells;
    bool known = false;
    for (const auto& strategy : strategies) {
        const Part part = find(strategy);
        const double value = value_of(part);
        known = known || (!std::isnan(value) && (even_zeros || value != 0));
        cells.push_back(show(part));
    }
    if (!known) return;
    table.columns.push_back(std::move(column));
    for (std::size_t s = 0; s < cells.size(); ++s) table.rows[s].push_back(std::move(cells[s]));
}

void add_losses(const std::vector<Part>& strategies, sim::Table& table) {
    const auto count = [](const Part& part) { return count_cell(part); };
    if (strategies.front()["impact"].size() == 0) return;  // no faults
    const auto values = strategies.front()["blast"]["value"];
    if (values["journeys"].size() == 0) {
        add_numbers(
            strategies, {"requests lost", Align::right, false, "to the fault"},
            [](const Part& one) { return one["lost"]; }, count, table);
    }
    for (std::size_t i = 0; i < values["journeys"].size(); ++i) {
        add_numbers(
            strategies,
            {values["journeys"].at(i).text("is") + "s lost", Align::right, false, "to the fault"},
            [i](const Part& one) { return one["blast"]["value"]["journeys"].at(i)["lost"]; }, count,
            table);
    }
    for (std::size_t i = 0; i < values["money"].size(); ++i) {
        add_numbers(
            strategies,
            {values["money"].at(i).text("currency") + " lost", Align::right, false, "to the fault"},
            [i](const Part& one) { return one["blast"]["value"]["money"].at(i)["lost"]; },
            [](const Part& part) { return money_cell(part); }, table);
    }
}

/// What runs costs something even when nothing fails.
void add_cost_columns(const std::vector<Part>& strategies, sim::Table& table) {
    const auto count = [](const Part& part) { return count_cell(part); };
    add_numbers(
        strategies, {"cost", Align::right, false, "replica-hours"},
        [](const Part& one) { return one["blast"]["cost"]["replicaHours"]; }, count, table);
    add_numbers(
        strategies, {"more cost", Align::right, false, "than without fault"},
        [](const Part& one) { return one["blast"]["cost"]["replicaHoursMore"]; }, count, table,
        false);
    add_numbers(
        strategies, {"traffic", Align::right, false, "GB between zones"},
        [](const Part& one) { return one["blast"]["cost"]["crossZone"]["gigabytes"]; }, count,
        table);
}

sim::Table strategy_table(const Part& result, const std::vector<Part>& strategies) {
    sim::Table table;
    table.columns = {{"strategy"}};
    for (const auto& one : strategies) table.rows.push_back({{row_name(result, one)}});
    add_slos(result, strategies, table);
    add_losses(strategies, table);
    add_cost_columns(strategies, table);
    return table;
}

/// The phase of a journey that a part of a table is about; nothing when it has none.
Part phase_of(const Part& journey, const std::string& phase, const std::string& fault) {
    for (const auto& one : journey["phases"].items()) {
        if (one.text("phase") == phase && one.text("fault") == fault) return one;
    }
    return {};
}

/// Success of every journey under every strategy, a row each, under a row with a title.
template <class Find>
void add_journeys(const std::vector<Part>& strategies, const std::string& title, const Find& find,
                  sim::Table& table) {
    table.rows.push_back({{title}});
    const auto first = strategies.front()["journeys"].items();
    for (std::size_t j = 0; j < first.size(); ++j) {
        std::vector<Cell> row{{flow_name(first[j])}};
        for (const auto& one : strategies) {
            row.push_back(success_cell(find(one["journeys"].at(j))["success"]));
        }
        table.rows.push_back(std::move(row));
    }
}

sim::Table success_table(const Part& result, const std::vector<Part>& strategies) {
    sim::Table table;
    table.columns = {{"customers · journey"}};
    for (const auto& one : strategies) table.columns.push_back({one.text("name"), Align::right});
    add_journeys(
        strategies, "the whole run", [](const Part& of) { return of; }, table);
    const auto journey = strategies.front()["journeys"].at(0);
    for (const auto& fault : result["faults"].items()) {
        const auto name = fault.text("name");
        for (const std::string phase : {"during", "after"}) {
            if (!phase_of(journey, phase, name).is_object()) continue;
            add_journeys(
                strategies,
                phase == "during" ? fmt::format("while {} lasts", name) : "after " + name,
                [&](const Part& of) { return phase_of(of, phase, name); }, table);
        }
    }
    return table;
}

/// "retries 3 · backoff none"; of the many settings of a preset those that are on.
std::string settings_of(const Part& strategy) {
    constexpr std::size_t kFew = 6;
    const auto settings = strategy["settings"].items();
    std::string text;
    for (const auto& one : settings) {
        const auto value = one.text("value");
        if (settings.size() > kFew && value == "none") continue;
        text += (text.empty() ? "" : " · ") + one.text("name") + " " + value;
    }
    return text;
}

}  // namespace

sim::Cell verdict_cell(const std::string& verdict, sim::Cell cell) {
    if (verdict == "met") {
        cell.tone = Tone::good;
        cell.mark = Mark::good;
    } else if (verdict == "missed") {
        cell.tone = Tone::bad;
        cell.mark = Mark::bad;
    } else if (verdict == "inconclusive") {
        cell.tone = Tone::unsure;
        cell.mark = Mark::unsure;
    } else {
        cell.tone = Tone::quiet;
    }
    return cell;
}

void add_strategies(const Part& result, std::vector<sim::Block>& page) {
    const auto strategies = result["strategies"].items();
    page.emplace_back(sim::Heading{"Strategies side by side"});
    auto table = strategy_table(result, strategies);
    if (table.columns.size() > 1) {
        if (result["slos"].size() > 0) {
            page.emplace_back(sim::Paragraph{
                fmt::format("✓ meets the SLO, ✗ misses it, ? cannot be told with these runs. ± is "
                            "the {} interval over the runs; without it a number is the same in "
                            "every run.",
                            ratio_text(result["provenance"]["confidence"])),
                Tone::quiet});
        }
        page.emplace_back(std::move(table));
    }
    page.emplace_back(
        sim::Paragraph{"Requests that succeed, by customers and journey:", Tone::quiet});
    page.emplace_back(success_table(result, strategies));
}

namespace {

using Rows = std::vector<std::vector<Cell>>;

Rows written_faults(const Part& result) {
    Rows rows;
    for (const auto& one : result["faults"].items()) {
        if (one["written"].is_text()) rows.push_back({{one.text("name")}, {one.text("written")}});
    }
    return rows;
}

Rows written_strategies(const Part& result) {
    Rows rows;
    for (const auto& one : result["strategies"].items()) {
        if (!one["settings"].is_array()) continue;
        const auto settings = settings_of(one);
        rows.push_back(
            {{row_name(result, one)}, {settings.empty() ? "nothing of its own" : settings}});
    }
    return rows;
}

Rows written_slos(const Part& result) {
    Rows rows;
    std::set<std::string> seen;
    for (const auto& one : result["slos"].items()) {
        const auto name = one.text("name");
        if (one["text"].is_text() && seen.insert(name).second) {
            rows.push_back({{name}, {one.text("text")}});
        }
    }
    return rows;
}

/// Whether strategies have so many settings that nobody wants to scroll past them.
bool is_wall(const Rows& rows) {
    constexpr std::size_t kMostCharacters = 2'500;
    std::size_t characters = 0;
    for (const auto& row : rows) characters += row.back().text.size();
    return characters > kMostCharacters;
}

sim::Table written_table(const std::vector<std::pair<const char*, Rows>>& parts) {
    sim::Table table;
    table.columns = {{"name"}, {"as the scenario has it"}};
    for (const auto& [title, rows] : parts) {
        if (rows.empty()) continue;
        table.rows.push_back({{title}});
        for (const auto& row : rows) table.rows.push_back(row);
    }
    return table;
}

}  // namespace

void add_trial(const Part& result, std::vector<sim::Block>& page) {
    const auto strategies = written_strategies(result);
    const bool folds = is_wall(strategies);
    auto table = written_table({{"what strikes", written_faults(result)},
                                {"strategies", folds ? Rows{} : strategies},
                                {"SLOs", written_slos(result)}});
    if (table.rows.empty() && !folds) return;
    page.emplace_back(sim::Heading{"What was tried"});
    if (!table.rows.empty()) page.emplace_back(std::move(table));
    if (!folds) return;
    page.emplace_back(sim::FoldStart{"what the strategies are made of"});
    page.emplace_back(written_table({{"strategies", strategies}}));
    page.emplace_back(sim::FoldEnd{});
}

}  // namespace models
