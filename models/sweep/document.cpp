#include "models/sweep/document.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "models/analysis/format.hpp"
#include "models/analysis/study_report.hpp"
#include "models/scenario/sweep_where.hpp"
#include "models/sweep/curve.hpp"
#include "models/sweep/export.hpp"

namespace models {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kPointsShown = 24;
constexpr std::size_t kCellsBeside = 6;  ///< more columns than that are hard to read
constexpr std::size_t kMapValues = 16;   ///< of an input, along one side of a map
constexpr std::size_t kFailuresShown = 6;
constexpr std::size_t kCurvesShown = 6;
constexpr std::size_t kCurvePoints = 3;    ///< fewer than that are a table
constexpr double kLogarithmicFrom = 20.0;  ///< largest over smallest value of an input

/// What is shown of one point under one strategy.
struct PointLook {
    std::string failure;
    std::string command;
    bool there = false;
    sim::Verdict verdict = sim::Verdict::none;
    std::vector<sim::Cell> cells;  ///< of the SLOs, or of the journeys where there are none
    std::vector<SweepRow> rows;    ///< parallel; only where they are drawn
    std::size_t met = 0;
};

/// All of a sweep that people see; the rest stays in the store.
struct Look {
    const SweepStudy& study;
    std::vector<std::string> titles;             ///< of PointLook::cells
    std::vector<std::vector<PointLook>> points;  ///< [point][strategy]
    std::size_t finished = 0;                    ///< points with a result of every strategy
    std::size_t failed = 0;                      ///< points x strategies
    bool slos = false;
};

std::string value_text(const SweepRow& row) {
    if (row.within) return percent_text(row.within->value) + " in";
    if (!row.estimate) return "-";
    if (std::isinf(row.estimate->value)) {
        // A percentile that falls among the failures, or a recovery that nobody saw.
        return row.column.rule == SloRule::durations ? "not in the run" : "> patience";
    }
    const auto unit = unit_named(row.column.unit);
    const auto text = estimate_text(unit, *row.estimate);
    return unit == MetricUnit::ratio ? text + " %" : text;
}

/// Whether `a` is worse than `b`: missed before inconclusive before met, then by value.
bool is_worse(const SweepRow& a, const SweepRow& b) {
    if (a.verdict != b.verdict) return sim::worst(a.verdict, b.verdict) == a.verdict;
    const auto& value_a = a.within ? a.within : a.estimate;
    const auto& value_b = b.within ? b.within : b.estimate;
    if (!value_a || !value_b) return false;
    const bool smaller = value_a->value < value_b->value;
    return a.column.threshold.low_is_bad() ? smaller : !smaller;
}

/// The worst group of each SLO, in the order of the file.
std::vector<const SweepRow*> worst_groups(const SweepResult& result) {
    std::vector<const SweepRow*> worst;
    for (const auto& row : result.rows) {
        if (row.column.reduce != Reduce::slo || !row.column.judges) continue;
        const auto found = std::find_if(worst.begin(), worst.end(), [&](const SweepRow* one) {
            return one->column.slo == row.column.slo;
        });
        if (found == worst.end()) {
            worst.push_back(&row);
        } else if (is_worse(row, **found)) {
            *found = &row;
        }
    }
    return worst;
}

void look_at_slos(const SweepResult& result, std::vector<std::string>& titles, PointLook& look) {
    titles.clear();
    for (const auto* row : worst_groups(result)) {
        titles.push_back(row->column.slo);
        look.rows.push_back(*row);
        look.cells.push_back({value_text(*row), tone_of(row->verdict), mark_of(row->verdict)});
        look.met += row->verdict == sim::Verdict::met ? 1 : 0;
    }
}

/// Without SLOs: what every journey sees.
void look_at_journeys(const SweepResult& result, std::vector<std::string>& titles,
                      PointLook& look) {
    titles.clear();
    for (const auto& row : result.rows) {
        const auto& metric = row.column.metric;
        if (row.column.subject.starts_with("service.")) continue;
        if (metric != "success" && metric != "mean" && metric != "p99") continue;
        titles.push_back(row.column.subject + " " + metric);
        look.rows.push_back(row);
        look.cells.push_back({value_text(row)});
    }
}

Look look_at(SweepReader& reader) {
    Look look{reader.study(), {}, {}, 0, 0, false};
    const auto strategies = look.study.strategies.size();
    look.points.resize(look.study.points.size(), std::vector<PointLook>(strategies));
    reader.for_each([&](const SweepResult& result) {
        auto& point = look.points[result.number - 1][result.strategy];
        point.there = true;
        point.failure = result.failure;
        point.command = result.command;
        if (!result.failure.empty()) {
            ++look.failed;
            return;
        }
        point.verdict = result.verdict();
        if (point.verdict != sim::Verdict::none) {
            look.slos = true;
            look_at_slos(result, look.titles, point);
        } else {
            look_at_journeys(result, look.titles, point);
        }
        if (look.study.inputs.size() != 1) point.rows.clear();
    });
    for (const auto& point : look.points) {
        const bool all =
            std::all_of(point.begin(), point.end(), [](const PointLook& one) { return one.there; });
        look.finished += all ? 1 : 0;
    }
    return look;
}

std::string title_of(const SweepStudy& study) {
    const auto inputs = study.inputs.empty()
                            ? std::string()
                            : " of " + counted(study.inputs.size(), "input", "inputs");
    return fmt::format("{}   {}{} x {} x {}{}", study.name,
                       counted(study.points.size(), "point", "points"), inputs,
                       counted(study.strategies.size(), "strategy", "strategies"),
                       study.automatic ? "up to " : "", counted(study.runs, "run", "runs"));
}

/// "5 of 5" with its mark.
sim::Cell short_cell(const PointLook& look) {
    if (!look.there) return {"-", sim::Tone::quiet};
    if (!look.failure.empty()) return {"failed", sim::Tone::bad, sim::Mark::bad};
    const auto all = look.cells.size();
    sim::Cell cell{fmt::format("{} of {}", look.met, all), tone_of(look.verdict),
                   mark_of(look.verdict)};
    if (all > 0) cell.heat = 1.0 - static_cast<double>(look.met) / static_cast<double>(all);
    return cell;
}

/// Whether every SLO of every strategy has a column of its own.
bool has_wide_rows(const Look& look) {
    if (look.titles.empty()) return false;
    return look.titles.size() * look.study.strategies.size() <= kCellsBeside || !look.slos;
}

std::vector<sim::Column> point_columns(const Look& look) {
    std::vector<sim::Column> columns = {{"point", sim::Align::right}};
    for (const auto& path : look.study.inputs) columns.push_back({path, sim::Align::right});
    const bool several = look.study.strategies.size() > 1;
    for (const auto& strategy : look.study.strategies) {
        if (!has_wide_rows(look)) {
            columns.push_back({strategy, sim::Align::left, false, look.slos ? "SLOs met" : ""});
            continue;
        }
        for (const auto& title : look.titles) {
            columns.push_back(
                {several ? strategy : title, sim::Align::left, false, several ? title : ""});
        }
    }
    return columns;
}

void add_wide_cells(const Look& look, const PointLook& point, std::vector<sim::Cell>& row) {
    if (point.there && point.failure.empty()) {
        row.insert(row.end(), point.cells.begin(), point.cells.end());
        return;
    }
    const sim::Cell cell = point.there ? sim::Cell{"failed", sim::Tone::bad, sim::Mark::bad}
                                       : sim::Cell{"-", sim::Tone::quiet};
    row.insert(row.end(), look.titles.size(), cell);
}

sim::Table point_table(const Look& look, std::size_t most) {
    sim::Table table;
    table.columns = point_columns(look);
    for (std::size_t i = 0; i < std::min(most, look.points.size()); ++i) {
        std::vector<sim::Cell> row = {{fmt::format("{}", i + 1)}};
        for (const auto& value : look.study.points[i]) row.push_back({value});
        for (const auto& point : look.points[i]) {
            if (has_wide_rows(look)) {
                add_wide_cells(look, point, row);
            } else {
                row.push_back(short_cell(point));
            }
        }
        table.rows.push_back(std::move(row));
    }
    return table;
}

/// The different values of an input, in the order of their first point.
std::vector<std::string> values_of(const SweepStudy& study, std::size_t input) {
    std::vector<std::string> values;
    for (const auto& point : study.points) {
        if (std::find(values.begin(), values.end(), point[input]) == values.end()) {
            values.push_back(point[input]);
        }
    }
    return values;
}

/// Two inputs, as rows and columns; nothing where that is no map.
std::optional<sim::Table> map_of(const Look& look, std::size_t strategy) {
    const auto& study = look.study;
    if (study.inputs.size() != 2 || !look.slos) return std::nullopt;
    const auto down = values_of(study, 0);
    const auto across = values_of(study, 1);
    const bool is_grid = down.size() > 1 && across.size() > 1 && down.size() <= kMapValues &&
                         across.size() <= kMapValues;
    if (!is_grid) return std::nullopt;
    std::map<std::pair<std::string, std::string>, const PointLook*> cells;
    for (std::size_t i = 0; i < look.points.size(); ++i) {
        cells[{study.points[i][0], study.points[i][1]}] = &look.points[i][strategy];
    }
    sim::Table table;
    table.columns = {{study.inputs[0] + " \\ " + study.inputs[1], sim::Align::right}};
    for (const auto& value : across) table.columns.push_back({value});
    for (const auto& row_value : down) {
        std::vector<sim::Cell> row = {{row_value}};
        for (const auto& value : across) {
            const auto found = cells.find({row_value, value});
            row.push_back(found == cells.end() ? sim::Cell{"", sim::Tone::quiet}
                                               : short_cell(*found->second));
        }
        table.rows.push_back(std::move(row));
    }
    return table;
}

/// The numbers of the only input in base units, by point; nothing where it has none.
std::optional<std::vector<double>> numbers_of(const SweepStudy& study) {
    if (study.inputs.size() != 1 || study.points.size() < kCurvePoints) return std::nullopt;
    std::vector<double> numbers;
    for (const auto& point : study.points) {
        const auto value = where_value(point[0]);
        if (value.kind != WhereValue::Kind::number) return std::nullopt;
        numbers.push_back(value.number);
    }
    return numbers;
}

/// What is drawn of a row; nothing: it has no value.
const std::optional<sim::Estimate>& drawn(const SweepRow& row, bool shares) {
    return shares && row.within ? row.within : row.estimate;
}

CurvePoint curve_point(const SweepRow& row, bool shares, double x, const std::string& x_text) {
    const auto& value = *drawn(row, shares);
    return {x,
            value.value,
            value.low.value_or(value.value),
            value.high.value_or(value.value),
            row.verdict,
            x_text,
            value_text(row)};
}

/// Whether a percentile is not known somewhere, where the share within its limit is.
bool draws_shares(const Look& look, std::size_t measure) {
    for (const auto& point : look.points) {
        for (const auto& one : point) {
            if (measure >= one.rows.size()) continue;
            if (one.rows[measure].within && !one.rows[measure].estimate) return true;
        }
    }
    return false;
}

/// One measure of all strategies against the only input.
Curve curve_of(const Look& look, std::size_t measure, const std::vector<double>& numbers) {
    Curve curve;
    const auto [least, most] = std::minmax_element(numbers.begin(), numbers.end());
    curve.logarithmic = *least > 0 && *most / *least >= kLogarithmicFrom;
    const bool shares = draws_shares(look, measure);
    for (std::size_t s = 0; s < look.study.strategies.size(); ++s) {
        CurveLine line{look.study.strategies[s], {}};
        for (std::size_t i = 0; i < look.points.size(); ++i) {
            const auto& point = look.points[i][s];
            if (measure >= point.rows.size()) continue;
            const auto& row = point.rows[measure];
            if (!drawn(row, shares)) continue;
            const bool share = shares && row.within;
            curve.unit = share ? MetricUnit::ratio : unit_named(row.column.unit);
            if (row.column.reduce == Reduce::slo) {
                curve.limit = share ? row.column.threshold.limit : row.column.limit;
            }
            line.points.push_back(curve_point(row, shares, numbers[i], look.study.points[i][0]));
        }
        std::sort(line.points.begin(), line.points.end(),
                  [](const CurvePoint& a, const CurvePoint& b) { return a.x < b.x; });
        curve.lines.push_back(std::move(line));
    }
    return curve;
}

/// Each SLO (or measure of a journey) along the only input, if that is a number.
void add_curves(const Look& look, sim::Document& document) {
    const auto numbers = numbers_of(look.study);
    if (!numbers) return;
    document.blocks.emplace_back(sim::BlankLine{});
    for (std::size_t i = 0; i < std::min(look.titles.size(), kCurvesShown); ++i) {
        auto curve = curve_of(look, i, *numbers);
        const auto limit =
            curve.limit ? "; the limit, " + metric_text(curve.unit, *curve.limit) + ", is dashed"
                        : std::string();
        curve.about = look.titles[i] + " against " + look.study.inputs[0];
        sim::Plot plot;
        plot.svg = curve_svg(curve);
        if (plot.svg.empty()) continue;
        plot.caption = curve.about + limit;
        plot.lines = curve_lines(curve);
        document.blocks.emplace_back(std::move(plot));
        document.blocks.emplace_back(sim::BlankLine{});
    }
}

sim::Paragraph line(std::string text, sim::Tone tone = sim::Tone::plain) {
    return {std::move(text), tone, 0, 2};
}

/// "naive meets all SLOs at 12 of 20 points, budgeted at 18."
std::string passes_text(const Look& look) {
    std::vector<std::string> parts;
    for (std::size_t s = 0; s < look.study.strategies.size(); ++s) {
        std::size_t met = 0;
        for (const auto& point : look.points) {
            met += point[s].there && point[s].verdict == sim::Verdict::met ? 1 : 0;
        }
        parts.push_back(fmt::format("{} at {}{}", look.study.strategies[s], met,
                                    s == 0 ? fmt::format(" of {}", look.points.size()) : ""));
    }
    return "All SLOs are met: " + listed(parts) + ".";
}

void add_maps(const Look& look, sim::Document& document) {
    for (std::size_t s = 0; s < look.study.strategies.size(); ++s) {
        auto map = map_of(look, s);
        if (!map) continue;
        document.blocks.emplace_back(sim::Heading{"SLOs met under " + look.study.strategies[s]});
        document.blocks.emplace_back(std::move(*map));
        document.blocks.emplace_back(sim::BlankLine{});
    }
}

void add_failures(const Look& look, sim::Document& document) {
    if (look.failed == 0) return;
    document.blocks.emplace_back(sim::BlankLine{});
    document.blocks.emplace_back(sim::Finding{
        sim::Mark::bad,
        counted(look.failed, "result is", "results are") + " missing, because the point failed:"});
    std::size_t told = 0;
    for (std::size_t i = 0; i < look.points.size() && told < kFailuresShown; ++i) {
        for (const auto& point : look.points[i]) {
            if (point.failure.empty() || told == kFailuresShown) continue;
            ++told;
            document.blocks.emplace_back(sim::Paragraph{fmt::format("{}: {}", i + 1, point.failure),
                                                        sim::Tone::plain, 2, 2});
            document.blocks.emplace_back(
                sim::Paragraph{point.command, sim::Tone::quiet, 4, 2, false});
        }
    }
}

}  // namespace

