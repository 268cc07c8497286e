#include "sim/stats/histogram.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "tests/catch.hpp"
#include "tests/unit/stats/samples.hpp"

using sim::Histogram;

namespace {

std::int64_t exact_quantile(std::vector<std::int64_t> values, double p) {
    std::sort(values.begin(), values.end());
    return values[sim::quantile_rank(p, values.size()) - 1];
}

std::vector<std::int64_t> lognormal_latencies(std::size_t n, double sigma) {
    Samples samples(7);
    std::vector<std::int64_t> values(n);
    for (auto& value : values) {
        value = static_cast<std::int64_t>(std::exp(16 + sigma * samples.normal()));
    }
    return values;
}

}  // namespace

TEST_CASE("an empty histogram has no statistics") {
    const Histogram histogram;
    CHECK(histogram.count() == 0);
    CHECK_FALSE(histogram.mean());
    CHECK_FALSE(histogram.min());
    CHECK_FALSE(histogram.max());
    CHECK_FALSE(histogram.quantile(0.5));
    CHECK_FALSE(histogram.quantile_with_infinite(0.5, 3));
    CHECK(histogram.count_at_most(100) == 0);
}

TEST_CASE("values below 128 ns are exact, zero included") {
    Histogram histogram;
    for (std::int64_t ns = 0; ns < 128; ++ns) histogram.record(ns);
    for (std::int64_t ns = 0; ns < 128; ++ns) {
        const double p = static_cast<double>(ns + 1) / 128;
        CHECK(histogram.quantile(p) == static_cast<double>(ns));
        CHECK(histogram.count_at_most(ns) == static_cast<std::uint64_t>(ns) + 1);
    }
    CHECK(histogram.min() == 0);
}

