#pragma once

#include <optional>
#include <string>
#include <vector>

#include "models/scenario/slo.hpp"
#include "sim/experiment/threshold.hpp"

namespace models {

/// A value at a number of what was varied. Infinite values are drawn at the top.
struct CurvePoint {
    double x = 0;
    double y = 0;
    double low = 0;  ///< of the interval
    double high = 0;
    sim::Verdict verdict = sim::Verdict::none;
    std::string x_text;  ///< as it was written: "100ms"
    std::string text;    ///< of the value
};

/// One strategy.
struct CurveLine {
    std::string name;
    std::vector<CurvePoint> points;  ///< by ascending x
};

/// A measure against what was varied, with the limit that somebody set for it.
struct Curve {
    std::string about;  ///< for who cannot see it
    MetricUnit unit = MetricUnit::count;
    std::optional<double> limit;
    bool logarithmic = false;  ///< of x
    std::vector<CurveLine> lines;
};

/// Curves as SVG that inherits the text's colour: intervals, a dashed limit, a mark with its value
/// at each point. A single line has the colours of verdicts, several have those of strategies.
/// Empty: no line has two points.
std::string curve_svg(const Curve& curve);

/// The same as one line of text for each: "naive  ▁▁▂▅█  12 ms … 340 ms".
std::vector<std::string> curve_lines(const Curve& curve);

}  // namespace models
