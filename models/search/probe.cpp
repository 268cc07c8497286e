#include "models/search/probe.hpp"

#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

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

/// The rows of the columns that judge.
std::vector<SweepRow> rows_at(const std::vector<SweepColumn>& columns,
                              const std::vector<std::size_t>& judging,
                              const std::vector<std::vector<double>>& runs, double confidence) {
    const auto all = reduce_runs(columns, runs, confidence);
    std::vector<SweepRow> rows;
    for (const auto index : judging) rows.push_back(all[index]);
    return rows;
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
    const auto met = rows_at(first, judging, runs, 1 - alpha);
    const auto missed = rows_at(first, judging, runs, 1 - each);
    const auto shown = rows_at(first, judging, runs, level.confidence);
    probe.slos.clear();
    probe.runs = runs.size();
    probe.verdict = judging.empty() ? sim::Verdict::inconclusive : sim::Verdict::met;
    for (std::size_t i = 0; i < judging.size(); ++i) {
        auto slo = slo_of(shown[i]);
        if (missed[i].verdict == sim::Verdict::missed) slo.verdict = sim::Verdict::missed;
        // Nothing to judge (no such requests) misses nothing.
        const bool holds =
            met[i].verdict == sim::Verdict::met || met[i].verdict == sim::Verdict::none;
        if (holds) slo.verdict = sim::Verdict::met;
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
                                {"verdict", name_of(slo.verdict)}});
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
        }
        return probe;
    } catch (const Json::exception&) {
        return std::nullopt;
    }
}

}  // namespace models
