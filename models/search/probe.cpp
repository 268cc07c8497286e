#include "models/search/probe.hpp"

#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

#include "models/analysis/study.hpp"
#include "models/sweep/rows.hpp"
#include "sim/experiment/frontier.hpp"

namespace models {

namespace {

using Json = nlohmann::ordered_json;

/// Numbers, and infinities as such.
Json number_json(const std::optional<double>& value) {
    if (!value || std::isnan(*value)) return {};
    if (std::isinf(*value)) return *value > 0 ? "inf" : "-inf";
    return *value;
}

std::optional<double> read_number(const Json& json) {
    if (json.is_number()) return json.get<double>();
    if (json == "inf") return std::numeric_limits<double>::infinity();
    if (json == "-inf") return -std::numeric_limits<double>::infinity();
    return std::nullopt;
}

Json estimate_text_json(const std::optional<sim::Estimate>& estimate) {
    if (!estimate) return {};
    return Json::array(
        {number_json(estimate->value), number_json(estimate->low), number_json(estimate->high)});
}

std::optional<sim::Estimate> read_estimate(const Json& json) {
    if (!json.is_array()) return std::nullopt;
    sim::Estimate estimate;
    estimate.value = read_number(json.at(0)).value_or(0);
    estimate.low = read_number(json.at(1));
    estimate.high = read_number(json.at(2));
    return estimate;
}

sim::Verdict verdict_named(const std::string& name) {
    for (const auto verdict : {sim::Verdict::met, sim::Verdict::missed, sim::Verdict::none}) {
        if (name_of(verdict) == name) return verdict;
    }
    return sim::Verdict::inconclusive;
}

/// What the runs say of an SLO. Its columns come first, each of the same width.
sim::Judgement judgement_of(const std::vector<SweepColumn>& columns, std::size_t index,
                            const std::vector<std::vector<double>>& runs, double confidence) {
    const auto at = index * width_of(Reduce::slo);
    std::vector<Measure> values;
    std::vector<sim::RatioCount> shares;
    for (const auto& run : runs) {
        values.push_back(std::isnan(run[at]) ? Measure{} : Measure{run[at]});
        shares.push_back(
            {static_cast<std::uint64_t>(run[at + 1]), static_cast<std::uint64_t>(run[at + 2])});
    }
    auto threshold = columns[index].threshold;
    threshold.confidence = confidence;
    return judge_by(columns[index].rule, threshold, values, shares);
}

ProbeSlo slo_of(const SweepRow& row) {
    ProbeSlo slo;
    slo.slo = row.column.slo;
    slo.of = row.column.subject;
    slo.metric = row.column.metric;
    slo.unit = row.column.unit;
    slo.op = row.column.op;
    slo.limit = row.column.limit;
    slo.value = row.estimate;
    slo.within = row.within;
    return slo;
}

}  // namespace

std::vector<std::size_t> judging_columns(const std::vector<SweepColumn>& columns,
                                         const std::vector<std::string>& slos) {
    std::vector<std::size_t> judging;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        if (columns[i].reduce != Reduce::slo || !columns[i].judges) continue;
        const bool counts =
            slos.empty() || std::find(slos.begin(), slos.end(), columns[i].slo) != slos.end();
        if (counts) judging.push_back(i);
    }
    return judging;
}

void judge_probe(const std::vector<SweepColumn>& columns, const std::vector<std::size_t>& judging,
                 const std::vector<std::vector<double>>& runs, const ProbeLevel& level,
                 SearchProbe& probe) {
    // The SLO columns come first: the rest of a run is not reduced.
    const std::vector<SweepColumn> first(
        columns.begin(), std::find_if(columns.begin(), columns.end(), [](const SweepColumn& one) {
            return one.reduce != Reduce::slo;
        }));
    const double alpha = sim::alpha_of_probe_look(level.alpha);
    const double each = alpha / static_cast<double>(std::max<std::size_t>(1, judging.size()));
    const auto shown = reduce_runs(first, runs, level.confidence);
    probe.slos.clear();
    probe.runs = runs.size();
    probe.verdict = judging.empty() ? sim::Verdict::inconclusive : sim::Verdict::met;
    for (const auto index : judging) {
        auto slo = slo_of(shown[index]);
        const auto as_met = judgement_of(columns, index, runs, 1 - alpha);
        const auto as_missed = judgement_of(columns, index, runs, 1 - each);
        slo.runs_met = as_met.runs_met;
        slo.runs_judged = as_met.runs_judged;
        // Nothing to judge (no such requests) misses nothing.
        if (as_met.verdict == sim::Verdict::met || as_met.verdict == sim::Verdict::none) {
            slo.verdict = sim::Verdict::met;
        } else if (as_missed.verdict == sim::Verdict::missed) {
            slo.verdict = sim::Verdict::missed;
            slo.by_runs = as_missed.value_verdict != sim::Verdict::missed;
        }
        probe.verdict = sim::worst(probe.verdict, slo.verdict);
        probe.slos.push_back(std::move(slo));
    }
}

std::string probe_text(const SearchProbe& probe) {
    Json json = {{"at", probe.at},
                 {"text", probe.text},
                 {"verdict", name_of(probe.verdict)},
                 {"runs", probe.runs},
                 {"slos", Json::array()}};
    for (const auto& slo : probe.slos) {
        json["slos"].push_back({{"slo", slo.slo},
                                {"of", slo.of},
                                {"metric", slo.metric},
                                {"unit", slo.unit},
                                {"op", slo.op},
                                {"limit", slo.limit},
                                {"value", estimate_text_json(slo.value)},
                                {"within", estimate_text_json(slo.within)},
                                {"verdict", name_of(slo.verdict)},
                                {"byRuns", slo.by_runs},
                                {"runsMet", slo.runs_met},
                                {"runsJudged", slo.runs_judged}});
    }
    return json.dump();
}

std::optional<SearchProbe> read_probe_text(std::string_view text) {
    try {
        const auto json = Json::parse(text);
        SearchProbe probe;
        json.at("at").get_to(probe.at);
        json.at("text").get_to(probe.text);
        probe.verdict = verdict_named(json.at("verdict").get<std::string>());
        json.at("runs").get_to(probe.runs);
        for (const auto& one : json.at("slos")) {
            auto& slo = probe.slos.emplace_back();
            one.at("slo").get_to(slo.slo);
            one.at("of").get_to(slo.of);
            one.at("metric").get_to(slo.metric);
            one.at("unit").get_to(slo.unit);
            one.at("op").get_to(slo.op);
            one.at("limit").get_to(slo.limit);
            slo.value = read_estimate(one.at("value"));
            slo.within = read_estimate(one.at("within"));
            slo.verdict = verdict_named(one.at("verdict").get<std::string>());
            one.at("byRuns").get_to(slo.by_runs);
            one.at("runsMet").get_to(slo.runs_met);
            one.at("runsJudged").get_to(slo.runs_judged);
        }
        return probe;
    } catch (const Json::exception&) {
        return std::nullopt;
    }
}

}  // namespace models
