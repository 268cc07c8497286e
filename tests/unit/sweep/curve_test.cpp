#include "models/sweep/curve.hpp"

#include <limits>

#include "tests/catch.hpp"

namespace {

models::Curve curve() {
    models::Curve out;
    out.about = "p99 <against> rate";
    out.unit = models::MetricUnit::duration;
    out.limit = 0.1;
    models::CurveLine line{"naive", {}};
    for (int i = 1; i <= 4; ++i) {
        const double y = 0.02 * i * i;
        line.points.push_back({100.0 * i, y, y * 0.9, y * 1.1,
                               y < 0.1 ? sim::Verdict::met : sim::Verdict::missed,
                               std::to_string(100 * i) + "/s", std::to_string(20 * i * i) + " ms"});
    }
    out.lines.push_back(line);
    return out;
}

std::size_t count_of(const std::string& text, const std::string& part) {
    std::size_t count = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
    return count;
}

}  // namespace

TEST_CASE("A curve has its points, its limit and the colours of verdicts", "[curve]") {
    const auto svg = models::curve_svg(curve());
    CHECK(count_of(svg, "<circle") == 4);
    CHECK(count_of(svg, "stroke-dasharray") == 1);
    CHECK(count_of(svg, "fill:#2e9e5b") == 2);
    CHECK(count_of(svg, "fill:#c8323c") == 2);
    CHECK(svg.find("p99 &lt;against&gt; rate") != std::string::npos);
    CHECK(svg.find("naive at 300/s: 180 ms") != std::string::npos);
}

TEST_CASE("Several curves are told apart by strategy", "[curve]") {
    auto two = curve();
    two.lines.push_back(two.lines.front());
    two.lines.back().name = "budgeted";
    const auto svg = models::curve_svg(two);
    CHECK(count_of(svg, "<circle") == 8 + 2);  // and the legend
    CHECK(count_of(svg, "fill:#2e9e5b") == 0);
    CHECK(count_of(svg, ">budgeted<") == 1);
}

TEST_CASE("A curve in text rises with its values, and what has no end is at the top", "[curve]") {
    auto one = curve();
    one.lines.front().points.back().y = std::numeric_limits<double>::infinity();
    const auto lines = models::curve_lines(one);
    REQUIRE(lines.size() == 1);
    CHECK(lines[0] == "naive  ▁▄██  20 ms … 320 ms");
}

TEST_CASE("One point is no curve", "[curve]") {
    auto one = curve();
    one.lines.front().points.resize(1);
    CHECK(models::curve_svg(one).empty());
}
