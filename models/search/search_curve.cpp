#include "models/search/search_curve.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "models/analysis/format.hpp"
#include "models/analysis/study_report.hpp"

namespace models {

namespace {

constexpr double kWidth = 640;
constexpr double kHeight = 250;
constexpr double kLeft = 70;
constexpr double kRight = 20;
constexpr double kTop = 14;
constexpr double kFloor = 210;

struct CurvePoint {
    double x = 0;
    double y = 0;
    double low = 0;
    double high = 0;
    sim::Verdict verdict = sim::Verdict::inconclusive;
    std::string text;
};

std::vector<const SearchProbe*> ascending(const StrategySearch& search) {
    std::vector<const SearchProbe*> probes;
    for (const auto& probe : search.probes) probes.push_back(&probe);
    std::sort(probes.begin(), probes.end(),
              [](const SearchProbe* a, const SearchProbe* b) { return a->at < b->at; });
    return probes;
}

/// The SLO that is drawn.
const ProbeSlo* drawn_slo(const StrategySearch& search) {
    const auto binding = search.binding();
    if (!binding.empty()) return binding.front();
    for (const auto& probe : search.probes) {
        if (!probe.slos.empty()) return &probe.slos.front();
    }
    return nullptr;
}

std::vector<CurvePoint> points_of(const StrategySearch& search, const ProbeSlo& wanted) {
    std::vector<CurvePoint> points;
    for (const auto* probe : ascending(search)) {
        for (const auto& slo : probe->slos) {
            if (slo.slo != wanted.slo || slo.of != wanted.of || !slo.value) continue;
            const double value = slo.value->value;
            if (!std::isfinite(value)) continue;
            points.push_back({probe->at, value, slo.value->low.value_or(value),
                              slo.value->high.value_or(value), slo.verdict,
                              fmt::format("{}: {}", probe->text, probe_value_text(slo))});
        }
    }
    return points;
}

struct Axes {
    double x_low = 0;
    double x_high = 1;
    double y_high = 1;

