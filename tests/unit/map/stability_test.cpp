// What becomes of a system after a fault, on scripted runs.
#include "models/map/stability.hpp"

#include <cmath>
#include <functional>

#include "models/map/cell.hpp"
#include "tests/catch.hpp"
#include "tests/unit/stats/samples.hpp"

using models::Overload;
using models::Stability;

namespace {

constexpr std::size_t kSeconds = 300;
constexpr double kFaultEndS = 120;

/// By the second: requests there, and the share that fails.
struct Script {
    std::function<double(double)> backlog = [](double) { return 5.0; };
    std::function<double(double)> bad = [](double) { return 0.0; };
    double noise = 0;
};

models::StudyFrame frame_of(std::size_t seconds = kSeconds) {
    models::StudyFrame frame;
    frame.duration = sim::whole_seconds(static_cast<std::int64_t>(seconds));
    frame.groups = {"users"};
    frame.flows = {{"users", "page", 3, 0}};
    frame.services = {{"web", 10}};
    frame.faults.emplace_back();
    frame.faults.back().name = "slow";
    frame.faults.back().at = sim::SimTime{} + sim::whole_seconds(60);
    frame.faults.back().duration = sim::whole_seconds(60);
    return frame;
}

models::RunResult run_of(const Script& script, std::size_t seconds = kSeconds) {
    const auto grid = frame_of(seconds).windows();
    const auto step = static_cast<std::uint32_t>(grid.step_s());
    models::RunResult run;
    run.flows.resize(1);
    run.services.resize(1);
    Samples samples(7);
    for (std::size_t i = 0; i < grid.size(); ++i) {
        const double at = grid.start_s(i);
        models::FlowWindow flow;
        flow.offered = 100 * step;
        flow.success = static_cast<std::uint32_t>(std::lround(flow.offered * (1 - script.bad(at))));
        run.flows[0].windows.push_back(flow);
        models::ServiceWindow service;
        service.queued_s = static_cast<float>(
            step * std::max(0.0, script.backlog(at) + script.noise * samples.normal()));
        run.services[0].windows.push_back(service);
    }
    return run;
}

models::StabilityLook look(const Script& script, std::size_t seconds = kSeconds,
                           double longest_s = 8 * kSeconds) {
    return models::look_after_fault(frame_of(seconds), run_of(script, seconds), run_of({}, seconds),
                                    longest_s);
}

/// All bad until some time after the fault, then good.
std::function<double(double)> bad_for(double seconds) {
    return [=](double at) { return at >= 60 && at < kFaultEndS + seconds ? 1.0 : 0.0; };
}

}  // namespace

TEST_CASE("a system that is well again is healthy, with its time of recovery") {
    const auto found = look({.bad = bad_for(25)});
    CHECK(found.stability == Stability::healthy);
    CHECK(found.recovery_s == Approx(25).margin(1));  // on whole seconds
    CHECK(look({}).recovery_s == 0);
}

TEST_CASE("a full queue that stays full is metastable, whatever its noise") {
    for (const double noise : {0.0, 1.0, 8.0}) {
        INFO(noise);
        CHECK(look({[](double at) { return at < 60 ? 5.0 : 100.0; }, bad_for(1e9), noise})
                  .stability == Stability::metastable);
    }
    // Retries that go on for ever, without anything that waits.
    CHECK(look({.bad = bad_for(1e9)}).stability == Stability::metastable);
    // A backlog that grows without end.
    CHECK(look({[](double at) { return 5 + std::max(0.0, at - 60); }, bad_for(1e9), 1}).stability ==
          Stability::metastable);
}

TEST_CASE("a backlog that shrinks is undecided, when it would be gone in the longest window") {
    const Script slow{[](double at) { return 5 + std::max(0.0, 2000 - 3 * (at - 120)); },
                      bad_for(1e9), 5};
    CHECK(look(slow).stability == Stability::undecided);
    CHECK(look(slow, kSeconds, 1000).stability == Stability::undecided);
    CHECK(look(slow, kSeconds, 500).stability == Stability::metastable);
    // In a window that is long enough it has come back.
    auto whole = slow;
    whole.bad = bad_for(670);
    CHECK(look(whole, 1200).stability == Stability::healthy);
}

TEST_CASE("too short a time of being well is undecided") {
    CHECK(look({.bad = bad_for(150)}).stability == Stability::undecided);
    CHECK(look({.bad = bad_for(150)}, 600).stability == Stability::healthy);
}

TEST_CASE("failures that become fewer and fewer are on their way") {
    const Script slow{.bad = [](double at) {
        return at < 60 ? 0.0 : std::max(0.0, 0.9 - 0.002 * std::max(0.0, at - 120));
    }};
    CHECK(look(slow).stability == Stability::undecided);
}

