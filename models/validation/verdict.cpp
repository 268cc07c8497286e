#include "models/validation/verdict.hpp"

#include <algorithm>
#include <cmath>

#include "sim/core/assert.hpp"
#include "sim/stats/histogram.hpp"
#include "sim/stats/summary.hpp"

namespace models {

namespace {

constexpr double kConfidence = 0.95;
constexpr double kStandardErrors = 3;
constexpr double kAlwaysTolerated = 0.001;
constexpr double kSameDigits = 1e-9;

/// The largest standard error at which the check still means something, as a share of the value.
double largest_error(const Figure& figure) {
    if (figure.tolerance) return *figure.tolerance / 2;
    switch (figure.judge) {
        case Judge::mean:
            return 0.01;
        case Judge::quantile:
        case Judge::rare:
            return 0.03;
        case Judge::exact:
            return kSameDigits;
    }
    SIM_ASSERT(false);
}

double tolerated_share(const Figure& figure) {
    if (figure.judge == Judge::exact) return figure.tolerance.value_or(kSameDigits);
    const double bin = figure.judge == Judge::quantile ? sim::Histogram::kRelativeError : 0;
    return figure.tolerance.value_or(kAlwaysTolerated) + figure.allowance + bin;
}

}  // namespace

std::string_view name_of(Agreement agreement) {
    switch (agreement) {
        case Agreement::inside:
            return "inside";
        case Agreement::inside_again:
            return "inside with a fresh seed";
        case Agreement::outside:
            return "OUTSIDE";
        case Agreement::imprecise:
            return "IMPRECISE";
        case Agreement::no_value:
            return "NO VALUE";
    }
    SIM_ASSERT(false);
}

bool agrees(Agreement agreement) {
    return agreement == Agreement::inside || agreement == Agreement::inside_again;
}

std::optional<double> FigureResult::ratio(const Figure& figure) const {
    if (figure.exact == 0 || agreement == Agreement::no_value) return std::nullopt;
    return estimate.value / figure.exact;
}

FigureResult judge_figure(const Figure& figure, std::span<const std::optional<double>> values) {
    FigureResult result;
    std::vector<double> known;
    for (const auto& value : values) {
        if (value && std::isfinite(*value)) known.push_back(*value);
    }
    if (known.empty() || known.size() < values.size()) return result;
    const auto summary = sim::summarise(known);
    result.estimate = sim::student_t_interval(known, kConfidence);
    result.standard_error = std::sqrt(summary.variance / static_cast<double>(summary.n));
    const double size = std::abs(figure.exact);
    const double sampling =
        figure.judge == Judge::exact ? 0 : kStandardErrors * result.standard_error;
    result.tolerated = std::max(sampling, tolerated_share(figure) * size);
    const bool inside = std::abs(summary.mean - figure.exact) <= result.tolerated;
    // A single value has no standard error, and what is exact needs none.
    const bool one_value = known.size() < 2 && figure.judge != Judge::exact;
    const bool precise = !one_value && result.standard_error <= largest_error(figure) * size;
    result.agreement = !inside   ? Agreement::outside
                       : precise ? Agreement::inside
                                 : Agreement::imprecise;
    return result;
}

bool CaseResult::passes() const {
    for (std::size_t i = 0; i < figures.size(); ++i) {
        if (the_case->figures[i].gate && !agrees(figures[i].agreement)) return false;
    }
    return true;
}

}  // namespace models
