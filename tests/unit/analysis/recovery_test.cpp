#include "models/analysis/recovery.hpp"

#include "models/analysis/action_digest.hpp"
#include "tests/catch.hpp"
#include "tests/unit/analysis/fixture.hpp"

using models::FlowWindow;
using models::Measure;

namespace {

std::vector<FlowWindow> series(int seconds, std::uint32_t offered) {
    return std::vector<FlowWindow>(static_cast<std::size_t>(seconds), {offered, offered, 0});
}

void fail(std::vector<FlowWindow>& windows, int from, int to, std::uint32_t bad) {
    for (int i = from; i < to; ++i) {
        windows[static_cast<std::size_t>(i)].success -= bad;
    }
}

}  // namespace

TEST_CASE("recovery starts with the first good stretch after the fault") {
    const auto twin = series(600, 50);
    auto run = series(600, 50);
    fail(run, 100, 237, 50);
    CHECK(models::recovery_seconds(run, twin, 200, 600) == Measure{37.0});
    fail(run, 237, 600, 50);
    CHECK(models::recovery_seconds(run, twin, 200, 600) == std::nullopt);
}

TEST_CASE("no harm after the fault is recovery at once") {
    const auto twin = series(600, 50);
    auto run = series(600, 50);
    fail(run, 100, 200, 50);
    CHECK(models::recovery_seconds(run, twin, 200, 600) == Measure{0.0});
}

TEST_CASE("a good stretch that is too short does not count") {
    const auto twin = series(600, 50);
    auto run = series(600, 50);
    fail(run, 100, 210, 50);
    fail(run, 240, 300, 50);  // 30 good seconds before; H is 60 s
    CHECK(models::recovery_seconds(run, twin, 200, 600) == Measure{100.0});
}

TEST_CASE("the stretch is a quarter of a short time after the fault") {
    const auto twin = series(240, 50);
    auto run = series(240, 50);
    fail(run, 100, 229, 50);  // 11 good seconds at the end; H is 10 s
    CHECK(models::recovery_seconds(run, twin, 200, 240) == Measure{29.0});
    fail(run, 229, 231, 50);
    CHECK(models::recovery_seconds(run, twin, 200, 240) == std::nullopt);
}

TEST_CASE("what fails in the twin too is not the fault's") {
    auto twin = series(600, 50);
    auto run = series(600, 50);
    fail(twin, 0, 600, 10);
    fail(run, 0, 600, 10);
    CHECK(models::recovery_seconds(run, twin, 200, 600) == Measure{0.0});
}

TEST_CASE("one point is tolerated, two are not, with enough requests") {
    const auto twin = series(600, 5000);
    auto run = series(600, 5000);
    fail(run, 200, 600, 49);
    CHECK(models::recovery_seconds(run, twin, 200, 600) == Measure{0.0});
    fail(run, 200, 600, 51);
    CHECK(models::recovery_seconds(run, twin, 200, 600) == std::nullopt);
}

TEST_CASE("windows grow until they hold 100 requests") {
    // 2 requests per second: 10 s would hold 20, and one failure more would be 5 points.
    const auto twin = series(600, 2);
    auto run = series(600, 2);
    fail(run, 230, 231, 1);  // 1 of 100: within a point of the twin
    CHECK(models::recovery_seconds(run, twin, 200, 600) == Measure{0.0});
}

TEST_CASE("the next fault ends the time in which recovery is looked for") {
    auto frame = fixture::frame();
    CHECK(models::seconds_after(frame, 0) == 200);
    frame.faults.push_back(
        {"second", sim::SimTime{} + sim::whole_seconds(240), sim::whole_seconds(10), {}});
    CHECK(models::seconds_after(frame, 0) == 40);
    CHECK(models::seconds_after(frame, 1) == 150);
}

TEST_CASE("recovery of a group pools its journeys") {
    const auto frame = fixture::frame();
    const auto subjects = models::group_subjects(frame);
    REQUIRE(subjects.size() == 2);
    CHECK(subjects[0].group == "shoppers");
    CHECK(subjects[0].flows == std::vector<std::uint32_t>{0, 1});
    const auto run = fixture::run(250);
    const auto twin = fixture::twin();
    CHECK(models::recovery_of(frame, 0, subjects[0], run, twin) == Measure{50.0});
    CHECK(models::recovery_of(frame, 0, subjects[1], fixture::run(400), twin) == std::nullopt);
}

TEST_CASE("recovery counts from the very second in which the fault ends") {
    auto frame = fixture::frame();
    const auto subjects = models::group_subjects(frame);
    frame.faults.resize(1);
    frame.faults[0].at = sim::SimTime{} + sim::whole_seconds(60);
    frame.faults[0].duration = sim::whole_seconds(60);
    const auto found =
        models::recovery_of(frame, 0, subjects[0], fixture::run(250), fixture::twin());
    CHECK(found == Measure{130.0});  // 120e9 * 1e-9 is above 120
}

TEST_CASE("an action has got the system out when it found it down and it recovers afterwards") {
    models::StudyFrame frame;
    frame.flows.resize(1);
    frame.duration = sim::whole_seconds(300);
    const auto run_of = [](double bad_until) {
        models::RunResult run;
        run.flows.resize(1);
        for (int second = 0; second < 300; ++second) {
            const bool bad = second >= 60 && second < bad_until;
            run.flows[0].windows.push_back({50, bad ? 10U : 50U, 0});
        }
        return run;
    };
    const auto twin = run_of(0);
    models::ActionResult action;
    action.fired = 1;
    action.first_s = 100;
    const auto out = models::digest_action(frame, action, run_of(130), &twin);
    CHECK(out.found_down == true);
    CHECK(out.out_after_s == 30.0);
    const auto still_down = models::digest_action(frame, action, run_of(300), &twin);
    CHECK(still_down.found_down == true);
    CHECK_FALSE(still_down.out_after_s);
    CHECK(models::digest_action(frame, action, run_of(90), &twin).found_down == false);
    // Who is turned away until 150 s counts from then on.
    action.over_s = 150;
    action.deeds[static_cast<std::size_t>(models::ActionDeed::turned_away)] = 7;
    CHECK(models::digest_action(frame, action, run_of(130), &twin).out_after_s == 50.0);
    action.over_s = 290;  // too late to tell
    CHECK_FALSE(models::digest_action(frame, action, run_of(130), &twin).out_after_s);
    CHECK_FALSE(models::digest_action(frame, action, twin, nullptr).found_down);
}
