// What `firedrill merge` says.
#include <fmt/format.h>

#include "models/analysis/forecast.hpp"
#include "models/analysis/format.hpp"
#include "models/sweep/merge.hpp"
#include "sim/core/assert.hpp"

namespace models {

namespace {

std::string_view to_string(MergedShard::State state) {
    switch (state) {
        case MergedShard::State::merged:
            return "merged";
        case MergedShard::State::unfinished:
            return "not finished";
        case MergedShard::State::missing:
            return "missing";
    }
    SIM_ASSERT(false);
}

sim::Table shard_table(const MergeReport& report) {
    sim::Table table;
    table.columns = {{"shard"}, {"runs", sim::Align::right}, {""}};
    for (const auto& one : report.shards) {
        const bool merged = one.state == MergedShard::State::merged;
        table.rows.push_back(
            {{to_text(one.shard)},
             {merged ? number_text(static_cast<double>(one.runs)) : ""},
             {std::string(to_string(one.state)), merged ? sim::Tone::good : sim::Tone::bad,
              merged ? sim::Mark::good : sim::Mark::bad}});
    }
    return table;
}

std::string outcome_text(const MergeReport& report) {
    const auto& count = report.count;
    if (count.complete()) {
        return fmt::format("Complete: {}. Report: firedrill report {}",
                           counted(count.runs, "run", "runs"), report.store);
    }
    std::string text =
        fmt::format("Incomplete: {} there", counted(count.runs, "run is", "runs are"));
    if (count.missing > 0) {
        text += fmt::format(", {} missing", counted(count.missing, "run is", "runs are"));
    }
    if (count.open_points > 0) {
        text += fmt::format(
            "; {} another round of `auto`: run all shards again",
            counted(count.open_points, "point x strategy needs", "points x strategies need"));
    }
    return text + ".";
}

nlohmann::ordered_json merge_json(const MergeReport& report) {
    nlohmann::ordered_json json;
    json["formatVersion"] = "1.0";
    json["command"] = "merge";
    json["scenario"] = {{"name", report.study.name}};
    json["seed"] = report.study.seed;
    json["complete"] = report.count.complete();
    json["runs"] = report.count.runs;
    json["missingRuns"] = report.count.missing;
    json["openPoints"] = report.count.open_points;
    json["failedPoints"] = report.count.failed;
    json["shards"] = nlohmann::ordered_json::array();
    for (const auto& one : report.shards) {
        json["shards"].push_back({{"shard", one.shard.index + 1},
                                  {"of", one.shard.count},
                                  {"state", to_string(one.state)},
                                  {"runs", one.runs}});
    }
    return json;
}

}  // namespace

sim::Document merge_document(const MergeReport& report) {
    const auto& study = report.study;
    sim::Document document;
    document.title = fmt::format(
        "{}   {} {}, {}, {}{}", study.name, number_text(static_cast<double>(study.points.size())),
        study.points.size() == 1 ? "point" : "points", plural(study.strategies.size(), "strategy"),
        study.automatic ? "up to " : "", plural(study.runs, "run"));
    document.blocks.emplace_back(shard_table(report));
    document.blocks.emplace_back(sim::BlankLine{});
    document.blocks.emplace_back(
        sim::Paragraph{outcome_text(report), sim::Tone::strong, 0, 2, false});
    for (const auto& one : report.shards) {
        if (one.repeat.empty() || report.count.complete()) continue;
        document.blocks.emplace_back(sim::Paragraph{one.repeat, sim::Tone::plain, 2, 2, false});
    }
    document.data = merge_json(report);
    return document;
}

}  // namespace models
