// One start for many faults: whatever is under way at that instant in random systems, going on from
// a copy is the same as running from scratch.
#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "models/engine/shared_start.hpp"
#include "models/engine/world.hpp"
#include "tests/catch.hpp"
#include "tests/effort.hpp"
#include "tests/mechanism/random_system.hpp"

using models::RunResult;
using models::SystemModel;

namespace {

constexpr sim::SimTime kAt{sim::milliseconds(2'300).ns};
constexpr models::ReplicationKey kKey{42, 7};

sim::Limits few_events() {
    sim::Limits limits;
    limits.events = 100'000;
    return limits;
}

SystemModel finished(SystemModel model) {
    model.slices = {{models::SliceKind::all, "", {}, sim::SimTime{} + model.duration, {}, {}, {}}};
    model.logs_customers = true;
    models::finish_model(model);
    return model;
}

/// A random system whose faults all come at one instant, and some more that every system has.
SystemModel struck_at_once(std::uint32_t seed) {
    auto system = random_system(seed);
    system.add_fault(models::DownEffect{}, system.instances_of({0}), {}, sim::milliseconds(700));
    system.add_fault(models::SlowEffect{5}, system.instances_of({1}), {}, sim::milliseconds(900));
    for (auto& fault : system.model.faults) {
        fault.at = kAt;
        fault.recurrence.reset();
    }
    return finished(system.model);
}

/// The same plan, in which all others come when the run is over: faults keep their numbers.
RunResult with_others_too_late(SystemModel model, const std::vector<std::uint32_t>& faults) {
    for (std::uint32_t i = 0; i < model.faults.size(); ++i) {
        const bool wanted = std::count(faults.begin(), faults.end(), i) > 0;
        if (!wanted) model.faults[i].at = sim::SimTime{} + sim::whole_seconds(3600);
    }
    return models::run_replication(model, kKey, few_events());
}

RunResult with_no_others(SystemModel model, const std::vector<std::uint32_t>& faults) {
    auto plan = std::exchange(model.faults, {});
    for (const auto fault : faults) model.faults.push_back(plan[fault]);
    return models::run_replication(model, kKey, few_events());
}

/// Without the fingerprint, which knows faults by their numbers.
bool same_numbers(RunResult a, const RunResult& b) {
    a.fingerprint = b.fingerprint;
    return a == b;
}

void check_against_scratch(const SystemModel& model, const models::SharedStart& start,
                           const std::vector<std::uint32_t>& faults) {
    const auto result = start.with_faults(faults);
    if (tests::kSanitized) return;  // from scratch is nothing new
    CHECK(result.fingerprint == with_others_too_late(model, faults).fingerprint);
    CHECK(same_numbers(result, with_no_others(model, faults)));
}

}  // namespace

TEST_CASE("a run from a shared start is the run from scratch") {
    std::size_t stopped = 0;
    std::size_t struck = 0;
    constexpr std::uint32_t kSystems = tests::kSanitized ? 15 : 60;
    for (std::uint32_t seed = 0; seed < kSystems; ++seed) {
        INFO("system " << seed);
        const auto model = struck_at_once(seed);
        const models::SharedStart start(model, kKey, few_events(), kAt);
        const auto twin = start.twin();
        CHECK(same_numbers(twin, with_no_others(model, {})));
        stopped += twin.stopped ? 1 : 0;
        const auto faults = static_cast<std::uint32_t>(model.faults.size());
        for (std::uint32_t fault = 0; fault < faults; ++fault) {
            INFO("fault " << fault);
            if (!tests::kSanitized) check_against_scratch(model, start, {fault});
            struck += start.with_fault(fault).fingerprint == twin.fingerprint ? 0 : 1;
        }
        check_against_scratch(model, start, {0, faults - 1});
        CHECK(start.twin() == twin);  // what the others did is not known to it
    }
    CHECK(stopped < 10);
    CHECK(struck > 10 * kSystems / 3);
}

// Copies of copies, each of which outlives what it was made from: nothing in one points to another.
TEST_CASE("a copy of a world needs nothing of the one it was made from") {
    const std::uint32_t end = tests::kSanitized ? 106 : 140;
    for (std::uint32_t seed = 100; seed < end; ++seed) {
        INFO("system " << seed);
        const auto model = finished(random_system(seed).model);
        const auto whole = models::run_replication(model, kKey, few_events());
        auto world = std::make_unique<models::World>(model, kKey, few_events());
        world->begin();
        std::optional<sim::LimitExceeded> stopped;
        for (int ms = 0; ms < 5'000 && !stopped; ms += 619) {
            stopped = world->advance(sim::SimTime{} + sim::milliseconds(ms));
            world = std::make_unique<models::World>(*world);
        }
        CHECK(world->run_to_end(stopped) == whole);
    }
}

TEST_CASE("a limit that stops the start stops every run from it") {
    const auto model = struck_at_once(3);
    sim::Limits limits;
    limits.events = 4'096;  // they are looked at every so many
    const models::SharedStart start(model, kKey, limits, kAt);
    const auto scratch = models::run_replication(model, kKey, limits);
    REQUIRE(scratch.stopped);
    REQUIRE(scratch.stopped->at < kAt);
    CHECK(start.twin().stopped == scratch.stopped);
    CHECK(start.with_fault(0).fingerprint == scratch.fingerprint);
    CHECK(start.with_fault(0).stopped == scratch.stopped);
}

TEST_CASE("more users than a run may have stop it before it begins") {
    TestSystem system;
    const auto front = system.add_service("front", sim::milliseconds(1));
    system.add_users("people", front, 10, sim::whole_seconds(1));
    system.add_fault(models::DownEffect{}, system.instances_of(front), sim::whole_seconds(5),
                     sim::whole_seconds(1));
    system.run();
    sim::Limits limits;
    limits.pending = 10;
    const models::SharedStart start(system.model, kKey, limits, kAt);
    const auto scratch = models::run_replication(system.model, kKey, limits);
    REQUIRE(scratch.stopped);
    CHECK(start.with_fault(0) == scratch);
}
