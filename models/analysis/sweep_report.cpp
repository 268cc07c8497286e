// What a sweep will run: `sweep --dry-run`.
#include "models/analysis/sweep_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/analysis/format.hpp"
#include "models/analysis/json_parts.hpp"

namespace models {

namespace {

constexpr std::size_t kMostValues = 8;    ///< of an input in its line
constexpr std::size_t kShownPoints = 3;   ///< at either end
constexpr std::size_t kMostProblems = 3;  ///< of points that cannot run

std::string bytes_text(double bytes) {
    if (bytes >= 1e9) return fmt::format("{:.1f} GB", bytes / 1e9);
    if (bytes >= 1e6) return fmt::format("{:.0f} MB", bytes / 1e6);
    return fmt::format("{:.0f} kB", std::max(1.0, bytes / 1e3));
}

/// All points together, from those that were looked at.
struct Total {
    double runs = 0;
    double events = 0;
    double seconds = 0;
    double all_seconds = 0;
    double bytes = 0;
    std::size_t looked_at = 0;
    std::size_t invalid = 0;
};

Total total_of(const SweepReportInput& input) {
    Total total;
    total.looked_at = input.forecasts.size();
    for (const PointForecast& one : input.forecasts) {
        if (!one.problem.empty()) {
            ++total.invalid;
            continue;
        }
        total.runs += one.forecast.runs;
        total.events += one.forecast.runs * one.forecast.events_each;
        total.seconds += one.forecast.seconds;
        total.all_seconds += one.forecast.all_seconds;
        total.bytes += one.bytes;
    }
    const double points = static_cast<double>(input.plan.points.size());
    const double scale = points / static_cast<double>(std::max<std::size_t>(1, total.looked_at));
    for (double* value :
         {&total.runs, &total.events, &total.seconds, &total.all_seconds, &total.bytes})
        *value *= scale;
    total.events *= input.tried.events;
    for (double* value : {&total.seconds, &total.all_seconds}) {
        *value *= input.tried.seconds / static_cast<double>(std::max<std::size_t>(1, input.jobs));
    }
    return total;
}

std::string title_of(const SweepReportInput& input) {
    const SweepPlan& plan = input.plan;
    std::string title = fmt::format("{}   {} {}", input.scenario.name,
                                    number_text(static_cast<double>(plan.points.size())),
                                    plan.points.size() == 1 ? "point" : "points");
    if (!plan.inputs.empty()) title += ", " + plural(plan.inputs.size(), "input");
    if (plan.points.size() < plan.combinations) {
        title +=
            fmt::format("; `where` leaves out {} of {}",
                        number_text(static_cast<double>(plan.combinations - plan.points.size())),
                        number_text(static_cast<double>(plan.combinations)));
    }
    return title;
}

/// "10, 20, 40", "1, 2, 3, …, 100"; of what is drawn the range.
std::string values_text(const SweepInput& input) {
    if (input.sampled) return fmt::format("{}, drawn", input.written);
    std::string text;
    const auto& values = input.values;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const bool left_out =
            values.size() > kMostValues && i >= kMostValues - 2 && i + 1 < values.size();
        if (left_out && i > kMostValues - 2) continue;
        text += (i > 0 ? ", " : "") + (left_out ? std::string("…") : values[i]);
    }
    return text;
}

std::string count_text(const SweepInput& input, std::size_t samples) {
    const auto count = input.sampled ? samples : input.values.size();
    return number_text(static_cast<double>(count));
}

sim::Table input_table(const SweepPlan& plan) {
    sim::Table table;
    table.columns = {{"input"}, {"values"}, {"count", sim::Align::right}, {""}};
    for (std::size_t i = 0; i < plan.inputs.size(); ++i) {
        const SweepInput& input = plan.inputs[i];
        const bool follows = input.moves_with != i;
        table.rows.push_back({{input.path},
                              {values_text(input)},
                              {follows ? "" : count_text(input, plan.samples)},
                              {follows ? "moves with " + plan.inputs[input.moves_with].path : ""}});
    }
    return table;
}

/// The first and the last points, one in each column: there may be many inputs.
sim::Table point_table(const SweepPlan& plan) {
    std::vector<std::size_t> shown;
    for (std::size_t p = 0; p < plan.points.size(); ++p) {
        if (p < kShownPoints || p + kShownPoints >= plan.points.size()) shown.push_back(p);
    }
    sim::Table table;
    table.columns.push_back({"point"});
    for (std::size_t i = 0; i < shown.size(); ++i) {
        if (i > 0 && shown[i] > shown[i - 1] + 1) table.columns.push_back({"…"});
        table.columns.push_back({number_text(static_cast<double>(plan.points[shown[i]].number))});
    }
    for (std::size_t input = 0; input < plan.inputs.size(); ++input) {
        std::vector<sim::Cell> row{{plan.inputs[input].path}};
        for (std::size_t i = 0; i < shown.size(); ++i) {
            if (i > 0 && shown[i] > shown[i - 1] + 1) row.push_back({"…"});
            row.push_back({plan.points[shown[i]].values[input]});
        }
        table.rows.push_back(std::move(row));
    }
    return table;
}

std::string estimated_from(const SweepReportInput& input, const Total& total) {
    const auto tried =
        input.tried.count > 0 ? fmt::format(", {} of them tried out", input.tried.count) : "";
    if (total.looked_at == input.plan.points.size()) return tried;
    return fmt::format(", estimated from {} points spread over all{}", total.looked_at, tried);
}

std::string sweep_line(const SweepReportInput& input, const Total& total) {
    const bool twins = !input.scenario.faults.empty();
    const auto each = total.runs > 0 ? total.events / total.runs : 0;
    const bool automatic = input.scenario.experiment.replications_auto;
    const auto most = automatic ? fmt::format(", {} should all verdicts need all",
                                              forecast_text(total.all_seconds))
                                : std::string();
    return fmt::format(
        "Sweep: {} {} x {} x {}{} = {}{} runs, about {} events each{}. Estimate: {} on {}{}, a "
        "store of {}.",
        number_text(static_cast<double>(input.plan.points.size())),
        input.plan.points.size() == 1 ? "point" : "points",
        plural(input.strategies.size(), "strategy"), replications_text(input.scenario.experiment),
        twins ? " x (fault + twin)" : "", automatic ? "at least " : "",
        number_text(std::round(total.runs)), events_text(each), estimated_from(input, total),
        forecast_text(total.seconds), plural(input.jobs, "core"), most, bytes_text(total.bytes));
}

std::vector<std::string> problem_lines(const SweepReportInput& input, const Total& total) {
    std::vector<std::string> lines;
    if (total.invalid == 0) return lines;
    lines.push_back(
        fmt::format("note: {} of {} points that were looked at cannot run, and would "
                    "be rows that say so",
                    total.invalid, total.looked_at));
    for (const PointForecast& one : input.forecasts) {
        if (one.problem.empty() || lines.size() > kMostProblems) continue;
        lines.push_back(fmt::format("  point {}: {}", one.number, one.problem));
    }
    return lines;
}

std::vector<std::string> note_texts(const SweepReportInput& input, const Total& total) {
    std::vector<std::string> lines;
    if (input.plan.samples > 0) {
        lines.push_back(fmt::format("{} samples by {}, seed {}", input.plan.samples,
                                    to_string(input.plan.method), input.scenario.experiment.seed));
    }
    for (const std::string& text : input.plan.where) lines.push_back("where " + text);
    for (auto& line : problem_lines(input, total)) lines.push_back(std::move(line));
    return lines;
}

Json inputs_json(const SweepPlan& plan) {
    Json inputs = Json::array();
    for (std::size_t i = 0; i < plan.inputs.size(); ++i) {
        const SweepInput& input = plan.inputs[i];
        Json one = {{"path", input.path}, {"written", input.written}};
        if (input.sampled) {
            one["from"] = input.values.front();
            one["to"] = input.values.back();
        } else {
            one["values"] = input.values;
        }
        if (input.moves_with != i) one["movesWith"] = plan.inputs[input.moves_with].path;
        inputs.push_back(std::move(one));
    }
    return inputs;
}

Json points_json(const SweepPlan& plan) {
    Json points = Json::array();
    for (const SweepPoint& point : plan.points) {
        Json values = Json::object();
        for (std::size_t i = 0; i < plan.inputs.size(); ++i) {
            values[plan.inputs[i].path] = point.values[i];
        }
        points.push_back({{"point", point.number}, {"values", std::move(values)}});
    }
    return points;
}

Json sweep_json(const SweepReportInput& input, const Total& total) {
    const SweepPlan& plan = input.plan;
    Json json;
    json["formatVersion"] = "1.0";
    json["command"] = "sweep";
    json["dryRun"] = true;
    json["scenario"] = {{"name", input.scenario.name}, {"sha256", input.scenario.sha256}};
    json["seed"] = input.scenario.experiment.seed;
    json["strategies"] = input.strategies;
    const auto& experiment = input.scenario.experiment;
    json["runs"] = experiment.replications_auto ? Json("auto") : Json(experiment.replications);
    json["twins"] = !input.scenario.faults.empty();
    json["inputs"] = inputs_json(plan);
    json["where"] = plan.where;
    if (plan.samples > 0) {
        json["samples"] = {{"count", plan.samples}, {"method", to_string(plan.method)}};
    }
    json["combinations"] = plan.combinations;
    json["estimate"] = {{"fromPoints", total.looked_at},
                        {"runs", std::round(total.runs)},
                        {"events", std::round(total.events)},
                        {"triedPoints", input.tried.count},
                        {"storeBytes", std::round(total.bytes)}};
    json["cannotRun"] = Json::array();
    for (const PointForecast& one : input.forecasts) {
        if (one.problem.empty()) continue;
        json["cannotRun"].push_back({{"point", one.number}, {"problem", one.problem}});
    }
    json["points"] = points_json(plan);
    return json;
}

}  // namespace

sim::Document sweep_plan_document(const SweepReportInput& input) {
    const Total total = total_of(input);
    sim::Document document;
    document.title = title_of(input);
    if (!input.plan.inputs.empty()) {
        document.blocks.emplace_back(input_table(input.plan));
        document.blocks.emplace_back(sim::BlankLine{});
        document.blocks.emplace_back(point_table(input.plan));
        document.blocks.emplace_back(sim::BlankLine{});
    }
    const auto notes = note_texts(input, total);
    for (const auto& line : notes) {
        document.blocks.emplace_back(sim::Paragraph{line, sim::Tone::plain, 2, 2});
    }
    document.blocks.emplace_back(sim::Paragraph{sweep_line(input, total), sim::Tone::strong, 0, 2});
    document.blocks.emplace_back(
        sim::Paragraph{"Next: " + input.next, sim::Tone::plain, 0, 0, false});
    document.data = sweep_json(input, total);
    return document;
}

}  // namespace models
