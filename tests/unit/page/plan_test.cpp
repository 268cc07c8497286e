// `plan` tries strategies out: its events are those of the runs, its seconds those of the clock.
#include <string>

#include "tests/catch.hpp"
#include "tests/effort.hpp"
#include "tests/program.hpp"

namespace {

using tests::Json;

const std::string kQueue = R"yaml(version: 1
services:
  server:
    concurrency: 8
    queue: unlimited
    latency: {shape: exponential, mean: 10ms}
    endpoints: {serve: []}
workload: {people: {rate: 400/s, patience: none, mix: {serve: 100%}}}
experiment: {duration: 60s, warmup: 10s, drain: 10s, replications: 3, seed: 3}
)yaml";

/// What `plan` says, by a clock that `tick_s` passes on whenever somebody looks at it.
std::string plan_of(const std::string& text, double tick_s,
                    const std::vector<std::string>& options = {}) {
    std::vector<std::string> args{"plan", "scenario.yaml", "--jobs", "1"};
    args.insert(args.end(), options.begin(), options.end());
    double now_s = 0;
    const auto loader = [&](const std::string&, std::size_t) { return sim::FileContent{text, ""}; };
    const auto run = tests::run_program(args, loader, [&] { return now_s += tick_s; });
    INFO(run.err);
    REQUIRE(run.code == 0);
    return run.out;
}

Json json_of(const std::string& text, double tick_s, std::vector<std::string> options = {}) {
    options.emplace_back("--json");
    return Json::parse(plan_of(text, tick_s, options));
}

/// A quarter of its servers is busy; slow, they are not enough, and every customer tries thrice.
std::string faulty() {
    auto text = kQueue + "faults: {slow: {at: 20s, for: 20s, service: server, slow: 5x}}\n";
    const std::string rate = "rate: 400/s";
    return text.replace(
        text.find(rate), rate.size(),
        "rate: 200/s, policy: {perTryTimeout: 200ms, retries: 2, retryOn: [timeout]}");
}

}  // namespace

TEST_CASE("whole runs that are tried have the events of the study's") {
    const auto plan = json_of(kQueue, 0);
    const auto run = tests::run_text(kQueue);
    REQUIRE(plan["trial"].size() == 1);
    CHECK(plan["trial"][0]["runs"] == 3);
    CHECK(plan["trial"][0]["share"] == 1);
    const auto all = run["provenance"]["events"].get<double>();
    CHECK(plan["eventsEach"].get<double>() * 3 == Approx(all).margin(3));
    CHECK(plan["trial"][0]["eventsLow"] < plan["trial"][0]["eventsHigh"]);
}

TEST_CASE("a fault is tried out, and its twin is as the calm before it") {
    const auto plan = json_of(faulty(), 0);
    const auto run = tests::run_text(faulty(), {"--no-why"});
    const auto& trial = plan["trial"][0];
    const auto planned = trial["events"].get<double>() + trial["eventsTwin"].get<double>();
    CHECK(planned * 3 == Approx(run["provenance"]["events"].get<double>()).epsilon(0.02));
    CHECK(trial["events"] > 1.1 * trial["eventsTwin"].get<double>());
}

TEST_CASE("a study of long runs is planned from a part of them") {
    if (tests::kSanitized) return;  // shorter runs are tried in parts below
    const auto longer = json_of(faulty(), 0, {"--set", "experiment.duration=24h"});
    CHECK(longer["trial"][0]["share"] < 0.5);
    CHECK(longer["trial"][0]["runs"] == 1);
    // 200 customers a second, four events each.
    CHECK(longer["eventsEach"].get<double>() == Approx(24 * 3600 * 800.0).epsilon(0.05));
}

TEST_CASE("a slow machine ends the trial early and says what it has seen") {
    // Each part takes a second of this clock: after four of them it is over.
    const auto plan = json_of(faulty(), 1);
    CHECK(plan["trial"][0]["share"] < 0.5);
    CHECK(plan["trial"][0]["events"] > 50'000);  // 15 s of it were tried
}

TEST_CASE("the estimate counts by the clock of the processor") {
    // The start and either half of a run take half a second each; three runs.
    CHECK_THAT(plan_of(kQueue, 0.5), Catch::Contains("Estimate: 5 s on 1 core"));
    // A second each, and the second half is not tried.
    CHECK_THAT(plan_of(kQueue, 1), Catch::Contains("Estimate: 9 s on 1 core"));
}

TEST_CASE("without a trial the estimate says that it rests on the load") {
    const auto text = plan_of(kQueue, 1, {"--no-trial"});
    CHECK_THAT(text, Catch::Contains("estimated from the load today"));
    CHECK(json_of(kQueue, 1, {"--no-trial"})["trial"].is_null());
}
