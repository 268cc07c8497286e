#include "models/report/study_page.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include <fmt/format.h>

#include "models/report/cells.hpp"
#include "models/report/explained_section.hpp"
#include "models/report/study_charts.hpp"
#include "models/report/why_section.hpp"

namespace models {

namespace {

using sim::Align;
using sim::Cell;
using sim::Mark;
using sim::Tone;

/// How a verdict is shown.
Cell verdict_cell(const std::string& verdict, Cell cell) {
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

/// Metrics of SLOs by how their values are written.
Cell slo_value(const Part& slo) {
    static const std::set<std::string> ratios{"success", "ok", "degraded", "utilisation", "wasted"};
    const auto metric = slo.text("metric");
    if (slo["within"].is_object()) {
        auto cell = ratio_cell(slo["within"]);
        cell.text += " in time";
        return cell;
    }
    if (ratios.contains(metric)) return ratio_cell(slo);
    const bool is_time = metric == "recovery" || metric == "mean" || metric.starts_with("p");
    return is_time ? duration_cell(slo) : count_cell(slo);
}

/// "95 %", "1200 ms": what an SLO asks for.
Cell slo_limit(const Part& slo) {
    static const std::set<std::string> ratios{"success", "ok", "degraded", "utilisation", "wasted"};
    const auto metric = slo.text("metric");
    if (ratios.contains(metric)) return ratio_cell(slo["limit"]);
    const bool is_time = metric == "recovery" || metric == "mean" || metric.starts_with("p");
    return is_time ? duration_cell(slo["limit"]) : count_cell(slo["limit"]);
}

/// SLOs by strategies: the worst group of each decides.
sim::Table slo_table(const Part& result) {
    sim::Table table;
    table.columns = {{"SLO"}, {"worst group"}, {"limit", Align::right}};
    std::map<std::string, std::size_t> column;
    for (const auto& strategy : result["strategies"].items()) {
        column[strategy.text("name")] = table.columns.size();
        table.columns.push_back({strategy.text("name")});
    }
    std::map<std::string, std::size_t> row;
    for (const auto& slo : result["slos"].items()) {
        const auto found = column.find(slo.text("strategy"));
        if (!slo.flag("worst") || found == column.end()) continue;
        const auto name = slo.text("name");
        const auto [known, is_new] = row.emplace(name, table.rows.size());
        if (is_new) {
            table.rows.emplace_back(table.columns.size());
            table.rows.back()[0].text = name;
            table.rows.back()[1].text =
                slo["group"].is_text() ? slo.text("group") : slo.text("service");
            table.rows.back()[2] = slo_limit(slo);
        }
        table.rows[known->second][found->second] =
            verdict_cell(slo.text("verdict"), slo_value(slo));
    }
    return table;
}

/// A number of every journey under every strategy.
template <class Make>
sim::Table journey_table(const Part& result, const Make& make) {
    sim::Table table;
    table.columns = {{"customers · journey"}};
    const auto strategies = result["strategies"].items();
    for (const auto& one : strategies) table.columns.push_back({one.text("name"), Align::right});
    const auto first = strategies[0]["journeys"].items();
    for (std::size_t j = 0; j < first.size(); ++j) {
        std::vector<Cell> row{{flow_name(first[j])}};
        for (const auto& one : strategies) row.push_back(make(one["journeys"].at(j)));
        table.rows.push_back(std::move(row));
    }
    return table;
}

/// The phase of a journey that a table is about; nothing when it has none.
Part phase_of(const Part& journey, const std::string& phase, const std::string& fault) {
    for (const auto& one : journey["phases"].items()) {
        if (one.text("phase") == phase && one.text("fault") == fault) return one;
    }
    return {};
}

void add_verdict(const Part& result, std::vector<sim::Block>& page) {
    const auto verdict = result.text("verdict");
    const auto runs = result["provenance"]["runs"];
    const auto words = verdict == "none" ? std::string("NO SLOS") : upper(verdict);
    page.emplace_back(sim::Banner{
        verdict_cell(verdict, {words}),
        {result.text("sentence")},
        {fmt::format("{} run{} of each strategy", count_text(runs), runs.number() == 1 ? "" : "s"),
         Tone::quiet}});
    add_cost(result, page);
    const auto question = result["scenario"].text("question");
    if (!question.empty()) page.emplace_back(sim::Paragraph{question, Tone::quiet});
    for (const auto& finding : result["findings"].items()) {
        page.emplace_back(sim::Paragraph{finding.text()});
    }
}

void add_strategies(const Part& result, std::vector<sim::Block>& page) {
    page.emplace_back(sim::Heading{"Strategies side by side"});
    if (result["slos"].size() > 0) page.emplace_back(slo_table(result));
    const auto success = [](const Part& of) { return success_cell(of["success"]); };
    page.emplace_back(sim::Paragraph{"Success over the whole run:", Tone::quiet});
    page.emplace_back(journey_table(result, success));
    for (const auto& fault : result["faults"].items()) {
        const auto name = fault.text("name");
        for (const std::string phase : {"during", "after"}) {
            const auto journey = result["strategies"].at(0)["journeys"].at(0);
            if (!phase_of(journey, phase, name).is_object()) continue;
            page.emplace_back(
                sim::Paragraph{fmt::format("Success {} {}:", phase, name), Tone::quiet});
            page.emplace_back(journey_table(
                result, [&](const Part& of) { return success(phase_of(of, phase, name)); }));
        }
    }
}

/// Percentiles of every journey under every strategy, one row each.
sim::Table latency_table(const Part& result) {
    static const std::vector<std::pair<const char*, const char*>> kColumns = {
        {"p50ok", "p50 of successes"}, {"p90ok", "p90"},     {"p95ok", "p95"}, {"p99ok", "p99"},
        {"p999ok", "p99.9"},           {"p99", "p99 of all"}};
    sim::Table table;
    table.columns = {{"customers · journey"}, {"strategy"}};
    for (const auto& column : kColumns) table.columns.push_back({column.second, Align::right});
    const auto strategies = result["strategies"].items();
    const auto first = strategies[0]["journeys"].items();
    for (std::size_t j = 0; j < first.size(); ++j) {
        for (const auto& strategy : strategies) {
            std::vector<Cell> row{{flow_name(first[j])}, {strategy.text("name")}};
            const auto latency = strategy["journeys"].at(j)["latency"];
            for (const auto& column : kColumns) row.push_back(duration_cell(latency[column.first]));
            table.rows.push_back(std::move(row));
        }
    }
    return table;
}

void add_latency(const Part& result, std::vector<sim::Block>& page) {
    page.emplace_back(sim::Heading{"Latency distributions"});
    page.emplace_back(sim::Paragraph{
        "Over the whole run. `p99 of all` counts a failure as infinitely late: never means that "
        "more than 1 % of all requests fail.",
        Tone::quiet});
    page.emplace_back(latency_table(result));
}

void add_basis(const Part& result, std::vector<sim::Block>& page) {
    page.emplace_back(sim::Heading{"What this rests on"});
    sim::Notes notes;
    for (const auto& note : result["notes"].items()) notes.entries.push_back(note.text());
    if (!notes.entries.empty()) page.emplace_back(std::move(notes));
    const auto provenance = result["provenance"];
    page.emplace_back(sim::KeyValues{{{"scenario", result["scenario"].text("file")},
                                      {"sha256", result["scenario"].text("sha256")},
                                      {"seed", provenance["seed"].digits()},
                                      {"runs", count_text(provenance["runs"])},
                                      {"baseline", provenance.text("baseline")},
                                      {"fingerprint", result.text("fingerprint")},
                                      {"engine", provenance.text("engine")}}});
    page.emplace_back(sim::Paragraph{"The same again:", Tone::quiet});
    page.emplace_back(sim::Paragraph{result.text("repeat"), Tone::plain, 0, 0, false});
    page.emplace_back(sim::Fold{"every setting that was effective", provenance.text("resolved")});
    page.emplace_back(sim::Heading{"How this was computed"});
    const auto by = result["computedBy"];
    page.emplace_back(sim::Paragraph{
        "Every strategy met the same customers with the same luck, in independent runs with the "
        "faults and in twins without them; ± is the half width of the interval over the runs at "
        "the confidence of the scenario, given its inputs. `" +
        by.text("method") + "` says how each number is made, `" + by.text("validation") +
        "` compares the program with exact theory and published figures."});
}

}  // namespace

std::vector<sim::Block> study_page(const Json& json) {
    std::vector<sim::Block> page;
    const Part result(json);
    if (result["strategies"].size() == 0) return page;
    add_verdict(result, page);
    add_strategies(result, page);
    add_blast(result, page);
    add_why(result, page);
    add_explained(result, page);
    add_charts(result, page);
    add_maps(result, page);
    add_latency(result, page);
    add_basis(result, page);
    return page;
}

}  // namespace models
