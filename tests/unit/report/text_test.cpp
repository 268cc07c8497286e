#include "sim/report/render.hpp"
#include "tests/catch.hpp"

using namespace std::string_literals;

namespace {

sim::Document sample() {
    sim::Document document;
    document.title = "title";
    sim::Table table;
    table.columns = {{"name"}, {"value", sim::Align::right}, {"verdict"}};
    table.rows = {{{"a"}, {"1"}, {"99.5 ±0.1", sim::Tone::good, sim::Mark::good}},
                  {{"long name"}, {"1000"}, {"1.0", sim::Tone::bad, sim::Mark::bad}},
                  {{"… 3 more"}}};
    document.blocks.emplace_back(table);
    document.blocks.emplace_back(sim::BlankLine{});
    document.blocks.emplace_back(sim::KeyValues{{{"seed", "42"}, {"fingerprint", "8f"}}});
    document.blocks.emplace_back(sim::Finding{sim::Mark::unsure, "too few runs"});
    document.blocks.emplace_back(sim::Notes{{"a guess"}});
    document.blocks.emplace_back(sim::Banner{{"left"}, {"MISSED"}, {"exit 1"}});
    document.data = {{"b", 1}, {"a", 0.1}, {"none", nullptr}};
    return document;
}

}  // namespace

TEST_CASE("a document as text") {
    sim::TextStyle style;
    style.columns = 40;
    CHECK(sim::render_text(sample(), style) ==
          "title\n"
          "\n"
          "  name       value  verdict\n"
          "  a              1  ✓ 99.5 ±0.1\n"
          "  long name   1000  ✗ 1.0\n"
          "  … 3 more\n"
          "\n"
          "  seed          42\n"
          "  fingerprint   8f\n"
          "? too few runs\n"
          "note: a guess\n"
          "left            MISSED            exit 1\n");
}

TEST_CASE("the same in ASCII says as much") {
    sim::TextStyle style;
    style.columns = 40;
    style.ascii = true;
    const auto text = sim::render_text(sample(), style);
    for (const char c : text) CHECK(static_cast<unsigned char>(c) < 0x80);
    CHECK(text.find("  a               1  OK 99.5 +-0.1\n") != std::string::npos);
    CHECK(text.find("  long name    1000  NO 1.0\n") != std::string::npos);
    CHECK(text.find("?? too few runs\n") != std::string::npos);
    CHECK(text.find("... 3 more\n") != std::string::npos);
}

TEST_CASE("colour only surrounds words") {
    sim::TextStyle style;
    style.colour = true;
    const auto text = sim::render_block(sim::Paragraph{"good", sim::Tone::good}, style);
    CHECK(text == "\x1b[32mgood\x1b[0m\n");
    std::string plain;
    const auto coloured = sim::render_text(sample(), style);
    for (std::size_t i = 0; i < coloured.size(); ++i) {
        if (coloured[i] == '\x1b') {
            i = coloured.find('m', i);
        } else {
            plain += coloured[i];
        }
    }
    style.colour = false;
    CHECK(plain == sim::render_text(sample(), style));
}

TEST_CASE("paragraphs are wrapped at words, commands are not") {
    sim::TextStyle style;
    style.columns = 20;
    CHECK(sim::render_block(sim::Paragraph{"one two three four five", sim::Tone::plain, 0, 2},
                            style) == "one two three four\n  five\n");
    CHECK(sim::render_block(sim::Paragraph{"firedrill run a/very/long/path.yaml --seed 1",
                                           sim::Tone::plain, 2, 0, false},
                            style) == "  firedrill run a/very/long/path.yaml --seed 1\n");
    CHECK(sim::render_block(sim::Paragraph{"averyveryverylongwordindeed"}, style) ==
          "averyveryverylongwordindeed\n");
    CHECK(sim::render_block(sim::Paragraph{"gaps   stay"}, style) == "gaps   stay\n");
}

TEST_CASE("every code point is one column wide") {
    CHECK(sim::display_width("±✓a") == 3);
    CHECK(sim::to_ascii("±✓ → €") == "+-OK -> ?");
    sim::Table table;
    table.columns = {{"ab"}, {"c"}};
    table.rows = {{{"±±±"}, {"d"}}};
    CHECK(sim::table_width(table) == 2 + 3 + 2 + 1);
}
