#include <cmath>

#include "sim/report/chart_json.hpp"
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
    CHECK(has("<td class=\"r\"><span class=\"bad\">✗ 2</span><td>\n"));
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
    CHECK(has(R"("unit":"%","step":2.0,"each":2,"lines":[{"name":"naive","colour":1,)"
              R"("values":[0.1235,0.5,)"));
    CHECK(has(R"("bands":[{"name":"outage","from":10.0,"to":20.0}])"));
    CHECK(has(R"({"nodes":[{"name":"shop","detail":"2 zones","harm":0.5},)"));
    CHECK(has("<table class=\"n\"><thead><tr><th>from<th>naive</thead>"));
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
    CHECK(text.find("success </script>\n  from     naive\n") != std::string::npos);
    CHECK(text.find("  20 s      50 %\n") != std::string::npos);
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

TEST_CASE("a name in front of three spaces is the title of a page, the rest stands below") {
    sim::Document document;
    document.title = "shop   2 strategies   (given these inputs)";
    const auto html = sim::render_html(document, {});
    CHECK(html.find("<title>shop</title>") != std::string::npos);
    CHECK(html.find("<h1>shop</h1>\n<p class=\"quiet\">2 strategies · (given these inputs)</p>") !=
          std::string::npos);
}

TEST_CASE("more lines have fewer points each, so that a page of many strategies stays small") {
    const auto size_of = [](std::size_t lines) {
        sim::TimeSeries series{"success", "%", 1, {}, {}};
        for (std::size_t i = 0; i < lines; ++i) {
            series.lines.push_back({"one", std::vector<double>(720, 0.5), i});
        }
        const auto json = sim::chart_json(series);
        CHECK(json["step"] == json["each"].get<double>());
        return json["lines"][0]["values"].size();
    };
    CHECK(size_of(1) == 240);
    CHECK(size_of(7) == 240);
    CHECK(size_of(17) == 103);
    CHECK(size_of(60) == 80);
}

namespace {

sim::PercentileCurves curves() {
    sim::PercentileCurves out{"latency", {0.5, 0.9, 0.95, 0.99, 0.999}, "/percentiles", {}};
    const double nothing = std::nan("");
    out.curves.push_back({{"naive", {0.05, nothing, nothing, nothing, nothing}, 1}, 0.8, "/a"});
    out.curves.push_back({{"budget", {0.0004, 0.02, 1.5, 2, nothing}, 2}, 0.9995, ""});
    return out;
}

}  // namespace

TEST_CASE("percentile curves say which requests never succeed, and where too few came to tell") {
    const auto table = sim::numbers_of(curves());
    REQUIRE(table.rows.size() == 5);
    CHECK(table.columns[1].title == "naive");
    CHECK(table.rows[0][0].text == "p50");
    CHECK(table.rows[0][1].text == "50 ms");
    CHECK(table.rows[0][2].text == "400 us");
    CHECK(table.rows[1][1].text == "never");  // 0.9 is beyond the 0.8 that succeed
    CHECK(table.rows[2][2].text == "1.5 s");
    CHECK(table.rows[4][0].text == "p99.9");
    CHECK(table.rows[4][2].text == "too few");
    const auto json = sim::chart_json(curves());
    CHECK(json["from"] == "/percentiles");
    CHECK(json["lines"][0]["answered"] == 0.8);
    CHECK(json["lines"][0]["answeredFrom"] == "/a");
    CHECK(json["lines"][0]["values"][1].is_null());
    sim::Document document;
    document.blocks.emplace_back(curves());
    CHECK(sim::render_html(document, {}).find("<figure data-kind=\"curves\">") !=
          std::string::npos);
    CHECK(sim::render_text(document, {}).find("  p90         never") != std::string::npos);
}

TEST_CASE("a row of one cell is the title of those after it, and a fold hides what it holds") {
    sim::Document document;
    document.blocks.emplace_back(sim::FoldStart{"more"});
    sim::Table table;
    table.columns = {{"journey"}, {"naive", sim::Align::right, false, "≥ 80 %\nshoppers"}};
    table.rows = {{{"after"}}, {{"page"}, {"1 %", sim::Tone::plain, sim::Mark::none, 0.5, "/x"}}};
    document.blocks.emplace_back(table);
    document.blocks.emplace_back(sim::FoldEnd{});
    const auto html = sim::render_html(document, {});
    const auto has = [&](const char* part) { return html.find(part) != std::string::npos; };
    CHECK(has("<details class=\"more\"><summary>more</summary>\n<div class=\"scroll\""));
    CHECK(has("<th>naive<small>≥ 80 %</small><small>shoppers</small></thead>"));
    CHECK(has("<tr class=\"part\"><td colspan=\"2\"><span>after</span>\n"));
    CHECK(has("<td style=\"background:rgba(var(--harm),0.30)\" data-json=\"/x\">1 %\n"));
    CHECK(has("</table></div>\n</details>\n"));
    sim::Document again;
    sim::read_blocks(sim::blocks_json(document, 0, 0), false, again);
    REQUIRE(again.blocks.size() == 3);
    CHECK(sim::render_html(again, {}).find("data-json=\"/x\">1 %\n") != std::string::npos);
}
