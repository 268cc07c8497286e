// What probes see, and what callers make of it.
#include "tests/catch.hpp"
#include "tests/mechanism/system.hpp"

using models::Outcome;
using sim::milliseconds;
using sim::whole_seconds;

namespace {

models::HealthCheckConfig quick() { return {milliseconds(100), 1, 1, milliseconds(50), false}; }

/// Customers ask front in two zones, which needs the only replica of a database.
struct FrontAndDatabase {
    TestSystem system{2, milliseconds(1)};
    models::EndpointId front = system.add_service("front", milliseconds(1), 8, {0, 1});
    models::EndpointId database = system.add_service("db", milliseconds(1), 8);
    models::CallSpec spec;

    explicit FrontAndDatabase(const models::HealthCheckConfig& check, bool optional = false) {
        auto policy = TestSystem::no_retries();
        policy.timeout = milliseconds(20);
        spec = system.call(front, database, policy);
        spec.optional = optional;
        system.add_step(front, {spec});
        system.model.services[0].health_check = check;
        system.model.services[1].restart = milliseconds(10);
        system.add_fault(models::DownEffect{}, system.instances_of(database), whole_seconds(2),
                         whole_seconds(4));
        system.add_users("people", front, 2, milliseconds(10));
    }
};

/// Two replicas, one of which the fault strikes from 2 to 6 s.
models::RunResult two_replicas(const models::HealthCheckConfig& check,
                               const models::FaultEffect& effect, bool seen) {
    TestSystem system(2, milliseconds(1));
    const auto shop = system.add_service("shop", milliseconds(1), 8, {0, 1});
    system.model.services[0].health_check = check;
    system.model.services[0].restart = milliseconds(500);
    models::FaultTarget one;
    one.instances = {models::InstanceId{0}};
    system.add_fault(effect, one, whole_seconds(2), whole_seconds(4));
    system.model.faults.back().seen_by_checks = seen;
    auto policy = TestSystem::no_retries();
    policy.timeout = milliseconds(60);
    system.add_users("people", shop, 2, milliseconds(10), policy);
    return system.run();
}

std::uint32_t lost_in(const models::RunResult& result, std::size_t from, std::size_t to) {
    std::uint32_t lost = 0;
    for (auto i = from; i < to; ++i) {
        lost += static_cast<std::uint32_t>(result.flows[0].windows[i].offered -
                                           result.flows[0].windows[i].success);
    }
    return lost;
}

}  // namespace

TEST_CASE("deep checks turn the loss of one dependency into the loss of everything") {
    auto deep = quick();
    deep.kind = models::CheckDepth::deep;
    FrontAndDatabase shallow_system(quick());
    FrontAndDatabase deep_system(deep);
    const auto shallow = shallow_system.system.run();
    const auto result = deep_system.system.run();
    CHECK(count(shallow, Outcome::no_healthy_instance) == 0);
    CHECK(count(result, Outcome::no_healthy_instance) > 100);
    // The database is spared once both are out of use: the last calls leave before 2.0 + 0.16 s.
    CHECK(tries_ended(result, deep_system.spec.edge, Outcome::blackholed) < 20);
    CHECK(tries_ended(shallow, shallow_system.spec.edge, Outcome::blackholed) > 200);
    CHECK(lost_in(result, 7, 10) == 0);
}

TEST_CASE("deep checks that fail open, or whose dependency is optional, do no harm") {
    auto open = quick();
    open.kind = models::CheckDepth::deep;
    FrontAndDatabase spared(open, true);
    CHECK(count(spared.system.run(), Outcome::no_healthy_instance) == 0);
    open.fail_open = true;
    FrontAndDatabase opened(open);
    CHECK(count(opened.system.run(), Outcome::no_healthy_instance) == 0);
}

