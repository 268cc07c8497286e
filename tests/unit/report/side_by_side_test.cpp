// Two accounts of the same time: side by side where there is room, else one after the other.
#include "sim/report/render.hpp"
#include "tests/catch.hpp"

namespace {

sim::SideBySide sample() {
    sim::SideBySide both;
    both.left = "naive";
    both.right = "budgeted";
    both.parting = "≠ They part after 30 ms.";
    both.common = {{0.00, " 0 ms", 0, "web is called"},
                   {0.01, "10 ms", 1, "stock is called", sim::Tone::plain, true}};
    both.left_lines = {{0.03, "30 ms", 1, "it tries again", sim::Tone::bad},
                       {0.05, "50 ms", 0, "it gives up", sim::Tone::bad}};
    both.right_lines = {{0.03, "30 ms", 1, "no second try", sim::Tone::good},
                        {0.04, "40 ms", 0, "an old answer does", sim::Tone::good}};
    return both;
}

std::string text(int columns, bool ascii = false) {
    sim::TextStyle style;
    style.columns = columns;
    style.ascii = ascii;
    return sim::render_block(sample(), style);
}

}  // namespace

TEST_CASE("wide terminals show two stories side by side, each line at its time") {
    const auto lines = text(130);
    // 130 columns are 5 for the time, 2 and 3 between the parts, and 60 for each side.
    const auto row = [](const std::string& at, const std::string& left, const std::string& right) {
        return at + "  " + left + std::string(60 - sim::display_width(left), ' ') + " | " + right;
    };
    INFO(lines);
    CHECK(lines.find(" 0 ms  web is called\n10 ms  │ stock is called\n"
                     "≠ They part after 30 ms.\n") == 0);
    CHECK(lines.find(row("30 ms", "│ it tries again", "│ no second try")) != lines.npos);
    CHECK(lines.find(row("40 ms", "", "an old answer does")) != lines.npos);
    CHECK(lines.find("50 ms  it gives up") != lines.npos);
    CHECK(lines.find("naive") < lines.find("budgeted"));
    for (const char c : text(130, true)) CHECK(static_cast<unsigned char>(c) < 0x80);
}

TEST_CASE("a long line is wrapped within its half") {
    auto both = sample();
    for (int i = 0; i < 30; ++i) both.right_lines.front().text += " word";
    sim::TextStyle style;
    style.columns = 140;
    const auto lines = sim::render_block(both, style);
    for (std::size_t start = 0; start < lines.size();) {
        const auto end = lines.find('\n', start);
        CHECK(sim::display_width(lines.substr(start, end - start)) <= 140);
        start = end + 1;
    }
}

TEST_CASE("narrow ones tell one story after the other, with what was not over when they part") {
    CHECK(text(100) ==
          " 0 ms  web is called\n"
          "10 ms  │ stock is called\n"
          "30 ms  │ it tries again\n"
          "50 ms  it gives up\n"
          "\n"
          "budgeted\n"
          "≠ They part after 30 ms.\n"
          "10 ms  │ stock is called\n"
          "30 ms  │ no second try\n"
          "40 ms  an old answer does\n");
}

TEST_CASE("tables of two stories mark where they part") {
    sim::Document document;
    document.blocks.emplace_back(sample());
    CHECK(sim::render_markdown(document, {}) ==
          "| time | naive | budgeted |\n|---:|---|---|\n"
          "| 0 ms | web is called | the same |\n"
          "| 10 ms | │ stock is called | the same |\n"
          "| ≠ They part after 30 ms. | | |\n"
          "| 30 ms | │ it tries again | │ no second try |\n"
          "| 40 ms | | an old answer does |\n"
          "| 50 ms | it gives up | |\n");
}
