// METHOD.md A0.4 and A7.3: requests that nobody waits for any more, and those that would have come
// while nothing moved, count.
#include <string>

#include <fmt/format.h>

#include "tests/method/experiment.hpp"
#include "tests/program.hpp"

namespace method {

namespace {

/// A hundred requests a second for a thousand seconds, in 20 of which the server stands still.
std::string freeze_text(const char* customers) {
    return fmt::format(
        "version: 1\n"
        "services: {{server: {{concurrency: unlimited, latency: 1ms, endpoints: {{serve: []}}}}}}\n"
        "network: {{sameZone: 0ms}}\n"
        "workload: {{people: {{{}, patience: none, mix: {{serve: 100%}}}}}}\n"
        "faults: {{freeze: {{at: 500s, for: 20s, service: server, effect: pause}}}}\n"
        "experiment: {{duration: 1000s, warmup: 0s, drain: 60s, replications: 1}}\n",
        customers);
}

/// A load of 1.2 for a minute, cut off at its end.
constexpr const char* kOverload =
    "version: 1\n"
    "services: {server: {concurrency: 1, latency: {shape: exponential, mean: 10ms}, endpoints: "
    "{serve: []}}}\n"
    "workload: {people: {rate: 120/s, patience: none, mix: {serve: 100%}}}\n"
    "experiment: {duration: 60s, warmup: 0s, drain: 0s, replications: 20}\n";

double at(const tests::Json& result, const char* pointer) {
    const auto& value = result.at(
        tests::Json::json_pointer(std::string("/strategies/0/journeys/0/") + pointer + "/value"));
    return value.is_number() ? value.get<double>() : std::nan("");
}

}  // namespace

std::vector<Row> open_loop(const Effort&) {
    const auto open = tests::run_text(freeze_text("rate: 100/s, arrivals: regular"), {"--no-why"});
    const auto closed = tests::run_text(freeze_text("users: 1, thinkTime: 9ms"), {"--no-why"});
    const auto overload = tests::run_text(kOverload, {});
    // The number in flight has a standard deviation of 115 in one run.
    const double slack = 3 * 115 / std::sqrt(20.0);
    return {{"A7.3", "P95 of requests on a server that stands still for 20 s of 1 000 s, ms",
             1e3 * at(open, "latency/p95"), 0.99, 1.01, "1"},
            {"A7.3", "... P99, s", at(open, "latency/p99"), 9.9, 10.1, "10"},
            {"A7.3", "... P99.9, s", at(open, "latency/p999"), 18.85, 19.15, "19"},
            {"A7.3", "... P99.9 of a customer who waits before asking again",
             at(closed, "latency/p999"), 18.85, 19.15, "", true},
            {"A0.4", "requests in flight when a run of overload ends",
             at(overload, "outcomes/unfinished"), 1200 - slack, 1200 + slack, "1 200"}};
}

}  // namespace method
