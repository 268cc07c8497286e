#include "sim/stats/sequential.hpp"

#include <cmath>
#include <vector>

#include "tests/catch.hpp"
#include "tests/unit/stats/samples.hpp"

TEST_CASE("replications end when the mean is precise, not earlier than wanted") {
    std::vector<double> values;
    Samples samples(1);
    std::size_t stopped = 0;
    while (stopped == 0) {
        values.push_back(10 + samples.normal());
        const auto check = sim::check_precision(values, {.relative = 0.05});
        if (check.reason == sim::StopReason::going_on) continue;
        CHECK(check.reason == sim::StopReason::relative_precision);
        CHECK(*check.estimate.half_width() <= 0.05 / 1.05 * check.estimate.value);
        stopped = values.size();
    }
    CHECK(stopped >= 10);
    CHECK(stopped < 40);
    const std::vector<double> nine(9, 5.0);
    CHECK(sim::check_precision(nine, {}).reason == sim::StopReason::going_on);
}

TEST_CASE("several metrics share the error: each needs a wider interval") {
    const auto values = Samples(2).normals(20);
    const auto alone = sim::check_precision(values, {.relative = 0.05});
    const auto ten = sim::check_precision(values, {.relative = 0.05, .metrics = 10});
    CHECK(*ten.estimate.half_width() > *alone.estimate.half_width());
}

// METHOD.md A3.3.
TEST_CASE("a mean of zero ends by its absolute precision or at the limit, never never") {
    const std::vector<double> none(10, 0.0);
    CHECK(sim::check_precision(none, {.absolute = 0.001}).reason ==
          sim::StopReason::absolute_precision);
    CHECK(sim::check_precision(none, {}).reason == sim::StopReason::going_on);
    CHECK(sim::check_precision(std::vector<double>(50, 0.0), {.most = 50}).reason ==
          sim::StopReason::limit);
    CHECK(name_of(sim::StopReason::limit) == "limit of replications");
}

TEST_CASE("no event in n trials is never no probability") {
    CHECK(sim::zero_events_bound(1, 0.95) == Approx(0.95));
    CHECK(sim::zero_events_bound(100, 0.95) == Approx(1 - std::pow(0.05, 0.01)));
    CHECK(sim::zero_events_bound(1'000'000, 0.95) == Approx(3e-6).epsilon(0.01));  // rule of three
    CHECK(sim::trials_for_bound(1e-6, 0.95) == 2'995'731);
    for (const double limit : {0.5, 0.01, 0.0001}) {
        const auto needed = sim::trials_for_bound(limit, 0.95);
        CHECK(sim::zero_events_bound(needed, 0.95) <= limit);
        CHECK(sim::zero_events_bound(needed - 1, 0.95) > limit);
    }
}