TEST_CASE("a system is overloaded when it is not well without the fault") {
    const auto overload = [](const Script& script) {
        return models::overload_of(frame_of(), run_of(script));
    };
    CHECK(overload({}) == Overload::none);
    CHECK(overload({[](double) { return 100.0; }, {[](double) { return 0.05; }}, 20}) ==
          Overload::none);
    CHECK(overload({[](double at) { return 10 + at; }, {[](double) { return 0.0; }}, 3}) ==
          Overload::backlog);
    CHECK(overload({.bad = [](double at) { return at > 100 ? 0.2 : 0.0; }}) == Overload::goodput);
    // A queue that only fills up in the beginning.
    CHECK(overload({[](double at) { return 50 * (1 - std::exp(-at / 20)); },
                    {[](double) { return 0.0; }},
                    2}) == Overload::none);
}

TEST_CASE("in a long run, whose windows are not seconds, nothing ends otherwise") {
    constexpr std::size_t kLong = 40'000;  // windows of 10 s
    CHECK(look({}, kLong).stability == Stability::healthy);
    const auto late = look({.bad = bad_for(1'234)}, kLong);
    CHECK(late.stability == Stability::healthy);
    CHECK(late.recovery_s == Approx(1'240).margin(1));  // on whole seconds
    CHECK(look({[](double) { return 500.0; }, [](double at) { return at < 60 ? 0 : 0.5; }}, kLong)
              .stability == Stability::metastable);
    // One request less every 50 s: gone within twice the time, but not within the time itself.
    const Script slow{[](double at) { return std::max(0.0, 1000 - at / 50); },
                      [](double at) { return at < 60 ? 0 : 0.5; }, 5};
    CHECK(look(slow, kLong, 60'000).stability == Stability::undecided);
    CHECK(look(slow, kLong, 45'000).stability == Stability::metastable);
    const auto grows = [](double per_s) {
        const Script script{[=](double at) { return 10 + per_s * at; }, [](double) { return 0.0; },
                            3};
        return models::overload_of(frame_of(kLong), run_of(script, kLong));
    };
    CHECK(grows(0.01) == Overload::backlog);
    CHECK(grows(0) == Overload::none);
}

TEST_CASE("demand above capacity is told before anything runs, unless the service scales") {
    auto frame = frame_of();
    std::vector<models::ServiceLoad> loads(1);
    loads[0].busy = 0.99;
    CHECK_FALSE(models::demand_exceeds_capacity(frame, loads));
    loads[0].busy = 1.01;
    CHECK(models::demand_exceeds_capacity(frame, loads));
    frame.services[0].scales = true;
    CHECK_FALSE(models::demand_exceeds_capacity(frame, loads));
}

TEST_CASE("only a fault that ends can be come back from, and the last one counts") {
    auto frame = frame_of();
    frame.faults.push_back(frame.faults[0]);
    frame.faults[1].duration = sim::whole_seconds(90);
    CHECK(models::last_fault(frame) == 1U);
    frame.faults[1].recurs = true;
    CHECK(models::last_fault(frame) == 0U);
    frame.faults[0].duration = sim::whole_seconds(1000);
    CHECK_FALSE(models::last_fault(frame));
}

TEST_CASE("a cell is what all its replications are, or mixed") {
    models::MapCell cell;
    CHECK(cell.state() == models::CellState::missing);
    cell.runs = {{{Stability::healthy, Overload::none, 4}, 1},
                 {{Stability::healthy, Overload::none, 12}, 2},
                 {{Stability::healthy, Overload::none, 7}, 1}};
    CHECK(cell.state() == models::CellState::healthy);
    REQUIRE(cell.recovery());
    CHECK(cell.recovery()->median == 7);
    CHECK(cell.recovery()->shortest == 4);
    CHECK(cell.recovery()->longest == 12);
    CHECK(cell.windows() == 2);
    cell.runs[1] = {{Stability::metastable}, 1};
    CHECK(cell.state() == models::CellState::mixed);
    CHECK(cell.share(Stability::metastable) == Approx(1 / 3.0));
    CHECK_FALSE(cell.mostly_metastable());
    const auto back = models::read_runs_text(models::runs_text(cell.runs));
    REQUIRE(back);
    REQUIRE(back->size() == 3);
    CHECK((*back)[0].look.recovery_s == 4);
    CHECK((*back)[1].look.stability == Stability::metastable);
    CHECK(std::isnan((*back)[1].look.recovery_s));
    CHECK_FALSE(models::read_runs_text("[[9,0,null,1]]"));
    const auto look_back = models::read_look(models::look_bytes(cell.runs[2].look));
    REQUIRE(look_back);
    CHECK(look_back->recovery_s == 7);
    CHECK_FALSE(models::read_look("short"));
}
