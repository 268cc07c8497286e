#include "sim/stats/difference.hpp"

#include <vector>

#include "sim/core/assert.hpp"
#include "tests/catch.hpp"
#include "tests/unit/stats/samples.hpp"

namespace {

const std::vector<double> kA = {10.2, 11.9, 9.8, 12.4, 10.9, 11.1, 13.0, 10.4};
const std::vector<double> kB = {9.6, 11.5, 9.9, 11.2, 10.1, 10.8, 11.9, 10.2};

Approx close(double value) { return Approx(value).epsilon(1e-9); }

}  // namespace

// The same data, opposite verdicts: pairing is what common draws are for.
TEST_CASE("paired t, known answer") {
    const sim::Difference paired = sim::paired_difference(kA, kB, 0.95);
    CHECK(paired.estimate.value == close(0.5625));
    CHECK(*paired.estimate.half_width() == close(0.3763752552547212));
    CHECK(*paired.p == close(0.00954672170799959));
    CHECK(paired.df == 7);
    CHECK(paired.estimate.method == sim::IntervalMethod::paired_t);
    CHECK_FALSE(paired.identical);
}

TEST_CASE("Welch t, known answer") {
    const sim::Difference welch = sim::welch_difference(kA, kB, 0.95);
    CHECK(welch.estimate.value == close(0.5625));
    CHECK(welch.df == close(12.847078509789135));
    CHECK(*welch.estimate.half_width() == close(1.0678396836434905));
    CHECK(*welch.p == close(0.27534225451550554));
    CHECK(welch.estimate.method == sim::IntervalMethod::welch_t);
}

TEST_CASE("a margin turns the test into the interval beyond it") {
    const double low = *sim::paired_difference(kA, kB, 0.95).estimate.low;
    CHECK(*sim::paired_difference(kA, kB, 0.95, low).p == close(0.05));
    CHECK(*sim::paired_difference(kA, kB, 0.95, low * 1.01).p > 0.05);
    CHECK(*sim::paired_difference(kB, kA, 0.95, low * 0.99).p < 0.05);
    CHECK(*sim::paired_difference(kA, kB, 0.95, 0.6).p == 1.0);
}

TEST_CASE("identical pairs have no interval and no p") {
    const sim::Difference same = sim::paired_difference(kA, kA, 0.95);
    CHECK(same.identical);
    CHECK(same.estimate.value == 0.0);
    CHECK_FALSE(same.estimate.has_bounds());
    CHECK_FALSE(same.p);
    CHECK(same.estimate.method == sim::IntervalMethod::identical);
    CHECK_FALSE(sim::pairing_gain(kA, kA));
}

TEST_CASE("one pair has no bounds") {
    const std::vector<double> one = {1};
    const std::vector<double> two = {2};
    const sim::Difference single = sim::paired_difference(one, two, 0.95);
    CHECK(single.estimate.value == -1.0);
    CHECK_FALSE(single.estimate.has_bounds());
    CHECK_FALSE(single.p);
    CHECK_FALSE(sim::welch_difference(one, two, 0.95).p);
}

TEST_CASE("a constant difference is certain") {
    const std::vector<double> low = {1, 2, 3};
    const std::vector<double> high = {2, 3, 4};
    const sim::Difference constant = sim::paired_difference(high, low, 0.95);
    CHECK(constant.p == 0.0);
    CHECK(constant.estimate.low == 1.0);
    CHECK(constant.estimate.high == 1.0);
    CHECK(sim::paired_difference(high, low, 0.95, 1.0).p == 1.0);
}

TEST_CASE("pairing gains what the common part of the variance costs") {
    Samples samples(11);
    std::vector<double> a;
    std::vector<double> b;
    for (int i = 0; i < 4000; ++i) {
        const double common = 3 * samples.normal();
        a.push_back(common + samples.normal());
        b.push_back(common + samples.normal());
    }
    CHECK(*sim::pairing_gain(a, b) == Approx(10).epsilon(0.1));  // (9+1+9+1) / (1+1)
}

TEST_CASE("Holm's adjustment, known answer") {
    const std::vector<double> raw = {0.001, 0.013, 0.021, 0.04, 0.3};
    const std::vector<double> expected = {0.005, 0.052, 0.063, 0.08, 0.3};
    const std::vector<double> adjusted = sim::holm_adjust(raw);
    for (std::size_t i = 0; i < raw.size(); ++i) CHECK(adjusted[i] == close(expected[i]));
}

TEST_CASE("Holm's adjustment keeps the order of the input and stays at or below 1") {
    const std::vector<double> adjusted = sim::holm_adjust(std::vector<double>{0.9, 0.01, 0.8});
    CHECK(adjusted[0] == 1.0);
    CHECK(adjusted[1] == close(0.03));
    CHECK(adjusted[2] == 1.0);
    CHECK(sim::holm_adjust({}).empty());
}

TEST_CASE("pairs of different length are a bug") {
    CHECK_THROWS_AS(sim::paired_difference(kA, std::vector<double>{1}, 0.95), sim::InternalError);
}
