#include <cmath>

#include "sim/report/render.hpp"
#include "tests/catch.hpp"

namespace {

sim::Document sample() {
    sim::Document document;
    document.title = "a <title>";
    document.blocks.emplace_back(sim::Banner{{"left"}, {"middle"}, {}});
    document.blocks.emplace_back(sim::Heading{"part"});
    sim::Table table;
    table.columns = {{"name"}, {"value", sim::Align::right}, {"from", sim::Align::left, true}};
    table.rows = {{{"a|b"}, {"1"}, {"x_y"}}, {{"c"}, {"2", sim::Tone::bad, sim::Mark::bad}}};
    document.blocks.emplace_back(table);
    document.blocks.emplace_back(sim::Plot{"caption", "<svg></svg>", {"1 ##", "2 #"}});
    document.blocks.emplace_back(
        sim::Paragraph{"firedrill run a.yaml", sim::Tone::plain, 2, 0, false});
    document.blocks.emplace_back(sim::KeyValues{{{"key", "<value> of `a_b`"}}});
    document.blocks.emplace_back(sim::Finding{sim::Mark::good, "found"});
    document.blocks.emplace_back(sim::Notes{{"guess"}});
    return document;
}

}  // namespace

TEST_CASE("a document as Markdown") {
    CHECK(sim::render_markdown(sample(), {}) ==
          "# a \\<title\\>\n\n"
          "**left** · middle\n\n"
          "## part\n\n"
          "| name | value | from |\n|---|---:|---|\n"
          "| a\\|b | 1 | x\\_y |\n| c | ✗ 2 | |\n\n"
          "caption\n\n```\n1 ##\n2 #\n```\n\n"
          "```\nfiredrill run a.yaml\n```\n\n"
          "- **key** \\<value\\> of `a_b`\n\n"
          "- ✓ found\n- note: guess\n");
}

TEST_CASE("a document as HTML escapes what is text and keeps pictures") {
    const auto html = sim::render_html(sample(), {});
    const auto has = [&](const char* part) { return html.find(part) != std::string::npos; };
    CHECK(html.starts_with("<!doctype html>\n<html lang=\"en\">"));
    CHECK(has("<title>a &lt;title&gt;</title>"));
    CHECK(has("<h1>a &lt;title&gt;</h1>"));
    CHECK(has("<h2 id=\"part-1\">part</h2>"));
    CHECK(has("<td class=\"r\"><span class=\"bad\">✗ 2</span></td><td></td></tr>"));
    CHECK(has("<figure><svg></svg><figcaption>caption</figcaption></figure>"));
    CHECK(has("<pre tabindex=\"0\">firedrill run a.yaml</pre>"));
    CHECK(has("<dt>key</dt><dd>&lt;value&gt; of <code>a_b</code></dd>"));
    CHECK_FALSE(has("<script"));  // without charts there is nothing to draw
    CHECK(html.find("http") == std::string::npos);
    CHECK(html.ends_with("</body></html>\n"));
}

namespace {

sim::Document with_charts() {
    sim::Document document;
    sim::TimeSeries series{"success </script>", "%", 1, {}, {{"outage", 10, 20}}};
    series.lines.push_back({"naive", std::vector<double>(480, 0.5), 1, false});
    series.lines.back().values[0] = 0.123456;
    series.lines.back().values[1] = std::nan("");
    document.blocks.emplace_back(series);
    sim::NodeMap map{"who calls whom", {{"shop", "2 zones", 0.5}, {"stock", "", 0}}, {{0, 1}}};
    document.blocks.emplace_back(map);
    document.blocks.emplace_back(sim::Fold{"file", "a: 1\n"});
    return document;
}

}  // namespace

TEST_CASE("charts carry their numbers as JSON and as a table") {
    const auto html = sim::render_html(with_charts(), {});
    const auto has = [&](const char* part) { return html.find(part) != std::string::npos; };
    CHECK(has("success &lt;/script&gt;"));
    CHECK(has(R"("unit":"%","step":2.0,"lines":[{"name":"naive","colour":1,"dashed":false,)"
              R"("values":[0.1235,0.5,)"));
    CHECK(has(R"("bands":[{"name":"outage","from":10.0,"to":20.0}])"));
    CHECK(has(R"({"nodes":[{"name":"shop","detail":"2 zones","harm":0.5},)"));
    CHECK(has("<th class=\"r\">naive</th>"));
    CHECK(has("uPlot"));
    CHECK(has("Permission is hereby granted"));  // the licences travel with the libraries
    CHECK(has("<details><summary>file</summary><pre tabindex=\"0\">a: 1\n</pre></details>"));
    for (const char* from_outside : {" src=", "href=\"http", "@import", "fetch(", "XMLHttp"}) {
        CHECK_FALSE(has(from_outside));
    }
}

TEST_CASE("charts as text are their tables") {
    sim::TextStyle style;
    const auto text = sim::render_text(with_charts(), style);
    CHECK(text.find("success </script>\n   from    naive\n") != std::string::npos);
    CHECK(text.find("   20 s     50 %\n") != std::string::npos);
    CHECK(text.find("  shop   stock  2 zones  50 %\n") != std::string::npos);
    const auto table = sim::numbers_of(std::get<sim::TimeSeries>(with_charts().blocks[0]));
    CHECK(table.rows.size() == sim::kRowsOfNumbers);
}

TEST_CASE("columns for wide pages are left out of lines that are too short") {
    sim::TextStyle style;
    style.columns = 18;
    const auto narrow = sim::render_text(sample(), style);
    CHECK(narrow.find("  name  value\n  a|b       1\n  c       ✗ 2\n") != std::string::npos);
    style.columns = 100;
    const auto wide = sim::render_text(sample(), style);
    CHECK(wide.find("  name  value  from\n  a|b       1  x_y\n") != std::string::npos);
    CHECK(wide.find("caption\n  1 ##\n  2 #\n") != std::string::npos);
}
