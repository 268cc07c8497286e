// What a result says about itself: warnings with a remedy, and the warm-up that was found.
#include <fmt/format.h>

#include <algorithm>

#include "tests/catch.hpp"
#include "tests/program.hpp"

namespace {

using tests::Json;

/// A queue with one server of 10 ms, or of another law.
struct Queue {
    double rate = 80;
    std::string latency = "{shape: exponential, mean: 10ms}";
    std::string concurrency = "1";
    std::string experiment = "duration: 100s, warmup: 20s, drain: 10s, replications: 10";
    std::string slos = "fast: serve.mean <= 10s";
    std::string group = "";
    std::string faults = "";
};

std::string text_of(const Queue& queue) {
    return fmt::format(
        "version: 1\n"
        "services:\n"
        "  server: {{concurrency: {}, latency: {}, endpoints: {{serve: []}}}}\n"
        "workload: {{people: {{rate: {}/s, patience: none, mix: {{serve: 100%}}{}}}}}\n"
        "experiment: {{{}, seed: 3}}\n"
        "slos: {{{}}}\n"
        "faults: {{{}}}\n",
        queue.concurrency, queue.latency, queue.rate, queue.group, queue.experiment, queue.slos,
        queue.faults);
}

Json result_of(const Queue& queue, const std::vector<std::string>& options = {}) {
    return tests::run_text(text_of(queue), options);
}

/// The warning of that kind, or null.
Json warning(const Json& result, const std::string& kind) {
    for (const auto& one : result["warnings"]) {
        if (one["kind"] == kind) return one;
    }
    return nullptr;
}

/// Requests that stay for 20 s: it takes so long until the first of them leave.
Queue slow_start() {
    Queue queue;
    queue.rate = 20;
    queue.latency = "20s";
    queue.concurrency = "unlimited";
    queue.slos = "fast: serve.mean <= 30s";
    queue.experiment = "duration: 200s, warmup: auto, drain: 30s, replications: 4";
    return queue;
}

}  // namespace

TEST_CASE("a study that is as it should be has no warnings") {
    CHECK(result_of({})["warnings"].empty());
}

TEST_CASE("warmup: auto finds when the system has filled, the same on every machine") {
    const auto result = result_of(slow_start());
    const auto found = result["warmUp"];
    CHECK(found["auto"] == true);
    CHECK(found["steady"] == true);
    CHECK(found["lookedAt"] == 200.0);
    CHECK(found["lastToSettle"] == "requests at server");
    const double length_s = found["length"].get<double>();
    CHECK(length_s >= 18);
    CHECK(length_s <= 30);
    CHECK(warning(result, "warmUpNotReached").is_null());
    CHECK(result.dump() == result_of(slow_start(), {"--jobs", "2"}).dump());
    CHECK(result_of(slow_start(), {"--runs", "2"})["warmUp"] == found);
    auto written = slow_start();
    written.experiment =
        fmt::format("duration: 200s, warmup: {}s, drain: 30s, replications: 4", length_s);
    CHECK(result_of(written)["fingerprint"] == result["fingerprint"]);
    CHECK(result_of(written)["warmUp"] == Json{{"length", length_s}, {"auto", false}});
}

TEST_CASE("a warm-up that is too short is noticed") {
    auto queue = slow_start();
    queue.experiment = "duration: 100s, warmup: 0s, drain: 30s, replications: 4";
    const auto found = warning(result_of(queue), "warmUpNotReached");
    REQUIRE_FALSE(found.is_null());
    CHECK(found["where"] == "server");
    CHECK(found["remedy"] == "a longer warm-up than 0 s, or `warmup: auto`");
}

TEST_CASE("a queue that grows without end is flagged, and has no steady state") {
    Queue queue;
    queue.rate = 120;
    queue.experiment = "duration: 100s, warmup: auto, drain: 10s, replications: 10";
    const auto result = result_of(queue);
    CHECK(warning(result, "unstableQueue")["where"] == "server");
    CHECK(warning(result, "noSteadyState")["where"] == "requests at server");
    CHECK(result["strategies"][0]["services"][0]["unstable"] == true);
    CHECK(result["warmUp"]["steady"] == false);
    CHECK(result["warmUp"]["length"] == 60.0);
    queue.rate = 90;
    const auto stable = result_of(queue);
    CHECK(warning(stable, "unstableQueue").is_null());
    CHECK_FALSE(stable["strategies"][0]["services"][0].contains("unstable"));
}

