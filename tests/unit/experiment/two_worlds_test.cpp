#include "sim/experiment/two_worlds.hpp"

#include <vector>

#include "tests/catch.hpp"
#include "tests/unit/stats/samples.hpp"

using sim::find_two_worlds;

TEST_CASE("an outage that three of eight runs do not survive is two worlds") {
    const std::vector<double> success = {0.971, 0.268, 0.969, 0.973, 0.274, 0.970, 0.972, 0.271};
    const auto worlds = find_two_worlds(success, 0.001);
    REQUIRE(worlds);
    CHECK(worlds->low_count == 3);
    CHECK(worlds->high_count == 5);
    CHECK(worlds->low_mean == Approx(0.271));
    CHECK(worlds->high_mean == Approx(0.971));
    CHECK(describe(*worlds, true) == "two worlds: 3 of 8 collapse");
    CHECK(describe(*worlds, false) == "two worlds: 5 of 8 collapse");
}

TEST_CASE("one run that collapses is a world of its own") {
    std::vector<double> success(9, 0.99);
    success.push_back(0.2);
    CHECK(find_two_worlds(success, 0.001)->low_count == 1);
}

TEST_CASE("a gap that does not matter is no world") {
    const std::vector<double> success = {0.9990, 0.9990, 0.9990, 0.9995, 0.9995, 0.9995};
    CHECK(find_two_worlds(success, 0.0001));
    CHECK_FALSE(find_two_worlds(success, 0.001));
}

TEST_CASE("equal values and few values are one world") {
    CHECK_FALSE(find_two_worlds(std::vector<double>(10, 0.5), 0));
    CHECK_FALSE(find_two_worlds(std::vector<double>{0, 0, 1, 1}, 0));
    CHECK_FALSE(find_two_worlds({}, 0));
}

TEST_CASE("evenly spread values are one world") {
    CHECK_FALSE(find_two_worlds(std::vector<double>{1, 2, 3, 4, 5, 6, 7, 8}, 0));
}

TEST_CASE("normal samples hardly ever look like two worlds") {
    constexpr int kSamples = 2000;
    for (const std::size_t n : {5U, 8U, 10U, 20U, 40U}) {
        int fired = 0;
        for (std::uint64_t seed = 0; seed < kSamples; ++seed) {
            fired += find_two_worlds(Samples(seed).normals(n), 0) ? 1 : 0;
        }
        CAPTURE(n);
        CHECK(fired <= kSamples * 0.02);
    }
}

TEST_CASE("two normal worlds far apart are nearly always seen") {
    int seen = 0;
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        Samples samples(seed);
        std::vector<double> values = samples.normals(10);
        for (std::size_t i = 0; i < 3; ++i) values[i] += 20;
        seen += find_two_worlds(values, 0) ? 1 : 0;
    }
    CHECK(seen >= 190);
}