TEST_CASE("a fault that checks do not see keeps its replica in use") {
    for (const models::FaultEffect& effect :
         std::vector<models::FaultEffect>{models::DownEffect{}, models::CrashEffect{},
                                          models::PauseEffect{}, models::StopEffect{}}) {
        const auto open = two_replicas(quick(), effect, true);
        const auto hidden = two_replicas(quick(), effect, false);
        CHECK(lost_in(open, 3, 6) == 0);
        CHECK(lost_in(hidden, 3, 6) > 20);
        CHECK(lost_in(open, 0, 1) + lost_in(hidden, 0, 1) == 0);
    }
}

TEST_CASE("with less than a share of them healthy callers use all replicas") {
    const auto lost = [](double below) {
        TestSystem system(4, milliseconds(1));
        const auto shop = system.add_service("shop", milliseconds(1), 8, {0, 1, 2, 3});
        system.model.services[0].health_check = quick();
        system.model.services[0].health_check->fail_open_below = below;
        models::FaultTarget three;
        three.instances = {models::InstanceId{0}, models::InstanceId{1}, models::InstanceId{2}};
        system.add_fault(models::CrashEffect{}, three, whole_seconds(2), whole_seconds(4));
        system.add_users("people", shop, 2, milliseconds(10));
        return lost_in(system.run(), 3, 6);
    };
    CHECK(lost(0) == 0);
    CHECK(lost(0.25) == 0);  // a quarter is not less than a quarter
    CHECK(lost(0.5) > 100);
}

TEST_CASE("a probe that needs a slot fails at an overloaded replica, and passes at an idle one") {
    const auto refused = [](bool needs_slot, std::uint32_t users) {
        TestSystem system;
        const auto shop = system.add_service("shop", milliseconds(300), 1);
        auto check = quick();
        check.needs_slot = needs_slot;
        check.timeout = milliseconds(400);
        check.interval = milliseconds(500);
        system.model.services[0].health_check = check;
        system.add_users("people", shop, users, milliseconds(10));
        return count(system.run(), Outcome::no_healthy_instance);
    };
    CHECK(refused(false, 4) == 0);
    CHECK(refused(true, 1) == 0);  // at most 300 ms
    CHECK(refused(true, 4) > 0);   // behind three others
}

TEST_CASE("a replica that has started is asked later, and used later") {
    const auto back_after = [](sim::Duration delay) {
        TestSystem system(1, milliseconds(1));
        const auto shop = system.add_service("shop", milliseconds(1), 8);
        system.model.services[0].health_check = quick();
        system.model.services[0].health_check->initial_delay = delay;
        system.model.services[0].restart = milliseconds(1);
        system.add_fault(models::DownEffect{}, system.instances_of(shop), whole_seconds(2),
                         whole_seconds(1));
        auto policy = TestSystem::no_retries();
        policy.timeout = milliseconds(60);
        system.add_users("people", shop, 1, milliseconds(10), policy);
        return count(system.run(), Outcome::no_healthy_instance);
    };
    const auto soon = back_after({});
    const auto late = back_after(whole_seconds(2));
    CHECK(soon > 70);
    CHECK(late - soon >= 199);  // 2 s of a call each 10 ms, give or take one probe
    CHECK(late - soon <= 211);
}

TEST_CASE("probes that jitter find the same, and nothing changes while nothing is wrong") {
    auto jittering = quick();
    jittering.jitter = milliseconds(80);
    const auto result = two_replicas(jittering, models::CrashEffect{}, true);
    CHECK(lost_in(result, 3, 6) == 0);
    CHECK(lost_in(result, 2, 3) > 0);
    TestSystem plain(1, milliseconds(1));
    const auto shop = plain.add_service("shop", milliseconds(1), 8);
    plain.add_users("people", shop, 1, milliseconds(10));
    plain.model.services[0].health_check = quick();
    const auto without = plain.run().fingerprint;
    plain.model.services[0].health_check = jittering;
    CHECK(plain.run().fingerprint == without);
}
