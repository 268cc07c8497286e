#include "models/search/search_curve.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "models/analysis/format.hpp"
#include "models/analysis/study_report.hpp"
#include "models/sweep/curve.hpp"

namespace models {

namespace {

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
            if (std::isnan(value)) continue;
            points.push_back({probe->at, value, slo.value->low.value_or(value),
                              slo.value->high.value_or(value), slo.verdict, probe->text,
                              probe_value_text(slo)});
            // No number beyond a place where too much is not answered at all: one shows where.
            if (std::isinf(value)) return points;
        }
    }
    return points;
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
    const auto against = study.kind == SearchKind::max_load ? "the load" : study.path;
    Curve curve;
    curve.about = fmt::format("{} of {} against {}", slo->metric, slo->of, against);
    curve.unit = unit_named(slo->unit);
    curve.limit = slo->limit;
    curve.lines = {{search.name, points_of(search, *slo)}};
    sim::Plot plot;
    plot.svg = curve_svg(curve);
    if (plot.svg.empty()) return std::nullopt;
    plot.caption = fmt::format("{}: {} of {} (SLO {}) against {}; the limit is dashed", search.name,
                               slo->metric, slo->of, slo->slo, against);
    for (const auto& point : curve.lines.front().points) {
        plot.lines.push_back(fmt::format("{}: {}", point.x_text, point.text));
    }
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
