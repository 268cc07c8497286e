#include "sim/cli/search_axis.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "models/scenario/override.hpp"
#include "models/scenario/sweep_where.hpp"

namespace sim::cli {

namespace {

constexpr double kLowestLoad = 0.1;
constexpr double kHighestLoad = 10;

/// As many significant digits as keep the rounding well below the tolerance.
double rounded_factor(double factor, double tolerance) {
    const double digits = std::ceil(-std::log10(tolerance)) + 1;
    const double step = std::pow(10.0, std::floor(std::log10(factor)) - digits);
    return std::round(factor / step) * step;
}

std::string factor_text(double factor) { return fmt::format("{:.6g}x", factor); }

}  // namespace

SearchAxis::SearchAxis(std::vector<std::pair<std::string, double>> rates, double from, double to,
                       double tolerance)
    : rates_(std::move(rates)) {
    range_ = {from, to, true, false, tolerance, std::clamp(1.0, from, to)};
}

SearchAxis::SearchAxis(std::string path, const models::SweepRange& range, double tolerance)
    : path_(std::move(path)), values_(range) {
    range_.from = static_cast<double>(range.from.value);
    range_.to = static_cast<double>(range.to.value);
    range_.logarithmic = range.logarithmic;
    range_.tolerance = tolerance;
    range_.whole = range.from.is_whole() && range.to.is_whole();
    if (!range_.whole) return;
    range_.from /= static_cast<double>(models::kQuantityScale);
    range_.to /= static_cast<double>(models::kQuantityScale);
}

SearchPlace SearchAxis::load_place(double at) const {
    SearchPlace place;
    const bool end = at == range_.from || at == range_.to;
    place.at = place.number = end ? at : rounded_factor(at, range_.tolerance);
    place.text = factor_text(place.at);
    for (const auto& [group, rate] : rates_) {
        place.overrides.push_back(
            fmt::format("workload.{}.rate={:.10g}/s", group, rate * place.at));
    }
    return place;
}

SearchPlace SearchAxis::place(double at) const {
    if (!values_) return load_place(at);
    const models::QuantityWriter writer(values_->from, values_->to);
    SearchPlace place{at, 0, {}, {}};
    if (at == range_.from) {
        place.text = values_->from_text;
    } else if (at == range_.to) {
        place.text = values_->to_text;
    } else if (range_.whole) {
        place.text = writer.text(static_cast<models::WideInteger>(std::llround(at)) *
                                 models::kQuantityScale);
    } else {
        const auto value = static_cast<models::WideInteger>(at);
        const auto gap = static_cast<models::WideInteger>(std::abs(at) * range_.tolerance / 2);
        const auto step = writer.step_for(value, std::max<models::WideInteger>(1, gap));
        const auto near = (value + step / 2) / step * step;
        place.at = static_cast<double>(near);
        place.text = writer.text(near);
    }
    place.number = models::where_value(place.text).number;
    place.overrides.push_back(path_ + "=" + place.text);
    return place;
}

std::string SearchAxis::text() const {
    return place(range_.from).text + " to " + place(range_.to).text;
}

std::optional<SearchAxis> load_axis(const Options& options, Io& io, const Session& session) {
    if (!options.map_x.empty()) {
        wrong_usage(io, "--x: max-load varies the rates of all groups",
                    "`firedrill search boundary` searches any path");
        return std::nullopt;
    }
    std::vector<std::pair<std::string, double>> rates;
    for (const auto& group : session.scenario->systems[0].groups) {
        if (group.rate_per_s) rates.emplace_back(group.name.text, *group.rate_per_s);
    }
    if (rates.empty()) {
        wrong_usage(io, "no group of customers comes at a rate: there is no load to search",
                    "of users that think it is a path: --x 'workload.NAME.users=10..1000'");
        return std::nullopt;
    }
    const double from = options.from.value_or(kLowestLoad);
    const double to = options.to.value_or(kHighestLoad);
    if (!(from < to)) {
        wrong_usage(
            io, fmt::format("--from {} is not below --to {}", factor_text(from), factor_text(to)));
        return std::nullopt;
    }
    return SearchAxis(std::move(rates), from, to, options.tolerance);
}

std::optional<SearchAxis> boundary_axis(const Options& options, Io& io, Session& session) {
    constexpr const char* kHint = "such as --x 'policy.timeout=100ms..5s log'";
    if (options.map_x.empty() || options.from || options.to) {
        wrong_usage(io,
                    options.map_x.empty() ? "a boundary is searched along --x"
                                          : "--from and --to are those of max-load",
                    kHint);
        return std::nullopt;
    }
    auto& diagnostics = session.diagnostics;
    const models::AssignmentOption option{"--x", "policy.timeout=100ms..5s", false};
    const auto limits = load_request(options.files.front(), options, io).limits;
    const auto entry =
        models::read_assignment(option, options.map_x, limits, session.sources, diagnostics);
    std::optional<models::SweepRange> range;
    if (entry && models::is_range(entry->value)) {
        range = models::read_range(entry->value, limits.points, diagnostics);
    } else if (entry) {
        diagnostics.error(entry->value.range, "a search needs a range, FROM..TO", kHint);
    }
    if (range && !range->is_sampled()) {
        diagnostics.error(entry->value.range, "a search picks its values itself",
                          "write FROM..TO, or FROM..TO log");
    }
    if (diagnostics.has_errors()) {
        io.err << diagnostics.render(session.sources) << diagnostics.summary() << "\n";
        return std::nullopt;
    }
    return SearchAxis(entry->key, *range, options.tolerance);
}

}  // namespace sim::cli
