// Blocks as data: what was written is read again as it was, and what anybody else wrote does no
// harm.
#include "sim/report/render.hpp"
#include "tests/catch.hpp"

namespace sim {

// Where a number comes from (`source`) is not written: a report that is read has the data.
bool operator==(const Cell& a, const Cell& b) {
    return a.text == b.text && a.tone == b.tone && a.mark == b.mark && a.heat == b.heat;
}
bool operator==(const Column& a, const Column& b) {
    return a.title == b.title && a.align == b.align && a.when_wide == b.when_wide;
}
bool operator==(const Table& a, const Table& b) {
    return a.columns == b.columns && a.rows == b.rows;
}
bool operator==(const Paragraph& a, const Paragraph& b) {
    return a.text == b.text && a.tone == b.tone && a.indent == b.indent && a.hanging == b.hanging &&
           a.wrap == b.wrap;
}
bool operator==(const KeyValues& a, const KeyValues& b) { return a.entries == b.entries; }
bool operator==(const Finding& a, const Finding& b) { return a.mark == b.mark && a.text == b.text; }
bool operator==(const Notes& a, const Notes& b) { return a.entries == b.entries; }
bool operator==(const Banner& a, const Banner& b) {
    return a.left == b.left && a.middle == b.middle && a.right == b.right;
}
bool operator==(const BlankLine&, const BlankLine&) { return true; }
bool operator==(const Heading& a, const Heading& b) { return a.text == b.text; }
bool operator==(const FoldStart& a, const FoldStart& b) { return a.title == b.title; }
bool operator==(const FoldEnd&, const FoldEnd&) { return true; }
bool operator==(const Fold& a, const Fold& b) { return a.title == b.title && a.text == b.text; }

}  // namespace sim

namespace {

using Json = nlohmann::ordered_json;

/// A kind that is drawn is written as its numbers, so none of these is equal to what is read.
bool same(const sim::Block& a, const sim::Block& b) {
    if (a.index() != b.index()) return false;
    return std::visit(
        [&](const auto& one) {
            using Kind = std::decay_t<decltype(one)>;
            if constexpr (requires { one == one; }) return one == std::get<Kind>(b);
            return false;
        },
        a);
}

void check_same(const std::vector<sim::Block>& a, const std::vector<sim::Block>& b) {
    REQUIRE(a.size() == b.size());
    for (std::size_t i = 0; i < a.size(); ++i) {
        INFO("block " << i);
        CHECK(same(a[i], b[i]));
    }
}

sim::Document every_kind() {
    using sim::Mark;
    using sim::Tone;
    sim::Document document;
    document.title = "a \"title\" — ≥ 1";
    auto& blocks = document.blocks;
    blocks.emplace_back(sim::Banner{{"left", Tone::strong}, {"middle"}, {"", {}, Mark::bad}});
    blocks.emplace_back(sim::BlankLine{});
    blocks.emplace_back(sim::Heading{"part"});
    sim::Table table;
    table.columns = {{"name"}, {"value", sim::Align::right}, {"wide", sim::Align::left, true}};
    table.rows = {{{"plain"}, {"1", Tone::bad, Mark::bad, 0.25}, {"", Tone::quiet}},
                  {{"short"}},
                  {},
                  {{"x", Tone::plain, Mark::none, 1.0}, {"y", Tone::good, Mark::good, 0.0}}};
    blocks.emplace_back(table);
    for (const auto tone :
         {Tone::plain, Tone::strong, Tone::good, Tone::bad, Tone::unsure, Tone::quiet}) {
        blocks.emplace_back(sim::Paragraph{"one\ntwo", tone});
    }
    blocks.emplace_back(sim::Paragraph{"  copied  ", Tone::plain, 2, 4, false});
    blocks.emplace_back(sim::KeyValues{{{"key", "value"}, {"", "nameless"}, {"key", "again"}}});
    for (const auto mark : {Mark::none, Mark::good, Mark::bad, Mark::unsure}) {
        blocks.emplace_back(sim::Finding{mark, "found"});
    }
    blocks.emplace_back(sim::Notes{{"a guess", ""}});
    blocks.emplace_back(sim::Fold{"file", "a: 1\nb: 2\n"});
    return document;
}

sim::Document read(const Json& json, bool details = true) {
    sim::Document document;
    sim::read_blocks(json, details, document);
    return document;
}

sim::Document read_block(const Json& block) { return read({{"blocks", Json::array({block})}}); }

}  // namespace

TEST_CASE("a document is read as it was written, also through a file") {
    const auto written = every_kind();
    const auto json = sim::blocks_json(written, 0, 0);
    const auto back = read(Json::parse(json.dump()));
    CHECK(back.title == written.title);
    check_same(back.blocks, written.blocks);
    CHECK(sim::blocks_json(back, 0, 0) == json);
    CHECK(sim::render_text(back, {}) == sim::render_text(written, {}));
}

