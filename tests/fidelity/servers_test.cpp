// Servers against queueing theory: what is exact must be met within three standard errors over
// replications, each of which is itself small enough for the test to be able to fail.
#include <cmath>
#include <string>
#include <vector>

#include "tests/catch.hpp"
#include "tests/program.hpp"

namespace {

using tests::Json;

/// A service and Poisson customers; one line each of the service's keys.
Json run_service(const std::string& service, const std::string& rate,
                 const std::string& experiment = "duration: 30m, replications: 10") {
    const std::string text = "version: 1\nservices:\n  shop:\n" + service +
                             "    endpoints: {serve: []}\n"
                             "workload:\n  people: {rate: " +
                             rate +
                             "/s, patience: none, mix: {serve: 100%}}\n"
                             "experiment: {warmup: 30s, seed: 7, " +
                             experiment + "}\n";
    const auto loader = [&](const std::string&, std::size_t) { return sim::FileContent{text, {}}; };
    const auto run = tests::run_program({"run", "x.yaml", "--json"}, loader);
    INFO(run.err);
    REQUIRE(run.code == 0);
    return Json::parse(run.out).at("strategies").at(0);
}

struct Estimate {
    double value;
    double error;  ///< standard error over ten replications
};

Estimate estimate(const Json& json) {
    const double half = (json.at("high").get<double>() - json.at("low").get<double>()) / 2;
    return {json.at("value").get<double>(), half / 2.2621571627982053};
}

void check(const Estimate& simulated, double exact, double largest_error = 0.01) {
    CAPTURE(simulated.value, simulated.error, exact);
    CHECK(simulated.error <= largest_error * exact);
    CHECK(std::abs(simulated.value - exact) <= std::max(3 * simulated.error, 0.001 * exact));
}
void check(const Json& json, double exact, double largest_error = 0.01) {
    check(estimate(json), exact, largest_error);
}

/// Share of the requests that were refused.
Estimate loss_of(const Json& strategy) {
    const auto success = estimate(strategy.at("journeys").at(0).at("success"));
    return {1 - success.value, success.error};
}

const Json& service_of(const Json& strategy) { return strategy.at("services").at(0); }
const Json& latency_of(const Json& strategy) {
    return strategy.at("journeys").at(0).at("latency").at("mean");
}

constexpr const char* kShared =
    "    concurrency: unlimited\n    discipline: processorSharing\n    cores: 1\n";

}  // namespace

TEST_CASE("M/M/1/10 loses 2.3493 % at 80 % and 19.2586 % at 120 %") {
    const std::string service =
        "    concurrency: 1\n    queue: 9\n    latency: {shape: exponential, mean: 10ms}\n";
    check(loss_of(run_service(service, "80")), 0.023493, 0.02);
    check(loss_of(run_service(service, "120")), 0.192586);
}

TEST_CASE("ten slots and no queue lose Erlang's B, whatever the distribution of the work") {
    for (const std::string latency :
         {"{shape: exponential, mean: 10ms}", "{mean: 10ms, cv: 2}", "10ms"}) {
        const auto run =
            run_service("    concurrency: 10\n    queue: 0\n    latency: " + latency + "\n", "800",
                        "duration: 5m, replications: 10");
        check(loss_of(run), 0.121661);
        check(service_of(run).at("utilisation"), 0.8 * (1 - 0.121661));
    }
}

TEST_CASE("M/D/1 at 80 % waits 20 ms") {
    const auto run = run_service("    concurrency: 1\n    latency: 10ms\n", "80");
    check(service_of(run).at("wait").at("mean"), 0.020);
}

TEST_CASE("M/G/1 with shared cores takes 50 ms at 80 %, whatever the distribution") {
    for (const std::string latency :
         {"{shape: exponential, mean: 10ms}", "{mean: 10ms, cv: 3}", "10ms"}) {
        const auto run = run_service(kShared + ("    latency: " + latency + "\n"), "80",
                                     "duration: 40m, replications: 10");
        check(latency_of(run), 0.050, 0.03);
        check(service_of(run).at("utilisation"), 0.8);
    }
}

// The same number in the system as in M/M/4, for exponential work: Erlang's C is 0.596432.
TEST_CASE("four shared cores with exponential work are M/M/4") {
    const auto run = run_service(
        "    concurrency: unlimited\n    discipline: processorSharing\n    cores: 4\n"
        "    latency: {shape: exponential, mean: 10ms}\n",
        "320");
    check(latency_of(run), 0.010 + 0.007455406);
    check(service_of(run).at("utilisation"), 0.8);
}

// Every server that works while there is work does the same work at the same time.
TEST_CASE("no order of the queue changes how busy a slot is") {
    const std::string latency = "    concurrency: 1\n    latency: {mean: 10ms, cv: 2}\n";
    const auto fifo = run_service(latency, "80", "duration: 10m, replications: 3");
    const auto busy = service_of(fifo).at("utilisation").at("value").get<double>();
    for (const std::string order : {"lifo", "adaptiveLifo", "priority", "edf", "fair"}) {
        const auto run = run_service(latency + "    queueOrder: " + order + "\n", "80",
                                     "duration: 10m, replications: 3");
        CHECK(service_of(run).at("utilisation").at("value").get<double>() ==
              Approx(busy).epsilon(1e-12));
    }
}

// lifo makes the median better and the tail worse than fifo; the means are the same.
TEST_CASE("lifo spreads the same mean wait") {
    const std::string service =
        "    concurrency: 1\n    latency: {shape: exponential, mean: 10ms}\n    queueOrder: ";
    const auto fifo = run_service(service + "fifo\n", "80");
    const auto lifo = run_service(service + "lifo\n", "80");
    check(latency_of(lifo), 0.050, 0.02);
    const auto quantile = [](const Json& run, const char* which) {
        return run.at("journeys").at(0).at("latency").at(which).at("value").get<double>();
    };
    CHECK(quantile(lifo, "p50") < 0.6 * quantile(fifo, "p50"));
    CHECK(quantile(lifo, "p99") > 1.5 * quantile(fifo, "p99"));
}

// Two classes in M/M/1 at 80 %, not preemptive (Cobham): W0 = 8 ms; high at 30 % load waits
// 8 / 0.7 ms, low 8 / (0.7 * 0.2) ms.
TEST_CASE("priority classes wait as Cobham says") {
    const std::string text = R"(
version: 1
services:
  shop:
    concurrency: 1
    queueOrder: priority
    latency: {shape: exponential, mean: 10ms}
    endpoints: {serve: []}
workload:
  high: {rate: 30/s, patience: none, mix: {serve: 100%}, priority: criticalPlus}
  low: {rate: 50/s, patience: none, mix: {serve: 100%}, priority: sheddable}
experiment: {duration: 1h, warmup: 1m, seed: 3, replications: 10}
)";
    const auto loader = [&](const std::string&, std::size_t) { return sim::FileContent{text, {}}; };
    const auto run = tests::run_program({"run", "x.yaml", "--json"}, loader);
    INFO(run.err);
    REQUIRE(run.code == 0);
    const auto journeys = Json::parse(run.out).at("strategies").at(0).at("journeys");
    check(journeys.at(0).at("latency").at("mean"), 0.010 + 0.008 / 0.7);
    check(journeys.at(1).at("latency").at("mean"), 0.010 + 0.008 / (0.7 * 0.2), 0.03);
}
