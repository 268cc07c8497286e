#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "sim/core/distribution.hpp"
#include "tests/catch.hpp"

using namespace sim;

namespace {

std::vector<double> draws(const Distribution& distribution, std::size_t count,
                          std::uint64_t seed = 1) {
    const RngStream stream(seed, 0, "distribution", "test");
    std::vector<double> values;
    values.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        KeyedRng rng(stream, i, 0);
        values.push_back(distribution.draw(rng).seconds());
    }
    return values;
}

double quantile(std::vector<double> values, double p) {
    const auto rank = static_cast<std::size_t>(p * static_cast<double>(values.size()));
    std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(rank),
                     values.end());
    return values[rank];
}

struct Case {
    const char* name;
    Distribution distribution;
};

std::vector<Case> finite_cases() {
    return {
        {"constant", {ConstantDistribution{0.02}}},
        {"exponential", {ExponentialDistribution{0.02}}},
        {"lognormal", lognormal_from_mean_cv(0.02, 1.5)},
        {"gamma", {GammaDistribution{2.5, 0.01}}},
        {"gamma below one", {GammaDistribution{0.4, 0.01}}},
        {"weibull", {WeibullDistribution{0.7, 0.02}}},
        {"uniform", {UniformDistribution{0.01, 0.05}}},
        {"pareto", {ParetoDistribution{0.01, 3.5, std::numeric_limits<double>::infinity()}}},
        {"bounded pareto", {ParetoDistribution{0.01, 1.2, 1.0}}},
        {"hyperexponential", {HyperexponentialDistribution{{0.005, 0.1}, {0.9, 0.1}}}},
        {"erlang", {ErlangDistribution{0.02, 4}}},
        {"empirical", {EmpiricalDistribution{{0.01, 0.02, 0.05, 0.3}}}},
        {"normal", {NormalDistribution{0.01, 0.002}}},
        {"normal, cut at zero", {NormalDistribution{0.01, 0.02}}},
        {"mixture",
         {MixtureDistribution{{{NormalDistribution{0.01, 0.002}}, {ExponentialDistribution{0.1}}},
                              {0.9, 0.1}}}},
    };
}

}  // namespace

// Mean and variance as stated against 400 000 draws: the mean within 4 standard errors.
TEST_CASE("draws have the mean that the distribution states") {
    constexpr std::size_t kCount = 400'000;
    for (const auto& [name, distribution] : finite_cases()) {
        INFO(name);
        const auto values = draws(distribution, kCount);
        double sum = 0;
        for (const double value : values) sum += value;
        const double mean = sum / kCount;
        const double error = std::sqrt(distribution.variance() / kCount);
        CHECK(std::abs(mean - distribution.mean_seconds()) <= 4 * error + 1e-9);
        double squares = 0;
        for (const double value : values) squares += (value - mean) * (value - mean);
        CHECK(squares / kCount == Approx(distribution.variance()).epsilon(0.08).margin(1e-18));
    }
}

// One-sample Kolmogorov-Smirnov against the exact distribution function at p = 1e-4 (2.23/sqrt n).
TEST_CASE("draws follow the distribution function") {
    constexpr std::size_t kCount = 200'000;
    const auto distance = [](const Distribution& distribution, auto cdf) {
        auto values = draws(distribution, kCount, 7);
        std::sort(values.begin(), values.end());
        double worst = 0;
        for (std::size_t i = 0; i < kCount; ++i) {
            const double exact = cdf(values[i]);
            worst = std::max({worst, std::abs(exact - static_cast<double>(i) / kCount),
                              std::abs(exact - static_cast<double>(i + 1) / kCount)});
        }
        return worst;
    };
    const double limit = 2.23 / std::sqrt(static_cast<double>(kCount));
    const auto exponential = [](double x) { return 1 - std::exp(-x / 0.02); };
    CHECK(distance({ExponentialDistribution{0.02}}, exponential) < limit);
    CHECK(distance({ExponentialDistribution{0.0203}}, exponential) > limit);  // a wrong model fails
    CHECK(distance({WeibullDistribution{0.7, 0.02}},
                   [](double x) { return 1 - std::exp(-std::pow(x / 0.02, 0.7)); }) < limit);
    CHECK(distance({LogNormalDistribution{-4, 0.8}}, [](double x) {
              return 0.5 * std::erfc(-(std::log(x) + 4) / (0.8 * std::sqrt(2.0)));
          }) < limit);
    CHECK(distance({ErlangDistribution{0.02, 2}},
                   [](double x) { return 1 - std::exp(-x / 0.01) * (1 + x / 0.01); }) < limit);
    CHECK(distance({GammaDistribution{2, 0.01}},
                   [](double x) { return 1 - std::exp(-x / 0.01) * (1 + x / 0.01); }) < limit);
    CHECK(distance({ParetoDistribution{0.01, 2, std::numeric_limits<double>::infinity()}},
                   [](double x) { return 1 - std::pow(0.01 / x, 2); }) < limit);
}

TEST_CASE("two quantiles give a distribution with those quantiles") {
    for (const auto shape :
         {TwoQuantileShape::lognormal, TwoQuantileShape::gamma, TwoQuantileShape::weibull}) {
        const auto distribution = from_quantiles(shape, 0.1, 0.5);
        REQUIRE(distribution);
        INFO(distribution->kind_name());
        const auto values = draws(*distribution, 400'000);
        CHECK(quantile(values, 0.5) == Approx(0.1).epsilon(0.01));
        CHECK(quantile(values, 0.99) == Approx(0.5).epsilon(0.02));
    }
    CHECK(from_quantiles(TwoQuantileShape::lognormal, 0.1, 0.1)->is_constant());
    CHECK_FALSE(from_quantiles(TwoQuantileShape::gamma, 1e-9, 1.0));
}

TEST_CASE("a lognormal is parameterised by the mean of its values, not of their logarithm") {
    const auto distribution = lognormal_from_mean_cv(0.25, 2.0);
    CHECK(distribution.mean_seconds() == Approx(0.25).epsilon(1e-12));
    CHECK(distribution.variance() == Approx(0.25 * 0.25 * 4).epsilon(1e-12));
}

TEST_CASE("moments that do not exist are infinite, not invented") {
    const double infinity = std::numeric_limits<double>::infinity();
    const Distribution no_mean{ParetoDistribution{0.01, 0.9, infinity}};
    const Distribution no_variance{ParetoDistribution{0.01, 1.5, infinity}};
    CHECK(std::isinf(no_mean.mean_seconds()));
    CHECK(no_variance.mean_seconds() == Approx(0.03));
    CHECK(std::isinf(no_variance.variance()));
}
