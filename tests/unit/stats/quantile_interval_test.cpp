#include "sim/stats/quantile_interval.hpp"

#include <cmath>
#include <numeric>
#include <vector>

#include "sim/stats/histogram.hpp"
#include "tests/catch.hpp"
#include "tests/unit/stats/samples.hpp"
#include "tests/unit/stats/waits.hpp"

TEST_CASE("quantiles of batches are those of their observations") {
    std::vector<double> series(200);
    std::iota(series.begin(), series.end(), 1.0);
    CHECK(sim::batch_quantiles(series, 2, 0.9) == std::vector<double>{90, 190});
    CHECK(sim::batch_quantiles(series, 1, 0.5).front() == 100);
}

TEST_CASE("a quantile of a run lies in the middle of its interval, and too few have none") {
    Waits waits(1);
    waits.begin_stationary();
    const auto found = sim::batch_quantile_interval(waits.series(400'000), 0.99, 20, 0.95);
    CHECK((*found.low + *found.high) / 2 == Approx(found.value));
    CHECK(*found.low < Waits::p99(0.8));
    CHECK(*found.high > Waits::p99(0.8));
    CHECK(found.n == 20);
    CHECK_FALSE(
        sim::batch_quantile_interval(Samples(1).normals(19'000), 0.99, 20, 0.95).has_bounds());
}

// METHOD.md 6c: nine tenths of the traffic are fast, one tenth is ten times as slow.
TEST_CASE("the percentile of two zones is not the average of theirs") {
    std::vector<std::vector<double>> zones(2);
    Samples samples(8);
    sim::Histogram fast;
    sim::Histogram slow;
    for (int i = 0; i < 1'000'000; ++i) {
        const bool is_fast = samples.uniform() < 0.9;
        const double value = samples.exponential() * (is_fast ? 1 : 10);
        zones[is_fast ? 0 : 1].push_back(value);
        (is_fast ? fast : slow).record(static_cast<std::int64_t>(value * 1e9));
    }
    const double exact = 10 * std::log(10);  // 0.9 e^-t + 0.1 e^(-t/10) = 0.01
    const auto pooled = sim::replication_quantile_interval(zones, 0.99, 0.95);
    CHECK(pooled.value == Approx(exact).epsilon(0.01));
    auto merged = fast;
    merged.merge(slow);
    CHECK(*merged.quantile(0.99) / 1e9 == Approx(exact).epsilon(0.015));
    const double average = 0.9 * *fast.quantile(0.99) / 1e9 + 0.1 * *slow.quantile(0.99) / 1e9;
    CHECK(average == Approx(8.750).epsilon(0.02));  // negative control
}

TEST_CASE("quantiles of replications may have replications of any length") {
    std::vector<std::vector<double>> runs;
    for (std::uint64_t i = 0; i < 10; ++i) runs.push_back(Samples(i).normals(2000 + 100 * i));
    const auto found = sim::replication_quantile_interval(runs, 0.9, 0.95);
    CHECK(found.n == 10);
    CHECK(*found.low < 1.2816);
    CHECK(*found.high > 1.2816);
    CHECK_FALSE(
        sim::replication_quantile_interval(std::vector<std::vector<double>>{runs[0]}, 0.9, 0.95)
            .has_bounds());
}
