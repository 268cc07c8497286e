#include "models/policy/scaling.hpp"
#include "tests/catch.hpp"
#include "tests/mechanism/system.hpp"

using models::HpaScaling;
using models::Outcome;
using models::ScalingLook;
using models::TargetScaling;
using sim::milliseconds;
using sim::whole_seconds;

namespace {

HpaScaling hpa() {
    HpaScaling rule;
    rule.bounds = {1, 20};
    rule.target = 0.6;
    return rule;
}

ScalingLook look(double utilisation, std::uint32_t measured, std::uint32_t unready = 0,
                 std::uint32_t missing = 0, std::int64_t at_s = 0) {
    return {sim::SimTime{} + whole_seconds(at_s), utilisation, measured, unready, missing};
}

/// `replicas` of a service with one slot each in every zone, of which one is there at the start,
/// under a scaler; and users who keep them busy.
struct FleetFixture {
    TestSystem system;
    models::EndpointId shop;

    explicit FleetFixture(const models::Scaling& rule, std::uint32_t zones = 1,
                          std::uint32_t users = 4)
        : system(zones), shop(system.add_service("shop", milliseconds(100), 1, {0})) {
        auto& topology = system.model.topology;
        for (std::uint32_t i = 1; i < 4 * zones; ++i) {
            const models::InstanceId id{i};
            topology.instances.push_back(
                {"shop/" + std::to_string(i), models::ServiceId{0}, models::ZoneId{i / 4}, true});
            topology.services[0].instances.push_back(id);
        }
        system.model.services[0].autoscale = rule;
        system.model.duration = whole_seconds(60);
        system.add_users("people", shop, users, {});
    }
};

}  // namespace

TEST_CASE("the wish of the HPA is ceil(replicas x utilisation / target)") {
    const auto rule = hpa();
    CHECK(rule.wish(look(0.9, 4)) == 6);   // 4 x 0.9 / 0.6
    CHECK(rule.wish(look(0.91, 4)) == 7);  // 6.07
    CHECK(rule.wish(look(1.0, 3)) == 5);
    CHECK(rule.wish(look(0.3, 10)) == 5);
    CHECK(rule.wish(look(0.66, 4)) == 4);   // within 10 %
    CHECK(rule.wish(look(0.661, 4)) == 5);  // 4.41
    CHECK(rule.wish(look(0.54, 4)) == 4);
    CHECK(rule.wish(look(0.0, 0, 2, 3)) == 5);  // nothing is known
}

TEST_CASE("replicas without a value count as idle when it grows, as busy when it shrinks") {
    const auto rule = hpa();
    CHECK(rule.wish(look(1.0, 4, 4)) == 8);      // (4 + 0) / 8 = 50 %: the direction turned
    CHECK(rule.wish(look(1.0, 6, 2)) == 10);     // 6 / 8 = 75 %: 8 x 0.75 / 0.6
    CHECK(rule.wish(look(1.0, 6, 0, 2)) == 10);  // those down likewise
    CHECK(rule.wish(look(0.3, 6, 2)) == 3);      // those that start are no reason not to shrink
    CHECK(rule.wish(look(0.3, 6, 0, 2)) == 7);   // (1.8 + 2) / 8 = 47.5 %: 8 x 0.475 / 0.6 = 6.33
}

TEST_CASE("the HPA grows at once, by the larger of its steps, and shrinks to the mildest wish") {
    auto rule = hpa();
    HpaScaling::State state;
    CHECK(rule.decide(state, look(1.0, 2, 0, 0, 0)) == 4);    // 3.3
    CHECK(rule.decide(state, look(1.0, 4, 0, 0, 15)) == 7);   // 6.7
    CHECK(rule.decide(state, look(0.1, 7, 0, 0, 30)) == 7);   // 2, but 7 was wished
    CHECK(rule.decide(state, look(0.1, 7, 0, 0, 314)) == 7);  // ... 299 s ago
    CHECK(rule.decide(state, look(0.1, 7, 0, 0, 315)) == 2);
    // One may grow to the larger of 2 + 4 and 2 x 2 in 15 s.
    rule.target = 0.1;
    CHECK(rule.decide(state, look(1.0, 2, 0, 0, 330)) == 6);
    CHECK(rule.decide(state, look(1.0, 6, 0, 0, 335)) == 6);
    CHECK(rule.decide(state, look(1.0, 6, 0, 0, 345)) == 12);
}

TEST_CASE("target tracking waits for its data points, and cools down before it shrinks") {
    TargetScaling rule;
    rule.bounds = {1, 10};
    TargetScaling::State state;
    CHECK(rule.decide(state, look(1.0, 2, 0, 0, 60)) == 2);
    CHECK(rule.decide(state, look(1.0, 2, 0, 0, 120)) == 2);
    CHECK(rule.decide(state, look(1.0, 2, 0, 0, 180)) == 4);  // the third in a row
    CHECK(rule.decide(state, look(1.0, 2, 2, 0, 240)) == 4);  // the same is on its way
    for (int minute = 5; minute < 19; ++minute) {
        CHECK(rule.decide(state, look(0.2, 4, 0, 0, 60 * minute)) == 4);
    }
    CHECK(rule.decide(state, look(0.2, 4, 0, 0, 60 * 19)) == 2);  // the fifteenth
}

