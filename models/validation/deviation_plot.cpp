#include "models/validation/deviation_plot.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

namespace models {

namespace {

constexpr int kBins =
    16;  ///< of half a standard error, from -4 to 4; what is beyond is at the ends
using Counts = std::array<std::size_t, kBins>;

/// Deviations in standard errors of all figures that are random.
std::vector<double> deviations_of(const ValidationResult& result) {
    std::vector<double> deviations;
    for (const auto& one : result.cases) {
        for (std::size_t i = 0; i < one.figures.size(); ++i) {
            const auto& found = one.figures[i];
            const auto& figure = one.the_case->figures[i];
            const bool random = figure.judge != Judge::exact && found.standard_error > 0;
            if (found.agreement == Agreement::no_value || !random) continue;
            deviations.push_back((found.estimate.value - figure.exact) / found.standard_error);
        }
    }
    return deviations;
}

Counts count(const std::vector<double>& deviations) {
    Counts counts{};
    for (const double deviation : deviations) {
        const double bin = std::clamp(std::floor((deviation + 4) * 2), 0.0, kBins - 1.0);
        ++counts[static_cast<std::size_t>(bin)];
    }
    return counts;
}

/// Share of a standard normal in a bin; the tails beyond 4 are 6e-5.
double normal_share(int bin) {
    const auto below = [](double z) { return 0.5 * std::erfc(-z / std::sqrt(2.0)); };
    const double low = bin / 2.0 - 4;
    return below(low + 0.5) - below(low);
}

std::string svg_of(const Counts& counts, std::size_t all) {
    constexpr double kWidth = 640;
    constexpr double kHeight = 180;
    constexpr double kFloor = 150;
    const double most =
        std::max(static_cast<double>(*std::max_element(counts.begin(), counts.end())),
                 0.2 * static_cast<double>(all));
    const auto y_of = [&](double n) { return kFloor - n / most * 130; };
    const auto x_of = [&](double bin) { return 20 + bin * (kWidth - 40) / kBins; };
    std::string svg = fmt::format(
        "<svg viewBox=\"0 0 {:.0f} {:.0f}\" role=\"img\" aria-label=\"deviations in standard "
        "errors\" fill=\"none\" stroke=\"currentColor\">",
        kWidth, kHeight);
    std::string bell;
    for (int bin = 0; bin < kBins; ++bin) {
        const auto n = static_cast<double>(counts[static_cast<std::size_t>(bin)]);
        svg += fmt::format(
            "<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" "
            "fill=\"currentColor\" fill-opacity=\"0.25\" stroke=\"none\"/>",
            x_of(bin) + 1, y_of(n), x_of(1) - x_of(0) - 2, kFloor - y_of(n));
        bell += fmt::format("{}{:.1f} {:.1f}", bin == 0 ? "M" : " L", x_of(bin + 0.5),
                            y_of(normal_share(bin) * static_cast<double>(all)));
    }
    svg += fmt::format("<path d=\"{}\" stroke-width=\"2\"/>", bell);
    svg += fmt::format("<path d=\"M{:.1f} {:.1f} H{:.1f}\"/>", x_of(0), kFloor, x_of(kBins));
    for (int mark = -4; mark <= 4; ++mark) {
        svg += fmt::format(
            "<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\" font-size=\"12\" "
            "fill=\"currentColor\" stroke=\"none\">{}</text>",
            x_of((mark + 4) * 2), kFloor + 18, mark);
    }
    return svg + "</svg>";
}

std::vector<std::string> lines_of(const Counts& counts, std::size_t all) {
    std::vector<std::string> lines;
    for (int bin = 0; bin < kBins; ++bin) {
        const auto n = counts[static_cast<std::size_t>(bin)];
        const double expected = normal_share(bin) * static_cast<double>(all);
        if (n == 0 && expected < 0.5) continue;
        const double low = bin / 2.0 - 4;
        const double scale = 60.0 / std::max<double>(60.0, static_cast<double>(all) / 4);
        const auto width = static_cast<std::size_t>(std::lround(static_cast<double>(n) * scale));
        lines.push_back(fmt::format("{:>4.1f} to {:>4.1f} {:>4} (chance: {:>4.1f}) {}", low,
                                    low + 0.5, n, expected, std::string(width, '#')));
    }
    return lines;
}

}  // namespace

sim::Plot deviation_plot(const ValidationResult& result) {
    const auto deviations = deviations_of(result);
    const auto counts = count(deviations);
    return {fmt::format("How far {} figures are from their exact values, in standard errors; the "
                        "line is what chance alone gives.",
                        deviations.size()),
            svg_of(counts, deviations.size()), lines_of(counts, deviations.size())};
}

}  // namespace models
