#include "models/validation/verdict.hpp"

#include <cmath>

#include "tests/catch.hpp"

using models::Agreement;
using models::Figure;
using models::Judge;

namespace {

using Values = std::vector<std::optional<double>>;

/// `n` values around `mean` whose standard error is `error`.
Values around(double mean, double error, int n = 100) {
    const double spread = error * std::sqrt(n - 1.0);
    Values values;
    for (int i = 0; i < n; ++i) values.emplace_back(mean + (i % 2 == 0 ? spread : -spread));
    return values;
}

Figure figure(double exact, Judge judge = Judge::mean) {
    Figure one;
    one.exact = exact;
    one.judge = judge;
    return one;
}

Agreement judged(const Figure& one, const Values& values) {
    return models::judge_figure(one, values).agreement;
}

}  // namespace

TEST_CASE("the standard error and the interval are those of the replications") {
    const auto found = models::judge_figure(figure(10), around(10, 0.05));
    CHECK(found.standard_error == Approx(0.05));
    CHECK(found.estimate.value == Approx(10));
    CHECK(*found.estimate.half_width() == Approx(0.05 * 1.9842169515));  // t, 99 degrees
    CHECK(found.tolerated == Approx(0.15));
}

TEST_CASE("within 3 standard errors is inside, beyond is outside") {
    CHECK(judged(figure(10), around(10.149, 0.05)) == Agreement::inside);
    CHECK(judged(figure(10), around(10.151, 0.05)) == Agreement::outside);
    CHECK(judged(figure(10), around(9.849, 0.05)) == Agreement::outside);
}

TEST_CASE("0.1 % is always inside") {
    CHECK(judged(figure(10), around(10.0099, 0.0001)) == Agreement::inside);
    CHECK(judged(figure(10), around(10.0101, 0.0001)) == Agreement::outside);
}

TEST_CASE("a standard error above 1 % (3 % for percentiles and rare events) means nothing") {
    CHECK(judged(figure(10), around(10, 0.101)) == Agreement::imprecise);
    CHECK(judged(figure(10, Judge::quantile), around(10, 0.29)) == Agreement::inside);
    CHECK(judged(figure(10, Judge::quantile), around(10, 0.301)) == Agreement::imprecise);
    CHECK(judged(figure(10, Judge::rare), around(10, 0.301)) == Agreement::imprecise);
    CHECK(judged(figure(10), around(12, 0.301)) == Agreement::outside);
}

TEST_CASE("a percentile may also be off by its histogram's bin") {
    CHECK(judged(figure(10, Judge::quantile), around(10.08, 0.001)) == Agreement::inside);
    CHECK(judged(figure(10, Judge::quantile), around(10.09, 0.001)) == Agreement::outside);
    CHECK(judged(figure(10), around(10.08, 0.001)) == Agreement::outside);
}

TEST_CASE("what is exact is equal to nine digits, and one run is enough") {
    CHECK(judged(figure(64, Judge::exact), {64.0}) == Agreement::inside);
    CHECK(judged(figure(64, Judge::exact), {64.0000001}) == Agreement::outside);
    CHECK(judged(figure(64, Judge::exact), around(64, 0.1)) == Agreement::imprecise);
    CHECK(judged(figure(64), {64.0}) == Agreement::imprecise);
}

TEST_CASE("published figures have a tolerance of their own") {
    auto published = figure(100);
    published.tolerance = 0.03;
    CHECK(judged(published, around(102.9, 0.5)) == Agreement::inside);
    CHECK(judged(published, around(103.1, 0.5)) == Agreement::outside);
    CHECK(judged(published, around(100, 1.6)) == Agreement::imprecise);
    auto limit_law = figure(100);
    limit_law.allowance = 0.0015;
    CHECK(judged(limit_law, around(100.24, 0.001)) == Agreement::inside);
    CHECK(judged(limit_law, around(100.26, 0.001)) == Agreement::outside);
}

TEST_CASE("a replication without a value leaves no verdict") {
    auto values = around(10, 0.01);
    values[7].reset();
    CHECK(judged(figure(10), values) == Agreement::no_value);
    CHECK(judged(figure(10), {}) == Agreement::no_value);
    CHECK(judged(figure(10), {INFINITY}) == Agreement::no_value);
}

TEST_CASE("a case passes when every gate agrees") {
    models::Case one;
    one.figures = {figure(1), figure(2)};
    models::CaseResult result{&one, 100, {}};
    result.figures = {models::judge_figure(one.figures[0], around(1, 0.001)),
                      models::judge_figure(one.figures[1], around(3, 0.001))};
    CHECK_FALSE(result.passes());
    one.figures[1].gate = false;
    CHECK(result.passes());
    one.figures[1].gate = true;
    result.figures[1].agreement = Agreement::inside_again;
    CHECK(result.passes());
}
