#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "models/analysis/format.hpp"
#include "models/analysis/json_parts.hpp"
#include "models/analysis/study_report.hpp"

namespace models {

Json finite(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

Json finite(const std::optional<double>& value) { return value ? finite(*value) : Json(nullptr); }

nlohmann::ordered_json estimate_json(const std::optional<sim::Estimate>& estimate) {
    Json json = {{"value", nullptr}, {"low", nullptr}, {"high", nullptr}};
    if (!estimate) return json;
    json["value"] = finite(estimate->value);
    json["low"] = finite(estimate->low);
    json["high"] = finite(estimate->high);
    if (std::isinf(estimate->value)) json["infinite"] = true;
    return json;
}

nlohmann::ordered_json estimate_json(const MeasureEstimate& estimate) {
    Json json = estimate_json(estimate.estimate);
    if (estimate.infinite > 0) json["infinite"] = estimate.infinite;
    if (estimate.missing > 0) json["notEstimable"] = estimate.missing;
    return json;
}

namespace {

/// For what lists findings in files; nothing where that is unknown.
Json place_json(const StudyInput& input, const sim::SourceRange& range) {
    if (input.sources == nullptr) return nullptr;
    const auto place = portable_place(*input.sources, range);
    if (!place || place->line == 0) return nullptr;
    return {{"file", place->file},
            {"line", place->line},
            {"column", place->column},
            {"length", place->length}};
}

/// What it takes to compare the cell with that of another result, run by run.
void add_runs(const StudyInput& input, std::size_t strategy, std::size_t cell, Json& json) {
    const auto& definition = input.strategies[strategy].cells[cell];
    const auto matters = matters_of(definition.rule, input.settings.experiment.difference);
    const bool low_is_bad = threshold_of(input.settings, definition.rule).low_is_bad();
    const bool within = rule_of(definition.rule) == SloRule::within;
    json["judgedBy"] = rule_of(definition.rule) == SloRule::durations ? "median" : "mean";
    json["unit"] = to_string(within ? MetricUnit::ratio : unit_of(definition.rule.metric));
    json["better"] = low_is_bad ? "higher" : "lower";
    json["matters"] = {{"amount", matters.amount}, {"relative", matters.relative}};
    json["perRun"] = Json::array();
    for (const auto& run : input.strategies[strategy].runs) {
        const auto value = judged_value(definition, run.slos[cell]);
        const bool endless = value && std::isinf(*value);
        json["perRun"].push_back(endless ? Json("infinite") : finite(value));
    }
}

Json slo_cell_json(const StudyInput& input, std::size_t strategy, std::size_t cell, bool worst) {
    const auto& definition = input.strategies[strategy].cells[cell];
    const auto& judged = input.result.strategies[strategy].cells[cell];
    const auto& judgement = judged.judgement;
    const bool within = rule_of(definition.rule) == SloRule::within;
    Json json;
    json["name"] = definition.rule.name;
    json["strategy"] = input.strategies[strategy].name;
    json["group"] = definition.subject.group.empty() ? Json() : Json(definition.subject.group);
    json["journey"] = definition.rule.journey ? Json(*definition.rule.journey) : Json();
    json["service"] = definition.rule.service ? Json(*definition.rule.service) : Json();
    json["metric"] = to_string(definition.rule.metric);
    json["judges"] = definition.judges;
    json["worst"] = worst;
    json["verdict"] = sim::name_of(judgement.verdict);
    json.update(within ? estimate_json(judged.percentile) : estimate_json(judgement.value));
    json["limit"] = definition.rule.limit;
    json["limitText"] = limit_text(definition.rule);
    if (!definition.rule.text.empty()) json["text"] = definition.rule.text;
    json["place"] = place_json(input, definition.rule.range);
    json["runs"] = judgement.runs_judged;
    const auto& automatic = input.strategies[strategy].automatic;
    if (automatic && definition.judges) {
        const auto& certainty = automatic->cells[cell];
        json["certainty"] = {{"state", to_string(certainty.state)}, {"after", certainty.after}};
    }
    json["runsMet"] = judgement.runs_met;
    json["runsShare"] = estimate_json(judgement.runs);
    if (within) {
        json["within"] = estimate_json(judgement.value);
        json["within"]["limit"] = judged.judged_limit;
    }
    add_runs(input, strategy, cell, json);
    if (judgement.missing > 0) json["missing"] = judgement.missing;
    if (judgement.two_worlds) {
        json["twoWorlds"] = {{"low", judgement.two_worlds->low_count},
                             {"high", judgement.two_worlds->high_count},
                             {"lowMean", finite(judgement.two_worlds->low_mean)},
                             {"highMean", finite(judgement.two_worlds->high_mean)}};
    }
    return json;
}

Json slos_json(const StudyInput& input) {
    Json list = Json::array();
    for (std::size_t slo = 0; slo < input.settings.slos.size(); ++slo) {
        for (std::size_t s = 0; s < input.strategies.size(); ++s) {
            const auto& judged = input.result.strategies[s].slos[slo];
            for (const auto cell : judged.cells) {
                list.push_back(slo_cell_json(input, s, cell, cell == judged.worst));
            }
        }
    }
    return list;
}

Json pair_json(const StudyInput& input, const sim::PairResult& pair) {
    Json json;
    json["a"] = input.strategies[pair.a].name;
    json["b"] = input.strategies[pair.b].name;
    json["metric"] = pair.metric;
    json["difference"] = estimate_json(pair.difference);
    json["identical"] = pair.identical;
    json["matters"] = finite(pair.matters);
    json["p"] = finite(pair.p);
    json["pHolm"] = finite(pair.p_holm);
    json["verdict"] = sim::name_of(pair.verdict);
    json["runsAheadA"] = pair.runs_a_ahead;
    json["runsAheadB"] = pair.runs_b_ahead;
    json["pairingGain"] = finite(pair.pairing_gain);
    return json;
}

Json comparison_json(const StudyInput& input) {
    const auto& comparison = input.result.comparison;
    if (!comparison) return nullptr;
    const auto name = [&](std::size_t strategy) { return input.strategies[strategy].name; };
    Json json;
    json["winner"] = comparison->winner ? Json(name(*comparison->winner)) : Json();
    json["confidence"] = comparison->confidence;
    json["decidedBy"] =
        comparison->decided_by ? Json(comparison->rules[*comparison->decided_by].name) : Json();
    json["candidates"] = Json::array();
    for (const auto one : comparison->candidates) json["candidates"].push_back(name(one));
    json["tied"] = Json::array();
    for (const auto& group : comparison->tied) {
        Json names = Json::array();
        for (const auto one : group) names.push_back(name(one));
        json["tied"].push_back(std::move(names));
    }
    json["rules"] = Json::array();
    json["pairs"] = Json::array();
    for (const auto& rule : comparison->rules) {
        json["rules"].push_back({{"name", rule.name},
                                 {"winner", rule.winner ? Json(name(*rule.winner)) : Json()},
                                 {"leader", name(rule.leader)},
                                 {"runsAgree", rule.runs_agree}});
        for (const auto& pair : rule.pairs) json["pairs"].push_back(pair_json(input, pair));
    }
    json["pairingGain"] = finite(comparison->pairing_gain);
    return json;
}

Json faults_json(const StudyFrame& frame, const std::vector<std::string>& written) {
    Json list = Json::array();
    for (std::size_t i = 0; i < frame.faults.size(); ++i) {
        const auto& fault = frame.faults[i];
        const auto end = std::min(fault.end(), sim::SimTime{frame.duration.ns});
        list.push_back({{"name", fault.name},
                        {"from", fault.at.seconds()},
                        {"to", end.seconds()},
                        {"recurs", fault.recurs}});
        if (i < written.size()) list.back()["written"] = written[i];
    }
    return list;
}

Json warm_up_json(const StudyInput& input) {
    const auto& found = input.warm_up;
    Json json = {{"length", input.settings.experiment.warmup.seconds()}, {"auto", found.found}};
    if (!found.found) return json;
    json["lookedAt"] = found.looked_at_s;
    json["runs"] = found.runs;
    json["curves"] = found.series;
    json["steady"] = found.steady();
    json["lastToSettle"] = found.slowest.empty() ? Json() : Json(found.slowest);
    json["unsteady"] = found.unsteady;
    return json;
}

/// What a strategy has of its own.
Json settings_json(const std::vector<SettingText>& settings) {
    Json list = Json::array();
    for (const auto& one : settings) list.push_back({{"name", one.path}, {"value", one.value}});
    return list;
}

/// Where what is: regions, zones, replicas.
Json topology_json(const StudyFrame& frame) {
    Json json = {{"regions", Json::array()}, {"services", Json::array()}};
    for (const auto& region : frame.regions) {
        json["regions"].push_back({{"name", region.name}, {"zones", region.zones}});
    }
    for (const auto& service : frame.services) {
        Json replicas = Json::object();
        for (const auto& [zone, count] : service.replicas) replicas[zone] = count;
        json["services"].push_back({{"name", service.name}, {"replicas", std::move(replicas)}});
    }
    return json;
}

}  // namespace

std::string portable_name(const std::string& file) {
    if (file.empty() || file.front() != '/') return file;
    return file.substr(file.rfind('/') + 1);
}

std::optional<sim::CheckPlace> portable_place(const sim::SourceMap& sources,
                                              const sim::SourceRange& range) {
    if (!range.has_file()) return std::nullopt;
    const auto& name = sources.name(range.file);
    if (name.empty() || name.front() == '-' || name.front() == '<') return std::nullopt;
    return sim::CheckPlace{portable_name(name), range.line, range.column, range.length};
}

nlohmann::ordered_json study_json(const StudyInput& input) {
    const auto& experiment = input.settings.experiment;
    Json json;
    json["formatVersion"] = "1.0";
    json["command"] = "run";
    json["computedBy"] = {{"method", kMethodCommand}, {"validation", kValidationCommand}};
    json["verdict"] = sim::name_of(input.result.verdict);
    json["sentence"] = verdict_sentence(input);
    json["scenario"] = {{"name", input.scenario.name},
                        {"question", input.scenario.question},
                        {"file", portable_name(input.scenario.file)},
                        {"sha256", input.scenario.sha256}};
    json["provenance"] = {{"engine", input.engine_version},
                          {"seed", experiment.seed},
                          {"runs", input.result.replications},
                          {"planned", input.planned},
                          {"confidence", experiment.confidence},
                          {"baseline", input.strategies[input.settings.baseline].name},
                          {"events", input.result.events},
                          {"resolved", input.resolved}};
    json["repeat"] = input.repeat_command;
    json["notes"] = input.notes;
    json["findings"] = finding_lines(input);
    json["help"] = input.help ? remedy_json(*input.help) : Json();
    json["why"] = input.why ? why_json(*input.why, input.settings) : Json();
    json["explained"] = input.explained ? explained_json(*input.explained, kMostExplained) : Json();
    json["warnings"] = warnings_json(input.warnings);
    json["warmUp"] = warm_up_json(input);
    json["duration"] = input.strategies.front().frame.duration.seconds();
    json["faults"] = faults_json(input.strategies.front().frame, input.written.faults);
    json["topology"] = topology_json(input.strategies.front().frame);
    json["strategies"] = Json::array();
    for (std::size_t i = 0; i < input.strategies.size(); ++i) {
        json["strategies"].push_back(
            strategy_json(input.strategies[i], input.result.strategies[i], experiment.confidence));
        if (i < input.written.strategies.size()) {
            json["strategies"].back()["settings"] = settings_json(input.written.strategies[i]);
        }
    }
    json["slos"] = slos_json(input);
    json["comparison"] = comparison_json(input);
    json["fingerprint"] = fmt::format("{:016x}", input.result.fingerprint);
    return json;
}

}  // namespace models
