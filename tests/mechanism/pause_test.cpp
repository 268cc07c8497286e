// An instance at which nothing moves and nothing is lost, to the nanosecond.
#include "tests/catch.hpp"
#include "tests/mechanism/system.hpp"

using models::Outcome;
using sim::milliseconds;
using sim::whole_seconds;

namespace {

double seconds(std::optional<std::int64_t> ns) { return static_cast<double>(ns.value()) * 1e-9; }

void pause(TestSystem& system, models::EndpointId where, std::int64_t at_ms, std::int64_t for_ms) {
    system.add_fault(models::PauseEffect{}, system.instances_of(where), milliseconds(at_ms),
                     milliseconds(for_ms));
}

/// front (no own work, 8 slots) asks back (10 ms) 5 ms away.
struct TwoServices {
    TestSystem system{1, milliseconds(5)};
    models::EndpointId front = system.add_service("front", milliseconds(0), 8);
    models::EndpointId back = system.add_service("back", milliseconds(10), 8);
    models::CallSpec spec;

    explicit TwoServices(models::CallPolicy policy = TestSystem::no_retries()) {
        spec = system.call(front, back, std::move(policy));
        system.add_step(front, {spec});
        system.add_users("people", front, 1, whole_seconds(1));
        system.model.duration = milliseconds(2'900);
        system.model.drain = whole_seconds(3);
    }
};

}  // namespace

TEST_CASE("work in progress goes on after a pause with what was left of it") {
    for (const std::uint32_t cores : {0U, 1U}) {
        TestSystem system;
        const auto shop = system.add_service("shop", milliseconds(100), 8);
        system.model.services[0].server.cores = cores;
        pause(system, shop, 1'030, 2'000);
        system.add_users("people", shop, 1, whole_seconds(1));
        system.model.duration = milliseconds(3'500);
        const auto result = system.run();
        CHECK(count(result, Outcome::ok) == 1);
        CHECK(*result.flows[0].slices[0].latency.max() == 2'100'000'000);
        CHECK(result.services[0].busy_s == Approx(2.1));
        CHECK(result.services[0].work_done_s == Approx(0.1));
    }
}

TEST_CASE("two jobs on one core share it after a pause as before") {
    TestSystem system;
    const auto shop = system.add_service("shop", milliseconds(100), 8);
    system.model.services[0].server.cores = 1;
    pause(system, shop, 1'040, 500);
    pause(system, shop, 1'600, 250);
    system.add_users("people", shop, 2, whole_seconds(1));
    system.model.duration = milliseconds(1'950);
    const auto result = system.run();
    CHECK(count(result, Outcome::ok) == 2);
    CHECK(*result.flows[0].slices[0].latency.max() == 950'000'000);  // 200 ms and both pauses
    CHECK(*result.flows[0].slices[0].latency.min() == 950'000'000);
}

TEST_CASE("messages wait at the door, and a nanosecond more or less decides nothing else") {
    TestSystem system(1, milliseconds(5));
    const auto shop = system.add_service("shop", milliseconds(100), 1);
    pause(system, shop, 1'000, 400);
    const auto edge = system.add_users("people", shop, 2, whole_seconds(1));
    system.model.duration = milliseconds(1'900);
    system.model.drain = whole_seconds(1);
    // both arrive at 1.005 and get in at 1.4: one works until 1.5, the other until 1.6
    const auto result = system.run();
    CHECK(result.edges[edge].tries == 2);
    CHECK(result.services[0].arrivals == 2);
    CHECK(*result.flows[0].slices[0].latency.min() == 505'000'000);
    CHECK(*result.flows[0].slices[0].latency.max() == 605'000'000);
}

TEST_CASE("a paused caller sees its reply before its timer, and answers when it resumes") {
    TwoServices two([] {
        auto policy = TestSystem::no_retries();
        policy.timeout = milliseconds(50);
        return policy;
    }());
    pause(two.system, two.front, 1'010, 1'000);
    const auto result = two.system.run();
    // the reply came at 1.025, the timer at 1.055; both wait until 2.010
    CHECK(tries_ended(result, two.spec.edge, Outcome::ok) == 1);
    CHECK(seconds(result.flows[0].slices[0].latency.max()) == Approx(1.010 + 0.005));
}

TEST_CASE("a caller that is paused notices late that its time is up, and retries then") {
    auto policy = TestSystem::retrying(1, milliseconds(50), milliseconds(100));
    TwoServices two(policy);
    pause(two.system, two.front, 1'010, 1'000);
    models::FaultTarget call;
    call.traffic = {models::traffic_between(two.system.model.topology, models::ServiceId{0},
                                            models::ServiceId{1})};
    two.system.add_fault(models::LoseEffect{}, call, {}, milliseconds(1'500));
    two.system.model.policies[two.spec.policy].retry_on.add(models::RetryCondition::timeout);
    const auto result = two.system.run();
    // lost at 1.005; timer seen at 2.010, retry at 2.110, reply at 2.130
    CHECK(tries_ended(result, two.spec.edge, Outcome::blackholed) == 1);
    CHECK(tries_ended(result, two.spec.edge, Outcome::ok) == 1);
    CHECK(seconds(result.flows[0].slices[0].latency.max()) == Approx(1.130 + 0.005));
}

TEST_CASE("a retry whose time has passed during a pause ends at once") {
    auto policy = TestSystem::retrying(3, milliseconds(50), milliseconds(100));
    policy.timeout = milliseconds(300);
    policy.retry_on.add(models::RetryCondition::timeout);
    TwoServices two(policy);
    models::FaultTarget call;
    call.traffic = {models::traffic_between(two.system.model.topology, models::ServiceId{0},
                                            models::ServiceId{1})};
    two.system.add_fault(models::LoseEffect{}, call, {}, milliseconds(1'500));
    pause(two.system, two.front, 1'100, 1'000);  // in the backoff, which ends at 1.155
    const auto result = two.system.run();
    CHECK(result.edges[two.spec.edge].tries == 2);
    CHECK(count(result, Outcome::error) == 1);
    CHECK(tries_ended(result, two.spec.edge, Outcome::timeout) == 1);  // not one was waited for
    CHECK(result.services[0].busy_s == Approx(1.095));                 // until 2.1
}

TEST_CASE("probes get no answer from a paused replica") {
    TestSystem system(2, milliseconds(1));
    const auto shop = system.add_service("shop", milliseconds(1), 8, {0, 1});
    system.model.services[0].health_check =
        models::HealthCheckConfig{milliseconds(100), 1, 1, milliseconds(50), false};
    models::FaultTarget one;
    one.instances = {models::InstanceId{0}};
    system.add_fault(models::PauseEffect{}, one, whole_seconds(2), whole_seconds(4));
    auto policy = TestSystem::no_retries();
    policy.timeout = milliseconds(60);
    const auto edge = system.add_users("people", shop, 1, milliseconds(10), policy);
    const auto result = system.run();
    // The first failed probe is known at most 151 ms after 2.0: at most three tries find nobody.
    CHECK(tries_ended(result, edge, Outcome::timeout) >= 1);
    CHECK(tries_ended(result, edge, Outcome::timeout) <= 3);
    CHECK(result.flows[0].windows[4].success == result.flows[0].windows[4].offered);
}

TEST_CASE("what waits at the door of a paused process is reset when the process is killed") {
    TestSystem system(1, milliseconds(5));
    const auto shop = system.add_service("shop", milliseconds(100), 1);
    system.model.services[0].restart = milliseconds(10);
    pause(system, shop, 1'000, 800);
    system.add_fault(models::CrashEffect{}, system.instances_of(shop), milliseconds(1'200),
                     milliseconds(100));
    const auto edge = system.add_users("people", shop, 1, whole_seconds(1));
    system.model.duration = milliseconds(2'900);
    const auto result = system.run();
    CHECK(tries_ended(result, edge, Outcome::reset) == 1);  // known at 1.205
    CHECK(tries_ended(result, edge, Outcome::ok) == 1);     // asked at 2.205: it booted at 1.8
    CHECK(result.services[0].capacity_s == Approx(2.9 - 0.6));
}

TEST_CASE("a pause that ends when nothing was there to wait leaves no trace") {
    TwoServices plain;
    TwoServices paused;
    pause(paused.system, paused.back, 200, 500);
    const auto expected = plain.system.run();
    const auto result = paused.system.run();
    CHECK(*result.flows[0].slices[0].latency.max() == *expected.flows[0].slices[0].latency.max());
    CHECK(result.events == expected.events + 2);
}
