#include "sim/report/chart_json.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace sim {

namespace {

using Json = nlohmann::ordered_json;

/// Four digits are more than a chart can show.
Json rounded(double value) {
    if (!std::isfinite(value)) return nullptr;
    if (value == 0) return 0;
    const double scale = std::pow(10.0, 3 - std::floor(std::log10(std::abs(value))));
    const double digits = std::round(value * scale) / scale;
    return digits == std::round(digits) && std::abs(digits) < 1e15
               ? Json(static_cast<std::int64_t>(digits))
               : Json(digits);
}

/// Points that a chart is wide: more of them only make the file large.
constexpr std::size_t kMostPoints = 240;
/// Of all lines of a chart together, but for the least that a line needs.
constexpr std::size_t kMostOfAllLines = 1800;
constexpr std::size_t kLeastPoints = 80;

/// Means of `step` values each.
Json thinned(const std::vector<double>& values, std::size_t step) {
    Json list = Json::array();
    for (std::size_t first = 0; first < values.size(); first += step) {
        double sum = 0;
        std::size_t count = 0;
        for (std::size_t i = first; i < std::min(first + step, values.size()); ++i) {
            if (std::isnan(values[i])) continue;
            sum += values[i];
            ++count;
        }
        list.push_back(count == 0 ? Json() : rounded(sum / static_cast<double>(count)));
    }
    return list;
}

/// What is not said is not so.
Json line_json(const Line& line, Json values) {
    Json json = {{"name", line.name}, {"colour", line.colour}};
    if (line.dashed) json["dashed"] = true;
    if (line.hidden) json["hidden"] = true;
    json["values"] = std::move(values);
    if (!line.source.empty()) json["from"] = line.source;
    if (!line.per.empty()) json["per"] = line.per;
    return json;
}

}  // namespace

Json chart_json(const TimeSeries& series) {
    std::size_t longest = 1;
    for (const auto& line : series.lines) longest = std::max(longest, line.values.size());
    const auto lines = std::max<std::size_t>(1, series.lines.size());
    const auto most = std::clamp(kMostOfAllLines / lines, kLeastPoints, kMostPoints);
    const std::size_t step = (longest + most - 1) / most;
    Json json;
    json["unit"] = series.unit;
    json["step"] = series.step_s * static_cast<double>(step);
    json["each"] = step;  // values of the result in one of the chart
    json["lines"] = Json::array();
    for (const auto& line : series.lines) {
        json["lines"].push_back(line_json(line, thinned(line.values, step)));
    }
    if (series.most) json["most"] = *series.most;
    json["bands"] = Json::array();
    for (const auto& band : series.bands) {
        json["bands"].push_back({{"name", band.name}, {"from", band.from_s}, {"to", band.to_s}});
    }
    return json;
}

Json chart_json(const PercentileCurves& distribution) {
    Json json = {{"shares", distribution.shares},
                 {"from", distribution.shares_source},
                 {"lines", Json::array()}};
    for (const auto& curve : distribution.curves) {
        auto line = line_json(curve.line, thinned(curve.line.values, 1));
        line["answered"] = rounded(curve.answered);
        if (!curve.answered_source.empty()) line["answeredFrom"] = curve.answered_source;
        json["lines"].push_back(std::move(line));
    }
    return json;
}

Json chart_json(const NodeMap& map) {
    Json json = {{"nodes", Json::array()}, {"arrows", Json::array()}};
    for (const auto& node : map.nodes) {
        json["nodes"].push_back(
            {{"name", node.name}, {"detail", node.detail}, {"harm", rounded(node.harm)}});
    }
    for (const auto& arrow : map.arrows) {
        json["arrows"].push_back(Json::array({arrow.from, arrow.to, arrow.label}));
    }
    return json;
}

}  // namespace sim
