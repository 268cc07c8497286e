#include "models/metrics/self_gauge.hpp"
#include "tests/catch.hpp"
#include "tests/mechanism/system.hpp"

using models::LevelCondition;
using models::LiveOp;
using models::Outcome;
using models::SelfMetric;
using models::ServiceLevel;
using sim::milliseconds;
using sim::whole_seconds;

namespace {

LevelCondition above(SelfMetric metric, double limit) {
    LevelCondition condition;
    condition.metric = metric;
    condition.limit = limit;
    condition.over = whole_seconds(1);
    return condition;
}

ServiceLevel level(const std::string& name, std::optional<LevelCondition> when,
                   std::int64_t stay_s) {
    ServiceLevel one;
    one.name = name;
    one.when = when;
    one.stay = whole_seconds(stay_s);
    return one;
}

models::PlannedAction set_level(std::uint32_t service, std::uint32_t level, std::int64_t at_s,
                                std::int64_t length_s) {
    models::PlannedAction action;
    action.name = "set-" + std::to_string(at_s);
    action.kind = models::SetLevelAction{};
    action.at = sim::SimTime{} + whole_seconds(at_s);
    action.duration = whole_seconds(length_s);
    action.target.service = models::ServiceId{service};
    action.target.level = level;
    return action;
}

/// One user of one replica: own work 10 ms, 90 ms between an answer and the next request.
struct LevelFixture {
    TestSystem system;
    models::EndpointId shop = system.add_service("shop", milliseconds(10));
    std::uint32_t edge = system.add_users("people", shop, 1, milliseconds(90));

    std::vector<ServiceLevel>& levels() { return system.model.services[0].levels; }
    void slow(double factor, std::int64_t at_s, std::int64_t length_s) {
        system.add_fault(models::SlowEffect{factor}, system.instances_of(shop), whole_seconds(at_s),
                         whole_seconds(length_s));
    }
};

}  // namespace

TEST_CASE("a level is entered at the look at which it has held long enough, and left likewise") {
    LevelFixture fixture;
    auto when = above(SelfMetric::utilisation, 0.4);
    when.holds = whole_seconds(1);
    fixture.levels() = {level("small", when, 2)};
    fixture.levels()[0].work = 0.5;
    fixture.slow(10, 2, 2);
    const auto result = fixture.system.run();
    // Busy for 0.5 s of [2 s, 3 s) and 0.51 s of [3 s, 4 s): seen at 3 s, still so at 4 s. The work
    // that began at 3.99 s keeps its 100 ms. 13 % of [4 s, 5 s): seen at 5 s, left 2 s later.
    CHECK(result.levels[0][1].held_s == 3.0);
    CHECK(result.levels[0][0].held_s == 7.0);
    CHECK(result.levels[0][1].entered == 1);
    CHECK(result.levels[0][0].entered == 1);
    // At 4.180 s, 4.275 s, … 6.935 s.
    CHECK(result.services[0].sojourn.count_at_most(6'000'000) == 30);
    CHECK(result.services[0].sojourn.min() == 5'000'000);
    CHECK(count(result, Outcome::degraded) == 0);
}

TEST_CASE("until replaces the end of when, and the level lasts for its stay") {
    LevelFixture fixture;
    auto one = level("small", above(SelfMetric::utilisation, 0.4), 2);
    one.until = above(SelfMetric::utilisation, 0.05);
    one.until->op = LiveOp::below;
    one.until->holds = whole_seconds(1);
    fixture.levels() = {one};
    fixture.slow(10, 2, 2);
    CHECK(fixture.system.run().levels[0][1].held_s == 7.0);  // from 3 s on: 10 % is not below 5 %
    LevelFixture other;
    one.until->limit = 0.2;
    other.levels() = {one};
    other.slow(10, 2, 2);
    // [4 s, 5 s): 9 + 80 ms; true at 5 s and at 6 s, and 3 s + stay is over.
    CHECK(other.system.run().levels[0][1].held_s == 3.0);
    LevelFixture longer;
    one.stay = whole_seconds(5);
    longer.levels() = {one};
    longer.slow(10, 2, 2);
    CHECK(longer.system.run().levels[0][1].held_s == 5.0);
}

TEST_CASE("the worst level comes at once, better ones one by one, past those without a measure") {
    LevelFixture fixture;
    fixture.levels() = {level("a", above(SelfMetric::utilisation, 0.4), 1),
                        level("b", std::nullopt, 1),
                        level("c", above(SelfMetric::utilisation, 0.6), 2)};
    fixture.slow(20, 2, 1);
    const auto result = fixture.system.run();
    // 64 % of [2 s, 3 s), 24 % of [3 s, 4 s).
    CHECK(result.levels[0][3].held_s == 3.0);  // [3 s, 6 s)
    CHECK(result.levels[0][2].held_s == 0.0);
    CHECK(result.levels[0][1].held_s == 1.0);  // [6 s, 7 s)
    CHECK(result.levels[0][0].held_s == 6.0);
}

