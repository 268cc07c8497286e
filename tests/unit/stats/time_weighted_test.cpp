#include "sim/stats/time_weighted.hpp"

#include "tests/catch.hpp"

using sim::SimTime;
using sim::TimeWeighted;

TEST_CASE("a time average is the integral over the length") {
    TimeWeighted busy(SimTime{100});
    busy.set(SimTime{110}, 3);
    busy.add(SimTime{120}, -1);
    CHECK(busy.integral(SimTime{130}) == 3 * 10 + 2 * 10);
    CHECK(busy.mean(SimTime{130}) == Approx(50.0 / 30));
    CHECK(busy.level() == 2);
}

TEST_CASE("several changes at one instant count as the last") {
    TimeWeighted level;
    level.set(SimTime{5}, 7);
    level.set(SimTime{5}, 1);
    CHECK(level.integral(SimTime{9}) == 4);
}

TEST_CASE("a reset keeps the level and forgets the area") {
    TimeWeighted level(SimTime{-50}, 4);
    level.reset(SimTime{0});
    CHECK(level.integral(SimTime{10}) == 40);
    CHECK(level.mean(SimTime{10}) == 4.0);
    CHECK(level.start() == SimTime{0});
}

TEST_CASE("without time the average is the level") {
    const TimeWeighted level(SimTime{3}, 9);
    CHECK(level.mean(SimTime{3}) == 9.0);
}

TEST_CASE("large levels over centuries stay exact") {
    TimeWeighted level(SimTime{-sim::kForever.ns}, 1'000'000);
    level.add(sim::kNever, 1);
    CHECK(level.integral(sim::kNever) ==
          static_cast<sim::WideInteger>(1'000'000) * 2 * sim::kForever.ns);
    CHECK(level.mean(sim::kNever) == 1e6);
}

TEST_CASE("time that runs backwards is a bug") {
    TimeWeighted level(SimTime{10});
    CHECK_THROWS_AS(level.set(SimTime{9}, 1), sim::InternalError);
    CHECK_THROWS_AS(level.integral(SimTime{9}), sim::InternalError);
    CHECK_THROWS_AS(level.reset(SimTime{9}), sim::InternalError);
}
