#include "tests/catch.hpp"
#include "tests/mechanism/system.hpp"

using models::Outcome;
using sim::milliseconds;
using sim::whole_seconds;

namespace {

models::FaultTarget zone_of(const TestSystem& system, std::uint32_t zone) {
    models::FaultTarget target;
    target.zones = {models::ZoneId{zone}};
    for (std::uint32_t i = 0; i < system.model.topology.instances.size(); ++i) {
        if (system.model.topology.instances[i].zone.value == zone) {
            target.instances.push_back(models::InstanceId{i});
        }
    }
    return target;
}

/// A shop that loses its process (or its power) from 1 s to 2 s and restarts in 500 ms, while
/// something else is struck from 0 s to 4 s.
models::RunResult run_shop(const models::FaultEffect& loss,
                           const std::optional<models::FaultEffect>& other) {
    TestSystem system;
    const auto shop = system.add_service("shop", milliseconds(1));
    system.model.services[0].restart = milliseconds(500);
    system.add_fault(loss, system.instances_of(shop), whole_seconds(1), whole_seconds(1));
    if (other) {
        system.add_fault(*other, zone_of(system, 0), {}, whole_seconds(4));
        system.model.faults.back().target.instances.clear();
    }
    system.add_users("people", shop, 1, milliseconds(99));
    return system.run();
}

double capacity(const models::RunResult& result) { return result.services[0].capacity_s; }

}  // namespace

TEST_CASE("without a control plane nothing restarts until it is back") {
    using models::CapacityEffect;
    using models::ControlPlaneEffect;
    using models::CrashEffect;
    using models::DownEffect;
    CHECK(capacity(run_shop(CrashEffect{}, {})) == Approx(8.5));
    CHECK(capacity(run_shop(CrashEffect{}, ControlPlaneEffect{})) == Approx(6.5));
    CHECK(capacity(run_shop(DownEffect{}, ControlPlaneEffect{})) == Approx(6.5));
    // A process that crashed still has its machine; a machine that was lost has to be had anew.
    CHECK(capacity(run_shop(CrashEffect{}, CapacityEffect{})) == Approx(8.5));
    CHECK(capacity(run_shop(DownEffect{}, CapacityEffect{})) == Approx(6.5));
}

TEST_CASE("a zone that takes its control plane along keeps its database from failing over") {
    for (const bool takes : {false, true}) {
        TestSystem system(3);
        const auto front = system.add_service("front", milliseconds(0), 8, {1});
        const auto orders = system.add_service("orders", milliseconds(10), 8, {0, 1, 2});
        system.model.services[1].database =
            models::FailoverConfig{models::ZoneId{0}, {whole_seconds(1)}};
        system.model.services[1].restart = whole_seconds(5);
        system.model.endpoints[orders.value].write = true;
        auto policy = TestSystem::no_retries();
        policy.timeout = milliseconds(100);
        const auto spec = system.call(front, orders, policy);
        system.add_step(front, {spec});
        system.add_fault(models::DownEffect{}, zone_of(system, 0), whole_seconds(2),
                         whole_seconds(4));
        if (takes) system.model.faults.back().control = {models::ZoneId{0}};
        system.add_users("people", front, 1, milliseconds(90));
        const auto result = system.run();
        const auto& windows = result.flows[0].windows;
        INFO(takes);
        CHECK(windows[2].success == 0);
        // At 3 s, or at 6 s when there is somebody again to decide.
        CHECK((windows[4].success == windows[4].offered) == !takes);
        CHECK((windows[5].success == 0) == takes);
        CHECK(windows[7].success == windows[7].offered);
        CHECK(result.databases[1].failovers == 1);
    }
}

TEST_CASE("observers without a control plane believe what they believed") {
    for (const bool takes : {false, true}) {
        TestSystem system(2);
        const auto front = system.add_service("front", milliseconds(0), 8, {0});
        const auto back = system.add_service("back", milliseconds(1), 8, {0, 1});
        system.model.services[1].health_check =
            models::HealthCheckConfig{milliseconds(200), 1, 1, milliseconds(100), false};
        system.model.services[1].routing = models::AnyZone{};
        auto policy = TestSystem::no_retries();
        policy.timeout = milliseconds(50);
        const auto spec = system.call(front, back, policy);
        system.add_step(front, {spec});
        models::FaultTarget other;
        other.instances = {models::InstanceId{2}};
        system.add_fault(models::DownEffect{}, other, whole_seconds(1), whole_seconds(20));
        if (takes) {
            models::FaultTarget zone;
            zone.zones = {models::ZoneId{0}};
            system.add_fault(models::ControlPlaneEffect{}, zone, {}, whole_seconds(5));
        }
        system.add_users("people", front, 1, milliseconds(19));
        const auto result = system.run();
        const auto& windows = result.flows[0].windows;
        INFO(takes);
        CHECK((windows[3].success == windows[3].offered) == !takes);
        CHECK(windows[8].success == windows[8].offered);
    }
}
