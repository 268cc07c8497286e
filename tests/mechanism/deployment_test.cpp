// Versions that are rolled out, watched and taken back: to the nanosecond.
#include "tests/catch.hpp"
#include "tests/mechanism/system.hpp"

using models::DeployEffect;
using models::Outcome;
using sim::milliseconds;
using sim::whole_seconds;

namespace {

sim::SimTime at_ms(std::int64_t ms) { return sim::SimTime{} + milliseconds(ms); }

/// One service with replicas in the given zones; its door closes at once, and what it has is reset.
struct Fleet {
    TestSystem system;
    models::EndpointId shop;

    explicit Fleet(const std::vector<std::uint32_t>& zones, std::uint32_t regions_zones = 1)
        : system(regions_zones), shop(system.add_service("shop", milliseconds(10), 4, zones)) {
        auto& topology = system.model.topology;
        for (std::uint32_t i = 0; i < topology.instances.size(); ++i) {
            topology.instances[i].name = "shop/" + std::to_string(i);
        }
        rollout().deregister = rollout().pre_stop = rollout().drain = {};
        config().restart = whole_seconds(3);
        system.model.duration = whole_seconds(30);
    }
    models::ServiceConfig& config() { return system.model.services[0]; }
    models::Rollout& rollout() { return config().rollout; }
    void deploy(std::int64_t at, std::int64_t length, std::vector<models::FaultEffect> brings = {},
                const DeployEffect& how = {}) {
        const auto target = system.instances_of(shop);
        system.add_fault(how, target, milliseconds(at), milliseconds(length));
        for (const auto& effect : brings) {
            system.model.faults.back().also.push_back({target, effect});
        }
    }
    models::DeploymentResult run() {
        result = system.run();
        return result.deployments.front();
    }
    [[nodiscard]] double capacity(std::size_t second) const {
        return static_cast<double>(result.services[0].windows[second].capacity_s) / 4;
    }

    models::RunResult result;
};

}  // namespace

