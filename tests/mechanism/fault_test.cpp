#include "tests/catch.hpp"
#include "tests/mechanism/system.hpp"

using models::Outcome;
using sim::milliseconds;
using sim::whole_seconds;

namespace {

models::FaultTarget zone_target(const TestSystem& system, std::uint32_t zone) {
    models::FaultTarget target;
    target.zones = {models::ZoneId{zone}};
    for (std::uint32_t i = 0; i < system.model.topology.instances.size(); ++i) {
        if (system.model.topology.instances[i].zone.value == zone) {
            target.instances.push_back(models::InstanceId{i});
        }
    }
    return target;
}

}  // namespace

TEST_CASE("down is silence: running work vanishes and only the timer tells") {
    TestSystem system;
    const auto shop = system.add_service("shop", milliseconds(100));
    system.model.services[0].restart = milliseconds(500);
    system.add_fault(models::DownEffect{}, system.instances_of(shop), milliseconds(2'050),
                     whole_seconds(1));
    auto policy = TestSystem::no_retries();
    policy.timeout = milliseconds(900);
    system.add_users("people", shop, 1, whole_seconds(1), policy);
    // asks at 1.0 (ok, 1.1), 2.1 (down since 2.05, gives up at 3.0), 4.0 (up again since 3.55) ...
    const auto result = system.run();
    CHECK(tries_ended(result, 0, Outcome::blackholed) == 1);
    CHECK(count(result, Outcome::ok) == 7);
    CHECK(result.services[0].capacity_s == Approx(10 - 1.5));
}

TEST_CASE("crash tells: running work is reset at once, new tries are refused after a round trip") {
    TestSystem system(1, milliseconds(10));
    const auto shop = system.add_service("shop", milliseconds(300));
    system.model.services[0].restart = milliseconds(100);
    system.add_fault(models::CrashEffect{}, system.instances_of(shop), milliseconds(2'100),
                     milliseconds(400));
    auto policy = TestSystem::retrying(1, sim::kForever, milliseconds(100));
    const auto edge = system.add_users("people", shop, 1, whole_seconds(2), policy);
    // arrives at 2.01, reset leaves at 2.10 and is known at 2.11; retry at 2.21, refused at 2.23
    const auto result = system.run();
    CHECK(tries_ended(result, edge, Outcome::reset) == 1);
    CHECK(tries_ended(result, edge, Outcome::refused) == 1);
    CHECK(count(result, Outcome::refused) == 1);
    CHECK(count(result, Outcome::ok) == 3);  // 4.23, 6.55 and 8.87
}

TEST_CASE("work that begins while the fault lasts is slowed or delayed, later work is not") {
    TestSystem system;
    const auto shop = system.add_service("shop", milliseconds(100));
    system.add_fault(models::SlowEffect{5.0}, system.instances_of(shop), milliseconds(2'000),
                     milliseconds(2'000));
    system.add_fault(models::DelayEffect{milliseconds(7)}, system.instances_of(shop),
                     milliseconds(2'000), milliseconds(2'000));
    system.add_users("people", shop, 1, milliseconds(2'500));  // at 2.5 and 5.507 and 8.107
    const auto result = system.run();
    CHECK(*result.flows[0].slices[0].latency.max() == 507'000'000);
    CHECK(*result.flows[0].slices[0].latency.min() == 100'000'000);
    CHECK(count(result, Outcome::ok) == 3);
}

TEST_CASE("a delay on a call is added to each message, both ways") {
    TestSystem system;
    const auto front = system.add_service("front", milliseconds(0));
    const auto back = system.add_service("back", milliseconds(10));
    system.add_step(front, {system.call(front, back)});
    models::FaultTarget edge;
    edge.traffic = {
        models::traffic_between(system.model.topology, models::ServiceId{0}, models::ServiceId{1})};
    system.add_fault(models::DelayEffect{milliseconds(200)}, edge, milliseconds(0),
                     whole_seconds(5));
    system.add_users("people", front, 1, whole_seconds(4));  // at 4 and 8.41
    const auto result = system.run();
    CHECK(*result.flows[0].slices[0].latency.max() == 410'000'000);
    CHECK(*result.flows[0].slices[0].latency.min() == 10'000'000);
}

TEST_CASE("a down call loses its messages, a crashed one refuses them") {
    for (const bool crash : {false, true}) {
        TestSystem system(1, milliseconds(5));
        const auto front = system.add_service("front", milliseconds(0));
        const auto back = system.add_service("back", milliseconds(10));
        auto policy = TestSystem::no_retries();
        policy.timeout = milliseconds(100);
        const auto spec = system.call(front, back, policy);
        system.add_step(front, {spec});
        models::FaultTarget edge;
        edge.traffic = {models::traffic_between(system.model.topology, models::ServiceId{0},
                                                models::ServiceId{1})};
        const models::FaultEffect effect =
            crash ? models::FaultEffect{models::CrashEffect{}} : models::DownEffect{};
        system.add_fault(effect, edge, milliseconds(0), whole_seconds(10));
        system.add_users("people", front, 1, whole_seconds(9));
        const auto result = system.run();
        CHECK(tries_ended(result, spec.edge, crash ? Outcome::refused : Outcome::blackholed) == 1);
        CHECK(result.services[0].busy_s == Approx(crash ? 0.01 : 0.1));
        CHECK(result.services[1].arrivals == 0);
    }
}

TEST_CASE("overlapping faults compose and end exactly: the last one restores the nominal") {
    TestSystem system;
    const auto shop = system.add_service("shop", milliseconds(10));
    system.add_fault(models::SlowEffect{2.0}, system.instances_of(shop), whole_seconds(1),
                     whole_seconds(4));
    system.add_fault(models::SlowEffect{3.0}, system.instances_of(shop), whole_seconds(2),
                     whole_seconds(1));
    system.add_users("people", shop, 1, milliseconds(100));
    const auto result = system.run();
    CHECK(*result.flows[0].slices[0].latency.max() == 60'000'000);
    CHECK(*result.flows[0].slices[0].latency.min() == 10'000'000);
}

TEST_CASE("callers avoid a dead zone once the checker has seen it, and return when it passes") {
    TestSystem system(2, milliseconds(1));
    const auto shop = system.add_service("shop", milliseconds(1), 8, {0, 1});
    system.model.services[0].health_check =
        models::HealthCheckConfig{milliseconds(500), 2, 1, milliseconds(100), false};
    system.model.services[0].restart = milliseconds(1'000);
    system.add_fault(models::DownEffect{}, zone_target(system, 0), whole_seconds(2),
                     whole_seconds(3));
    auto policy = TestSystem::no_retries();
    policy.timeout = milliseconds(50);
    system.model.topology.services[0].name = "shop";
    const auto edge = system.add_users("people", shop, 4, milliseconds(20), policy);
    const auto result = system.run();
    // Unhealthy after the second failed probe: 0.5 to 1.1 s after 2.0. About half of 4 users'
    // tries, each 50 + 20 ms apart then, go into the dark until that.
    const auto lost = tries_ended(result, edge, Outcome::blackholed);
    CHECK(lost > 4);
    CHECK(static_cast<double>(lost) < 4 * 1.1 / 0.05);
    CHECK(count(result, Outcome::abandoned) == 0);
    const auto& windows = result.flows[0].windows;
    CHECK(windows[4].success == windows[4].offered);  // while zone 0 is still dark
    CHECK(windows[9].success == windows[9].offered);
    CHECK(result.services[0].windows[4].capacity_s == Approx(8));
    CHECK(result.services[0].windows[9].capacity_s == Approx(16));
}

TEST_CASE("with no healthy replica a call ends at once, unless the check fails open") {
    for (const bool fail_open : {false, true}) {
        TestSystem system;
        const auto shop = system.add_service("shop", milliseconds(1));
        system.model.services[0].health_check =
            models::HealthCheckConfig{milliseconds(200), 1, 1, milliseconds(100), fail_open};
        system.add_fault(models::DownEffect{}, system.instances_of(shop), whole_seconds(1),
                         whole_seconds(20));
        auto policy = TestSystem::no_retries();
        policy.timeout = milliseconds(300);
        system.add_users("people", shop, 1, whole_seconds(5), policy);
        const auto result = system.run();
        CHECK(count(result, Outcome::no_healthy_instance) == (fail_open ? 0 : 1));
        CHECK(count(result, Outcome::timeout) + count(result, Outcome::blackholed) ==
              (fail_open ? 1 : 0));
    }
}

namespace {

/// A database with its primary in zone 0 and replicas in zones 1 and 2; zone 0 fails at 2 s.
struct DatabaseFixture {
    TestSystem system{3};
    models::EndpointId front = system.add_service("front", milliseconds(0), 8, {1});
    models::EndpointId orders = system.add_service("orders", milliseconds(10), 8, {0, 1, 2});
    std::uint32_t edge = 0;

    DatabaseFixture(sim::Duration failover, sim::Duration outage, bool write) {
        system.model.services[1].database = models::FailoverConfig{models::ZoneId{0}, failover};
        system.model.services[1].restart = milliseconds(100);
        system.model.endpoints[orders.value].write = write;
        auto policy = TestSystem::no_retries();
        policy.timeout = milliseconds(100);
        const auto spec = system.call(front, orders, policy);
        edge = spec.edge;
        system.add_step(front, {spec});
        system.add_fault(models::DownEffect{}, zone_target(system, 0), whole_seconds(2), outage);
        system.add_users("people", front, 1, milliseconds(90));  // asks every 100 ms when well
    }
};

}  // namespace

TEST_CASE("writes suffer until the failover is done, then go to the new primary") {
    DatabaseFixture fixture(whole_seconds(3), whole_seconds(8), true);
    const auto result = fixture.system.run();
    const auto& windows = result.flows[0].windows;
    CHECK(windows[0].success == windows[0].offered);
    CHECK(windows[1].success + 1 == windows[1].offered);  // one is in flight when it strikes
    CHECK(windows[3].success == 0);
    CHECK(windows[4].success == 0);
    CHECK(windows[6].success == windows[6].offered);
    // 3 s of tries that take 100 ms each with 90 ms between them
    CHECK(tries_ended(result, fixture.edge, Outcome::blackholed) == 16);
}

TEST_CASE("a primary that is back before its failover completes keeps the role") {
    DatabaseFixture fixture(whole_seconds(3), whole_seconds(1), true);
    const auto result = fixture.system.run();
    const auto& windows = result.flows[0].windows;
    CHECK(windows[2].success == 0);
    CHECK(windows[4].success == windows[4].offered);
    CHECK(tries_ended(result, fixture.edge, Outcome::blackholed) == 6);
}

TEST_CASE("reads go to the nearest live replica and do not notice") {
    DatabaseFixture fixture(whole_seconds(3), whole_seconds(8), false);
    const auto result = fixture.system.run();
    CHECK(count(result, Outcome::ok) == result.flows[0].slices[0].offered());
}

TEST_CASE("callers stay in their zone unless they spill and have seen it full themselves") {
    for (const auto spill : {models::SpillWhen::never, models::SpillWhen::full}) {
        TestSystem system(2);
        const auto front = system.add_service("front", milliseconds(0), 8, {0});
        const auto back = system.add_service("back", milliseconds(100), 1, {0, 1});
        system.model.services[1].spill_when = spill;
        system.add_step(front, {system.call(front, back)});
        system.add_users("people", front, 2, milliseconds(9'000));
        const auto result = system.run();
        const bool spills = spill == models::SpillWhen::full;
        CHECK(*result.flows[0].slices[0].latency.max() == (spills ? 100 : 200) * 1'000'000);
    }
}

TEST_CASE("a try that was answered with 503 is followed by one in another zone") {
    for (const auto spill : {models::SpillWhen::never, models::SpillWhen::full}) {
        TestSystem system(2);
        const auto front = system.add_service("front", milliseconds(0), 8, {0});
        const auto back = system.add_service("back", milliseconds(100), 4, {0, 1});
        system.model.services[1].spill_when = spill;
        system.model.services[1].queue = 0;
        // Someone else takes the four local slots for a second.
        system.add_users("others", back, 4, milliseconds(8'950));
        system.model.groups[0].entry = models::ServiceId{1};
        auto policy = TestSystem::retrying(1, sim::kForever, milliseconds(1));
        const auto spec = system.call(front, back, policy);
        system.add_step(front, {spec});
        system.add_users("people", front, 4, milliseconds(9'000));
        const auto result = system.run();
        const auto shed = tries_ended(result, spec.edge, Outcome::shed);
        const auto failed = count(result, Outcome::error, 1);
        CHECK(shed > 0);
        CHECK(failed == (spill == models::SpillWhen::full ? 0 : shed / 2));
    }
}
