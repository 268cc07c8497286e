#include "sim/stats/interval.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include "sim/core/assert.hpp"
#include "sim/stats/ratio.hpp"
#include "sim/stats/summary.hpp"
#include "tests/catch.hpp"

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

Approx close(double value) { return Approx(value).epsilon(1e-9).margin(1e-12); }

}  // namespace

// Known answers computed with SciPy 1.x (method/kats.py of the specification).
TEST_CASE("Student t interval of ten replications, known answer") {
    const std::vector<double> data = {0.0512, 0.0487, 0.0539, 0.0471, 0.0525,
                                      0.0498, 0.0508, 0.0461, 0.0530, 0.0493};
    const sim::Summary summary = sim::summarise(data);
    CHECK(summary.mean == close(0.05023999999999999));
    CHECK(std::sqrt(summary.variance) == close(0.0025342980619229983));
    const sim::Estimate estimate = sim::student_t_interval(data, 0.95);
    CHECK(estimate.value == summary.mean);
    CHECK(*estimate.half_width() == close(0.0018129276203388363));
    CHECK(*estimate.low == close(0.05023999999999999 - 0.0018129276203388363));
    CHECK(estimate.method == sim::IntervalMethod::student_t);
    CHECK(estimate.n == 10);
}

TEST_CASE("quantiles of Student t and normal, known answers") {
    CHECK(sim::t_quantile(1 - 0.05 / 20, 19) == close(3.17372453069486));
    CHECK(sim::t_quantile(0.975, 9) == close(2.2621571628540993));
    CHECK(sim::normal_quantile(0.975) == close(1.959963984540054));
    CHECK(sim::t_two_sided_p(sim::t_quantile(0.975, 7), 7) == close(0.05));
    CHECK(sim::t_two_sided_p(-kInfinity, 3) == 0.0);
    CHECK(sim::t_two_sided_p(0, 3) == close(1.0));
}

TEST_CASE("one replication has a value and no bounds") {
    const sim::Estimate estimate = sim::student_t_interval(std::vector<double>{4.5}, 0.95);
    CHECK(estimate.value == 4.5);
    CHECK_FALSE(estimate.has_bounds());
    CHECK_FALSE(estimate.half_width());
    CHECK(estimate.method == sim::IntervalMethod::none);
    CHECK(name_of(estimate.method) == "none");
}

TEST_CASE("equal values have exactly their mean and no variance") {
    const sim::Summary summary = sim::summarise(std::vector<double>(7, 0.1));
    CHECK(summary.mean == 0.1);
    CHECK(summary.variance == 0.0);
}

TEST_CASE("a large mean does not eat the variance") {
    const std::vector<double> data = {1e12 + 1, 1e12 + 2, 1e12 + 3};
    CHECK(sim::summarise(data).mean == 1e12 + 2);
    CHECK(sim::summarise(data).variance == 1.0);
}

TEST_CASE("Clopper-Pearson interval, known answers") {
    const sim::Estimate eight = sim::clopper_pearson(8, 10, 0.95);
    CHECK(eight.value == 0.8);
    CHECK(*eight.low == Approx(0.4439045376923585).epsilon(1e-9));
    CHECK(*eight.high == Approx(0.9747892736731666).epsilon(1e-9));
    const sim::Estimate none = sim::clopper_pearson(0, 10, 0.95);
    CHECK(*none.low == 0.0);
    CHECK(*none.high == close(1 - std::pow(0.025, 0.1)));
    const sim::Estimate all = sim::clopper_pearson(10, 10, 0.95);
    CHECK(*all.low == close(std::pow(0.025, 0.1)));
    CHECK(*all.high == 1.0);
    CHECK(all.method == sim::IntervalMethod::clopper_pearson);
}

TEST_CASE("Wilson interval, known answers") {
    const sim::Estimate eight = sim::wilson(8, 10, 0.95);
    CHECK(*eight.low == Approx(0.4901624715).epsilon(1e-8));
    CHECK(*eight.high == Approx(0.9433178485).epsilon(1e-8));
    CHECK(*sim::wilson(0, 10, 0.95).low == 0.0);
    CHECK(*sim::wilson(10, 10, 0.95).high == 1.0);
    CHECK(*sim::wilson(0, 10, 0.95).high < *sim::clopper_pearson(0, 10, 0.95).high);
}

TEST_CASE("order-statistic ranks, known answers") {
    struct Row {
        std::uint64_t n;
        double p;
        std::uint64_t r, s;
        double coverage;
    };
    for (const Row& row :
         {Row{100, 0.5, 40, 61, 0.9647997997822952}, Row{500, 0.95, 465, 485, 0.9604987355159622},
          Row{1000, 0.99, 983, 997, 0.976094763497977},
          Row{10000, 0.999, 9983, 9997, 0.9754574618536163}}) {
        const auto ranks = sim::order_statistic_ranks(row.n, row.p, 0.95);
        REQUIRE(ranks);
        CHECK(ranks->r == row.r);
        CHECK(ranks->s == row.s);
        CHECK(ranks->coverage == close(row.coverage));
    }
}

