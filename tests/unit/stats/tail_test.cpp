#include "sim/stats/tail.hpp"

#include <cmath>
#include <functional>
#include <vector>

#include "tests/catch.hpp"
#include "tests/unit/stats/samples.hpp"

namespace {

std::vector<double> draws(std::size_t n, const std::function<double(Samples&)>& draw) {
    Samples samples(9);
    std::vector<double> values(n);
    for (double& value : values) value = draw(samples);
    return values;
}

sim::Histogram histogram_of(const std::vector<double>& values_s) {
    sim::Histogram histogram;
    for (const double value : values_s) histogram.record(static_cast<std::int64_t>(value * 1e9));
    return histogram;
}

double pareto(Samples& samples, double index) { return std::pow(samples.uniform(), -1 / index); }

}  // namespace

TEST_CASE("Hill's estimate of a tail, by hand") {
    const double e = std::exp(1);
    const std::vector<double> values = {e, 1, e * e, 0.5};
    CHECK(*sim::hill_index(values, 1) == Approx(1));        // ln(e^2 / e)
    CHECK(*sim::hill_index(values, 2) == Approx(2.0 / 3));  // (2 + 1) / 2 - 0
    CHECK_FALSE(sim::hill_index(values, 4));
    CHECK(std::isinf(*sim::hill_index(std::vector<double>{2, 2, 2}, 2)));
    CHECK_FALSE(sim::hill_index(std::vector<double>{1, 0, 0}, 1));
}

TEST_CASE("a histogram has the tail of its values") {
    const auto values = draws(100'000, [](Samples& s) { return pareto(s, 1.5); });
    const auto histogram = histogram_of(values);
    for (const std::size_t k : {1U, 10U, 500U, 1000U, 99'999U}) {
        CHECK(*sim::hill_index(histogram, k) == Approx(*sim::hill_index(values, k)).epsilon(0.03));
    }
    CHECK_FALSE(sim::hill_index(histogram, 100'000));
}

// METHOD.md A2.5.
TEST_CASE("a tail without a variance is told from those that have one") {
    const auto index = [](const std::vector<double>& values) { return sim::heavy_tail(values); };
    const auto pareto_15 = draws(100'000, [](Samples& s) { return pareto(s, 1.5); });
    REQUIRE(index(pareto_15));
    CHECK(*index(pareto_15) == Approx(1.5).epsilon(0.15));
    CHECK(sim::heavy_tail(histogram_of(pareto_15)));
    CHECK_FALSE(index(draws(100'000, [](Samples& s) { return s.exponential(); })));
    CHECK_FALSE(index(draws(100'000, [](Samples& s) { return pareto(s, 3); })));
    CHECK_FALSE(index(draws(100'000, [](Samples& s) { return std::exp(s.normal()); })));
    CHECK_FALSE(index(draws(19'999, [](Samples& s) { return pareto(s, 1.5); })));
}

TEST_CASE("a second mode is not a heavy tail") {
    for (const double share : {0.003, 0.006, 0.01, 0.05}) {
        CHECK_FALSE(sim::heavy_tail(draws(100'000, [&](Samples& s) {
            return (s.uniform() < share ? 200 : 1) * (1 + 0.2 * s.exponential());
        })));
    }
}
