// Corners where the engine once went wrong, each as the smallest system that shows it.
#include "tests/catch.hpp"
#include "tests/effort.hpp"
#include "tests/mechanism/system.hpp"

using models::Outcome;
using sim::milliseconds;
using sim::whole_seconds;

TEST_CASE("users who do not think do not stop the clock when nothing answers") {
    TestSystem system;
    const auto shop = system.add_service("shop", milliseconds(1));
    system.model.services[0].health_check =
        models::HealthCheckConfig{milliseconds(100), 1, 1, milliseconds(50), false};
    system.add_fault(models::CrashEffect{}, system.instances_of(shop), whole_seconds(1),
                     whole_seconds(8));
    system.add_users("people", shop, 1, sim::Duration{});
    const auto result = system.run();
    CHECK(!result.stopped);
    const auto failed = count(result, Outcome::no_healthy_instance);
    CHECK(failed > 7'000);  // one a millisecond
    CHECK(failed < 9'001);
}

TEST_CASE("draws longer than any run end it nowhere: the event never comes") {
    TestSystem system;
    const auto shop = system.add_service("shop", milliseconds(1), 8);
    system.model.endpoints[shop.value].latency = sim::constant_distribution(sim::kForever);
    system.model.topology.delays = {sim::constant_distribution(sim::kForever - whole_seconds(1))};
    auto policy = TestSystem::no_retries();
    policy.timeout = milliseconds(500);
    system.add_users("people", shop, 1, whole_seconds(4), policy);
    system.model.groups[0].access = whole_seconds(3'600);
    CHECK(count(system.run(), Outcome::timeout) == 2);
    system.model.topology.delays = {sim::constant_distribution({})};
    system.model.groups[0].access = {};
    CHECK(count(system.run(), Outcome::timeout) == 2);
    system.add_fault(models::DelayEffect{whole_seconds(9)}, system.instances_of(shop),
                     whole_seconds(0), whole_seconds(9));
    CHECK(count(system.run(), Outcome::timeout) == 2);
}

TEST_CASE("any number of faults may slow one instance") {
    TestSystem system;
    const auto shop = system.add_service("shop", sim::Duration{});
    for (int i = 0; i < 60; ++i) {
        system.add_fault(models::SlowEffect{1e6}, system.instances_of(shop), whole_seconds(1),
                         whole_seconds(8));
    }
    system.add_users("people", shop, 1, whole_seconds(2));
    CHECK(count(system.run(), Outcome::ok) == 4);  // no work stays no work
}

TEST_CASE("more than a million users, and more than may be pending") {
    if (tests::kSanitized) return;  // fewer do the same
    TestSystem system;
    const auto shop = system.add_service("shop", sim::Duration{}, 1'000'000);
    system.add_users("people", shop, (1U << 20) + 10, whole_seconds(6));
    CHECK(count(system.run(), Outcome::ok) == (1U << 20) + 10);
    system.model.groups[0].users = 10'000'000;
    const auto stopped = system.run().stopped;
    REQUIRE(stopped);
    CHECK(stopped->limit == "pending events");
}

TEST_CASE("a probe that is still out when all is quiet again does not blind its checker for ever") {
    TestSystem system;
    const auto shop = system.add_service("shop", milliseconds(1), 8);
    system.model.services[0].health_check =
        models::HealthCheckConfig{milliseconds(100), 1, 1, milliseconds(950), false};
    system.model.services[0].restart = sim::Duration{};
    system.add_fault(models::DownEffect{}, system.instances_of(shop), whole_seconds(2),
                     milliseconds(300));
    auto policy = TestSystem::no_retries();
    policy.timeout = milliseconds(50);
    system.add_users("people", shop, 1, milliseconds(99), policy);
    const auto result = system.run();
    CHECK(count(result, Outcome::no_healthy_instance) > 0);
    const auto& last = result.flows[0].windows[9];
    CHECK(last.success == last.offered);
}

TEST_CASE("a replica too far for the check's timeout is unhealthy from the start, faults or not") {
    TestSystem system(2, milliseconds(80));
    const auto front = system.add_service("front", milliseconds(0), 8, {0});
    const auto back = system.add_service("back", milliseconds(1), 8, {1});
    system.model.services[1].health_check =
        models::HealthCheckConfig{milliseconds(500), 2, 1, milliseconds(100), false};
    const auto spec = system.call(front, back);
    system.add_step(front, {spec});
    system.add_users("people", front, 1, milliseconds(500));
    const auto result = system.run();
    CHECK(result.edges[spec.edge].calls > 0);
    CHECK(tries_ended(result, spec.edge, Outcome::ok) == 0);
}

TEST_CASE("a failover that came too late is not tried again while the role is open") {
    TestSystem system(3);
    const auto orders = system.add_service("orders", milliseconds(1), 8, {0, 1, 2});
    auto& config = system.model.services[0];
    config.database = models::FailoverConfig{models::ZoneId{0}, milliseconds(500)};
    config.restart = milliseconds(400);
    system.model.endpoints[orders.value].write = true;
    const auto replica = [](std::uint32_t i) {
        models::FaultTarget target;
        target.instances = {models::InstanceId{i}};
        return target;
    };
    // All are down at 1.5 s, when the role should move. The old primary is hit a second time while
    // it restarts (2.2 s), replica 2 comes first (2.4 s) and takes the role; 1 is back at 2.6 s.
    system.add_fault(models::CrashEffect{}, replica(0), whole_seconds(1), whole_seconds(1));
    system.add_fault(models::CrashEffect{}, replica(0), milliseconds(2'200), whole_seconds(7));
    system.add_fault(models::CrashEffect{}, replica(1), whole_seconds(1), milliseconds(1'200));
    system.add_fault(models::CrashEffect{}, replica(2), whole_seconds(1), whole_seconds(1));
    // From 5 s on the role's holder is down: who it is shows in what fails.
    system.add_fault(models::CrashEffect{}, replica(2), whole_seconds(5), milliseconds(50));
    system.add_users("people", orders, 1, milliseconds(99));
    const auto result = system.run();
    const auto& windows = result.flows[0].windows;
    CHECK(windows[3].success == windows[3].offered);
    CHECK(windows[5].success + 4 <= windows[5].offered);
}

TEST_CASE("resets reach their callers in an order that strangers do not change") {
    const auto latencies = [](bool with_strangers) {
        TestSystem system;
        const auto shop = system.add_service("shop", milliseconds(30), 4, {0});
        system.model.endpoints[shop.value].latency = {sim::ExponentialDistribution{0.03}};
        system.model.services[0].restart = sim::Duration{};
        for (int second = 1; second < 9; ++second) {
            system.add_fault(models::CrashEffect{}, system.instances_of(shop),
                             whole_seconds(second), milliseconds(1));
        }
        auto policy = TestSystem::retrying(3, sim::kForever, milliseconds(20));
        policy.retry_on = models::default_retry_on();
        policy.retry_budget = models::WindowedTokensBudget{0.05, whole_seconds(1), 1};
        system.add_users("people", shop, 12, milliseconds(7), policy);
        if (with_strangers) {
            const auto other = system.add_service("other", milliseconds(11), 64);
            system.add_users("strangers", other, 9, milliseconds(3));
        }
        return system.run().flows[0].slices[0].latency;
    };
    CHECK(latencies(false) == latencies(true));
}

TEST_CASE("a retry budget next to nothing is no retry, not any number of them") {
    TestSystem system;
    const auto shop = system.add_service("shop", milliseconds(1), 64);
    system.model.endpoints[0].error_share = 1.0;
    auto policy = TestSystem::retrying(3, sim::kForever, milliseconds(1));
    policy.retry_budget = models::WindowedTokensBudget{1e-18, whole_seconds(10), 0};
    system.add_users("people", shop, 40, milliseconds(9'000), policy);
    const auto result = system.run();
    CHECK(result.edges[0].tries == 40);
    CHECK(result.edges[0].retries_denied == 40);
}

TEST_CASE("what a request still causes after its end is not charged to another group's request") {
    // Both groups number their requests alike. The impatient leave 5 ms after they came, and the
    // others, who come then, get the record; the impatient one's server calls on.
    TestSystem system;
    const auto front = system.add_service("front", milliseconds(10), 64);
    const auto back = system.add_service("back", milliseconds(1), 64);
    const auto other = system.add_service("other", milliseconds(50), 64);
    system.add_step(front, {system.call(front, back)});
    system.add_users("impatient", front, 1, milliseconds(9'000));
    system.model.groups[0].patience = milliseconds(5);
    system.add_users("others", other, 1, milliseconds(9'006));
    const auto result = system.run();
    CHECK(count(result, Outcome::abandoned, 0) == 1);
    CHECK(count(result, Outcome::ok, 1) == 1);
    CHECK(result.flows[1].slices[0].tries == 1);  // its own call and no other
    CHECK(result.flows[1].slices[0].calls == 1);
}