TEST_CASE("a call that a level leaves out is not made, and the reply goes without it, degraded") {
    TestSystem system;
    const auto web = system.add_service("web", milliseconds(10));
    const auto reco = system.add_service("reco", milliseconds(20));
    const auto call = system.call(web, reco);
    system.add_step(web, {call});
    system.add_users("people", web, 1, milliseconds(70));
    auto lean = level("lean", std::nullopt, 1);
    lean.without = {1, 0};
    system.model.services[0].levels = {lean};
    system.model.actions = {set_level(0, 1, 2, 3)};
    const auto result = system.run();
    // At 2.07 s, 2.15 s, … 4.95 s; decided when own work is done.
    CHECK(count(result, Outcome::degraded) == 37);
    CHECK(result.flows[0].slices[0].quality_sum == 37.0);
    CHECK(result.edges[call.edge].calls == count(result, Outcome::ok));
    CHECK(result.flows[0].slices[0].latency.min() == 10'000'000);
    CHECK(result.levels[0][1].held_s == 3.0);
}

TEST_CASE("read-only refuses writes at once and nothing else") {
    const auto run = [](bool read_only) {
        TestSystem system;
        const auto read = system.add_service("shop", milliseconds(10), 2);
        const auto write = system.add_endpoint(read);
        system.model.endpoints[write.value].write = true;
        system.add_users("writers", write, 1, milliseconds(90));
        system.add_users("readers", read, 1, milliseconds(90));
        auto one = level("readOnly", std::nullopt, 1);
        one.read_only = read_only;
        system.model.services[0].levels = {one};
        system.model.actions = {set_level(0, 1, 2, 3)};
        return system.run();
    };
    const auto result = run(true);
    CHECK(count(result, Outcome::shed, 0) == 33);  // at 2.09 s, 2.18 s, … 4.97 s
    CHECK(count(result, Outcome::shed, 1) == 0);
    CHECK(result.services[0].shed == 33);
    CHECK(count(result, Outcome::ok, 1) == count(run(false), Outcome::ok, 1));
    CHECK(count(run(false), Outcome::shed, 0) == 0);
}