TEST_CASE("a busy fleet grows at its look, and the new replicas serve after their start-up") {
    auto rule = hpa();
    rule.bounds = {1, 4};
    rule.target = 0.5;
    rule.period = whole_seconds(5);
    rule.delay = {};
    rule.start_up = whole_seconds(7);
    FleetFixture fixture(rule);
    const auto result = fixture.system.run();
    const auto& windows = result.flows[0].windows;
    // Full from the start: at 5 s it wants ceil(1 x 1 / 0.5) = 2, which serve from 12 s on. At 10 s
    // one of two has no value: 50 % is the target. At 15 s the new one is measured for 3 s of 5
    // only; at 20 s both are full: 4, from 27 s on.
    CHECK(result.services[0].windows[11].capacity_s == Approx(1));
    CHECK(result.services[0].windows[12].capacity_s == Approx(2));
    CHECK(result.services[0].windows[26].capacity_s == Approx(2));
    CHECK(result.services[0].windows[27].capacity_s == Approx(4));
    CHECK(windows[4].success == 10);
    CHECK(windows[14].success >= 15);  // a queue at the old one is not shared out again
    CHECK(result.scaling[0].added == 3);
    CHECK(result.scaling[0].removed == 0);
    // One all the time, one from 5 s, two from 20 s.
    CHECK(result.scaling[0].replica_s == Approx(60 + 55 + 2 * 40));
}

TEST_CASE("a late metric makes a late decision") {
    auto rule = hpa();
    rule.bounds = {1, 2};
    rule.target = 0.5;
    rule.period = whole_seconds(5);
    rule.delay = whole_seconds(10);
    rule.start_up = whole_seconds(1);
    FleetFixture fixture(rule);
    const auto result = fixture.system.run();
    CHECK(result.services[0].windows[15].capacity_s == Approx(1));  // seen at 15 s
    CHECK(result.services[0].windows[16].capacity_s == Approx(2));
}

TEST_CASE("idle replicas go, and finish what they have") {
    auto rule = hpa();
    rule.bounds = {1, 4};
    rule.period = whole_seconds(5);
    rule.delay = {};
    rule.scale_down.stabilisation = {};
    FleetFixture fixture(rule, 1, 1);
    for (auto& instance : fixture.system.model.topology.instances) instance.spare = false;
    const auto result = fixture.system.run();
    // One user keeps one of four busy: 25 % of 60 % is ceil(4 x 0.417) = 2; then 50 % of 60 %: 2.
    CHECK(result.services[0].windows[4].capacity_s == Approx(4));
    CHECK(result.services[0].windows[5].capacity_s == Approx(2));
    CHECK(result.services[0].windows[59].capacity_s == Approx(2));
    CHECK(count(result, Outcome::ok) + count(result, Outcome::unfinished) ==
          result.flows[0].slices[0].offered());
    CHECK(result.scaling[0].removed == 2);
    CHECK(result.scaling[0].replica_s == Approx(2 * 60 + 2 * 5));
}

TEST_CASE("a new replica goes where one is to be had, or nowhere") {
    auto rule = hpa();
    rule.bounds = {1, 2};
    rule.target = 0.5;
    rule.period = whole_seconds(5);
    rule.delay = {};
    rule.start_up = whole_seconds(1);
    for (const std::uint32_t struck : {0U, 1U, 2U}) {
        FleetFixture fixture(rule, 2);
        models::FaultTarget zones;
        for (std::uint32_t zone = 0; zone < struck; ++zone) {
            zones.zones.push_back(models::ZoneId{1 - zone});
        }
        if (struck > 0) {
            fixture.system.add_fault(models::CapacityEffect{}, zones, {}, whole_seconds(21));
        }
        const auto result = fixture.system.run();
        INFO(struck);
        // At 5, 10, 15 and 20 s it wants one and gets none, at 25 s it does.
        CHECK(result.scaling[0].refused == (struck == 2 ? 4 : 0));
        CHECK(result.services[0].windows[24].capacity_s == Approx(struck == 2 ? 1 : 2));
        CHECK(result.services[0].windows[26].capacity_s == Approx(2));
    }
}

TEST_CASE("without its control plane a fleet stays as it is") {
    auto rule = hpa();
    rule.bounds = {1, 2};
    rule.target = 0.5;
    rule.period = whole_seconds(5);
    rule.delay = {};
    rule.start_up = whole_seconds(1);
    FleetFixture fixture(rule);
    models::FaultTarget zone;
    zone.zones = {models::ZoneId{0}};
    fixture.system.add_fault(models::ControlPlaneEffect{}, zone, {}, whole_seconds(31));
    const auto result = fixture.system.run();
    CHECK(result.services[0].windows[35].capacity_s == Approx(1));
    CHECK(result.services[0].windows[36].capacity_s == Approx(2));
    CHECK(result.scaling[0].refused == 0);
}
