#include "models/sweep/curve.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "models/analysis/format.hpp"
#include "sim/report/render.hpp"

namespace models {

namespace {

constexpr double kWidth = 640;
constexpr double kHeight = 250;
constexpr double kLeft = 70;
constexpr double kRight = 20;
constexpr double kTop = 14;
constexpr double kFloor = 200;
constexpr double kLegend = 240;
constexpr double kMostOverLimit = 4;  ///< what lies higher is drawn at the top

struct Axes {
    double x_low = std::numeric_limits<double>::infinity();
    double x_high = -std::numeric_limits<double>::infinity();
    double y_high = 0;
    bool logarithmic = false;

    [[nodiscard]] double x(double value) const {
        if (!(x_high > x_low)) return (kLeft + kWidth - kRight) / 2;
        const double share = logarithmic ? std::log(value / x_low) / std::log(x_high / x_low)
                                         : (value - x_low) / (x_high - x_low);
        return kLeft + share * (kWidth - kLeft - kRight);
    }
    [[nodiscard]] double y(double value) const {
        const double share = std::isfinite(value) ? std::clamp(value / y_high, 0.0, 1.0) : 1.0;
        return kFloor - share * (kFloor - kTop);
    }
};

Axes axes_of(const Curve& curve) {
    Axes axes;
    axes.logarithmic = curve.logarithmic;
    axes.y_high = curve.limit.value_or(0);
    for (const auto& line : curve.lines) {
        for (const auto& point : line.points) {
            axes.x_low = std::min(axes.x_low, point.x);
            axes.x_high = std::max(axes.x_high, point.x);
            if (std::isfinite(point.y)) axes.y_high = std::max(axes.y_high, point.y);
        }
    }
    const double limit = curve.limit.value_or(0);
    if (limit > 0) axes.y_high = std::min(axes.y_high, kMostOverLimit * limit);
    axes.y_high = axes.y_high > 0 ? axes.y_high * 1.05 : 1;
    if (curve.unit == MetricUnit::ratio) axes.y_high = std::min(axes.y_high, 1.02);
    return axes;
}

std::string label(double x, double y, const char* anchor, const std::string& text) {
    return fmt::format(
        "<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\" font-size=\"12\" "
        "fill=\"currentColor\" stroke=\"none\">{}</text>",
        x, y, anchor, sim::html_escaped(text));
}

std::string colour_of(const Curve& curve, std::size_t line, sim::Verdict verdict) {
    // Those of the page's charts, and what they are where there is no page.
    static constexpr std::array kPalette = {"#0072b2", "#d55e00", "#009e73", "#cc79a7",
                                            "#8a6d00", "#5b6abf", "#333333", "#7a3e9d"};
    if (curve.lines.size() > 1 || verdict == sim::Verdict::none) {
        const auto number = line % kPalette.size();
        return fmt::format("var(--c{}, {})", number, kPalette[number]);
    }
    if (verdict == sim::Verdict::met) return "#2e9e5b";
    return verdict == sim::Verdict::missed ? "#c8323c" : "#d9a514";
}

std::string frame_svg(const Curve& curve, const Axes& axes) {
    auto svg = fmt::format("<path d=\"M{:.1f} {:.1f} V{:.1f} H{:.1f}\"/>", kLeft, kTop, kFloor,
                           kWidth - kRight);
    svg += label(kLeft - 6, kFloor + 4, "end", "0");
    const double top = axes.y_high / 1.05;
    if (curve.limit) {
        const double y = axes.y(*curve.limit);
        svg += fmt::format(
            "<path d=\"M{:.1f} {:.1f} H{:.1f}\" style=\"stroke:#c8323c\" "
            "stroke-dasharray=\"6 4\"/>",
            kLeft, y, kWidth - kRight);
        svg += label(kLeft - 6, y + 4, "end", metric_text(curve.unit, *curve.limit));
        if (y - axes.y(top) < 16) return svg;  // no room for two labels
    }
    return svg + label(kLeft - 6, axes.y(top) + 4, "end", metric_text(curve.unit, top));
}

/// Values of x under the axis: the first, the last, and those between that have room.
std::string x_labels(const CurveLine& line, const Axes& axes) {
    constexpr double kRoom = 70;
    std::string svg;
    double last = -kRoom;
    const double end = axes.x(line.points.back().x);
    for (std::size_t i = 0; i < line.points.size(); ++i) {
        const double x = axes.x(line.points[i].x);
        const bool is_end = i + 1 == line.points.size();
        if (!is_end && (x - last < kRoom || end - x < kRoom)) continue;
        svg += label(x, kFloor + 18, is_end && i > 0 ? "end" : "middle", line.points[i].x_text);
        last = x;
    }
    return svg;
}

std::string line_svg(const Curve& curve, const Axes& axes, std::size_t index) {
    const auto& line = curve.lines[index];
    std::string path;
    for (const auto& point : line.points) {
        path += fmt::format("{}{:.1f} {:.1f}", path.empty() ? "M" : " L", axes.x(point.x),
                            axes.y(point.y));
    }
    auto svg = fmt::format("<path d=\"{}\" stroke-opacity=\"0.6\" style=\"stroke:{}\"/>", path,
                           curve.lines.size() > 1 ? colour_of(curve, index, sim::Verdict::none)
                                                  : std::string("currentColor"));
    for (const auto& point : line.points) {
        const auto colour = colour_of(curve, index, point.verdict);
        svg += fmt::format(
            "<g style=\"stroke:{0};fill:{0}\"><path d=\"M{1:.1f} {2:.1f} V{3:.1f}\" "
            "stroke-width=\"2\"/><circle cx=\"{1:.1f}\" cy=\"{4:.1f}\" r=\"3.5\">"
            "<title>{5}</title></circle></g>",
            colour, axes.x(point.x), axes.y(point.low), axes.y(point.high), axes.y(point.y),
            sim::html_escaped(fmt::format("{} at {}: {}", line.name, point.x_text, point.text)));
    }
    return svg;
}

std::string legend_svg(const Curve& curve) {
    if (curve.lines.size() < 2) return "";
    std::string svg;
    const double step = (kWidth - kLeft - kRight) / static_cast<double>(curve.lines.size());
    for (std::size_t i = 0; i < curve.lines.size(); ++i) {
        const double x = kLeft + step * static_cast<double>(i);
        svg += fmt::format(
            "<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"4\" style=\"fill:{}\" "
            "stroke=\"none\"/>",
            x, kLegend - 4, colour_of(curve, i, sim::Verdict::none));
        svg += label(x + 9, kLegend, "start", curve.lines[i].name);
    }
    return svg;
}

bool has_a_line(const Curve& curve) {
    return std::any_of(curve.lines.begin(), curve.lines.end(),
                       [](const CurveLine& line) { return line.points.size() > 1; });
}

}  // namespace

std::string curve_svg(const Curve& curve) {
    if (!has_a_line(curve)) return "";
    const auto axes = axes_of(curve);
    auto svg = fmt::format(
        "<svg width=\"{0:.0f}\" viewBox=\"0 0 {0:.0f} {1:.0f}\" role=\"img\" aria-label=\"{2}\" "
        "fill=\"none\" stroke=\"currentColor\">",
        kWidth, kHeight, sim::html_escaped(curve.about));
    svg += frame_svg(curve, axes);
    const auto longest = std::max_element(
        curve.lines.begin(), curve.lines.end(),
        [](const CurveLine& a, const CurveLine& b) { return a.points.size() < b.points.size(); });
    svg += x_labels(*longest, axes);
    for (std::size_t i = 0; i < curve.lines.size(); ++i) svg += line_svg(curve, axes, i);
    return svg + legend_svg(curve) + "</svg>";
}

std::vector<std::string> curve_lines(const Curve& curve) {
    static constexpr std::array kBars = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    const auto axes = axes_of(curve);
    std::size_t longest = 0;
    for (const auto& line : curve.lines) longest = std::max(longest, line.name.size());
    std::vector<std::string> lines;
    for (const auto& line : curve.lines) {
        if (line.points.empty()) continue;
        std::string bars;
        for (const auto& point : line.points) {
            const double share =
                std::isfinite(point.y) ? std::clamp(point.y / axes.y_high, 0.0, 1.0) : 1.0;
            bars += kBars[std::min(kBars.size() - 1, static_cast<std::size_t>(share * 8))];
        }
        lines.push_back(fmt::format("{:<{}}  {}  {} … {}", line.name, longest, bars,
                                    line.points.front().text, line.points.back().text));
    }
    return lines;
}

}  // namespace models
