#include "sim/stats/mser.hpp"

#include <cmath>
#include <vector>

#include "tests/catch.hpp"
#include "tests/unit/stats/samples.hpp"

TEST_CASE("MSER-5, known answer") {
    std::vector<double> series;
    for (int t = 0; t < 5000; ++t) {
        series.push_back(10 * std::exp(-t / 100.0) + ((t * 7919) % 101) / 101.0 - 0.5 + 3);
    }
    const sim::Mser mser = sim::mser5(series);
    CHECK(mser.steady);
    CHECK(mser.truncation == 505);
    CHECK(mser.criterion == Approx(3.811791582148159e-06).epsilon(1e-9));
    CHECK(mser.truncated_mean == Approx(2.9963327454839273).epsilon(1e-9));
}

TEST_CASE("a ramp has no steady state") {
    std::vector<double> series;
    for (int t = 0; t < 1000; ++t) series.push_back(t);
    CHECK_FALSE(sim::mser5(series).steady);
}

TEST_CASE("a series that is steady from the start loses almost nothing") {
    CHECK(sim::mser5(std::vector<double>(200, 2.5)).truncation == 0);
    CHECK(sim::mser5(std::vector<double>(200, 2.5)).steady);
    const sim::Mser noise = sim::mser5(Samples(5).normals(5000));
    CHECK(noise.steady);
    CHECK(noise.truncation < 1000);
}

TEST_CASE("a series of fewer than 20 observations has no steady state") {
    CHECK_FALSE(sim::mser5(std::vector<double>(19, 1.0)).steady);
    CHECK(sim::mser5(std::vector<double>(20, 1.0)).steady);
    CHECK_FALSE(sim::mser5({}).steady);
}

TEST_CASE("observations after the last whole batch are not looked at") {
    std::vector<double> series(200, 2.5);
    series.push_back(1e9);
    CHECK(sim::mser5(series).truncated_mean == 2.5);
}
