#include "sim/stats/instability.hpp"

#include <vector>

#include "tests/catch.hpp"
#include "tests/unit/stats/samples.hpp"

namespace {

using Rows = std::vector<std::vector<double>>;

Rows queues(std::size_t runs, double growth, std::uint64_t seed) {
    Samples samples(seed);
    Rows rows(runs);
    for (auto& row : rows) {
        for (int i = 0; i < 100; ++i) row.push_back(10 + growth * i + samples.normal());
    }
    return rows;
}

}  // namespace

TEST_CASE("the slope of a line is its slope") {
    CHECK(sim::slope_of(std::vector<double>{3, 5, 7, 9}) == Approx(2));
    CHECK(sim::slope_of(std::vector<double>{4, 4, 4}) == 0.0);
    CHECK(sim::slope_of(std::vector<double>{4}) == 0.0);
    CHECK(sim::slope_of({}) == 0.0);
}

TEST_CASE("a queue that grows is unstable, one that shrinks or only varies is not") {
    const auto grows = sim::queue_slope(queues(10, 0.1, 1));
    CHECK(grows.unstable);
    CHECK(grows.slope.value == Approx(0.1).epsilon(0.1));
    CHECK(grows.p < 1e-6);
    CHECK_FALSE(sim::queue_slope(queues(10, -0.1, 1)).unstable);
    int alarms = 0;
    for (std::uint64_t seed = 0; seed < 1000; ++seed) {
        alarms += sim::queue_slope(queues(10, 0, seed)).unstable;
    }
    CHECK(alarms <= 4);
}

TEST_CASE("slopes without variance are certain, one run is no evidence") {
    const std::vector<double> ramp = {1, 2, 3};
    CHECK(sim::queue_slope(Rows{ramp, ramp}).unstable);
    CHECK_FALSE(sim::queue_slope(Rows{ramp}).unstable);
    const std::vector<double> flat = {2, 2, 2};
    CHECK(sim::queue_slope(Rows{flat, flat}).p == 1.0);
}
