// Do the committed scenarios agree with queueing theory, seen through the JSON that a user gets?
// The rule is METHOD.md 12: |simulated - exact| <= max(3 standard errors, 0.1 %), the standard
// error itself being at most 1 % for means and probabilities and 3 % for a p99. The seed is the
// scenario's own, so the outcome is fixed.
#include <cmath>
#include <string>

#include "sim/stats/histogram.hpp"
#include "tests/catch.hpp"
#include "tests/program.hpp"

namespace {

using tests::Json;

/// `firedrill run SCENARIO --json` in this process.
Json run_scenario(const std::string& name) {
    const auto run =
        tests::run_program({"run", FIREDRILL_SOURCE_DIR "/scenarios/" + name, "--json"});
    INFO(run.err);
    REQUIRE(run.code == 0);
    return Json::parse(run.out);
}

struct Estimate {
    double value;
    double standard_error;
};

/// Ten replications: half a 95 % interval is 2.262 standard errors.
Estimate estimate(const Json& json) {
    const double half = (json.at("high").get<double>() - json.at("low").get<double>()) / 2;
    return {json.at("value").get<double>(), half / 2.2621571627982053};
}

bool agrees(const Estimate& simulated, double exact, double extra = 0) {
    const double tolerance = std::max(3 * simulated.standard_error, (0.001 + extra) * exact);
    return std::abs(simulated.value - exact) <= tolerance;
}

void check_mean(const Json& json, double exact) {
    const auto simulated = estimate(json);
    CAPTURE(simulated.value, simulated.standard_error, exact);
    CHECK(simulated.standard_error <= 0.01 * exact);
    CHECK(agrees(simulated, exact));
}

/// A quantile is read off a histogram whose bins are 0.8 % wide: that error is no sampling error.
void check_p99(const Json& json, double exact) {
    const auto simulated = estimate(json);
    CAPTURE(simulated.value, simulated.standard_error, exact);
    CHECK(simulated.standard_error <= 0.03 * exact);
    CHECK(agrees(simulated, exact, sim::Histogram::kRelativeError));
}

/// Probability that an arrival waits in M/M/c (Erlang C), through the Erlang B recursion.
double erlang_c(int servers, double offered) {
    double blocking = 1;
    for (int k = 1; k <= servers; ++k) blocking = offered * blocking / (k + offered * blocking);
    const double load = offered / servers;
    return blocking / (1 - load * (1 - blocking));
}

}  // namespace

TEST_CASE("M/M/1 at 80 % agrees with theory") {
    const auto result = run_scenario("mm1.yaml");
    const double mu = 100;
    const double lambda = 80;
    const auto& service = result.at("strategies").at(0).at("services").at(0);
    const auto& journey = result.at("strategies").at(0).at("journeys").at(0);
    check_mean(journey.at("latency").at("mean"), 1 / (mu - lambda));
    check_mean(service.at("wait").at("mean"), 0.8 / (mu - lambda));
    check_mean(service.at("wait").at("positive"), 0.8);
    check_mean(service.at("utilisation"), 0.8);
    check_mean(service.at("queueLength"), 0.8 * 0.8 / (1 - 0.8));
    check_mean(service.at("throughput"), lambda);
    check_p99(journey.at("latency").at("p99"), std::log(100.0) / (mu - lambda));
    check_p99(service.at("sojourn").at("p99"), std::log(100.0) / (mu - lambda));
    check_p99(service.at("wait").at("p99"), std::log(100.0 * 0.8) / (mu - lambda));
    check_p99(journey.at("latency").at("p50"), std::log(2.0) / (mu - lambda));
    CHECK(journey.at("success").at("value").get<double>() == 1.0);
}

TEST_CASE("M/M/8 at 80 % agrees with Erlang C") {
    const auto result = run_scenario("mm8.yaml");
    const double mu = 100;
    const double lambda = 640;
    const double waits = erlang_c(8, lambda / mu);
    const double spare = 8 * mu - lambda;
    const auto& service = result.at("strategies").at(0).at("services").at(0);
    const auto& journey = result.at("strategies").at(0).at("journeys").at(0);
    check_mean(service.at("wait").at("positive"), waits);
    check_mean(service.at("wait").at("mean"), waits / spare);
    check_mean(journey.at("latency").at("mean"), waits / spare + 1 / mu);
    check_mean(service.at("utilisation"), 0.8);
    check_mean(service.at("queueLength"), lambda * waits / spare);
    check_p99(service.at("wait").at("p99"), std::log(100 * waits) / spare);
}

// Six independent programs agree at 50 % load: 1.0070 tries per request, mean latency of successes
// 1.0195 mean service times.
TEST_CASE("the retrying client at 50 % agrees with the other programs") {
    const auto result = run_scenario("mm8-retry.yaml");
    const auto& service = result.at("strategies").at(0).at("services").at(0);
    const auto& journey = result.at("strategies").at(0).at("journeys").at(0);
    const double tries = service.at("throughput").at("value").get<double>() / 400;
    CHECK(tries == Approx(1.0070).epsilon(0.001));
    CHECK(journey.at("latency").at("mean").at("value").get<double>() ==
          Approx(0.010195).epsilon(0.002));
}

// The rule can fail: 1 % away from the truth is outside of it for the most precise measures.
TEST_CASE("a wrong model fails the rule") {
    const auto result = run_scenario("mm1.yaml");
    const auto& service = result.at("strategies").at(0).at("services").at(0);
    const auto utilisation = estimate(service.at("utilisation"));
    CHECK(agrees(utilisation, 0.8));
    CHECK_FALSE(agrees(utilisation, 0.81));
    CHECK_FALSE(agrees(estimate(service.at("wait").at("mean")), 0.05));
}

TEST_CASE("Erlang C is the textbook's") {
    CHECK(erlang_c(2, 1.5) == Approx(0.6428571428571429).epsilon(1e-12));
    CHECK(erlang_c(8, 7.0) == Approx(0.6353160175364294).epsilon(1e-12));
    CHECK(erlang_c(50, 47.0) == Approx(0.567980213048739).epsilon(1e-12));
}