TEST_CASE("off sheds everything; without calls there are no errors, so it tries again") {
    TestSystem system;
    const auto web = system.add_service("web", milliseconds(5));
    const auto store = system.add_service("store", milliseconds(5));
    system.add_step(web, {system.call(web, store)});
    system.add_users("people", web, 1, milliseconds(87));
    system.add_fault(models::ErrorsEffect{1, models::InjectedFailure::error, {}},
                     system.instances_of(store), milliseconds(2'500), whole_seconds(100));
    auto off = level("off", above(SelfMetric::errors, 0.9), 2);
    off.off = true;
    system.model.services[0].levels = {off};
    const auto result = system.run();
    // All calls of [3 s, 4 s) failed; those of [4 s, 5 s) were none. Once more at 8 s.
    CHECK(result.levels[0][1].entered == 2);
    CHECK(result.levels[0][1].held_s == 5.0);
    const auto between_4_and_7 = 34U;   // at 4.064 s, 4.151 s, … 6.935 s
    const auto between_8_and_10 = 22U;  // at 8.089 s, 8.176 s, … 9.916 s
    CHECK(count(result, Outcome::shed) == between_4_and_7 + between_8_and_10);
}

TEST_CASE("degraded answers carry the quality of the level, all the way to the customer") {
    const auto run = [](double quality) {
        TestSystem system;
        const auto web = system.add_service("web", milliseconds(10));
        const auto store = system.add_service("store", milliseconds(10));
        system.add_step(web, {system.call(web, store)});
        system.add_users("people", web, 1, milliseconds(80));
        auto poor = level("poor", std::nullopt, 1);
        poor.quality = quality;
        system.model.services[1].levels = {poor};
        system.model.actions = {set_level(1, 1, 2, 3)};
        return system.run();
    };
    const auto result = run(0.75);
    const auto& slice = result.flows[0].slices[0];
    CHECK(count(result, Outcome::degraded) == 30);
    CHECK(slice.quality_sum == 30 * 0.75);
    CHECK(slice.poor == 0);
    CHECK(run(0.25).flows[0].slices[0].poor == 30);  // no success below 50 %
}

TEST_CASE("of what persons and faults choose the worst holds, whatever the replica measures") {
    LevelFixture fixture;
    fixture.levels() = {level("a", std::nullopt, 1), level("b", std::nullopt, 1)};
    fixture.system.add_fault(models::LevelEffect{"b"}, fixture.system.instances_of(fixture.shop),
                             whole_seconds(1), whole_seconds(3));
    fixture.system.model.actions = {set_level(0, 1, 2, 4)};
    const auto result = fixture.system.run();
    CHECK(result.levels[0][2].held_s == 3.0);  // [1 s, 4 s)
    CHECK(result.levels[0][1].held_s == 2.0);  // [4 s, 6 s)
    CHECK(result.levels[0][0].held_s == 5.0);

    LevelFixture pinned;
    pinned.levels() = {level("small", above(SelfMetric::utilisation, 0.05), 1)};
    pinned.system.model.actions = {set_level(0, 0, 2, 3)};  // full
    // By its own measure from 1 s on, which counts again when the choice is over.
    CHECK(pinned.system.run().levels[0][1].held_s == 6.0);
}

TEST_CASE("a new process begins at full service, and its absence counts for no level") {
    LevelFixture fixture;
    fixture.levels() = {level("small", above(SelfMetric::utilisation, 0.4), 100)};
    fixture.slow(10, 2, 1);
    fixture.system.model.services[0].restart = models::Restart(whole_seconds(1));
    fixture.system.add_fault(models::CrashEffect{}, fixture.system.instances_of(fixture.shop),
                             whole_seconds(4), milliseconds(1));
    const auto result = fixture.system.run();
    CHECK(result.levels[0][1].held_s == 1.0);
    CHECK(result.levels[0][0].held_s == Approx(3 + 10 - 5.001).margin(1e-12));
}

TEST_CASE("every replica decides by its own measure") {
    TestSystem system(2);
    const auto shop = system.add_service("shop", milliseconds(10), 1, {0, 1});
    system.add_users("people", shop, 1, milliseconds(90));
    models::FaultTarget first;
    first.instances = {models::InstanceId{0}};
    system.add_fault(models::SlowEffect{50}, first, {}, whole_seconds(100));
    // 500 ms of every 690 ms, and 10 ms of them at the other one.
    system.model.services[0].levels = {level("small", above(SelfMetric::utilisation, 0.2), 100)};
    const auto result = system.run();
    CHECK(result.levels[0][1].held_s == 9.0);
    CHECK(result.levels[0][0].held_s == 11.0);
}

TEST_CASE("levels that nobody enters leave every number as it is") {
    LevelFixture plain;
    const auto before = plain.system.run();
    LevelFixture fixture;
    fixture.levels() = {level("never", above(SelfMetric::p99, 10), 1)};
    fixture.levels()[0].off = true;
    const auto after = fixture.system.run();
    CHECK(after.flows[0].slices[0].outcomes == before.flows[0].slices[0].outcomes);
    CHECK(after.flows[0].slices[0].latency == before.flows[0].slices[0].latency);
    CHECK(after.services[0].busy_s == before.services[0].busy_s);
    CHECK(before.levels.empty());
}

TEST_CASE("gauges measure what one replica counts, over whole seconds") {
    struct Row {
        SelfMetric metric;
        double value;
    };
    // In the second second: 2 of 4 slots busy, 3 wait, 1 of 4 calls fails, mean wait 20 ms.
    for (const Row row :
         {Row{SelfMetric::utilisation, 0.5}, Row{SelfMetric::queue, 3}, Row{SelfMetric::wait, 0.02},
          Row{SelfMetric::errors, 0.25}, Row{SelfMetric::p99, 0.25}}) {
        CAPTURE(models::to_string(row.metric));
        models::SelfMeter meter;
        meter.set_up(4, true);
        meter.start({});
        auto low = above(row.metric, row.value * 0.98);
        auto high = above(row.metric, row.value * 1.02);
        models::SelfGauge is_above(low, false);
        models::SelfGauge is_not(high, false);
        const auto look = [&](std::int64_t second) {
            const auto now = sim::SimTime{} + whole_seconds(second);
            is_above.look(now, meter);
            is_not.look(now, meter);
            meter.forget_sojourns();
            return is_above.is_met(now) && !is_not.is_met(now);
        };
        meter.replied(whole_seconds(5));
        CHECK_FALSE(look(1));  // next to nothing, and a reply that took longer
        const auto begin = sim::SimTime{} + whole_seconds(1);
        meter.change(models::Level::busy, 2, begin);
        meter.change(models::Level::queued, 3, begin);
        meter.took_slot(milliseconds(10));
        meter.took_slot(milliseconds(30));
        for (int i = 0; i < 4; ++i) meter.call_ended(i > 0);
        for (int i = 0; i < 98; ++i) meter.replied(milliseconds(10));
        for (int i = 0; i < 2; ++i) meter.replied(milliseconds(250));
        CHECK(look(2));
        meter.change(models::Level::busy, -2, begin + whole_seconds(1));
        meter.change(models::Level::queued, -3, begin + whole_seconds(1));
        CHECK_FALSE(look(3));  // nothing, or nothing to measure
    }
}

TEST_CASE("a gauge says nothing before its window is full, and remembers no second beyond it") {
    auto condition = above(SelfMetric::p99, 0.1);
    condition.over = whole_seconds(2);
    models::SelfMeter meter;
    meter.set_up(1, true);
    meter.start({});
    models::SelfGauge gauge(condition, false);
    std::string met;
    for (std::int64_t second = 1; second <= 8; ++second) {
        if (second == 1 || second == 4) meter.replied(milliseconds(500));
        const auto now = sim::SimTime{} + whole_seconds(second);
        gauge.look(now, meter);
        meter.forget_sojourns();
        met += gauge.is_met(now) ? '1' : '0';
        if (second == 6) gauge.reset();
    }
    CHECK(met == "01011000");
}