    [[nodiscard]] double x(double value) const {
        return kLeft + (value - x_low) / (x_high - x_low) * (kWidth - kLeft - kRight);
    }
    /// What is above the picture is drawn at its top.
    [[nodiscard]] double y(double value) const {
        return kFloor - std::clamp(value / y_high, 0.0, 1.0) * (kFloor - kTop);
    }
};

Axes axes_of(const std::vector<CurvePoint>& points, double limit) {
    Axes axes{points.front().x, points.back().x, limit};
    for (const auto& point : points) axes.y_high = std::max(axes.y_high, point.y);
    axes.y_high = std::min(axes.y_high, 4 * limit > 0 ? 4 * limit : axes.y_high) * 1.05;
    if (!(axes.y_high > 0)) axes.y_high = 1;
    if (!(axes.x_high > axes.x_low)) axes.x_high = axes.x_low + 1;
    return axes;
}

std::string label(double x, double y, const char* anchor, const std::string& text) {
    return fmt::format(
        "<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\" font-size=\"12\" "
        "fill=\"currentColor\" stroke=\"none\">{}</text>",
        x, y, anchor, text);
}

const char* colour_of_verdict(sim::Verdict verdict) {
    if (verdict == sim::Verdict::met) return "#2e9e5b";
    return verdict == sim::Verdict::missed ? "#c8323c" : "#d9a514";
}

std::string number_label(SearchKind kind, double value) {
    return kind == SearchKind::max_load ? number_text(value) + "x" : number_text(value);
}

std::string svg_of(const SearchStudy& study, const std::vector<CurvePoint>& points,
                   const ProbeSlo& slo) {
    const auto axes = axes_of(points, slo.limit);
    const auto unit = unit_named(slo.unit);
    std::string svg = fmt::format(
        "<svg viewBox=\"0 0 {:.0f} {:.0f}\" role=\"img\" aria-label=\"{} {} against the load\" "
        "fill=\"none\" stroke=\"currentColor\">",
        kWidth, kHeight, slo.of, slo.metric);
    svg += fmt::format("<path d=\"M{0:.1f} {1:.1f} V{2:.1f} H{3:.1f}\"/>", kLeft, kTop, kFloor,
                       kWidth - kRight);
    const double limit_y = axes.y(slo.limit);
    svg += fmt::format(
        "<path d=\"M{:.1f} {:.1f} H{:.1f}\" stroke=\"#c8323c\" stroke-dasharray=\"6 4\"/>", kLeft,
        limit_y, kWidth - kRight);
    svg += label(kLeft - 6, limit_y + 4, "end", metric_text(unit, slo.limit));
    svg += label(kLeft - 6, kFloor + 4, "end", "0");
    std::string line;
    for (const auto& point : points) {
        line += fmt::format("{}{:.1f} {:.1f}", line.empty() ? "M" : " L", axes.x(point.x),
                            axes.y(point.y));
    }
    svg += fmt::format("<path d=\"{}\" stroke-opacity=\"0.5\"/>", line);
    for (const auto& point : points) {
        svg += fmt::format(
            "<g stroke=\"{0}\"><path d=\"M{1:.1f} {2:.1f} V{3:.1f}\" stroke-width=\"2\"/><circle "
            "cx=\"{1:.1f}\" cy=\"{4:.1f}\" r=\"4\" fill=\"{0}\"><title>{5}</title></circle></g>",
            colour_of_verdict(point.verdict), axes.x(point.x), axes.y(point.low),
            axes.y(point.high), axes.y(point.y), point.text);
    }
    svg += label(kLeft, kFloor + 18, "middle", number_label(study.kind, axes.x_low));
    svg += label(kWidth - kRight, kFloor + 18, "end", number_label(study.kind, axes.x_high));
    return svg + "</svg>";
}

}  // namespace

std::string probe_value_text(const ProbeSlo& slo) {
    if (slo.within) return percent_text(slo.within->value, 2) + " in";
    if (!slo.value) return "-";
    if (std::isinf(slo.value->value)) return "not in the run";
    const auto unit = unit_named(slo.unit);
    const auto text = estimate_text(unit, *slo.value);
    return unit == MetricUnit::ratio ? text + " %" : text;
}

std::optional<sim::Plot> search_curve(const SearchStudy& study, const StrategySearch& search) {
    const auto* slo = drawn_slo(search);
    if (slo == nullptr) return std::nullopt;
    const auto points = points_of(search, *slo);
    if (points.size() < 2) return std::nullopt;
    sim::Plot plot;
    plot.caption = fmt::format("{}: {} of {} (SLO {}) against {}; the limit is dashed", search.name,
                               slo->metric, slo->of, slo->slo,
                               study.kind == SearchKind::max_load ? "the load" : study.path);
    plot.svg = svg_of(study, points, *slo);
    for (const auto& point : points) plot.lines.push_back(point.text);
    plot.numbers = probe_table(search);
    return plot;
}

sim::Table probe_table(const StrategySearch& search) {
    sim::Table table;
    table.columns = {{"at", sim::Align::right}, {"is"}, {"runs", sim::Align::right}};
    const auto probes = ascending(search);
    const auto most = std::max_element(
        probes.begin(), probes.end(),
        [](const SearchProbe* a, const SearchProbe* b) { return a->slos.size() < b->slos.size(); });
    if (most == probes.end()) return table;
    for (const auto& slo : (*most)->slos) table.columns.push_back({slo.slo + ": " + slo.of});
    for (const auto* probe : probes) {
        std::vector<sim::Cell> row = {{probe->text},
                                      {std::string(name_of(probe->verdict)),
                                       tone_of(probe->verdict), mark_of(probe->verdict)},
                                      {fmt::format("{}", probe->runs)}};
        if (!probe->failure.empty()) row.push_back({probe->failure, sim::Tone::bad});
        for (const auto& slo : probe->slos) {
            row.push_back({probe_value_text(slo), tone_of(slo.verdict), mark_of(slo.verdict)});
        }
        table.rows.push_back(std::move(row));
    }
    return table;
}

}  // namespace models
