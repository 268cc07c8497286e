#include "models/report/study_page.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include <fmt/format.h>

#include "models/report/json_text.hpp"
#include "models/report/study_charts.hpp"
#include "models/report/why_section.hpp"

namespace models {

namespace {

using sim::Align;
using sim::Cell;
using sim::Mark;
using sim::Tone;

/// How a verdict is shown.
Cell verdict_cell(const std::string& verdict, std::string text) {
    if (verdict == "met") return {std::move(text), Tone::good, Mark::good};
    if (verdict == "missed") return {std::move(text), Tone::bad, Mark::bad};
    if (verdict == "inconclusive") return {std::move(text), Tone::unsure, Mark::unsure};
    return {std::move(text), Tone::quiet, Mark::none};
}

std::string upper(std::string text) {
    for (char& c : text) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    return text == "NONE" ? "NO SLOS" : text;
}

std::string flow_name(const Json& journey) {
    return journey.value("group", "") + " · " + journey.value("journey", "");
}

/// Metrics of SLOs by how their values are written.
std::string slo_value(const Json& slo) {
    static const std::set<std::string> ratios{"success", "ok", "degraded", "utilisation", "wasted"};
    const auto metric = slo.value("metric", "");
    if (slo.contains("within")) return ratio_text(slo["within"]) + " in time";
    if (ratios.contains(metric)) return ratio_text(slo);
    const bool is_time = metric == "recovery" || metric == "mean" || metric.starts_with("p");
    return is_time ? duration_text(slo) : count_text(slo);
}

/// SLOs by strategies: the worst group of each decides.
sim::Table slo_table(const Json& result) {
    sim::Table table;
    table.columns = {{"SLO"}, {"worst group"}};
    std::map<std::string, std::size_t> column;
    for (const auto& strategy : result["strategies"]) {
        column[strategy["name"]] = table.columns.size();
        table.columns.push_back({strategy["name"].get<std::string>()});
    }
    std::map<std::string, std::size_t> row;
    for (const auto& slo : result["slos"]) {
        if (!slo.value("worst", false)) continue;
        const std::string name = slo["name"];
        const auto [found, is_new] = row.emplace(name, table.rows.size());
        if (is_new) {
            const auto& subject = slo["group"].is_string() ? slo["group"] : slo["service"];
            table.rows.emplace_back(table.columns.size());
            table.rows.back()[0] = {name};
            table.rows.back()[1] = {subject.is_string() ? subject.get<std::string>() : ""};
        }
        table.rows[found->second][column[slo["strategy"]]] =
            verdict_cell(slo["verdict"], slo_value(slo));
    }
    return table;
}

/// A number of every journey under every strategy.
template <class Text>
sim::Table journey_table(const Json& result, const Text& text) {
    sim::Table table;
    table.columns = {{"customers · journey"}};
    for (const auto& strategy : result["strategies"]) {
        table.columns.push_back({strategy["name"].get<std::string>(), Align::right});
    }
    const auto& first = result["strategies"][0]["journeys"];
    for (std::size_t j = 0; j < first.size(); ++j) {
        std::vector<Cell> row{{flow_name(first[j])}};
        for (const auto& strategy : result["strategies"]) {
            row.push_back(text(strategy["journeys"][j]));
        }
        table.rows.push_back(std::move(row));
    }
    return table;
}

Cell success_cell(const Json& part) {
    const double success = value_of(part["success"]);
    Cell cell{ratio_text(part["success"])};
    if (!std::isnan(success)) cell.heat = std::clamp(1 - success, 0.0, 1.0);
    return cell;
}

/// The phase of a journey that a chart is about; null when it has none.
const Json* phase_of(const Json& journey, const std::string& phase, const std::string& fault) {
    for (const auto& one : journey["phases"]) {
        if (one["phase"] == phase && one["fault"] == fault) return &one;
    }
    return nullptr;
}

void add_verdict(const Json& result, std::vector<sim::Block>& page) {
    const std::string verdict = result["verdict"];
    page.emplace_back(
        sim::Banner{verdict_cell(verdict, upper(verdict)),
                    {result.value("sentence", "")},
                    {fmt::format("{} runs", result["provenance"].value("runs", 0)), Tone::quiet}});
    const auto question = result["scenario"].value("question", "");
    if (!question.empty()) page.emplace_back(sim::Paragraph{question, Tone::quiet});
    for (const auto& finding : result["findings"]) {
        page.emplace_back(sim::Paragraph{finding.get<std::string>()});
    }
}

void add_strategies(const Json& result, std::vector<sim::Block>& page) {
    page.emplace_back(sim::Heading{"Strategies side by side"});
    if (!result["slos"].empty()) page.emplace_back(slo_table(result));
    page.emplace_back(sim::Paragraph{"Success over the whole run:", Tone::quiet});
    page.emplace_back(
        journey_table(result, [](const Json& journey) { return success_cell(journey); }));
    for (const auto& fault : result["faults"]) {
        const std::string name = fault["name"];
        for (const std::string phase : {"during", "after"}) {
            if (phase_of(result["strategies"][0]["journeys"][0], phase, name) == nullptr) continue;
            page.emplace_back(
                sim::Paragraph{fmt::format("Success {} {}:", phase, name), Tone::quiet});
            page.emplace_back(journey_table(result, [&](const Json& journey) {
                const auto* part = phase_of(journey, phase, name);
                return part == nullptr ? Cell{} : success_cell(*part);
            }));
        }
    }
}

void add_latency(const Json& result, std::vector<sim::Block>& page) {
    page.emplace_back(sim::Heading{"Latency"});
    for (const auto& [key, title] :
         {std::pair{"p50", "Half of all requests are faster than:"},
          std::pair{"p99", "99 % of all requests are faster than (a failure is infinitely late):"},
          std::pair{"p99ok", "99 % of the successes are faster than:"}}) {
        page.emplace_back(sim::Paragraph{title, Tone::quiet});
        page.emplace_back(journey_table(result, [&, key = std::string(key)](const Json& journey) {
            return Cell{duration_text(journey["latency"][key])};
        }));
    }
}

void add_basis(const Json& result, std::vector<sim::Block>& page) {
    page.emplace_back(sim::Heading{"What this rests on"});
    sim::Notes notes;
    for (const auto& note : result["notes"]) notes.entries.push_back(note.get<std::string>());
    if (!notes.entries.empty()) page.emplace_back(std::move(notes));
    const auto& provenance = result["provenance"];
    page.emplace_back(sim::KeyValues{{{"scenario", result["scenario"].value("file", "")},
                                      {"sha256", result["scenario"].value("sha256", "")},
                                      {"seed", provenance["seed"].dump()},
                                      {"runs", provenance["runs"].dump()},
                                      {"baseline", provenance.value("baseline", "")},
                                      {"fingerprint", result.value("fingerprint", "")},
                                      {"engine", provenance.value("engine", "")}}});
    page.emplace_back(sim::Paragraph{"The same again:", Tone::quiet});
    page.emplace_back(sim::Paragraph{result.value("repeat", ""), Tone::plain, 0, 0, false});
    page.emplace_back(
        sim::Fold{"every setting that was effective", provenance.value("resolved", "")});
    page.emplace_back(sim::Heading{"How this was computed"});
    page.emplace_back(sim::Paragraph{
        "Every strategy met the same customers with the same luck, in independent runs with the "
        "faults and in twins without them; ± is the half width of the interval over the runs at "
        "the confidence of the scenario, given its inputs. `" +
        result["computedBy"].value("method", "") + "` says how each number is made, `" +
        result["computedBy"].value("validation", "") +
        "` compares the program with exact theory and published figures."});
}

}  // namespace

std::vector<sim::Block> study_page(const Json& result) {
    std::vector<sim::Block> page;
    add_verdict(result, page);
    add_strategies(result, page);
    add_why(result, page);
    add_charts(result, page);
    add_latency(result, page);
    add_basis(result, page);
    return page;
}

}  // namespace models