TEST_CASE("a rollout takes a quarter at a time, and the next when the last one is back") {
    Fleet fleet({0, 0, 0, 0});
    fleet.rollout().pre_stop = whole_seconds(2);
    fleet.deploy(1'000, 90'000);
    const auto one = fleet.run();
    CHECK(one.began == at_ms(1'000));
    CHECK(one.finished == at_ms(21'000));  // four times 2 s at the open door and 3 s to restart
    CHECK_FALSE(one.rolled_back);
    CHECK_FALSE(one.restored);
    for (std::size_t second = 0; second < 30; ++second) {
        const bool dip = second >= 3 && second < 21 && (second - 3) % 5 < 3;
        CHECK(fleet.capacity(second) == Approx(dip ? 3 : 4));
    }
}

TEST_CASE("replacements beside the old replicas: no dip") {
    Fleet fleet({0, 0, 0, 0});
    fleet.rollout().max_unavailable = 0;
    fleet.rollout().max_surge = 0.25;
    fleet.deploy(1'000, 90'000);
    CHECK(fleet.run().finished == at_ms(13'000));  // four times 3 s
    for (std::size_t second = 0; second < 30; ++second) CHECK(fleet.capacity(second) == Approx(4));
}

TEST_CASE("no machine to be had: what starts beside waits for one") {
    Fleet fleet({0, 0});
    fleet.rollout().max_unavailable = 0;
    fleet.rollout().max_surge = 1;
    models::FaultTarget zone;
    zone.zones = {models::ZoneId{0}};
    fleet.deploy(1'000, 90'000);
    fleet.system.add_fault(models::CapacityEffect{}, zone, {}, whole_seconds(10));
    CHECK(fleet.run().finished == at_ms(13'000));
}

TEST_CASE("a replica finishes what it has, and ends as soon as it is done") {
    Fleet fleet({0});
    fleet.system.model.endpoints[0].latency = sim::constant_distribution(whole_seconds(1));
    fleet.config().restart = milliseconds(500);
    fleet.rollout().drain = whole_seconds(5);
    fleet.system.add_users("people", fleet.shop, 1, whole_seconds(1));
    fleet.deploy(3'200, 90'000, {models::ErrorsEffect{1.0}});
    fleet.system.model.duration = whole_seconds(8);
    const auto one = fleet.run();
    CHECK(one.finished == at_ms(4'500));  // at work until 4, half a second to restart
    CHECK(count(fleet.result, Outcome::ok) == 2);
    CHECK(count(fleet.result, Outcome::error) == 2);  // 5 to 6, and 7 to 8, which is not measured
    CHECK(one.answers == 1);
    CHECK(one.failures == 1);
}

TEST_CASE("work that takes longer than the drain is reset") {
    Fleet fleet({0});
    fleet.system.model.endpoints[0].latency = sim::constant_distribution(whole_seconds(1));
    fleet.rollout().drain = milliseconds(250);
    fleet.system.add_users("people", fleet.shop, 1, whole_seconds(1));
    fleet.deploy(1'500, 90'000);
    fleet.system.model.duration = whole_seconds(5);
    CHECK(fleet.run().finished == at_ms(4'750));
    CHECK(count(fleet.result, Outcome::reset) == 1);
}

TEST_CASE("callers who have been told in time lose nothing") {
    for (const std::int64_t told_ms : {100, 900}) {
        Fleet fleet({0, 0});
        fleet.rollout().pre_stop = milliseconds(500);
        fleet.rollout().deregister = milliseconds(told_ms);
        fleet.rollout().drain = whole_seconds(1);
        fleet.system.add_users("people", fleet.shop, 4, milliseconds(20));
        fleet.deploy(1'000, 90'000);
        CHECK(fleet.run().finished);
        CHECK((count(fleet.result, Outcome::refused) > 0) == (told_ms > 500));
    }
}

TEST_CASE("a canary that fails is taken back by the pipeline, after its alarm's delay") {
    Fleet fleet({0, 0, 0, 0});
    fleet.config().restart = whole_seconds(1);
    fleet.rollout().canary = models::Canary{0.25, whole_seconds(10)};
    fleet.rollout().drain = whole_seconds(1);
    models::RolloutAlarm alarm;
    alarm.period = whole_seconds(1);
    alarm.delay = milliseconds(500);
    alarm.fewest = 1;
    fleet.rollout().rollback = alarm;
    fleet.system.add_users("people", fleet.shop, 8, milliseconds(90));
    fleet.deploy(2'000, 90'000, {models::ErrorsEffect{1.0}});
    const auto one = fleet.run();
    CHECK(one.began == at_ms(2'000));
    REQUIRE(one.rolled_back);
    // It drains at a look of every 0.1 s and is back a second later; the alarm ends that period.
    CHECK((*one.rolled_back - at_ms(500)).ns % whole_seconds(1).ns == 0);
    CHECK(*one.rolled_back <= at_ms(5'500));
    CHECK(one.restored);
    CHECK_FALSE(one.finished);
    CHECK(one.failures == one.answers);
    CHECK(one.failures == count(fleet.result, Outcome::error));
    CHECK(one.failures > 0);
}

TEST_CASE("a good canary bakes, then the others follow in their steps") {
    Fleet fleet({0, 0, 0, 0, 0});
    fleet.config().restart = whole_seconds(1);
    fleet.rollout().canary = models::Canary{0.1, whole_seconds(4)};
    fleet.rollout().max_unavailable = 1;
    fleet.rollout().steps = 2;
    fleet.rollout().pause = whole_seconds(2);
    fleet.deploy(1'000, 90'000);
    // 1 to 2 the canary, until 6 it bakes; two until 7, a pause until 9, two until 10
    CHECK(fleet.run().finished == at_ms(10'000));
    CHECK(fleet.capacity(1) == Approx(4));
    CHECK(fleet.capacity(6) == Approx(3));
    CHECK(fleet.capacity(8) == Approx(5));
    CHECK(fleet.capacity(9) == Approx(3));
}

TEST_CASE("the end of its time takes a version back at the pace of a rollout") {
    Fleet fleet({0, 0, 0, 0});
    fleet.deploy(1'000, 7'500);  // two have it, the third starts as it is called back
    const auto one = fleet.run();
    CHECK_FALSE(one.finished);
    CHECK_FALSE(one.rolled_back);
    CHECK(one.restored == at_ms(10'000 + 3 * 3'000));
}

TEST_CASE("without its control plane a zone waits for its rollout") {
    Fleet fleet({0, 1}, 2);
    fleet.config().restart = whole_seconds(1);
    models::FaultTarget zone;
    zone.zones = {models::ZoneId{1}};
    fleet.deploy(1'000, 90'000);
    fleet.system.add_fault(models::ControlPlaneEffect{}, zone, {}, whole_seconds(10));
    CHECK(fleet.run().finished == at_ms(11'000));
}

TEST_CASE("a replica that is down gets the version when it comes back, and none is taken for it") {
    Fleet fleet({0, 0, 0, 0});
    fleet.config().restart = whole_seconds(1);
    models::FaultTarget last;
    last.instances = {models::InstanceId{3}};
    fleet.system.add_fault(models::CrashEffect{}, last, {}, whole_seconds(10));
    fleet.deploy(1'000, 90'000);
    CHECK(fleet.run().finished == at_ms(14'000));  // the three others from 11 on
}

TEST_CASE("a push changes running processes, one after the other, and is withdrawn likewise") {
    Fleet fleet({0, 0, 0, 0});
    fleet.system.add_users("people", fleet.shop, 4, milliseconds(90));
    fleet.deploy(1'000, 9'000, {models::SlowEffect{3.0}},
                 {models::Delivery::push, whole_seconds(4)});
    const auto one = fleet.run();
    CHECK(one.finished == at_ms(5'000));
    CHECK(one.restored == at_ms(14'000));
    for (std::size_t second = 0; second < 30; ++second) CHECK(fleet.capacity(second) == Approx(4));
    CHECK(*fleet.result.flows[0].slices[0].latency.max() == 30'000'000);
}

TEST_CASE("two versions of one service come one after the other") {
    Fleet fleet({0, 0, 0, 0});
    fleet.deploy(1'000, 90'000);
    fleet.deploy(2'000, 90'000);
    CHECK(fleet.run().finished == at_ms(13'000));
    CHECK(fleet.result.deployments[1].began == at_ms(13'000));
    CHECK(fleet.result.deployments[1].finished == at_ms(25'000));
}

TEST_CASE("a version whose processes crash is taken back for that") {
    Fleet fleet({0, 0, 0, 0});
    fleet.config().restart = whole_seconds(1);
    fleet.rollout().canary = models::Canary{0.25, whole_seconds(20)};
    models::RolloutAlarm alarm;
    alarm.period = whole_seconds(1);
    alarm.delay = {};
    fleet.rollout().rollback = alarm;
    fleet.deploy(2'000, 90'000, {models::CrashLoopEffect{milliseconds(2'500)}});
    const auto one = fleet.run();
    CHECK(one.rolled_back == at_ms(6'000));  // up at 3, crashes at 5.5
    CHECK(one.restored == at_ms(6'500));     // down as it is called back, it starts as the old one
}

TEST_CASE("more calls to a service: the first one of each request stands for all") {
    TestSystem system;
    const auto front = system.add_service("front", milliseconds(10), 4);
    const auto store = system.add_service("db", milliseconds(5), 4);
    const auto first = system.call(front, store);
    const auto second = system.call(front, store);
    system.add_step(front, {first});
    system.add_step(front, {second});
    system.add_users("people", front, 1, milliseconds(500));
    system.add_fault(models::CallsEffect{4, "db"}, system.instances_of(front), {},
                     whole_seconds(1));
    system.model.duration = whole_seconds(2);
    const auto result = system.run();
    // At 0.5 with 4 calls more; at 1.04 and 1.56 without.
    CHECK(result.edges[first.edge].calls == 5 + 1 + 1);
    CHECK(result.edges[second.edge].calls == 3);
    CHECK(*result.flows[0].slices[0].latency.max() == 40'000'000);
    CHECK(*result.flows[0].slices[0].latency.min() == 20'000'000);
}
