#include "sim/stats/batch_means.hpp"

#include <cmath>
#include <vector>

#include "sim/core/assert.hpp"
#include "tests/catch.hpp"
#include "tests/unit/stats/samples.hpp"
#include "tests/unit/stats/waits.hpp"

TEST_CASE("batches are equally long and in order") {
    const std::vector<double> series = {1, 3, 5, 7, 9, 11, 100};
    CHECK(sim::batch_averages(series, 3) == std::vector<double>{2, 6, 10});
    CHECK(sim::batch_averages(series, 1).front() == Approx(136.0 / 7));
    CHECK_THROWS_AS(sim::batch_averages(series, 8), sim::InternalError);
}

TEST_CASE("von Neumann's ratio finds correlation and no other pattern") {
    CHECK(sim::von_neumann_p(std::vector<double>(10, 3.0)) == 1.0);
    std::vector<double> ramp;
    std::vector<double> zigzag;
    for (int i = 0; i < 20; ++i) {
        ramp.push_back(i);
        zigzag.push_back(i % 2);
    }
    CHECK(sim::von_neumann_p(ramp) < 1e-4);
    CHECK(sim::von_neumann_p(zigzag) > 0.999);
    int rejected = 0;
    for (std::uint64_t seed = 0; seed < 1000; ++seed) {
        rejected += sim::von_neumann_p(Samples(seed).normals(20)) <= 0.05;
    }
    CHECK(rejected > 50 - 21);  // 3 standard errors
    CHECK(rejected < 50 + 21);
}

TEST_CASE("the asymptotic variance of waits is that of theory") {
    Waits waits(3, 0.5);
    waits.begin_stationary();
    const auto found = sim::asymptotic_variance(waits.series(400'000));
    CHECK(found.long_enough);
    CHECK(found.batches == 400);
    CHECK(found.value == Approx(29).epsilon(0.25));  // Waits::asymptotic_variance(0.5)
    CHECK(found.autocorrelation_time == Approx(29.0 / 3).epsilon(0.25));
    const auto independent = sim::asymptotic_variance(Samples(4).normals(40'000));
    CHECK(independent.autocorrelation_time == Approx(1).epsilon(0.25));
    CHECK(sim::asymptotic_variance(std::vector<double>(1000, 2.0)).value == 0.0);
}

TEST_CASE("a run that is too short for batches has no interval") {
    Waits waits(1, 0.95);
    const auto series = waits.series(3000);  // 1 900 autocorrelation times of 2 customers
    CHECK_FALSE(sim::asymptotic_variance(series).long_enough);
    const auto few = sim::batch_means_interval(series, 0.95);
    CHECK_FALSE(few.settled);
    CHECK_FALSE(few.estimate.has_bounds());
    CHECK_FALSE(sim::batch_means_interval(std::vector<double>(10, 1.0), 0.95).settled);
}

TEST_CASE("a long run has an interval from 30 batches, fewer when they are correlated") {
    Waits waits(2);
    waits.begin_stationary();
    const auto found = sim::batch_means_interval(waits.series(200'000), 0.95);
    CHECK(found.settled);
    CHECK(found.batches * found.batch_length <= 200'000);
    CHECK(found.batches >= 10);
    CHECK(*found.estimate.low < 4);
    CHECK(*found.estimate.high > 4);
    CHECK(found.estimate.n == found.batches);
}

// METHOD.md A2.4.
TEST_CASE("the run length for one percent, known answers") {
    struct Row {
        double load;
        double observations;
    };
    for (const auto& row :
         {Row{0.5, 1114023}, Row{0.8, 4744201}, Row{0.9, 17026199}, Row{0.95, 64655796}}) {
        const double planned =
            sim::planned_observations({.asymptotic_variance = Waits::asymptotic_variance(row.load),
                                       .mean = Waits::mean(row.load)});
        CHECK(std::abs(planned - row.observations) < 1);
    }
    CHECK(std::isinf(sim::planned_observations({.asymptotic_variance = 1, .mean = 0})));
}
