// Ranges of a sweep: exact steps, and values that a person would write.
#include "models/scenario/sweep_range.hpp"

#include <cmath>
#include <set>
#include <string>
#include <vector>

#include "models/scenario/merge.hpp"
#include "sim/yaml/load.hpp"
#include "tests/catch.hpp"

using Texts = std::vector<std::string>;

namespace {

struct Read {
    sim::SourceMap sources;
    sim::Diagnostics diagnostics;
    std::optional<models::SweepRange> range;
};

Read read(const std::string& text, std::size_t limit = 1000) {
    Read out;
    const auto root = sim::load_text(out.sources, out.diagnostics, "test", "r: " + text);
    REQUIRE(root);
    out.range = models::read_range(*root->find("r"), limit, out.diagnostics);
    return out;
}

Texts values(const std::string& text) {
    const auto out = read(text);
    INFO(text << "\n" << out.diagnostics.render(out.sources));
    REQUIRE(out.range);
    return models::values_of(*out.range);
}

std::string problem(const std::string& text) {
    const auto out = read(text);
    CHECK_FALSE(out.range);
    return out.diagnostics.render(out.sources);
}

/// The value in the smallest unit.
double number(const std::string& text) {
    const auto quantity = models::parse_quantity(text);
    REQUIRE(quantity);
    return static_cast<double>(quantity->value) / 1e9;
}

}  // namespace

TEST_CASE("steps are exact and keep their units") {
    CHECK(values("100ms..500ms step 100ms") == Texts{"100ms", "200ms", "300ms", "400ms", "500ms"});
    CHECK(values("0.1s..0.7s step 0.1s") ==
          Texts{"0.1s", "0.2s", "0.3s", "0.4s", "0.5s", "0.6s", "0.7s"});
    CHECK(values("500ms..2s step 500ms") == Texts{"500ms", "1s", "1.5s", "2s"});
    CHECK(values("0..10 step 4") == Texts{"0", "4", "8"});
    CHECK(values("0.1%..0.4% step 0.1%") == Texts{"0.1%", "0.2%", "0.3%", "0.4%"});
    CHECK(values("1x..2x step 0.25x") == Texts{"1x", "1.25x", "1.5x", "1.75x", "2x"});
    CHECK(values("100/s..300/s step 100/s") == Texts{"100/s", "200/s", "300/s"});
    CHECK(values("30s..3m step 30s") == Texts{"30s", "1m", "90s", "2m", "150s", "3m"});
    CHECK(values("1MiB..4MiB step 1MiB") == Texts{"1MiB", "2MiB", "3MiB", "4MiB"});
    CHECK(values("1KiB/s..3KiB/s step 1KiB/s") == Texts{"1KiB/s", "2KiB/s", "3KiB/s"});
    CHECK(values("{from: 1ms, to: 3ms, step: 1ms}") == Texts{"1ms", "2ms", "3ms"});
    CHECK(values("1000ms..3s step 1s") == Texts{"1000ms", "2s", "3s"});
    CHECK(values("1us..2us step 500ns") == Texts{"1us", "1.5us", "2us"});
}

TEST_CASE("points are rounded as people write numbers, the ends as they were written") {
    CHECK(values("0..100 points 5") == Texts{"0", "25", "50", "75", "100"});
    CHECK(values("0s..1s points 4") == Texts{"0s", "0.333s", "0.667s", "1s"});
    CHECK(values("0ms..1s points 4") == Texts{"0ms", "333ms", "667ms", "1s"});
    CHECK(values("10ms..1s log 5") == Texts{"10ms", "31.6ms", "100ms", "316ms", "1s"});
    CHECK(values("{from: 10ms, to: 1s, points: 5, scale: log}") == values("10ms..1s log 5"));
    CHECK(values("1ms..100s log 6") == Texts{"1ms", "10ms", "100ms", "1s", "10s", "100s"});
    CHECK(values("50ms..800ms log 5") == Texts{"50ms", "100ms", "200ms", "400ms", "800ms"});
    CHECK(values("1%..10% points 4") == Texts{"1%", "4%", "7%", "10%"});
    CHECK(values("10000ms..10010ms points 3") == Texts{"10000ms", "10005ms", "10010ms"});
    CHECK(values("100/s..10000/s log 5") == Texts{"100/s", "316/s", "1000/s", "3160/s", "10000/s"});
    CHECK(values("1MiB..64MiB log 4") == Texts{"1MiB", "4MiB", "16MiB", "64MiB"});
    CHECK(values("1h..3h points 3") == Texts{"1h", "2h", "3h"});
    CHECK(values("1m..2m points 7") ==
          Texts{"1m", "1.167m", "1.333m", "1.5m", "1.667m", "1.833m", "2m"});
    CHECK(values("1ns..10ns points 4") == Texts{"1ns", "4ns", "7ns", "10ns"});
}

TEST_CASE("between whole numbers there are whole numbers, each once") {
    CHECK(values("1..100 log 5") == Texts{"1", "3", "10", "32", "100"});
    CHECK(values("1..4 log 9") == Texts{"1", "2", "3", "4"});
    CHECK(values("0..3 points 10") == Texts{"0", "1", "2", "3"});
    CHECK(values("1.0..2.0 points 3") == Texts{"1.0", "1.5", "2.0"});
}