// The control: `same` would see a change of any one block.
TEST_CASE("documents that differ in a block are told apart") {
    const auto blocks = every_kind().blocks;
    for (std::size_t a = 0; a < blocks.size(); ++a) {
        for (std::size_t b = 0; b < blocks.size(); ++b) {
            INFO(a << " and " << b);
            CHECK(same(blocks[a], blocks[b]) == (a == b));
        }
    }
}

TEST_CASE("details are marked, and left out for those who do not ask") {
    const auto written = every_kind();
    const auto json = sim::blocks_json(written, 2, 5);
    check_same(read(json).blocks, written.blocks);
    auto expected = written.blocks;
    expected.erase(expected.begin() + 2, expected.begin() + 5);
    check_same(read(json, false).blocks, expected);
}

TEST_CASE("pictures are written as their numbers, or as their caption") {
    sim::Document document;
    sim::Table numbers;
    numbers.columns = {{"t"}};
    numbers.rows = {{{"1"}}};
    document.blocks.emplace_back(sim::Plot{"with", "<svg/>", {}, numbers});
    document.blocks.emplace_back(sim::Plot{"without", "<svg/>", {}});
    sim::TimeSeries series{"success", "%", 1, {}, {}};
    series.lines.push_back({"run", {0.5, 1}});
    document.blocks.emplace_back(series);
    document.blocks.emplace_back(sim::FoldStart{"more"});
    document.blocks.emplace_back(sim::FoldEnd{});
    const auto back = read(sim::blocks_json(document, 0, 0)).blocks;
    check_same(back, {numbers, sim::Paragraph{"without"}, sim::numbers_of(series),
                      sim::FoldStart{"more"}, sim::FoldEnd{}});
}

TEST_CASE("what commands a terminal is a space, except in the middle of lines") {
    const auto text = [](const std::string& written) {
        const auto document = read_block({{"kind", "heading"}, {"text", written}});
        return std::get<sim::Heading>(document.blocks.at(0)).text;
    };
    CHECK(text("\x1b[31mred\x07\r\t\x7f") == " [31mred    ");
    CHECK(text("one\ntwo") == "one\ntwo");
    CHECK(text("≥ é") == "≥ é");
}

TEST_CASE("values of the wrong type, and beyond what a line holds, are left out") {
    const auto paragraph = [](const Json& json) {
        return std::get<sim::Paragraph>(read_block(json).blocks.at(0));
    };
    CHECK(paragraph({{"kind", "paragraph"}, {"text", 7}, {"tone", "shrill"}, {"wrap", "no"}}) ==
          sim::Paragraph{""});
    for (const Json& indent : std::vector<Json>{-1, 41, 1e9, "2", nullptr, 2.5}) {
        CHECK(paragraph({{"kind", "paragraph"}, {"text", "x"}, {"indent", indent}}) ==
              sim::Paragraph{"x"});
    }
    CHECK(paragraph({{"kind", "paragraph"}, {"text", "x"}, {"indent", 40}}).indent == 40);
    for (const Json& block :
         std::vector<Json>{nullptr, 1, "text", Json::array(), {{"kind", "dance"}}, {{"kind", 1}}}) {
        CHECK(read_block(block).blocks.empty());
    }
    for (const Json& whole : std::vector<Json>{nullptr, 1, "x", {1, 2}, {{"blocks", 1}}}) {
        CHECK(read(whole).blocks.empty());
    }
}

TEST_CASE("a table has no more cells than columns, and none wider than a screen could be") {
    const auto document = read_block({{"kind", "table"},
                                      {"columns", {{{"title", std::string(1000, 'x')}}, 7}},
                                      {"rows", {{"a", 1, "too many"}, "none", {{{"heat", 9.0}}}}}});
    const auto& table = std::get<sim::Table>(document.blocks.at(0));
    REQUIRE(table.columns.size() == 2);
    CHECK(table.columns[0].title.size() == 400);
    REQUIRE(table.rows.size() == 3);
    CHECK(table.rows[0] == std::vector<sim::Cell>{{"a"}, {""}});
    CHECK(table.rows[1].empty());
    CHECK(table.rows[2] == std::vector<sim::Cell>{{"", {}, {}, 1.0}});
    const auto values = read_block(
        {{"kind", "values"}, {"entries", {{"a", "b"}, {"alone"}, {"c", 1}, "x", {"d", "e"}}}});
    CHECK(std::get<sim::KeyValues>(values.blocks.at(0)) ==
          sim::KeyValues{{{"a", "b"}, {"d", "e"}}});
}
