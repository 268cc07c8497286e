#include "models/sweep/export.hpp"

#include <cmath>

#include <fmt/format.h>

#include "models/analysis/study_report.hpp"
#include "sim/report/render.hpp"

namespace models {

namespace {

using Json = nlohmann::ordered_json;

std::string number(const std::optional<double>& value) {
    return value ? fmt::format("{}", *value) : "";
}

void add_inputs(const SweepStudy& study, const SweepResult& result, std::string& out) {
    for (const auto& value : study.points[result.number - 1]) out += "," + sim::csv_field(value);
}

void add_row(const SweepStudy& study, const SweepResult& result, const SweepRow& row,
             std::string& out) {
    out += fmt::format("{},{}", result.number, sim::csv_field(study.strategies[result.strategy]));
    add_inputs(study, result, out);
    const auto& column = row.column;
    for (const auto& text : {column.subject, column.metric, column.unit, column.slo}) {
        out += "," + sim::csv_field(text);
    }
    const auto& estimate = row.estimate;
    out += "," + (estimate ? number(estimate->value) : "");
    out += "," + (estimate ? number(estimate->low) : "");
    out += "," + (estimate ? number(estimate->high) : "");
    out += fmt::format(",{},{},,\n", row.runs,
                       row.verdict == sim::Verdict::none ? "" : name_of(row.verdict));
}

void add_failure(const SweepStudy& study, const SweepResult& result, std::string& out) {
    out += fmt::format("{},{}", result.number, sim::csv_field(study.strategies[result.strategy]));
    add_inputs(study, result, out);
    out += ",,failure,,,,,,0,," + sim::csv_field(result.failure) + "," +
           sim::csv_field(result.command) + "\n";
}

Json row_json(const SweepRow& row) {
    Json json = {
        {"of", row.column.subject}, {"metric", row.column.metric}, {"unit", row.column.unit}};
    if (row.column.reduce == Reduce::slo) {
        json["slo"] = row.column.slo;
        json["op"] = row.column.op;
        json["limit"] = row.column.limit;
    }
    json.update(estimate_json(row.estimate));
    if (row.within) json["within"] = estimate_json(row.within);
    json["runs"] = row.runs;
    if (row.verdict != sim::Verdict::none) json["verdict"] = name_of(row.verdict);
    return json;
}

}  // namespace

nlohmann::ordered_json sweep_result_json(const SweepStudy& study, const SweepResult& result) {
    Json json = {{"point", result.number}, {"strategy", study.strategies[result.strategy]}};
    auto inputs = Json::object();
    for (std::size_t i = 0; i < study.inputs.size(); ++i) {
        inputs[study.inputs[i]] = study.points[result.number - 1][i];
    }
    json["inputs"] = std::move(inputs);
    if (!result.failure.empty()) {
        json["failure"] = result.failure;
        json["command"] = result.command;
        return json;
    }
    json["verdict"] = name_of(result.verdict());
    json["command"] = result.command;
    json["measures"] = Json::array();
    for (const auto& row : result.rows) json["measures"].push_back(row_json(row));
    return json;
}

std::string sweep_csv(SweepReader& reader) {
    const auto& study = reader.study();
    std::string out = "point,strategy";
    for (const auto& path : study.inputs) out += "," + sim::csv_field(path);
    out += ",of,metric,unit,slo,value,low,high,runs,verdict,failure,command\n";
    reader.for_each([&](const SweepResult& result) {
        if (!result.failure.empty()) add_failure(study, result, out);
        for (const auto& row : result.rows) add_row(study, result, row, out);
    });
    return out;
}

std::string sweep_jsonl(SweepReader& reader) {
    std::string out;
    reader.for_each([&](const SweepResult& result) {
        out += sweep_result_json(reader.study(), result).dump() + "\n";
    });
    return out;
}

}  // namespace models