TEST_CASE("too few values do not bound a quantile") {
    CHECK_FALSE(sim::order_statistic_ranks(0, 0.5, 0.95));
    CHECK_FALSE(sim::order_statistic_ranks(5, 0.5, 0.95));
    CHECK(sim::order_statistic_ranks(6, 0.5, 0.95)->s == 6);
    CHECK_FALSE(sim::order_statistic_ranks(100, 0.99, 0.95));
    CHECK_FALSE(sim::order_statistic_ranks(100, 0.01, 0.95));
    CHECK(sim::order_statistic_minimum(0.99, 0.95) == 299);
    CHECK(sim::order_statistic_minimum(0.5, 0.95) == 6);
}

TEST_CASE("the median of ten runs lies between the second and the ninth") {
    const std::vector<double> runs = {9, 1, 8, 2, 7, 3, 6, 4, 5, 10};
    const sim::Estimate median = sim::median_interval(runs, 0.95);
    CHECK(median.value == 5.5);
    CHECK(median.low == 2.0);
    CHECK(median.high == 9.0);
    CHECK(median.method == sim::IntervalMethod::order_statistic);
    CHECK_FALSE(sim::median_interval(std::vector<double>{1, 2, 3, 4, 5}, 0.95).has_bounds());
}

TEST_CASE("the median knows infinity") {
    const auto median = [](std::vector<double> values) {
        return sim::median_interval(values, 0.95).value;
    };
    CHECK(median({1, kInfinity, 3}) == 3.0);
    CHECK(median({1, kInfinity, kInfinity}) == kInfinity);
    CHECK(median({1, kInfinity}) == kInfinity);
    CHECK(median({1, -kInfinity}) == -kInfinity);
    CHECK(median({kInfinity, kInfinity}) == kInfinity);
    CHECK(median({-kInfinity, kInfinity}) == 0.0);
}

TEST_CASE("a ratio is pooled, and with equal sizes it is the t interval of the shares") {
    const std::vector<sim::RatioCount> counts = {{90, 100}, {95, 100}, {85, 100}, {92, 100}};
    const sim::Estimate pooled = sim::ratio_interval(counts, 0.95);
    const sim::Estimate plain =
        sim::student_t_interval(std::vector<double>{0.90, 0.95, 0.85, 0.92}, 0.95);
    CHECK(pooled.value == close(plain.value));
    CHECK(*pooled.low == close(*plain.low));
    CHECK(*pooled.high == close(*plain.high));
    CHECK(pooled.n == 4);
}

TEST_CASE("a ratio weighs its replications by their size") {
    const std::vector<sim::RatioCount> counts = {{10, 10}, {0, 990}, {0, 0}};
    const sim::Estimate pooled = sim::ratio_interval(counts, 0.95);
    CHECK(pooled.value == 0.01);
    CHECK(pooled.low == 0.0);  // cut
    CHECK(pooled.n == 2);      // the empty replication says nothing
}

TEST_CASE("a ratio without failures or without successes is never certain") {
    const std::vector<sim::RatioCount> all = {{500, 500}, {500, 500}};
    const sim::Estimate certain = sim::ratio_interval(all, 0.95);
    CHECK(certain.value == 1.0);
    CHECK(*certain.low == close(std::pow(0.025, 1.0 / 1000)));
    CHECK(certain.method == sim::IntervalMethod::clopper_pearson);
    CHECK(certain.n == 2);
    const std::vector<sim::RatioCount> none = {{0, 500}, {0, 500}};
    CHECK(*sim::ratio_interval(none, 0.95).high == close(1 - std::pow(0.025, 1.0 / 1000)));
}

TEST_CASE("one replication of a ratio has no bounds, with or without failures") {
    for (const std::uint64_t good : {0U, 7U, 10U}) {
        const sim::Estimate one =
            sim::ratio_interval(std::vector<sim::RatioCount>{{good, 10}}, 0.95);
        CHECK(one.value == static_cast<double>(good) / 10);
        CHECK_FALSE(one.has_bounds());
    }
}

TEST_CASE("impossible inputs are bugs") {
    CHECK_THROWS_AS(sim::clopper_pearson(3, 2, 0.95), sim::InternalError);
    CHECK_THROWS_AS(sim::clopper_pearson(0, 0, 0.95), sim::InternalError);
    CHECK_THROWS_AS(sim::t_quantile(1, 3), sim::InternalError);
    CHECK_THROWS_AS(sim::student_t_interval({}, 0.95), sim::InternalError);
    CHECK_THROWS_AS(sim::ratio_interval(std::vector<sim::RatioCount>{{2, 1}}, 0.95),
                    sim::InternalError);
}
