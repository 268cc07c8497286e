// A saved result as one side of a comparison. Anybody may have edited it: what is missing or of
// another kind is a problem that is named, and never more.
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "models/analysis/diff.hpp"
#include "models/analysis/format.hpp"

namespace models {

namespace {

using Json = nlohmann::ordered_json;

const Json& member(const Json& json, std::string_view key) {
    static const Json kNothing;
    if (!json.is_object()) return kNothing;
    const auto found = json.find(key);
    return found == json.end() ? kNothing : *found;
}
std::string text_of(const Json& json, std::string_view key) {
    const auto& value = member(json, key);
    return value.is_string() ? value.get<std::string>() : std::string();
}
std::optional<double> number_of(const Json& json, std::string_view key) {
    const auto& value = member(json, key);
    if (!value.is_number()) return std::nullopt;
    return value.get<double>();
}

std::optional<MetricUnit> unit_named(const std::string& name) {
    for (std::size_t i = 0; i < kMetricUnits; ++i) {
        const auto unit = static_cast<MetricUnit>(i);
        if (name == to_string(unit)) return unit;
    }
    return std::nullopt;
}

/// "89.1 %"; "not estimable"; "> seen" of a recovery that was not.
std::string shown_value(const Json& slo, MetricUnit unit) {
    const auto& within = member(slo, "within");
    const auto& estimate = within.is_object() ? within : slo;
    const auto value = number_of(estimate, "value");
    if (value) {
        if (unit == MetricUnit::ratio) {
            return percent_text(*value, 1) + (within.is_object() ? " in time" : "");
        }
        return metric_text(unit, *value);
    }
    return member(estimate, "infinite").is_null() ? "not estimable" : "not seen";
}

bool read_runs(const Json& slo, DiffCell& cell) {
    const auto& runs = member(slo, "perRun");
    if (!runs.is_array()) return false;
    for (const auto& one : runs) {
        if (one.is_number()) {
            cell.per_run.emplace_back(one.get<double>());
        } else if (one == "infinite" && cell.median) {
            cell.per_run.emplace_back(std::numeric_limits<double>::infinity());
        } else {
            cell.per_run.emplace_back();
        }
    }
    return true;
}

bool read_cell(const Json& slo, DiffCell& cell) {
    cell.strategy = text_of(slo, "strategy");
    cell.slo = text_of(slo, "name");
    cell.subject = text_of(slo, "group");
    if (cell.subject.empty()) cell.subject = text_of(slo, "service");
    cell.verdict = text_of(slo, "verdict");
    const auto unit = unit_named(text_of(slo, "unit"));
    const auto amount = number_of(member(slo, "matters"), "amount");
    if (!unit || !amount || !(*amount >= 0)) return false;
    cell.unit = *unit;
    cell.matters = {*amount, member(member(slo, "matters"), "relative") == true};
    cell.median = text_of(slo, "judgedBy") == "median";
    cell.higher_is_better = text_of(slo, "better") == "higher";
    cell.in_time = member(slo, "within").is_object();
    cell.shown = shown_value(slo, cell.unit);
    return read_runs(slo, cell);
}

}  // namespace

std::optional<DiffSide> read_diff_side(std::string name, const Json& result, std::string& problem) {
    DiffSide side;
    side.name = std::move(name);
    if (text_of(result, "command") != "run") {
        problem = "it is no result of `firedrill run`";
        return std::nullopt;
    }
    const auto& provenance = member(result, "provenance");
    const auto& seed = member(provenance, "seed");
    if (!seed.is_number_unsigned()) {
        problem = "`/provenance/seed` is missing";
        return std::nullopt;
    }
    side.seed = seed.get<std::uint64_t>();
    side.scenario = text_of(member(result, "scenario"), "name");
    side.engine = text_of(provenance, "engine");
    side.resolved = text_of(provenance, "resolved");
    side.fingerprint = text_of(result, "fingerprint");
    const auto confidence = number_of(provenance, "confidence").value_or(0.95);
    if (confidence > 0 && confidence < 1) side.confidence = confidence;
    std::size_t index = 0;
    for (const auto& slo : member(result, "slos")) {
        DiffCell cell;
        if (member(slo, "judges") == false) {  // shown beside those that count
            ++index;
            continue;
        }
        if (!read_cell(slo, cell)) {
            problem = fmt::format(
                "`/slos/{}` has no values of single runs: an older version has written it", index);
            return std::nullopt;
        }
        side.cells.push_back(std::move(cell));
        ++index;
    }
    return side;
}

}  // namespace models
