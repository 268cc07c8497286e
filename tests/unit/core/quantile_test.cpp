// Quantiles of distributions of durations.
#include "sim/core/quantile.hpp"

#include <cmath>

#include "tests/catch.hpp"

using sim::Distribution;
using sim::quantile_seconds;

TEST_CASE("quantiles are those that the distribution was made from") {
    for (const auto shape : {sim::TwoQuantileShape::lognormal, sim::TwoQuantileShape::gamma,
                             sim::TwoQuantileShape::weibull}) {
        const auto made = sim::from_quantiles(shape, 0.008, 0.060);
        REQUIRE(made);
        CHECK(quantile_seconds(*made, 0.5) == Approx(0.008).epsilon(1e-6));
        CHECK(quantile_seconds(*made, 0.99) == Approx(0.060).epsilon(1e-6));
    }
}

TEST_CASE("quantiles with a closed form") {
    CHECK(quantile_seconds({sim::ConstantDistribution{0.02}}, 0.99) == 0.02);
    CHECK(quantile_seconds({sim::ExponentialDistribution{0.01}}, 0.99) ==
          Approx(0.01 * std::log(100.0)));
    CHECK(quantile_seconds({sim::UniformDistribution{0.1, 0.3}}, 0.25) == Approx(0.15));
    CHECK(quantile_seconds({sim::ErlangDistribution{0.01, 1}}, 0.9) ==
          Approx(0.01 * std::log(10.0)));
    CHECK(quantile_seconds({sim::HyperexponentialDistribution{{0.01}, {1.0}}}, 0.9) ==
          Approx(0.01 * std::log(10.0)));
    const sim::ParetoDistribution pareto{0.001, 1.5, 1.0};
    const double p = quantile_seconds({pareto}, 0.5);
    const double all = 1 - std::pow(0.001, 1.5);
    CHECK((1 - std::pow(0.001 / p, 1.5)) / all == Approx(0.5));
    // The 97.5th percentile of the standard normal is 1.959964.
    CHECK(quantile_seconds({sim::NormalDistribution{0.1, 0.01}}, 0.975) == Approx(0.11959964));
    CHECK(quantile_seconds({sim::EmpiricalDistribution{{1, 2, 3, 4}}}, 0.5) == Approx(2));
}

TEST_CASE("a mixture's tail is that of its slow part") {
    sim::MixtureDistribution mixture;
    mixture.of = {{sim::ConstantDistribution{0.005}}, {sim::ConstantDistribution{0.5}}};
    mixture.shares = {0.99, 0.01};
    CHECK(quantile_seconds({mixture}, 0.5) == Approx(0.005));
    CHECK(quantile_seconds({mixture}, 0.995) == Approx(0.5));
}
