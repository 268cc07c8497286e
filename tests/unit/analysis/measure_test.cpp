#include "models/analysis/measure.hpp"

#include <cmath>
#include <limits>

#include "models/analysis/format.hpp"
#include "tests/catch.hpp"

using models::Measure;

namespace {

constexpr double kInfinite = std::numeric_limits<double>::infinity();

sim::Histogram latencies(int count) {
    sim::Histogram histogram;
    for (int i = 1; i <= count; ++i) histogram.record(sim::milliseconds(i));
    return histogram;
}

}  // namespace

TEST_CASE("a percentile needs 10 / (1 - p) requests") {
    CHECK_FALSE(models::quantile_over_all(latencies(999), 0, 0.99));
    CHECK(models::quantile_over_all(latencies(1000), 0, 0.99).value() ==
          Approx(0.990).epsilon(0.008));
    CHECK(models::quantile_over_all(latencies(20), 0, 0.5).value() == Approx(0.010).epsilon(0.008));
    CHECK_FALSE(models::quantile_over_all(latencies(19), 0, 0.5));
}

TEST_CASE("failures count as infinitely late") {
    // 990 of 1000 succeed: the 990th is the last that is finite.
    CHECK(models::quantile_over_all(latencies(990), 10, 0.99).value() ==
          Approx(0.990).epsilon(0.008));
    CHECK(models::quantile_over_all(latencies(989), 11, 0.99) == Measure{kInfinite});
    CHECK(models::quantile_over_all(sim::Histogram{}, 1000, 0.5) == Measure{kInfinite});
}

TEST_CASE("a measure over runs keeps missing and infinite apart") {
    const std::vector<Measure> plain = {1.0, 2.0, 3.0};
    const auto estimate = models::estimate_over_runs(plain, 0.95);
    CHECK(estimate.estimate->value == 2.0);
    CHECK(estimate.estimate->high.value() == Approx(2 + 2.484).epsilon(0.001));
    CHECK(estimate.estimate->low.value() == 0);  // a latency is not negative
    const auto difference = models::estimate_differences(plain, 0.95);
    CHECK(difference.estimate->low.value() == Approx(2 - 2.484).epsilon(0.001));
    CHECK(estimate.missing == 0);

    const std::vector<Measure> holes = {1.0, std::nullopt, 3.0};
    CHECK(models::estimate_over_runs(holes, 0.95).estimate->n == 2);
    CHECK(models::estimate_over_runs(holes, 0.95).missing == 1);

    CHECK_FALSE(models::estimate_percentile(holes, 0.95).estimate);
    CHECK(models::estimate_percentile(holes, 0.95).missing == 1);
    CHECK(models::estimate_percentile(plain, 0.95).estimate->value == 2.0);

    const std::vector<Measure> beyond = {1.0, kInfinite, 3.0};
    const auto infinite = models::estimate_over_runs(beyond, 0.95);
    CHECK(std::isinf(infinite.estimate->value));
    CHECK_FALSE(infinite.estimate->has_bounds());
    CHECK(infinite.infinite == 1);

    const std::vector<Measure> nothing = {std::nullopt};
    CHECK_FALSE(models::estimate_over_runs(nothing, 0.95).estimate);
    const std::vector<Measure> one = {5.0};
    CHECK_FALSE(models::estimate_over_runs(one, 0.95).estimate->has_bounds());
}

TEST_CASE("numbers are printed with the digits that are known") {
    using models::MetricUnit;
    CHECK(models::percent_text(0.995) == "99.5 %");
    CHECK(models::percent_text(1) == "100 %");
    CHECK(models::seconds_text(0) == "0 s");
    CHECK(models::seconds_text(1.2) == "1200 ms");
    CHECK(models::seconds_text(0.0505) == "50.5 ms");
    CHECK(models::seconds_text(2.5) == "2.5 s");
    CHECK(models::seconds_text(30) == "30 s");
    CHECK(models::seconds_text(360) == "6 min");
    CHECK(models::seconds_text(434) == "434 s");
    CHECK(models::seconds_text(2e-5) == "20 us");
    CHECK(models::number_text(74200) == "74 200");
    CHECK(models::number_text(-1234567) == "-1 234 567");
    CHECK(models::number_text(1.374) == "1.37");
    CHECK(models::number_text(0) == "0");
    CHECK(models::number_text(48) == "48");
    const auto estimate = [](double value, double half) {
        sim::Estimate e;
        e.value = value;
        e.low = value - half;
        e.high = value + half;
        return e;
    };
    CHECK(models::estimate_text(MetricUnit::ratio, estimate(0.987, 0.001)) == "98.7 ±0.1");
    CHECK(models::estimate_text(MetricUnit::ratio, estimate(0.9996, 0.0001)) == "99.96 ±0.01");
    CHECK(models::estimate_text(MetricUnit::ratio, estimate(1, 0)) == "100.0 ±0");
    CHECK(models::estimate_text(MetricUnit::duration, estimate(0.0501, 0.0005)) == "50.1 ±0.5 ms");
    CHECK(models::estimate_text(MetricUnit::duration, estimate(12.3, 2)) == "12 ±2 s");
    CHECK(models::listed({"a"}) == "a");
    CHECK(models::listed({"a", "b", "c"}) == "a, b and c");
}

TEST_CASE("a lower end that was cut off is not shown as half of an interval") {
    using models::MetricUnit;
    const std::vector<Measure> wide = {0.010, 0.020, 0.090};
    const auto estimate = *models::estimate_over_runs(wide, 0.95).estimate;
    CHECK(models::estimate_text(MetricUnit::duration, estimate) == "40 ms (≤148 ms)");
    CHECK(models::estimate_text(MetricUnit::count, estimate) == "0.04 (≤0.15)");
    CHECK(models::estimate_text(MetricUnit::ratio, estimate) == "4.0 (≤14.8)");
    const std::vector<Measure> narrow = {0.040, 0.041, 0.039};
    CHECK(models::estimate_text(MetricUnit::duration,
                                *models::estimate_over_runs(narrow, 0.95).estimate) == "40 ±2 ms");
    const std::vector<Measure> zero = {0.0, 0.0, 0.0};
    CHECK(models::estimate_text(MetricUnit::ratio,
                                *models::estimate_over_runs(zero, 0.95).estimate) == "0.0 ±0");
}
