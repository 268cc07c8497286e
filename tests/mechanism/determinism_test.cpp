#include "tests/catch.hpp"
#include "tests/mechanism/allocations.hpp"
#include "tests/mechanism/system.hpp"

namespace {

/// A retrying client in front of a busy queue: open arrivals, timeouts, late replies.
TestSystem busy_system(std::int64_t duration_s) {
    TestSystem system(1, sim::microseconds(300));
    const auto front = system.add_service("front", sim::milliseconds(1), 64);
    const auto back = system.add_service("back", sim::milliseconds(10), 8);
    system.model.endpoints[back.value].latency = {sim::ExponentialDistribution{0.010}};
    system.model.services[1].queue = 50;
    auto policy = TestSystem::retrying(2, sim::milliseconds(50), sim::milliseconds(5));
    policy.backoff = models::ExponentialBackoff{};
    system.add_step(front, {system.call(front, back, policy)});
    system.add_users("people", front, 0, sim::Duration{});
    system.model.groups[0].rate_per_s = 500;
    system.model.duration = sim::whole_seconds(duration_s);
    system.model.warmup = sim::whole_seconds(5);
    return system;
}

}  // namespace

TEST_CASE("the same key repeats the trajectory, another replication does not") {
    auto system = busy_system(20);
    const auto first = system.run(0);
    const auto again = system.run(0);
    const auto other = system.run(1);
    CHECK(first.fingerprint == again.fingerprint);
    CHECK(first.events == again.events);
    CHECK(first.flows[0].slices[0].latency == again.flows[0].slices[0].latency);
    CHECK(first.fingerprint != other.fingerprint);
}

// A run of 80 s makes no more allocations than one of 20 s: the steady state makes none.
TEST_CASE("the steady state allocates nothing") {
    auto shorter = busy_system(20);
    auto longer = busy_system(80);
    const auto measure = [](TestSystem& system) {
        const auto before = allocations_so_far();
        const auto result = system.run();
        return std::pair{allocations_so_far() - before, result.events};
    };
    const auto [few, few_events] = measure(shorter);
    const auto [more, more_events] = measure(longer);
    CHECK(more_events > 3 * few_events);
    CHECK(few > 0);  // the counter works
    CHECK(more <= few);
}

TEST_CASE("what a change does not touch keeps its draws: an unused retry differs by nothing") {
    auto plain = busy_system(20);
    plain.model.groups[0].rate_per_s = 50;  // no timeouts, nothing shed
    for (auto& policy : plain.model.policies) policy.per_try_timeout = sim::whole_seconds(5);
    auto changed = plain;
    for (auto& policy : changed.model.policies) {
        policy.backoff = models::ConstantBackoff{};
        policy.retries = policy.retries > 0 ? 7 : 0;
    }
    const auto a = plain.run();
    const auto b = changed.run();
    CHECK(a.edges[0].tries == a.edges[0].calls);
    CHECK(a.fingerprint == b.fingerprint);
}

TEST_CASE("a fault changes nothing before it strikes") {
    auto calm = busy_system(20);
    calm.model.groups[0].rate_per_s = 300;
    auto hit = calm;
    models::FaultTarget target;
    target.instances = {models::InstanceId{1}};
    hit.add_fault(models::DownEffect{}, target, sim::whole_seconds(10), sim::whole_seconds(3));
    const auto a = calm.run();
    const auto b = hit.run();
    for (std::size_t second = 0; second < 9; ++second) {
        CHECK(a.flows[0].windows[second].success == b.flows[0].windows[second].success);
        CHECK(a.flows[0].windows[second].latency_sum_s == b.flows[0].windows[second].latency_sum_s);
    }
    CHECK(b.flows[0].windows[11].success < a.flows[0].windows[11].success);
}

// Whatever the luck and however faults overlap, every request ends in exactly one outcome (the
// engine asserts it), levels return to what they were, and nothing is counted twice.
TEST_CASE("random faults break no invariant") {
    for (std::uint32_t replication = 0; replication < 30; ++replication) {
        auto system = busy_system(20);
        system.model.services[1].health_check = models::HealthCheckConfig{};
        system.model.services[1].restart = sim::milliseconds(700);
        sim::KeyedRng rng(sim::RngStream(replication, 0, "faults", "test"), 0, 0);
        for (int i = 0; i < 6; ++i) {
            models::FaultTarget target;
            target.instances = {models::InstanceId{rng.below(2)}};
            if (rng.below(3) == 0) target.zones = {models::ZoneId{0}};
            models::FaultEffect effect = models::DownEffect{};
            const auto kind = rng.below(5);
            if (kind == 1) effect = models::CrashEffect{};
            if (kind == 2) effect = models::SlowEffect{3};
            if (kind == 3) effect = models::ErrorsEffect{0.4};
            if (kind == 4) effect = models::DelayEffect{sim::milliseconds(30)};
            system.add_fault(effect, target, sim::milliseconds(rng.below(15'000)),
                             sim::milliseconds(1 + rng.below(5'000)));
        }
        const auto result = system.run(replication);
        for (const auto& service : result.services) {
            CHECK(service.busy_s <= service.capacity_s + 1e-9);
            CHECK(service.working_s <= service.busy_s + 1e-9);
            CHECK(service.wasted_s <= service.work_done_s + 1e-9);
            CHECK(service.capacity_s <= 64 * 20 + 1e-9);
            CHECK(service.queued_s >= 0);
        }
    }
}
