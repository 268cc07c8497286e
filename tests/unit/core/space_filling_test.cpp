// Points that cover a cube evenly: what makes a design better than plain random numbers.
#include "sim/core/space_filling.hpp"

#include <cmath>
#include <set>
#include <string>
#include <vector>

#include "tests/catch.hpp"

namespace {

std::vector<sim::RngStream> streams(std::size_t count, std::uint64_t seed = 7) {
    std::vector<sim::RngStream> all;
    for (std::size_t i = 0; i < count; ++i) {
        all.emplace_back(seed, 0, "input " + std::to_string(i), "sweep");
    }
    return all;
}

/// How many of `strata` equal parts of a dimension hold exactly one point.
std::size_t strata_with_one(const sim::CubePoints& points, std::size_t dimension,
                            std::size_t strata) {
    std::vector<int> count(strata, 0);
    for (const auto& point : points) {
        REQUIRE(point[dimension] >= 0);
        REQUIRE(point[dimension] < 1);
        ++count[static_cast<std::size_t>(point[dimension] * static_cast<double>(strata))];
    }
    std::size_t ones = 0;
    for (const int one : count) ones += one == 1 ? 1 : 0;
    return ones;
}

/// Largest gap between the share of points in a box from the origin and its volume, over boxes with
/// corners at the points: a lower bound of the star discrepancy in two dimensions.
double discrepancy(const sim::CubePoints& points) {
    double worst = 0;
    for (const auto& corner : points) {
        double inside = 0;
        for (const auto& point : points) {
            if (point[0] <= corner[0] && point[1] <= corner[1]) ++inside;
        }
        worst = std::max(
            worst, std::abs(inside / static_cast<double>(points.size()) - corner[0] * corner[1]));
    }
    return worst;
}

}  // namespace

TEST_CASE("a Latin hypercube has one point in every stratum of every input") {
    for (const std::size_t count : {1U, 2U, 7U, 100U, 1000U}) {
        const auto points = sim::latin_hypercube(count, streams(5));
        REQUIRE(points.size() == count);
        for (std::size_t d = 0; d < 5; ++d) CHECK(strata_with_one(points, d, count) == count);
    }
}

TEST_CASE("the strata of two inputs of a Latin hypercube are paired at random") {
    const auto points = sim::latin_hypercube(1000, streams(2));
    double sum = 0;
    for (const auto& point : points) sum += (point[0] - 0.5) * (point[1] - 0.5);
    const double correlation = sum / 1000 * 12;
    CHECK(std::abs(correlation) < 4 / std::sqrt(1000.0));
    CHECK(correlation != 0);
}

TEST_CASE("a power of two of Sobol points has one in every stratum of every input") {
    for (const std::size_t count : {1U, 2U, 16U, 256U, 1024U}) {
        const auto points = sim::sobol_points(count, streams(10));
        for (std::size_t d = 0; d < 10; ++d) CHECK(strata_with_one(points, d, count) == count);
    }
}

TEST_CASE("a power of two of Sobol points is balanced in the boxes of two inputs") {
    // A (0, 8, 2)-net: of 256 points every box of 2^-a x 2^-(8-a) holds exactly one.
    const auto points = sim::sobol_points(256, streams(2));
    for (int a = 0; a <= 8; ++a) {
        std::set<std::pair<int, int>> boxes;
        for (const auto& point : points) {
            boxes.emplace(static_cast<int>(std::ldexp(point[0], a)),
                          static_cast<int>(std::ldexp(point[1], 8 - a)));
        }
        CHECK(boxes.size() == 256);
    }
}

TEST_CASE("Sobol points are more even than a Latin hypercube, and that than chance") {
    double sobol = 0;
    double latin = 0;
    double chance = 0;
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        sobol += discrepancy(sim::sobol_points(256, streams(2, seed)));
        latin += discrepancy(sim::latin_hypercube(256, streams(2, seed)));
        sim::KeyedRng rng(sim::RngStream(seed, 0, "chance", "test"), 0, 0);
        sim::CubePoints random(256, std::vector<double>(2));
        for (auto& point : random) point = {rng.unit(), rng.unit()};
        chance += discrepancy(random);
    }
    CHECK(sobol * 1.5 < latin);
    CHECK(latin * 1.2 < chance);
}

TEST_CASE("points depend on the seed, and those of an input on nothing else") {
    const auto three = streams(3);
    const std::vector<sim::RngStream> last{three[2]};
    for (const bool sobol : {false, true}) {
        const auto draw = [&](std::size_t count, const std::vector<sim::RngStream>& of) {
            return sobol ? sim::sobol_points(count, of) : sim::latin_hypercube(count, of);
        };
        const auto points = draw(32, three);
        CHECK(points == draw(32, three));
        CHECK(points != draw(32, streams(3, 8)));
        if (!sobol) {
            for (std::size_t i = 0; i < 32; ++i) CHECK(points[i][2] == draw(32, last)[i][0]);
        } else {
            // More points go on where fewer end.
            const auto more = draw(64, three);
            CHECK(std::vector(more.begin(), more.begin() + 32) == points);
        }
    }
}

TEST_CASE("the shift of Sobol points is uniform: their mean over seeds is one half") {
    double sum = 0;
    for (std::uint64_t seed = 0; seed < 2000; ++seed) {
        sum += sim::sobol_points(1, streams(1, seed))[0][0];
    }
    CHECK(std::abs(sum / 2000 - 0.5) < 4 / std::sqrt(12.0 * 2000));
}
