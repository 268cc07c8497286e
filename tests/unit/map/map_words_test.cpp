// What a map says in words and in glyphs.
#include <fmt/format.h>

#include "models/map/map_words.hpp"

#include "models/map/map_document.hpp"
#include "models/map/map_picture.hpp"
#include "sim/report/render.hpp"
#include "tests/catch.hpp"

using models::Overload;
using models::Stability;

namespace {

models::MapCell cell_of(char glyph) {
    models::MapCell cell;
    const auto add = [&](Stability stability, double recovery_s) {
        cell.runs.push_back({{stability, Overload::none, recovery_s}, 1});
    };
    switch (glyph) {
        case '.':
            add(Stability::healthy, 3);
            break;
        case ':':
            add(Stability::healthy, 30);
            break;
        case 'o':
            add(Stability::healthy, 90);
            break;
        case 'M':
            add(Stability::metastable, 0);
            break;
        case 'X':
            add(Stability::overloaded, 0);
            break;
        case '?':
            add(Stability::undecided, 0);
            break;
        case '~':
            add(Stability::metastable, 0);
            add(Stability::healthy, 3);
            break;
        case '!':
            cell.failure = "replication 1 reached the limit of 10 events";
            break;
        default:
            break;
    }
    return cell;
}

/// Rows from above, as they are drawn.
models::StabilityMap map_of(const std::vector<std::string>& rows, const std::string& today_x,
                            const std::string& today_y) {
    models::StabilityMap map;
    map.study.name = "shop";
    map.study.x = {"workload.*.rate", {}, today_x};
    map.study.y = {"policy.retries", {}, today_y};
    for (std::size_t i = 0; i < rows[0].size(); ++i) {
        map.study.x.values.push_back(fmt::format("{}/s", 100 * (i + 1)));
    }
    for (std::size_t i = 0; i < rows.size(); ++i) {
        map.study.y.values.push_back(fmt::format("{}", i));
    }
    map.study.strategies = {"naive"};
    map.study.without_effect = {""};
    map.study.command = "firedrill map shop.yaml";
    map.study.runs = 1;
    map.cells.resize(1);
    for (auto row = rows.rbegin(); row != rows.rend(); ++row) {
        for (const char glyph : *row) map.cells[0].push_back(cell_of(glyph));
    }
    return map;
}

}  // namespace

TEST_CASE("every cell has its glyph") {
    for (const char glyph : std::string(".:oMX?~! ")) {
        CHECK(models::glyph_of(cell_of(glyph)) == glyph);
    }
}

TEST_CASE("words say where the metastable region begins and how far today is from it") {
    const auto map = map_of({"..MMX", "...MX", "....X"}, "200/s", "2");
    CHECK(
        models::map_words(map, 0) ==
        std::vector<std::string>{
            "naive: 3 of 15 cells are metastable. Along workload.*.rate that begins between 300/s "
            "and 400/s, with policy.retries 1; between 200/s and 300/s, with policy.retries 2.",
            "Today (workload.*.rate 200/s, policy.retries 2) is healthy; the metastable region "
            "begins at workload.*.rate 300/s (+50 %, metastable), the rest being as today."});
    const auto inside = map_of({"..MMX", "...MX", "....X"}, "400/s", "2");
    CHECK(models::map_words(inside, 0)[1] ==
          "Today (workload.*.rate 400/s, policy.retries 2) is metastable; it would no longer be "
          "metastable at workload.*.rate 200/s (-50 %, healthy), or at workload.*.rate 500/s (+25 "
          "%, overloaded), or at policy.retries 0 (-100 %, healthy), the rest being as today.");
}

TEST_CASE("words do without what is not there") {
    const auto fine = map_of({"..", ".."}, "150/s", "1");
    CHECK(models::map_words(fine, 0) ==
          std::vector<std::string>{
              "naive: nothing on this map is metastable.",
              "Today (workload.*.rate 150/s, policy.retries 1) is healthy, and so is everything in "
              "its row and its column of the map."});
    const auto beyond = map_of({"MM"}, "900/s", "0");
    CHECK(models::map_words(beyond, 0)[0] ==
          "naive: 2 of 2 cells are metastable. Along workload.*.rate that begins at 100/s or below "
          "(the edge of the map), with policy.retries 0.");
    CHECK(models::map_words(beyond, 0)[1] ==
          "Today (workload.*.rate 900/s, policy.retries 0) is beyond the edge of this map.");
    CHECK(models::map_words(map_of({".M"}, "", "0"), 0)[1].starts_with("The scenario has no"));
}

TEST_CASE("the picture has axes, today, and nothing but ASCII where that is wanted") {
    const auto map = map_of({"..M", ".?X"}, "200/s", "1");
    sim::TextStyle ascii;
    ascii.ascii = true;
    const auto text = sim::render_text(models::map_document(map), ascii);
    CHECK(text.find("> 1 |. . M\n") != std::string::npos);
    CHECK(text.find("    0 |. ? X\n      +--^---\n       100/s\n") != std::string::npos);
    for (const char c : text) CHECK((c == '\n' || (c >= ' ' && c <= '~')));
    const auto svg = models::map_svg(map);
    CHECK(svg.find("<title>workload.*.rate 300/s, policy.retries 1: metastable</title>") !=
          std::string::npos);
}

TEST_CASE("a map survives the store") {
    const auto map = map_of({"..M", ".?X"}, "200/s", "1");
    const auto text = models::map_text(map.study);
    CHECK(models::is_map_text(text));
    const auto back = models::read_map_text(text);
    REQUIRE(back);
    CHECK(models::map_text(*back) == text);
    CHECK(back->x.today_at() == 1U);
    CHECK_FALSE(models::read_map_text("{\"kind\": \"search\"}"));
}
