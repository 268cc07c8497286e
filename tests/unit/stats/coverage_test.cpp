// How often do the intervals contain the truth? Fixed seeds; a method passes within 3 standard
// errors of its confidence, and each test has a wrong method beside it that has to fail.
#include <algorithm>
#include <cmath>
#include <vector>

#include "sim/stats/difference.hpp"
#include "sim/stats/interval.hpp"
#include "sim/stats/ratio.hpp"
#include "sim/stats/summary.hpp"
#include "tests/catch.hpp"
#include "tests/unit/stats/samples.hpp"

namespace {

constexpr int kExperiments = 4000;
const double kSlack = 3 * std::sqrt(0.05 * 0.95 / kExperiments);

bool contains(const sim::Estimate& estimate, double truth) {
    return *estimate.low <= truth && truth <= *estimate.high;
}

/// Share of the experiments whose interval contains the truth.
template <class Interval>
double coverage(double truth, const Interval& interval) {
    int hits = 0;
    for (int i = 0; i < kExperiments; ++i) {
        hits += contains(interval(static_cast<std::uint64_t>(i)), truth) ? 1 : 0;
    }
    return static_cast<double>(hits) / kExperiments;
}

/// A naive interval: normal quantile although the deviation is estimated from few values.
sim::Estimate normal_interval(const std::vector<double>& values) {
    const sim::Summary summary = sim::summarise(values);
    const double half = 1.96 * std::sqrt(summary.variance / static_cast<double>(summary.n));
    return {.value = summary.mean, .low = summary.mean - half, .high = summary.mean + half};
}

/// x_t = 0.9 x_{t-1} + noise: like waiting times, each looks like the one before.
std::vector<double> correlated(std::uint64_t seed, std::size_t n) {
    Samples samples(seed);
    std::vector<double> values(n);
    double value = samples.normal() / std::sqrt(1 - 0.81);
    for (double& x : values) x = value = 0.9 * value + samples.normal();
    return values;
}

}  // namespace

TEST_CASE("Student t covers the mean of normal values exactly") {
    const double covered = coverage(
        0, [](auto seed) { return sim::student_t_interval(Samples(seed).normals(5), 0.95); });
    CHECK(covered >= 0.95 - kSlack);
    CHECK(covered <= 0.95 + kSlack);
}

TEST_CASE("negative control: the normal quantile on five values under-covers") {
    const double covered =
        coverage(0, [](auto seed) { return normal_interval(Samples(seed).normals(5)); });
    CHECK(covered < 0.95 - kSlack);
}

TEST_CASE("negative control: values of one run are not independent replications") {
    const double covered =
        coverage(0, [](auto seed) { return sim::student_t_interval(correlated(seed, 200), 0.95); });
    CHECK(covered < 0.5);
}

TEST_CASE("the order-statistic interval of the median covers at least as promised") {
    const double median = std::log(2);
    const auto interval = [](auto seed) {
        Samples samples(seed);
        std::vector<double> values(10);
        for (double& value : values) value = samples.exponential();
        return sim::median_interval(values, 0.95);
    };
    const double exact = sim::order_statistic_ranks(10, 0.5, 0.95)->coverage;  // 0.979
    CHECK(std::abs(coverage(median, interval) - exact) <= kSlack);
    CHECK(coverage(1.0, interval) < 0.95 - kSlack);  // the mean is not the median
}

TEST_CASE("Clopper-Pearson never covers less than promised, Wilson is near it") {
    const auto successes = [](std::uint64_t seed) {
        Samples samples(seed);
        std::uint64_t hits = 0;
        for (int i = 0; i < 30; ++i) hits += samples.uniform() < 0.1 ? 1 : 0;
        return hits;
    };
    const auto exact = [&](auto seed) { return sim::clopper_pearson(successes(seed), 30, 0.95); };
    const auto score = [&](auto seed) { return sim::wilson(successes(seed), 30, 0.95); };
    CHECK(coverage(0.1, exact) >= 0.95);
    CHECK(coverage(0.1, score) == Approx(0.95).margin(0.03));
    CHECK(coverage(0.2, exact) < 0.95 - kSlack);  // a wrong truth is noticed
}

TEST_CASE("the ratio estimator covers although the sizes differ") {
    const double covered = coverage(0.7, [](auto seed) {
        Samples samples(seed);
        std::vector<sim::RatioCount> counts(20);
        for (auto& count : counts) {
            count.all = 200 + static_cast<std::uint64_t>(100 * samples.uniform());
            const double share = 0.7 + 0.1 * samples.normal();  // runs differ
            for (std::uint64_t i = 0; i < count.all; ++i) count.good += samples.uniform() < share;
        }
        return sim::ratio_interval(counts, 0.95);
    });
    CHECK(covered >= 0.95 - 2 * kSlack);
    CHECK(covered <= 0.95 + kSlack);
}

TEST_CASE("Holm keeps the family-wise error of ten true hypotheses") {
    int adjusted_errors = 0;
    int raw_errors = 0;
    for (int i = 0; i < kExperiments; ++i) {
        Samples samples(static_cast<std::uint64_t>(i));
        std::vector<double> p(10);
        for (double& value : p) value = samples.uniform();
        const auto adjusted = sim::holm_adjust(p);
        adjusted_errors += *std::min_element(adjusted.begin(), adjusted.end()) <= 0.05;
        raw_errors += *std::min_element(p.begin(), p.end()) <= 0.05;
    }
    CHECK(adjusted_errors <= kExperiments * (0.05 + kSlack));
    CHECK(raw_errors > kExperiments * 0.3);  // negative control: 1 - 0.95^10 = 0.40
}
