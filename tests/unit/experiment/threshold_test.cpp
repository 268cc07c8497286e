#include "sim/experiment/threshold.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include "sim/core/assert.hpp"
#include "tests/catch.hpp"

using sim::Judgement;
using sim::RatioCount;
using sim::Threshold;
using sim::ThresholdOp;
using sim::Verdict;

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
using Values = std::vector<std::optional<double>>;

Threshold limit(ThresholdOp op, double value) {
    Threshold threshold;
    threshold.op = op;
    threshold.limit = value;
    return threshold;
}

std::vector<RatioCount> shares(const std::vector<std::uint64_t>& good, std::uint64_t all) {
    std::vector<RatioCount> counts;
    for (const std::uint64_t g : good) counts.push_back({g, all});
    return counts;
}

const std::vector<std::uint64_t> kAroundNinety = {901, 899, 902, 898, 900, 903, 897, 901, 899, 900};

}  // namespace

TEST_CASE("an operator decides on which side of the limit a value is") {
    CHECK(limit(ThresholdOp::at_least, 1).holds(1));
    CHECK_FALSE(limit(ThresholdOp::greater, 1).holds(1));
    CHECK(limit(ThresholdOp::at_most, 1).holds(1));
    CHECK_FALSE(limit(ThresholdOp::less, 1).holds(1));
    CHECK(limit(ThresholdOp::less, 1).holds(0.5));
    CHECK(symbol_of(ThresholdOp::at_least) == ">=");
    CHECK(symbol_of(ThresholdOp::greater) == ">");
    CHECK(symbol_of(ThresholdOp::at_most) == "<=");
    CHECK(symbol_of(ThresholdOp::less) == "<");
}

TEST_CASE("missed is worse than inconclusive, that than met, that than none") {
    CHECK(worst(Verdict::met, Verdict::missed) == Verdict::missed);
    CHECK(worst(Verdict::inconclusive, Verdict::met) == Verdict::inconclusive);
    CHECK(worst(Verdict::none, Verdict::met) == Verdict::met);
    CHECK(worst(Verdict::none, Verdict::none) == Verdict::none);
    CHECK(name_of(Verdict::inconclusive) == "inconclusive");
}

TEST_CASE("a ratio is judged when its whole interval lies on one side") {
    const auto counts = shares(kAroundNinety, 1000);
    const Judgement met = judge_ratio(limit(ThresholdOp::at_least, 0.89), counts);
    CHECK(met.verdict == Verdict::met);
    CHECK(met.value->value == 0.9);
    CHECK(met.runs_met == 10);
    CHECK(met.runs->value == 1.0);
    CHECK(*met.runs->low == Approx(std::pow(0.025, 0.1)));
    CHECK(judge_ratio(limit(ThresholdOp::at_least, 0.91), counts).verdict == Verdict::missed);
    const Judgement near = judge_ratio(limit(ThresholdOp::at_least, 0.9001), counts);
    CHECK(near.value_verdict == Verdict::inconclusive);
    CHECK(judge_ratio(limit(ThresholdOp::at_most, 0.91), counts).verdict == Verdict::met);
    CHECK(judge_ratio(limit(ThresholdOp::less, 0.89), counts).verdict == Verdict::missed);
}

TEST_CASE("a bound on the limit counts as the operator says") {
    const Values constant(10, 5.0);  // the interval is [5, 5]
    CHECK(judge_values(limit(ThresholdOp::at_least, 5), constant).verdict == Verdict::met);
    CHECK(judge_values(limit(ThresholdOp::at_most, 5), constant).verdict == Verdict::met);
    CHECK(judge_values(limit(ThresholdOp::greater, 5), constant).verdict == Verdict::missed);
    CHECK(judge_values(limit(ThresholdOp::less, 5), constant).verdict == Verdict::missed);
}

TEST_CASE("met needs nine of ten runs, not only the value") {
    const auto eight = shares({920, 920, 920, 920, 920, 920, 920, 920, 898, 898}, 1000);
    const Judgement two_fail = judge_ratio(limit(ThresholdOp::at_least, 0.9), eight);
    CHECK(two_fail.value_verdict == Verdict::met);
    CHECK(two_fail.runs_met == 8);
    CHECK(two_fail.runs_verdict == Verdict::inconclusive);  // 8 of 10 may be 90 % by bad luck
    CHECK(two_fail.verdict == Verdict::inconclusive);
    const auto nine = shares({920, 920, 920, 920, 920, 920, 920, 920, 920, 898}, 1000);
    CHECK(judge_ratio(limit(ThresholdOp::at_least, 0.9), nine).verdict == Verdict::met);
    Threshold strict = limit(ThresholdOp::at_least, 0.9);
    strict.in_share = 1;
    CHECK(judge_ratio(strict, nine).runs_verdict == Verdict::missed);  // 1 is not in [0.55, 0.997]
}

