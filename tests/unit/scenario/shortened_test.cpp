// A trial of a replication: its stretches, each of them shorter.
#include "models/scenario/shortened.hpp"

#include "models/engine/replication.hpp"
#include "models/engine/stepped_run.hpp"
#include "tests/catch.hpp"
#include "tests/unit/scenario/support.hpp"

using namespace scenario_test;

namespace {

models::SystemModel shop(const std::string& text = kShop) {
    const auto loaded = load(text);
    INFO(loaded->messages());
    REQUIRE(loaded->scenario);
    return models::build_model(*loaded->scenario, 0);
}

std::string with_faults(const std::string& faults) {
    const auto text =
        replaced(kShop, "  outage: {at: 1m, for: 1m, zone: eu-1, effect: down}", faults);
    return replaced(text, " before outage", "");
}

constexpr sim::SimTime at(std::int64_t seconds) { return {seconds * 1'000'000'000}; }
using Seconds = std::vector<std::int64_t>;
sim::Duration seconds(std::int64_t n) { return sim::whole_seconds(n); }

Seconds lengths(const std::vector<models::Stretch>& stretches) {
    Seconds all;
    for (const auto& one : stretches) all.push_back(one.length().ns / 1'000'000'000);
    return all;
}
Seconds tried(const std::vector<models::Stretch>& stretches) {
    Seconds all;
    for (const auto& one : stretches) all.push_back(one.tried.ns / 1'000'000'000);
    return all;
}

}  // namespace

TEST_CASE("a replication is divided where its fault begins and ends") {
    // A warm-up of a minute, five minutes, half a minute of drain.
    const auto stretches = models::stretches_of(shop(), seconds(90));
    CHECK(lengths(stretches) == Seconds{120, 60, 210});
    CHECK(tried(stretches) == Seconds{30, 30, 30});
    CHECK(stretches[0].calm);
    CHECK_FALSE(stretches[1].calm);
    CHECK_FALSE(stretches[2].calm);
}

TEST_CASE("what a short stretch leaves goes to the others") {
    const auto two = with_faults(
        "  blip: {at: 1m, for: 4s, zone: eu-1, effect: down}\n"
        "  outage: {at: 2m, for: 1m, zone: eu-1, effect: down}");
    const auto stretches = models::stretches_of(shop(two), seconds(100));
    CHECK(lengths(stretches) == Seconds{120, 4, 56, 60, 150});
    CHECK(tried(stretches) == Seconds{24, 4, 24, 24, 24});
}

TEST_CASE("who can afford all of it tries the replication itself") {
    const auto model = shop();
    const auto stretches = models::stretches_of(model, seconds(390));
    CHECK(models::is_whole(stretches));
    CHECK(dump(models::shortened(model, stretches)) == dump(model));
    CHECK_FALSE(models::is_whole(models::stretches_of(model, seconds(389))));
}

TEST_CASE("a shortened model has its fault and its phases where their stretches are") {
    const auto model =
        shop(replaced(kShop, "effect: down}", "effect: {slow: 4x}, ramp: {in: 10s, out: 20s}}"));
    const auto trial = models::shortened(model, models::stretches_of(model, seconds(90)));
    CHECK(trial.warmup == seconds(15));  // half of its stretch is the warm-up
    CHECK(trial.faults[0].at == at(15));
    CHECK(trial.faults[0].duration == seconds(30));
    CHECK(trial.faults[0].ramp.in == seconds(5));
    CHECK(trial.faults[0].ramp.out == seconds(10));
    CHECK(trial.duration.seconds() == Approx(45 + 180.0 / 7).margin(1e-6));
    CHECK(trial.warmup + trial.duration + trial.drain == seconds(90));
    REQUIRE(trial.slices.size() == model.slices.size());
    CHECK(trial.slices[0].to == sim::SimTime{} + trial.duration);
    for (std::size_t i = 0; i < trial.slices.size(); ++i) {
        if (model.slices[i].from == model.faults[0].at) {
            CHECK(trial.slices[i].from == trial.faults[0].at);
        }
    }
}

TEST_CASE("a fault that lasts until the end, and one that comes again") {
    const auto lasting = shop(with_faults("  outage: {at: 1m, for: 4m, zone: eu-1, effect: down}"));
    auto trial = models::shortened(lasting, models::stretches_of(lasting, seconds(60)));
    CHECK(trial.faults[0].at == at(10));
    CHECK(trial.faults[0].end() == at(30));
    CHECK(trial.duration == seconds(30));
    CHECK(trial.drain == seconds(20));

    const auto again =
        shop(with_faults("  outage: {every: 30s, for: 5s, zone: eu-1, effect: down}"));
    trial = models::shortened(again, models::stretches_of(again, seconds(60)));
    REQUIRE(trial.faults[0].recurrence);
    CHECK(models::run_replication(trial, {1, 0}, {}).events > 0);
}

TEST_CASE("the hour of the day becomes a load of the stretch") {
    const auto model = shop(
        replaced(replaced(kShop, "rate: 20/s",
                          "rate: 20/s, shape: {kind: day, period: 240s, swing: 50%, peak: 0s}"),
                 "at: 1m, for: 1m", "at: 60s, for: 120s"));
    const auto stretches = models::stretches_of(model, seconds(90));
    REQUIRE(stretches.size() == 3);
    // A quarter of the period on either side of the peak, then the half about the night:
    // 1 +- 0.5 x 2 / pi.
    CHECK(stretches[0].load == Approx(1.3183).margin(1e-3));
    CHECK(stretches[1].load == Approx(0.6817).margin(1e-3));
    CHECK_FALSE(models::shortened(model, stretches).groups[0].day);
    CHECK(models::stretches_of(model, seconds(390))[0].load == 1);
}

TEST_CASE("a run in steps has the events of a run in one go") {
    const auto model = shop();
    models::SteppedRun steps(model, {7, 3}, {});
    CHECK(steps.now() == at(-60));
    std::uint64_t before = 0;
    for (const int until : {-30, 60, 61, 200, 330}) {
        CHECK(steps.advance(at(until)));
        CHECK(steps.now() == at(until));
        CHECK(steps.events() > before);
        before = steps.events();
    }
    CHECK(steps.events() == models::run_replication(model, {7, 3}, {}).events);
}

TEST_CASE("a run in steps stands still at a limit") {
    const auto model = shop();
    sim::Limits limits;
    limits.events = 10'000;
    models::SteppedRun steps(model, {7, 3}, limits);
    CHECK_FALSE(steps.advance(at(330)));
    const auto stopped = steps.now();
    CHECK(stopped < at(330));
    CHECK_FALSE(steps.advance(at(330)));
    CHECK(steps.now() == stopped);
}