TEST_CASE("count, sum, mean, minimum and maximum are exact") {
    Histogram histogram;
    for (const std::int64_t ns : {1'000'003L, 7L, 250'000'000'001L}) histogram.record(ns);
    CHECK(histogram.count() == 3);
    CHECK(histogram.sum_ns() == 250'001'000'011);
    CHECK(histogram.mean() == Approx(250'001'000'011.0 / 3).epsilon(1e-15));
    CHECK(histogram.min() == 7);
    CHECK(histogram.max() == 250'000'000'001);
}

TEST_CASE("the sum does not overflow 64 bits") {
    Histogram histogram(sim::kForever);
    const std::int64_t large = std::numeric_limits<std::int64_t>::max();
    for (int i = 0; i < 4; ++i) histogram.record(large);
    CHECK(histogram.sum_ns() == static_cast<sim::WideInteger>(large) * 4);
    CHECK(histogram.saturated() == 0);
    CHECK(histogram.largest() == sim::kForever);
    CHECK(histogram.quantile(0.5) == static_cast<double>(large));
}

TEST_CASE("a single value of any size is reported within the promised error") {
    for (std::int64_t ns = 1; ns < Histogram::kDefaultLargest.ns / 2; ns += 1 + ns / 97) {
        Histogram histogram;
        histogram.record(ns - ns / 100);
        histogram.record(ns);
        histogram.record(ns + ns / 100);
        const double error = std::abs(*histogram.quantile(0.5) - static_cast<double>(ns));
        REQUIRE(error <= Histogram::kRelativeError * static_cast<double>(ns));
    }
}

TEST_CASE("quantiles of many values are within 0.8 percent of the exact ones") {
    const auto values = lognormal_latencies(100'000, 2);
    Histogram histogram;
    for (const std::int64_t value : values) histogram.record(value);
    for (const double p : {0.001, 0.01, 0.25, 0.5, 0.9, 0.95, 0.99, 0.999, 0.9999, 1.0}) {
        const auto exact = static_cast<double>(exact_quantile(values, p));
        CHECK(std::abs(*histogram.quantile(p) - exact) <= Histogram::kRelativeError * exact);
    }
}

TEST_CASE("the standard deviation is that of the values within one percent") {
    Histogram histogram;
    CHECK_FALSE(histogram.standard_deviation());
    histogram.record(100);
    CHECK_FALSE(histogram.standard_deviation());
    histogram.record(104);
    CHECK(*histogram.standard_deviation() == Approx(std::sqrt(8.0)));
    Histogram same;
    for (int i = 0; i < 5; ++i) same.record(1'000'000'007);
    CHECK(*same.standard_deviation() == 0.0);
    const auto values = lognormal_latencies(100'000, 1);
    Histogram many;
    double sum = 0;
    for (const std::int64_t value : values) {
        many.record(value);
        sum += static_cast<double>(value);
    }
    const double mean = sum / static_cast<double>(values.size());
    double squares = 0;
    for (const std::int64_t value : values) {
        squares += (static_cast<double>(value) - mean) * (static_cast<double>(value) - mean);
    }
    const double exact = std::sqrt(squares / static_cast<double>(values.size() - 1));
    CHECK(*many.standard_deviation() == Approx(exact).epsilon(0.01));
}

TEST_CASE("neighbouring octaves share no bin") {
    for (std::int64_t octave = 128; octave < Histogram::kDefaultLargest.ns / 2; octave *= 2) {
        Histogram histogram;
        histogram.record(octave - 1);
        histogram.record(octave);
        CHECK(histogram.count_at_most(octave - 1) == 1);
        CHECK(*histogram.quantile(0.5) < *histogram.quantile(1));
    }
}

TEST_CASE("a quantile never leaves the range of the values") {
    Histogram histogram;
    histogram.record(1'000'000'007);
    for (const double p : {0.0, 0.5, 1.0}) CHECK(histogram.quantile(p) == 1'000'000'007.0);
}

TEST_CASE("the rank of a quantile is the smallest with ceil(p n) at or below") {
    CHECK(sim::quantile_rank(0.5, 10) == 5);
    CHECK(sim::quantile_rank(0.5, 11) == 6);
    CHECK(sim::quantile_rank(0.99, 100) == 99);
    CHECK(sim::quantile_rank(0.99, 101) == 100);
    CHECK(sim::quantile_rank(0.07, 100) == 7);  // 0.07 * 100 > 7 in binary
    CHECK(sim::quantile_rank(0.999, 1000) == 999);
    CHECK(sim::quantile_rank(0, 10) == 1);
    CHECK(sim::quantile_rank(1, 10) == 10);
    CHECK(sim::quantile_rank(0.5, 0) == 0);
    CHECK_THROWS_AS(sim::quantile_rank(1.01, 10), sim::InternalError);
}

TEST_CASE("failures count as infinity in a quantile") {
    Histogram histogram;
    for (std::int64_t ns = 1; ns <= 90; ++ns) histogram.record(ns);
    CHECK(histogram.quantile_with_infinite(0.9, 10) == 90.0);
    CHECK_FALSE(histogram.quantile_with_infinite(0.91, 10));
    CHECK(histogram.quantile_with_infinite(0.5, 10) == 50.0);
    CHECK(histogram.quantile_with_infinite(0.5, 0) == histogram.quantile(0.5));
}

TEST_CASE("count_at_most agrees with quantile") {
    const auto values = lognormal_latencies(2'000, 1);
    Histogram histogram;
    for (const std::int64_t value : values) histogram.record(value);
    for (std::int64_t limit = 100'000; limit < 1'000'000'000; limit += limit / 50) {
        for (const double p : {0.1, 0.5, 0.9, 0.99}) {
            const bool quantile_within = *histogram.quantile(p) <= static_cast<double>(limit);
            const bool enough = histogram.count_at_most(limit) >= sim::quantile_rank(p, 2'000);
            REQUIRE(quantile_within == enough);
        }
    }
    CHECK(histogram.count_at_most(*histogram.max()) == 2'000);
    CHECK(histogram.count_at_most(*histogram.min() - 1) == 0);
}

TEST_CASE("values above the range are counted, not dropped") {
    Histogram histogram(sim::whole_seconds(1));
    const std::int64_t top = histogram.largest().ns;
    CHECK(top >= 1'000'000'000);
    histogram.record(top);
    CHECK(histogram.saturated() == 0);
    histogram.record(top + 1);
    histogram.record(sim::kForever.ns);
    CHECK(histogram.saturated() == 2);
    CHECK(histogram.count() == 3);
    CHECK(histogram.quantile(1) == static_cast<double>(sim::kForever.ns));
    CHECK(histogram.max() == sim::kForever.ns);
}

TEST_CASE("merging equals recording everything in one histogram") {
    const auto values = lognormal_latencies(10'000, 3);
    Histogram whole;
    Histogram left;
    Histogram right;
    for (std::size_t i = 0; i < values.size(); ++i) {
        whole.record(values[i]);
        (i % 3 == 0 ? left : right).record(values[i]);
    }
    Histogram forward = left;
    forward.merge(right);
    right.merge(left);
    CHECK(forward == whole);
    CHECK(right == whole);
    whole.record(1);
    CHECK_FALSE(forward == whole);
}

TEST_CASE("zones are merged before the quantile, never averaged") {
    Samples samples(3);
    Histogram fast;
    Histogram slow;
    for (int i = 0; i < 1'000'000; ++i) {
        const bool is_slow = i % 10 == 0;
        const double seconds = samples.exponential() * (is_slow ? 10 : 1);
        (is_slow ? slow : fast).record(sim::Duration{static_cast<std::int64_t>(seconds * 1e9)});
    }
    const double average = 0.9 * *fast.quantile(0.99) + 0.1 * *slow.quantile(0.99);
    fast.merge(slow);
    CHECK(*fast.quantile(0.99) / 1e9 == Approx(23.026).epsilon(0.02));
    CHECK(average / 1e9 == Approx(8.750).epsilon(0.02));
}

TEST_CASE("clearing forgets everything") {
    Histogram histogram;
    histogram.record(5);
    histogram.record(sim::kForever.ns);
    histogram.clear();
    CHECK(histogram == Histogram());
}

TEST_CASE("misuse of a histogram is a bug") {
    Histogram histogram;
    CHECK_THROWS_AS(histogram.record(-1), sim::InternalError);
    CHECK_THROWS_AS(histogram.merge(Histogram(sim::whole_seconds(1))), sim::InternalError);
    CHECK_THROWS_AS(Histogram(sim::Duration{-1}), sim::InternalError);
}

TEST_CASE("what an earlier state had already can be taken away") {
    sim::Histogram all;
    all.record(100);
    all.record(5'000);
    const auto earlier = all;
    all.record(40);
    all.record(2'000'000);
    sim::Histogram later;
    later.record(40);
    later.record(2'000'000);
    all.subtract(earlier);
    CHECK(all.count() == 2);
    CHECK(all.mean() == later.mean());
    for (const double p : {0.1, 0.5, 0.9, 1.0}) {
        CHECK(*all.quantile(p) == Approx(*later.quantile(p)).epsilon(0.01));
    }
    all.subtract(all);
    CHECK(all.count() == 0);
    CHECK_FALSE(all.quantile(0.5));
}