TEST_CASE("with a fault it is the twin that has to be stable") {
    Queue queue;
    queue.faults = "dark: {at: 50s, for: 50s, service: server, effect: down}";
    const auto result = result_of(queue);
    CHECK(warning(result, "unstableQueue").is_null());
    queue.rate = 120;
    CHECK(warning(result_of(queue), "unstableQueue")["text"].get<std::string>().find(
              "without the faults") != std::string::npos);
}

// METHOD.md A2.5.
TEST_CASE("a tail without a variance is said instead of a tidy interval") {
    Queue queue;
    queue.latency = "{shape: pareto, min: 2ms, alpha: 1.5}";
    const auto result = result_of(queue);
    const auto written = warning(result, "heavyTail");
    REQUIRE_FALSE(written.is_null());
    CHECK(written["where"] == "server");
    queue.concurrency = "unlimited";
    std::size_t measured = 0;
    const auto free = result_of(queue);
    for (const auto& one : free["warnings"]) measured += one["where"] == "people serve";
    CHECK(measured == 1);
    queue.latency = "{shape: pareto, min: 2ms, alpha: 3.5}";
    CHECK(warning(result_of(queue), "heavyTail").is_null());
}

// METHOD.md A3.3: no failure in n requests is no proof that there is none.
TEST_CASE("an event that never happened has a bound, and the runs that would be needed") {
    Queue queue;
    queue.slos = "sure: serve.success >= 99.999%";
    const auto result = result_of(queue);
    const auto found = warning(result, "rareEvent");
    REQUIRE_FALSE(found.is_null());
    CHECK(found["where"] == "sure, people");
    CHECK(result["slos"][0]["verdict"] == "inconclusive");
    // 368 886 requests without a failure show 0.001 % at 95 %, two-sided; a run has 8 022.
    CHECK(found["remedy"] == "--runs 46");
}

TEST_CASE("too few runs, and too few requests for a percentile, are said") {
    Queue queue;
    CHECK(warning(result_of(queue, {"--runs", "1"}), "tooFewRuns")["remedy"] == "--runs 10");
    queue.slos = "tail: serve.p999 <= 1s";
    const auto found = warning(result_of(queue), "percentileNotEstimable");
    REQUIRE_FALSE(found.is_null());
    CHECK(found["text"].get<std::string>().find("p999 needs 10 000") != std::string::npos);
    queue.rate = 10;
    queue.slos = "fast: serve.p50 <= 1s";
    CHECK(warning(result_of(queue), "percentileNotEstimable").is_null());
}

TEST_CASE("a load that follows the day has no steady state") {
    Queue queue;
    queue.group = ", shape: {kind: day, period: 100s, swing: 50%, peak: 50s}";
    queue.rate = 40;
    queue.experiment = "duration: 100s, warmup: auto, drain: 10s, replications: 3";
    const auto result = result_of(queue);
    CHECK(warning(result, "noSteadyState")["text"].get<std::string>().find("time of day") !=
          std::string::npos);
    CHECK(warning(result, "warmUpNotReached").is_null());
    CHECK(result["warmUp"]["length"] == 60.0);
}

TEST_CASE("text and page show the warnings") {
    Queue queue;
    queue.rate = 120;
    const auto files = [&](const std::string&, std::size_t) {
        return sim::FileContent{text_of(queue), ""};
    };
    const auto text = tests::run_program({"run", "scenario.yaml"}, files);
    CHECK(text.out.find("careful: server: the number of requests grows") != std::string::npos);
    const auto page = tests::run_program({"run", "scenario.yaml", "--format", "html"}, files);
    CHECK(page.out.find("What to be careful with") != std::string::npos);
    CHECK(page.out.find("firedrill plan") != std::string::npos);
}