TEST_CASE("too few runs that meet the limit miss it, whatever the value") {
    // The value is far above the limit, because some runs are much larger than the others.
    std::vector<RatioCount> counts(10, {99'000, 100'000});
    for (std::size_t i = 0; i < 5; ++i) counts[i] = {5, 10};
    const Judgement judged = judge_ratio(limit(ThresholdOp::at_least, 0.9), counts);
    CHECK(judged.value_verdict == Verdict::met);
    CHECK(judged.runs_met == 5);
    CHECK(*judged.runs->high < 0.9);
    CHECK(judged.verdict == Verdict::missed);
}

TEST_CASE("the share of runs knows that 90 * 0.01 is not 0.9") {
    Threshold threshold = limit(ThresholdOp::at_least, 0.5);
    threshold.in_share = 0.9 + 1e-16 * 2;
    const auto nine = shares({900, 910, 905, 902, 908, 904, 906, 903, 907, 400}, 1000);
    CHECK(judge_ratio(threshold, nine).runs_verdict == Verdict::met);
}

TEST_CASE("without failures the interval is Clopper-Pearson and may still be too wide") {
    const auto few = shares({20, 20}, 20);
    const Judgement judged = judge_ratio(limit(ThresholdOp::at_least, 0.99), few);
    CHECK(judged.value->method == sim::IntervalMethod::clopper_pearson);
    CHECK(judged.value->value == 1.0);
    CHECK(judged.verdict == Verdict::inconclusive);
    const auto many = shares({20'000, 20'000}, 20'000);
    CHECK(judge_ratio(limit(ThresholdOp::at_least, 0.99), many).verdict == Verdict::met);
    const auto none = shares({0, 0}, 20'000);
    CHECK(judge_ratio(limit(ThresholdOp::at_least, 0.99), none).verdict == Verdict::missed);
}

TEST_CASE("one replication is inconclusive and has no bounds") {
    for (const std::uint64_t good : {0U, 500U, 1000U}) {
        const Judgement one = judge_ratio(limit(ThresholdOp::at_least, 0.9), shares({good}, 1000));
        CHECK(one.verdict == Verdict::inconclusive);
        CHECK_FALSE(one.value->has_bounds());
        CHECK_FALSE(one.runs->has_bounds());
        CHECK(one.runs_judged == 1);
    }
    CHECK(judge_values(limit(ThresholdOp::less, 9), Values{1.0}).verdict == Verdict::inconclusive);
    CHECK(judge_durations(limit(ThresholdOp::less, 9), Values{1.0}).verdict ==
          Verdict::inconclusive);
    CHECK(judge_durations(limit(ThresholdOp::less, 9), Values{std::nullopt}).verdict ==
          Verdict::inconclusive);
}

TEST_CASE("nothing to judge gives none") {
    CHECK(judge_ratio(limit(ThresholdOp::at_least, 0.9), {}).verdict == Verdict::none);
    const Judgement nothing = judge_ratio(limit(ThresholdOp::at_least, 0.9), shares({0, 0}, 0));
    CHECK(nothing.verdict == Verdict::none);
    CHECK_FALSE(nothing.value);
    CHECK_FALSE(nothing.runs);
    CHECK(judge_values(limit(ThresholdOp::less, 9), {}).verdict == Verdict::none);
    CHECK(judge_durations(limit(ThresholdOp::less, 9), {}).verdict == Verdict::none);
}

TEST_CASE("values are judged by the Student t interval of their mean") {
    const Values latencies = {0.101, 0.099, 0.102, 0.098, 0.100};
    const Judgement judged = judge_values(limit(ThresholdOp::at_most, 0.11), latencies);
    CHECK(judged.verdict == Verdict::met);
    CHECK(judged.value->method == sim::IntervalMethod::student_t);
    CHECK(judge_values(limit(ThresholdOp::at_most, 0.09), latencies).verdict == Verdict::missed);
    CHECK(judge_values(limit(ThresholdOp::at_most, 0.1001), latencies).verdict ==
          Verdict::inconclusive);
}

TEST_CASE("a value that is not estimable cannot be met") {
    Values latencies(20, 0.1);
    latencies.back().reset();
    const Judgement judged = judge_values(limit(ThresholdOp::at_most, 0.2), latencies);
    CHECK(judged.missing == 1);
    CHECK(judged.runs_met == 19);
    CHECK(judged.value->n == 19);
    CHECK(judged.runs_verdict == Verdict::met);
    CHECK(judged.verdict == Verdict::inconclusive);
    CHECK(judge_values(limit(ThresholdOp::at_most, 0.05), latencies).verdict == Verdict::missed);
    const Judgement nothing = judge_values(limit(ThresholdOp::at_most, 0.2), Values(2));
    CHECK_FALSE(nothing.value);
    CHECK(nothing.verdict == Verdict::inconclusive);
}

TEST_CASE("infinite values are judged only when all are") {
    const Judgement all = judge_values(limit(ThresholdOp::at_most, 1), Values(10, kInfinity));
    CHECK(all.value->value == kInfinity);
    CHECK_FALSE(all.value->has_bounds());
    CHECK(all.verdict == Verdict::missed);
    Values one_infinite(10, 0.5);
    one_infinite[3] = kInfinity;
    const Judgement one = judge_values(limit(ThresholdOp::at_most, 1), one_infinite);
    CHECK(one.verdict == Verdict::inconclusive);
    CHECK(one.two_worlds->high_count == 1);
    CHECK_THROWS_AS(judge_values(limit(ThresholdOp::at_most, 1), Values{std::nan("")}),
                    sim::InternalError);
}

TEST_CASE("recovery is judged by the median and the share of runs") {
    const Values quick = {0.0, 0.0, 5.0, 0.0, 8.0, 0.0, 12.0, 0.0, 3.0, 20.0};
    const Judgement met = judge_durations(limit(ThresholdOp::at_most, 30), quick);
    CHECK(met.verdict == Verdict::met);
    CHECK(met.value->value == 1.5);
    CHECK(met.value->low == 0.0);
    CHECK(met.value->high == 12.0);
    CHECK(met.value->method == sim::IntervalMethod::order_statistic);
    CHECK(judge_durations(limit(ThresholdOp::at_most, 10), quick).verdict == Verdict::inconclusive);
}

TEST_CASE("recovery that is never seen misses its limit") {
    const Judgement judged = judge_durations(limit(ThresholdOp::at_most, 30), Values(10));
    CHECK(judged.verdict == Verdict::missed);
    CHECK(judged.value->value == kInfinity);
    CHECK(judged.value->low == kInfinity);
    CHECK(judged.missing == 10);
    CHECK_FALSE(judged.two_worlds);
}

TEST_CASE("a recovery in two worlds meets nothing although the median is good") {
    Values runs(10, 2.0);
    runs[0].reset();
    runs[4].reset();
    const Judgement judged = judge_durations(limit(ThresholdOp::at_most, 30), runs);
    CHECK(judged.value->value == 2.0);
    CHECK(judged.runs_met == 8);
    CHECK(judged.value_verdict == Verdict::inconclusive);  // the ninth value is infinite
    CHECK(judged.verdict == Verdict::inconclusive);
    REQUIRE(judged.two_worlds);
    CHECK(describe(*judged.two_worlds, false) == "two worlds: 2 of 10 collapse");
    CHECK(sim::share_present(runs, 0.95).value == 0.8);
    CHECK(*sim::share_present(runs, 0.95).low == Approx(0.4439).epsilon(1e-3));
    CHECK_FALSE(sim::share_present(Values{1.0}, 0.95).has_bounds());
}

TEST_CASE("five recoveries are too few for an interval of the median") {
    const Judgement judged = judge_durations(limit(ThresholdOp::at_most, 30), Values(5, 0.0));
    CHECK_FALSE(judged.value->has_bounds());
    CHECK(judged.verdict == Verdict::inconclusive);
    CHECK(judge_durations(limit(ThresholdOp::at_most, 30), Values(6, 0.0)).verdict == Verdict::met);
}

TEST_CASE("two worlds are found behind a ratio") {
    const auto counts = shares({970, 270, 971, 969, 272, 970, 972, 268}, 1000);
    Threshold threshold = limit(ThresholdOp::at_least, 0.8);
    threshold.matters = 0.001;
    const Judgement judged = judge_ratio(threshold, counts);
    REQUIRE(judged.two_worlds);
    CHECK(describe(*judged.two_worlds, threshold.low_is_bad()) == "two worlds: 3 of 8 collapse");
    CHECK(judged.verdict == Verdict::inconclusive);
}