sim::Document sweep_document(SweepReader& reader, bool verbose) {
    const auto look = look_at(reader);
    const auto& study = look.study;
    sim::Document document;
    document.title = title_of(study);
    document.blocks.emplace_back(sim::Banner{
        {study.question, sim::Tone::plain}, {}, {"(given these inputs)", sim::Tone::quiet}});
    const auto before = document.blocks.size();
    add_maps(look, document);
    add_curves(look, document);
    if (document.blocks.size() == before) document.blocks.emplace_back(sim::BlankLine{});
    const std::size_t most = verbose ? look.points.size() : kPointsShown;
    document.blocks.emplace_back(point_table(look, most));
    if (most < look.points.size()) {
        document.blocks.emplace_back(
            line(fmt::format("… {} more points: -v, or --format csv", look.points.size() - most),
                 sim::Tone::quiet));
    }
    document.blocks.emplace_back(sim::BlankLine{});
    if (look.slos) document.blocks.emplace_back(line(passes_text(look), sim::Tone::strong));
    if (look.finished < look.points.size()) {
        document.blocks.emplace_back(
            line(fmt::format("{} of {} points are finished.", look.finished, look.points.size())));
    }
    add_failures(look, document);
    document.blocks.emplace_back(
        line(fmt::format("seed {} · go on, or repeat: {}", study.seed, study.command)));
    return document;
}

std::string sweep_json(SweepReader& reader) {
    const auto& study = reader.study();
    Json json;
    json["formatVersion"] = "1.0";
    json["command"] = "sweep";
    json["verdict"] = "none";
    json["scenario"] = {{"name", study.name}, {"question", study.question}, {"file", study.file}};
    json["provenance"] = {{"engine", study.engine},
                          {"seed", study.seed},
                          {"runs", study.runs},
                          {"automatic", study.automatic},
                          {"confidence", study.confidence},
                          {"resolvedSha256", study.resolved}};
    json["repeat"] = study.command;
    json["inputs"] = study.inputs;
    json["planned"] = study.points.size();
    json["points"] = Json::array();
    reader.for_each([&](const SweepResult& result) {
        json["points"].push_back(sweep_result_json(study, result));
    });
    return json.dump(2) + "\n";
}

}  // namespace models
