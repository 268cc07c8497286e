#include "models/analysis/warm_up.hpp"

#include <cmath>
#include <functional>

#include "tests/catch.hpp"
#include "tests/unit/stats/samples.hpp"

namespace {

constexpr int kLength = 300;

models::StudyFrame frame() {
    models::StudyFrame frame;
    frame.flows = {{"people", "buy", 10}};
    frame.services = {{"shop", 8}};
    return frame;
}

/// Requests at the service and latency, both of that second.
using Level = std::function<double(int second, Samples& samples)>;

models::RunResult run(const Level& level, std::uint64_t seed, std::uint32_t per_s = 10) {
    Samples samples(seed);
    models::RunResult result;
    result.flows.resize(1);
    result.services.resize(1);
    for (int second = 0; second < kLength; ++second) {
        const double value = level(second, samples);
        models::FlowWindow flow;
        flow.offered = flow.success = second % 3 == 0 || per_s > 0 ? std::max(per_s, 1U) : 0;
        flow.latency_sum_s = flow.success * 0.1 * value;
        result.flows[0].windows.push_back(flow);
        models::ServiceWindow window;
        window.busy_s = static_cast<float>(value);
        result.services[0].windows.push_back(window);
    }
    return result;
}

models::StudyWarmUp search(const Level& level, std::size_t strategies = 1,
                           const Level& other = {}) {
    std::vector<std::string> names = {"plain"};
    if (strategies > 1) names.emplace_back("slow");
    models::WarmUpSearch search(names, sim::whole_seconds(kLength), 0.01);
    for (std::uint64_t i = 0; i < models::kPilotRuns; ++i) {
        search.add(0, frame(), run(level, i));
        if (strategies > 1) search.add(1, frame(), run(other, 100 + i));
    }
    return search.finish(sim::whole_seconds(60));
}

double steady(int, Samples& samples) { return 5 + 0.1 * samples.normal(); }
double rises(int second, Samples& samples) {
    return 5 - 5 * std::exp(-second / 10.0) + 0.1 * samples.normal();
}
double ramp(int second, Samples& samples) { return 0.1 * second + 0.1 * samples.normal(); }

}  // namespace

TEST_CASE("a warm-up ends where the slowest curve of any strategy has settled") {
    const auto found = search(steady, 2, rises);
    CHECK(found.found);
    CHECK(found.steady());
    CHECK(found.series == 4);
    CHECK(found.runs == models::kPilotRuns);
    CHECK(found.length >= sim::whole_seconds(20));
    CHECK(found.length <= sim::whole_seconds(60));
    CHECK(found.slowest.ends_with("under slow"));
    CHECK(models::warm_up_note(found).starts_with("warm-up found by MSER-5: "));
    CHECK(models::warm_up_note(found).find(" of 5 min looked at (5 runs without faults)") !=
          std::string::npos);
}

TEST_CASE("what is steady from the start needs no warm-up") {
    const auto found = search(steady);
    CHECK(found.steady());
    CHECK(found.length == sim::Duration{});
    CHECK(found.slowest.empty());
}

TEST_CASE("a ramp has no steady state, which is said and not cut") {
    const auto found = search(ramp, 2, steady);
    CHECK_FALSE(found.steady());
    CHECK(found.unsteady == std::vector<std::string>{"latency of people buy, under plain",
                                                     "requests at shop, under plain"});
    CHECK(found.length == sim::whole_seconds(60));
    CHECK(models::warm_up_note(found) ==
          "warm-up 60 s: MSER-5 found no steady state in 2 of 4 curves of 5 min looked at (5 runs "
          "without faults)");
}

TEST_CASE("chance alone seldom looks like a curve that never settles") {
    int unsteady = 0;
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        models::WarmUpSearch search({"plain"}, sim::whole_seconds(kLength), 0.01);
        for (std::uint64_t i = 0; i < models::kPilotRuns; ++i) {
            search.add(0, frame(), run(steady, seed * 10 + i));
        }
        unsteady += !search.finish({}).steady();
    }
    CHECK(unsteady <= 1);
}

TEST_CASE("without anything to look at the warm-up is the usual one") {
    models::WarmUpSearch search({"plain"}, sim::whole_seconds(30), 0.01);
    search.add(0, frame(), run(steady, 1));
    const auto found = search.finish(sim::whole_seconds(60));
    CHECK(found.series == 0);
    CHECK(found.length == sim::whole_seconds(60));
    CHECK(models::warm_up_note(found).find("too little happens") != std::string::npos);
    CHECK(models::warm_up_note({}).empty());
}