TEST_CASE("every value of a range reads back, in order, without noise") {
    for (const auto& text :
         {"1ms..7h log 200", "0.001%..99% log 100", "3us..17s points 333", "1..1000 log 50",
          "17/h..2000/s log 77", "2MiB..7GiB log 60", "0.3x..77x points 99"}) {
        INFO(text);
        const auto all = values(text);
        REQUIRE(all.size() > 40);
        double before = -1;
        for (const auto& one : all) {
            INFO(one);
            CHECK(one.size() <= 12);
            const double now = number(one);
            CHECK(now > before);
            before = now;
        }
    }
}

TEST_CASE("log points have equal ratios, as near as they are rounded") {
    const auto all = values("1ms..1000s log 13");
    for (std::size_t i = 1; i < all.size(); ++i) {
        CHECK(number(all[i]) / number(all[i - 1]) == Approx(std::pow(10, 0.5)).epsilon(0.01));
    }
}

TEST_CASE("drawn values stay in their strata whatever they are rounded to") {
    for (const auto& text :
         {"10ms..1s", "10ms..1s log", "99.9s..100s", "0.001%..100% log", "1ns..1h log"}) {
        for (const std::size_t strata : {1U, 3U, 8U, 100U, 1000U}) {
            INFO(text << " " << strata);
            const auto out = read(text);
            REQUIRE(out.range);
            const double from = number(out.range->from_text);
            const double to = number(out.range->to_text);
            std::set<std::string> seen;
            for (std::size_t i = 0; i < strata; ++i) {
                for (const double inside : {0.001, 0.5, 0.999}) {
                    const double unit =
                        (static_cast<double>(i) + inside) / static_cast<double>(strata);
                    const auto value = models::value_at(*out.range, unit, strata);
                    const double v = number(value);
                    const double share = out.range->logarithmic
                                             ? std::log(v / from) / std::log(to / from)
                                             : (v - from) / (to - from);
                    const double place = share * static_cast<double>(strata);
                    // Nanoseconds are not divided: below, strata are finer than they.
                    const bool fine = std::string(text) == "1ns..1h log";
                    if (!fine) CHECK(place >= static_cast<double>(i) - 1e-6);
                    if (!fine) CHECK(place < static_cast<double>(i) + 1 + 1e-6);
                    CHECK(value.size() <= 14);
                    if (inside == 0.5) seen.insert(value);
                }
            }
            if (std::string(text) != "1ns..1h log") CHECK(seen.size() == strata);
        }
    }
}

TEST_CASE("whole numbers are drawn with equal chances, both ends among them") {
    const auto out = read("1..4");
    REQUIRE(out.range);
    std::vector<int> count(5, 0);
    for (int i = 0; i < 400; ++i) {
        ++count[static_cast<std::size_t>(
            std::stoi(models::value_at(*out.range, (i + 0.5) / 400, 400)))];
    }
    CHECK(count == std::vector<int>{0, 100, 100, 100, 100});
}

TEST_CASE("mistakes in ranges are shown where they are") {
    CHECK(problem("1s..500ms step 1ms") ==
          "test:1:8: error: the range ends at `500ms`, which is not above `1s`\n"
          "    1 | r: 1s..500ms step 1ms\n"
          "      |        ^^^^^\n"
          "   hint: begin with the smaller end\n");
    CHECK(problem("100ms..5 step 1ms") ==
          "test:1:11: error: `5` is a number, but the range begins with a duration\n"
          "    1 | r: 100ms..5 step 1ms\n"
          "      |           ^\n"
          "   hint: write `5ms`\n");
    CHECK(problem("10ms..1s step 2s").find("the step `2s` is longer than the range") !=
          std::string::npos);
    CHECK(problem("10ms..1s step 0ms").find("a step is above zero") != std::string::npos);
    CHECK(problem("10ms..1s log 1").find("`1` is no number of points") != std::string::npos);
    CHECK(problem("10ms..1s points x").find("`x` is no number of points") != std::string::npos);
    CHECK(problem("0ms..1s log 5").find("a log range cannot begin at or below zero") !=
          std::string::npos);
    CHECK(problem("10ms..1s in 5").find("test:1:13: error: `in 5` is no part of a range") !=
          std::string::npos);
    CHECK(problem("..1s").find("has only one end") != std::string::npos);
    CHECK(problem("1s..").find("has only one end") != std::string::npos);
    CHECK(problem("a..b").find("`a` is no number with a unit") != std::string::npos);
    CHECK(problem("1s..2s step").find("no part of a range") != std::string::npos);
    CHECK(problem("0..5000 step 1").find("more than 1000 values, the limit") != std::string::npos);
    CHECK(problem("0..1 points 99999999999999999999").find("more than 1000 values") !=
          std::string::npos);
    CHECK(problem("{from: 1s, to: 2s, step: 1s, points: 2}").find("do not go together") !=
          std::string::npos);
    CHECK(problem("{from: 1s, till: 2s}").find("did you mean") == std::string::npos);
    CHECK(problem("{from: 1s, to: 2s, scale: lg}").find("did you mean `log`?") !=
          std::string::npos);
}
