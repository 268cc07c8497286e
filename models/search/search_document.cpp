#include "models/search/search_document.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "models/analysis/format.hpp"
#include "models/analysis/study_report.hpp"
#include "models/search/search_curve.hpp"

namespace models {

namespace {

using Json = nlohmann::ordered_json;

/// " (eu 1 386/s, us 462/s)": what a factor is for each group.
std::string rates_text(const SearchStudy& study, double factor) {
    if (study.rates.empty()) return "";
    std::vector<std::string> rates;
    for (const auto& [group, rate] : study.rates) {
        rates.push_back(fmt::format("{} {}/s", group, number_text(rate * factor)));
    }
    return fmt::format(" ({})", fmt::join(rates, ", "));
}

std::string met_text(const SearchStudy& study, const Bracket& bracket) {
    return bracket.met ? bracket.met_text + rates_text(study, *bracket.met) : "-";
}

std::string missed_text(const SearchStudy& study, const Bracket& bracket) {
    return bracket.missed ? bracket.missed_text + rates_text(study, *bracket.missed) : "-";
}

std::string slo_text(const ProbeSlo& slo) {
    const auto unit = unit_named(slo.unit);
    const auto limit = metric_text(unit, slo.limit);
    auto text = fmt::format("{} ({} {} {} {}", slo.slo, slo.of, slo.metric, slo.op, limit);
    if (slo.by_runs) {
        text += fmt::format(", by single runs: {} of {} meet it", slo.runs_met, slo.runs_judged);
    }
    return text + ")";
}

std::string binding_text(const StrategySearch& search) {
    std::vector<std::string> names;
    for (const auto* slo : search.binding()) names.push_back(slo_text(*slo));
    if (names.size() > 3) {
        const auto more = names.size() - 2;
        names.resize(2);
        names.push_back(fmt::format("{} more", more));
    }
    return listed(names);
}

std::string counting_slos(const SearchStudy& study) {
    return study.slos.empty() ? "all SLOs hold" : listed(study.slos) + " hold";
}

std::string confidence_text(const SearchStudy& study) {
    return fmt::format("{} confidence", percent_text(study.confidence));
}

/// What it is that is varied, as the subject of a sentence.
std::string subject_of(const SearchStudy& study) {
    return study.kind == SearchKind::max_load ? "the load" : study.path;
}

std::string found_sentence(const SearchStudy& study, const StrategySearch& search, bool wide) {
    const auto bracket = search.bracket();
    const bool upwards = *bracket.met < *bracket.missed;
    auto text =
        fmt::format("{} at {}, and are missed at {}: the {} lies between, with {}.",
                    counting_slos(study), met_text(study, bracket), missed_text(study, bracket),
                    study.kind == SearchKind::max_load ? "highest load"
                    : upwards                          ? "highest value"
                                                       : "lowest value",
                    confidence_text(study));
    if (wide) {
        text += fmt::format(" Places between stay inconclusive within {} runs.", study.most_runs);
    }
    const auto binding = binding_text(search);
    if (!binding.empty()) text += " First to break: " + binding + ".";
    return text;
}

std::string open_sentence(const SearchStudy& study, const StrategySearch& search) {
    const auto bracket = search.bracket();
    if (bracket.met) {
        return fmt::format("{} at {}; beyond that nothing is certain within {} runs.",
                           counting_slos(study), met_text(study, bracket), study.most_runs);
    }
    if (bracket.missed) {
        return fmt::format("missed at {} by {}; nothing is certain to be met within {} runs.",
                           missed_text(study, bracket), binding_text(search), study.most_runs);
    }
    return fmt::format("nothing is certain within {} runs.", study.most_runs);
}

std::string failures_text(const StrategySearch& search) {
    for (const auto& probe : search.probes) {
        if (!probe.failure.empty()) {
            return fmt::format(" At {}: {}.", probe.text, probe.failure);
        }
    }
    return "";
}

std::vector<std::string> slo_names(const StrategySearch& search) {
    std::vector<std::string> names;
    for (const auto& probe : search.probes) {
        for (const auto& slo : probe.slos) {
            if (std::find(names.begin(), names.end(), slo.slo) == names.end()) {
                names.push_back(slo.slo);
            }
        }
    }
    return names;
}

sim::Table answer_table(const SearchResult& result) {
    sim::Table table;
    table.columns = {{"strategy"},
                     {"met at"},
                     {"missed at"},
                     {"first to break"},
                     {"places", sim::Align::right},
                     {"runs", sim::Align::right}};
    for (const auto& search : result.strategies) {
        const auto bracket = search.bracket();
        std::vector<std::string> names;
        for (const auto* slo : search.binding()) {
            if (std::find(names.begin(), names.end(), slo->slo) == names.end()) {
                names.push_back(slo->slo);
            }
        }
        table.rows.push_back({{search.name, sim::Tone::strong},
                              {bracket.met ? bracket.met_text : "-", sim::Tone::good},
                              {bracket.missed ? bracket.missed_text : "-", sim::Tone::bad},
                              {fmt::format("{}", fmt::join(names, ", "))},
                              {fmt::format("{}", search.probes.size())},
                              {fmt::format("{}", search.runs())}});
    }
    return table;
}

/// Every SLO by itself; nothing where there is only one.
std::optional<sim::Table> slo_table(const SearchResult& result) {
    sim::Table table;
    table.columns = {{"SLO"}};
    std::vector<std::string> names;
    for (const auto& search : result.strategies) {
        table.columns.push_back({search.name, sim::Align::left, false, "met … missed at"});
        for (auto& name : slo_names(search)) {
            if (std::find(names.begin(), names.end(), name) == names.end()) {
                names.push_back(std::move(name));
            }
        }
    }
    if (names.size() < 2) return std::nullopt;
    for (const auto& name : names) {
        std::vector<sim::Cell> row = {{name}};
        for (const auto& search : result.strategies) {
            const auto bracket = search.bracket_of(name);
            row.push_back({fmt::format("{} … {}", bracket.met ? bracket.met_text : "-",
                                       bracket.missed ? bracket.missed_text : "-")});
        }
        table.rows.push_back(std::move(row));
    }
    return table;
}

// -- data -----------------------------------------------------------------------------------------

Json number_or_null(const std::optional<double>& value) { return value ? Json(*value) : Json(); }

Json probe_json(const SearchStudy& study, const SearchProbe& probe) {
    Json json = {{"at", probe.at},
                 {"text", probe.text},
                 {"verdict", name_of(probe.verdict)},
                 {"runs", probe.runs}};
    for (const auto& [group, rate] : study.rates) json["rates"][group] = rate * probe.at;
    if (!probe.failure.empty()) json["failure"] = probe.failure;
    json["command"] = probe.command;
    json["slos"] = Json::array();
    for (const auto& slo : probe.slos) {
        Json one = {{"name", slo.slo},
                    {"of", slo.of},
                    {"metric", slo.metric},
                    {"unit", slo.unit},
                    {"op", slo.op},
                    {"limit", slo.limit},
                    {"verdict", name_of(slo.verdict)},
                    {"byRuns", slo.by_runs},
                    {"runsMet", slo.runs_met}};
        one.update(estimate_json(slo.value));
        if (slo.within) one["within"] = estimate_json(slo.within);
        json["slos"].push_back(std::move(one));
    }
    return json;
}

Json strategy_json(const SearchStudy& study, const StrategySearch& search) {
    const auto bracket = search.bracket();
    Json json = {{"name", search.name},
                 {"end", to_string(search.end())},
                 {"met", number_or_null(bracket.met)},
                 {"missed", number_or_null(bracket.missed)},
                 {"sentence", search_sentence(study, search)}};
    json["binding"] = Json::array();
    for (const auto* slo : search.binding()) {
        json["binding"].push_back({{"slo", slo->slo}, {"of", slo->of}});
    }
    json["slos"] = Json::array();
    for (const auto& name : slo_names(search)) {
        const auto own = search.bracket_of(name);
        json["slos"].push_back({{"slo", name},
                                {"met", number_or_null(own.met)},
                                {"missed", number_or_null(own.missed)}});
    }
    json["probes"] = Json::array();
    for (const auto& probe : search.probes) json["probes"].push_back(probe_json(study, probe));
    return json;
}

Json data_of(const SearchResult& result) {
    const auto& study = result.study;
    Json json;
    json["formatVersion"] = "1.0";
    json["command"] = "search";
    json["verdict"] = "none";
    json["scenario"] = {{"name", study.name}, {"question", study.question}, {"file", study.file}};
    json["provenance"] = {
        {"engine", study.engine},          {"seed", study.seed},
        {"confidence", study.confidence},  {"confidenceOfEachVerdict", study.probe_confidence},
        {"tolerance", study.tolerance},    {"mostRuns", study.most_runs},
        {"resolvedSha256", study.resolved}};
    json["repeat"] = study.command;
    json["search"] = to_string(study.kind);
    json["path"] = study.kind == SearchKind::max_load ? Json() : Json(study.path);
    json["range"] = study.range;
    json["today"] = study.today.empty() ? Json() : Json(study.today);
    for (const auto& [group, rate] : study.rates) json["rates"][group] = rate;
    json["strategies"] = Json::array();
    for (const auto& search : result.strategies) {
        json["strategies"].push_back(strategy_json(study, search));
    }
    return json;
}

/// What spreadsheets get: a row for each strategy, place and SLO.
sim::Table sheet_of(const SearchResult& result) {
    sim::Table sheet;
    for (const auto* title :
         {"strategy", "at", "text", "verdict", "runs", "slo", "of", "metric", "unit", "op", "limit",
          "value", "low", "high", "sloVerdict", "failure", "command"}) {
        sheet.columns.push_back({title});
    }
    const auto number = [](const std::optional<double>& value) {
        return value ? fmt::format("{}", *value) : std::string();
    };
    for (const auto& search : result.strategies) {
        for (const auto& probe : search.probes) {
            const std::vector<sim::Cell> head = {{search.name},
                                                 {fmt::format("{}", probe.at)},
                                                 {probe.text},
                                                 {std::string(name_of(probe.verdict))},
                                                 {fmt::format("{}", probe.runs)}};
            const auto add = [&](std::vector<std::string> middle) {
                auto row = head;
                for (auto& text : middle) row.push_back({std::move(text)});
                row.push_back({probe.failure});
                row.push_back({probe.command});
                sheet.rows.push_back(std::move(row));
            };
            if (probe.slos.empty()) add(std::vector<std::string>(10));
            for (const auto& slo : probe.slos) {
                const auto& value = slo.value;
                add({slo.slo, slo.of, slo.metric, slo.unit, slo.op, fmt::format("{}", slo.limit),
                     value ? fmt::format("{}", value->value) : "", value ? number(value->low) : "",
                     value ? number(value->high) : "", std::string(name_of(slo.verdict))});
            }
        }
    }
    return sheet;
}

sim::Paragraph line(std::string text, sim::Tone tone = sim::Tone::plain) {
    return {std::move(text), tone, 0, 2};
}

void add_answer(const SearchResult& result, std::vector<sim::Block>& blocks) {
    blocks.emplace_back(answer_table(result));
    blocks.emplace_back(sim::BlankLine{});
    for (const auto& search : result.strategies) {
        blocks.emplace_back(line(search_sentence(result.study, search)));
    }
    if (auto table = slo_table(result)) {
        blocks.emplace_back(sim::Heading{"Each SLO by itself, from the same runs"});
        blocks.emplace_back(std::move(*table));
    }
}

void add_end(const SearchStudy& study, std::vector<sim::Block>& blocks) {
    blocks.emplace_back(sim::BlankLine{});
    blocks.emplace_back(line(
        fmt::format("Asked: {} from {}; tolerance {}. Each verdict is certain at {}, so that all "
                    "of at most {} places hold at {}.",
                    subject_of(study), study.range, percent_text(study.tolerance, 2),
                    percent_text(study.probe_confidence, 2), study.most_probes,
                    percent_text(study.confidence)),
        sim::Tone::quiet));
    blocks.emplace_back(
        line(fmt::format("seed {} · go on, or repeat: {}", study.seed, study.command)));
}

}  // namespace

std::string search_sentence(const SearchStudy& study, const StrategySearch& search) {
    const auto bracket = search.bracket();
    std::string text;
    switch (search.end()) {
        case SearchEnd::found:
            text = found_sentence(study, search, false);
            break;
        case SearchEnd::wide:
            text = found_sentence(study, search, true);
            break;
        case SearchEnd::never_met:
            text = fmt::format("never met within {}: missed even at {} by {}.", study.range,
                               missed_text(study, bracket), binding_text(search));
            break;
        case SearchEnd::always_met:
            text = fmt::format("{} within all of {}: even at {}.", counting_slos(study),
                               study.range, met_text(study, bracket));
            break;
        case SearchEnd::open:
            text = open_sentence(study, search);
            break;
        case SearchEnd::unfinished:
            text = bracket.met && bracket.missed
                       ? fmt::format("not finished: between {} and {} so far.",
                                     met_text(study, bracket), missed_text(study, bracket))
                       : "not finished.";
            break;
    }
    return search.name + ": " + text + failures_text(search);
}

sim::Document search_document(const SearchResult& result, bool verbose) {
    const auto& study = result.study;
    sim::Document document;
    document.title =
        study.kind == SearchKind::max_load
            ? fmt::format("{}   the highest load at which {}", study.name, counting_slos(study))
            : fmt::format("{}   where the verdict flips along {}", study.name, study.path);
    const sim::Banner banner{
        {study.question, sim::Tone::plain}, {}, {"(given these inputs)", sim::Tone::quiet}};
    document.blocks.emplace_back(banner);
    document.blocks.emplace_back(sim::BlankLine{});
    document.page.emplace_back(banner);
    add_answer(result, document.blocks);
    add_answer(result, document.page);
    for (const auto& search : result.strategies) {
        if (auto curve = search_curve(study, search)) {
            document.page.emplace_back(sim::Heading{"Under " + search.name});
            document.page.emplace_back(std::move(*curve));
        }
        if (!verbose) continue;
        document.blocks.emplace_back(sim::Heading{"Under " + search.name});
        document.blocks.emplace_back(probe_table(search));
    }
    add_end(study, document.blocks);
    add_end(study, document.page);
    document.data = data_of(result);
    document.sheet = sheet_of(result);
    return document;
}

}  // namespace models
