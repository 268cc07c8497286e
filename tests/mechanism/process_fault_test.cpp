// Processes that hang, leak, drain, wear out, come back slowly: to the nanosecond.
#include "tests/catch.hpp"
#include "tests/mechanism/system.hpp"

using models::Outcome;
using sim::milliseconds;
using sim::whole_seconds;

namespace {

std::int64_t slowest(const models::RunResult& result) {
    return *result.flows[0].slices[0].latency.max();
}
std::int64_t fastest(const models::RunResult& result) {
    return *result.flows[0].slices[0].latency.min();
}

/// One replica with the given slots; users who think for a second.
struct Shop {
    TestSystem system;
    models::EndpointId shop;
    std::uint32_t edge = 0;

    Shop(std::int64_t work_ms, std::uint32_t slots, std::uint32_t users,
         sim::Duration think = whole_seconds(1), sim::Duration network = {})
        : system(1, network), shop(system.add_service("shop", milliseconds(work_ms), slots)) {
        edge = system.add_users("people", shop, users, think);
    }
    void fault(const models::FaultEffect& effect, std::int64_t at_ms, std::int64_t for_ms) {
        system.add_fault(effect, system.instances_of(shop), milliseconds(at_ms),
                         milliseconds(for_ms));
    }
    models::ServiceConfig& config() { return system.model.services[0]; }
    models::RunResult run(std::int64_t length_ms) {
        system.model.duration = milliseconds(length_ms);
        return system.run();
    }
};

}  // namespace

TEST_CASE("an idle worker that hangs is lost at once, until the process restarts") {
    for (const bool restarts : {false, true}) {
        Shop shop(100, 2, 2);
        shop.config().restart = milliseconds(50);
        shop.fault(models::HangEffect{0, 1}, 200, 100);
        if (restarts) shop.fault(models::CrashEffect{}, 500, 100);
        const auto result = shop.run(1'900);
        CHECK(count(result, Outcome::ok) == 2);
        CHECK(fastest(result) == 100'000'000);
        CHECK(slowest(result) == (restarts ? 100'000'000 : 200'000'000));
        // held by the deadlock from 0.2 to the end, or to 0.5
        CHECK(result.services[0].busy_s == Approx(0.2 + (restarts ? 0.3 : 1.7)));
    }
}

TEST_CASE("a busy worker that hangs ends its request first") {
    for (const auto holds : {models::Holds::while_calling, models::Holds::own_work}) {
        for (const std::uint32_t cores : {0U, 8U}) {
            Shop shop(100, 2, 2);
            shop.config().holds = holds;
            shop.config().server.cores = cores;
            shop.fault(models::HangEffect{0.5}, 1'050, 100);
            const auto result = shop.run(3'100);
            CHECK(count(result, Outcome::ok) == 4);  // at 1.1 twice, 2.2 and 2.3
            CHECK(fastest(result) == 100'000'000);
            CHECK(slowest(result) == 200'000'000);
        }
    }
}

TEST_CASE("workers that hang one after the other: a staircase down to nothing") {
    Shop shop(10, 4, 1, milliseconds(600));
    shop.system.model.groups[0].patience = milliseconds(100);
    shop.fault(models::HangEffect{0.25, 0, whole_seconds(1)}, 0, 3'500);
    const auto result = shop.run(6'000);
    CHECK(count(result, Outcome::ok) == 4);         // 0.6, 1.21, 1.82, 2.43; then nobody is left
    CHECK(count(result, Outcome::abandoned) == 5);  // 3.04 to 5.84
    CHECK(result.services[0].busy_s == Approx(6 + 5 + 4 + 3 + 4 * 0.01));
}

TEST_CASE("connections that are not given back: the pool is empty, a restart fills it") {
    TestSystem system;
    const auto front = system.add_service("front", milliseconds(0), 8);
    const auto back = system.add_service("back", milliseconds(10), 8);
    auto policy = TestSystem::no_retries();
    policy.pool.emplace();
    policy.pool->connections = 2;
    policy.pool->acquire_timeout = milliseconds(50);
    const auto spec = system.call(front, back, policy);
    system.add_step(front, {spec});
    system.add_users("people", front, 1, whole_seconds(1));
    models::FaultTarget call;
    call.traffic = {
        models::traffic_between(system.model.topology, models::ServiceId{0}, models::ServiceId{1})};
    system.add_fault(models::LeakEffect{1.0}, call, {}, milliseconds(5'500));
    system.model.services[0].restart = milliseconds(100);
    system.add_fault(models::CrashEffect{}, system.instances_of(front), milliseconds(5'600),
                     milliseconds(100));
    const auto result = system.run();
    // ok at 1 and 2 s, none at 3.0, 4.1 and 5.1; from 6.2 on all is well
    CHECK(tries_ended(result, spec.edge, Outcome::ok) == 6);
    CHECK(tries_ended(result, spec.edge, Outcome::pool_timeout) == 3);
    CHECK(result.services[1].arrivals == 6);
}

TEST_CASE("a drained replica resets what is left after its time, and starts again afterwards") {
    Shop shop(300, 2, 1, whole_seconds(1), milliseconds(5));
    shop.config().restart = milliseconds(50);
    shop.fault(models::StopEffect{milliseconds(100)}, 1'100, 1'000);
    const auto result = shop.run(2'900);
    CHECK(tries_ended(result, shop.edge, Outcome::reset) == 1);        // known at 1.205
    CHECK(count(result, Outcome::ok) == 1);                            // asked at 2.205
    CHECK(result.services[0].capacity_s == Approx(2 * (2.9 - 0.95)));  // off from 1.2 to 2.15
}

TEST_CASE("what ends before the drain does is answered, and an empty process ends all the same") {
    Shop shop(300, 2, 1);
    shop.config().restart = milliseconds(50);
    shop.fault(models::StopEffect{milliseconds(250)}, 1'100, 600);
    const auto result = shop.run(2'000);
    CHECK(count(result, Outcome::ok) == 1);
    CHECK(result.services[0].capacity_s == Approx(2 * (2.0 - 0.4)));  // off from 1.35 to 1.75
}

TEST_CASE("callers learn of a stop when it is deregistered, and of its end at once") {
    for (const bool told : {false, true}) {
        TestSystem system(2);
        const auto front = system.add_service("front", milliseconds(0), 8);
        const auto back = system.add_service("back", milliseconds(10), 8, {0, 1});
        const auto spec = system.call(front, back);
        system.add_step(front, {spec});
        system.add_users("people", front, 1, milliseconds(90));
        models::FaultTarget near;
        near.instances = {models::InstanceId{1}};
        models::StopEffect stop;
        if (told) stop.deregister = milliseconds(500);
        system.add_fault(stop, near, milliseconds(1'000), milliseconds(3'000));
        system.add_fault(models::CrashEffect{}, near, milliseconds(6'000), milliseconds(4'000));
        const auto result = system.run();
        // Refused every 90 ms, from 1.0 to 1.5 or to 4.0, and from 6.0 on, so it was asked again.
        const auto refused = tries_ended(result, spec.edge, Outcome::refused);
        CHECK(refused >= (told ? 5 + 44 : 33 + 44));
        CHECK(refused <= (told ? 6 + 45 : 34 + 45));
    }
}

TEST_CASE("memory that leaks with requests: at the limit the process is killed and starts empty") {
    Shop shop(100, 2, 1);
    shop.config().restart = milliseconds(500);
    shop.fault(models::MemoryEffect{3, 1}, 0, 10'000);
    const auto result = shop.run(7'000);
    // work begins at 1.0, 2.1 and 3.2, which is too much; again at 4.2, 5.3 and 6.4
    CHECK(tries_ended(result, shop.edge, Outcome::reset) == 2);
    CHECK(count(result, Outcome::ok) == 4);
    CHECK(result.services[0].capacity_s == Approx(2 * (7.0 - 2 * 0.5)));
}

TEST_CASE("memory that leaks with time: slower above the watermark, killed to the nanosecond") {
    Shop shop(100, 2, 1, milliseconds(7'500));
    shop.config().restart = milliseconds(500);
    shop.fault(models::MemoryEffect{100, 0, 600, 0.5, 3}, 0, 30'000);
    const auto result = shop.run(12'000);
    CHECK(slowest(result) == 200'000'000);                     // 75 of 100 bytes: half way to 3x
    CHECK(result.services[0].capacity_s == Approx(2 * 11.5));  // off from 10.0 to 10.5
}

TEST_CASE("memory that something else takes slows work down, and kills nobody by itself") {
    Shop shop(100, 2, 1);
    models::MemoryEffect memory;
    memory.limit = 100;
    memory.watermark = 0.5;
    memory.slow = 3;
    memory.taken = 0.75;
    shop.fault(memory, 1'500, 3'000);
    const auto result = shop.run(7'000);
    CHECK(fastest(result) == 100'000'000);
    CHECK(slowest(result) == 200'000'000);
    CHECK(result.services[0].capacity_s == Approx(2 * 7.0));
}

TEST_CASE("a fault that a restart cures is gone where the process has started since") {
    for (const bool restarts : {false, true}) {
        Shop shop(100, 2, 1);
        shop.config().restart = milliseconds(100);
        shop.fault(models::SlowEffect{5}, 500, 100'000);
        shop.system.model.faults.back().cured_by_restart = true;
        if (restarts) shop.fault(models::CrashEffect{}, 1'600, 100);
        const auto result = shop.run(4'000);
        CHECK(slowest(result) == 500'000'000);
        // 1.0 to 1.5 and 2.5 to 3.0; or 2.5 to 2.6 and 3.6 to 3.7
        CHECK(fastest(result) == (restarts ? 100'000'000 : 500'000'000));
        CHECK(count(result, Outcome::ok) == (restarts ? 3 : 2));
    }
}

TEST_CASE("a restart cures all effects of a fault, and none of them strikes again") {
    Shop shop(100, 2, 1);
    shop.config().restart = milliseconds(100);
    shop.fault(models::SlowEffect{5}, 500, 100'000);
    auto& fault = shop.system.model.faults.back();
    fault.cured_by_restart = true;
    fault.also.push_back({fault.target, models::ErrorsEffect{1.0}});
    shop.fault(models::CrashEffect{}, 1'600, 100);
    const auto result = shop.run(6'000);
    CHECK(count(result, Outcome::error) == 1);  // from 1.0 to 1.5
    CHECK(count(result, Outcome::ok) == 4);     // from 2.5 on: 2.6, 3.7, 4.8 and 5.9
    CHECK(slowest(result) == 100'000'000);
}

TEST_CASE("connections that close late hold their place in the pool so much longer") {
    for (const bool late : {false, true}) {
        TestSystem system;
        const auto shop = system.add_service("shop", milliseconds(100), 8);
        auto policy = TestSystem::no_retries();
        policy.pool.emplace();
        policy.pool->connections = 1;
        const auto edge = system.add_users("people", shop, 2, whole_seconds(1), policy);
        if (late) {
            models::FaultTarget target;
            target.traffic = {models::Traffic{{0, 1}, {1}, {}, true, true}};
            system.add_fault(models::SlowCloseEffect{milliseconds(300)}, target, {},
                             whole_seconds(1));
            system.model.faults.back().duration = whole_seconds(9);
        }
        system.model.duration = milliseconds(2'000);
        const auto result = system.run();
        CHECK(tries_ended(result, edge, Outcome::ok) == 2);
        // The second waits for the first to end at 1.1, and for its connection.
        CHECK(slowest(result) == (late ? 500'000'000 : 200'000'000));
    }
}

TEST_CASE("probes that fail turn callers away from replicas that work") {
    Shop shop(10, 2, 1, milliseconds(190));
    shop.config().health_check.emplace();
    shop.config().health_check->interval = milliseconds(500);
    shop.config().health_check->fail_after = 2;
    shop.fault(models::FailProbesEffect{}, 2'000, 3'000);
    const auto result = shop.run(8'000);
    // Known at the second probe after 2.0, which is between 2.5 and 3.0; over at the first
    // after 5.0.
    CHECK(count(result, Outcome::no_healthy_instance) >= 8);
    CHECK(count(result, Outcome::ok) >= 20);
    CHECK(count(result, Outcome::ok) + count(result, Outcome::no_healthy_instance) ==
          result.flows[0].slices[0].offered());
    CHECK(result.services[0].capacity_s == Approx(2 * 8.0));
}

TEST_CASE("replicas whose limits are spread do not die together") {
    const auto dead_together = [](double jitter) {
        TestSystem system(2);
        const auto shop = system.add_service("shop", milliseconds(10), 1, {0, 1});
        system.model.services[0].restart = milliseconds(300);
        models::MemoryEffect memory{1'000, 0, 60'000};
        memory.spread = jitter;
        system.add_fault(memory, system.instances_of(shop), {}, milliseconds(2'500));
        system.add_users("people", shop, 1, milliseconds(90));
        system.model.duration = whole_seconds(2);
        return count(system.run(), Outcome::refused);
    };
    CHECK(dead_together(0) >= 3);
    CHECK(dead_together(0.5) <= 3);
}

TEST_CASE("a crash loop backs off like Kubernetes: nothing, then twice as long each time") {
    Shop shop(1, 1, 1);
    models::Restart restart = milliseconds(100);
    restart.start_up = milliseconds(50);
    restart.backoff = models::RestartBackoff{whole_seconds(1), whole_seconds(3), whole_seconds(10)};
    shop.config().restart = restart;
    shop.fault(models::CrashLoopEffect{whole_seconds(2)}, 0, 30'000);
    // runs from 0, 2.15, 5.3, 9.45 and 14.6
    CHECK(shop.run(15'000).services[0].capacity_s == Approx(4 * 2 + 0.4));
}

TEST_CASE("running long enough ends the row of crashes") {
    Shop shop(1, 1, 1);
    models::Restart restart = milliseconds(150);
    restart.backoff =
        models::RestartBackoff{whole_seconds(1), whole_seconds(3), milliseconds(1'500)};
    shop.config().restart = restart;
    shop.fault(models::CrashLoopEffect{whole_seconds(2)}, 0, 30'000);
    CHECK(shop.run(10'000).services[0].capacity_s == Approx(4 * 2 + 1.4));
}

TEST_CASE("a crash loop by requests: the n-th one after each start kills") {
    Shop shop(100, 1, 1);
    shop.config().restart = milliseconds(100);
    shop.fault(models::CrashLoopEffect{sim::kForever, 3}, 0, 30'000);
    const auto result = shop.run(7'000);
    CHECK(tries_ended(result, shop.edge, Outcome::reset) == 2);  // at 3.2 and 6.4
    CHECK(count(result, Outcome::ok) == 4);
}

TEST_CASE("a new process gains speed in a straight line") {
    Shop shop(60, 1, 1, milliseconds(1'200));
    models::Restart restart = milliseconds(100);
    restart.warm_up = models::WarmUp{whole_seconds(1), 0.2};
    shop.config().restart = restart;
    shop.fault(models::CrashEffect{}, 500, 100);  // up at 0.7; at 1.2 it has 60 % of its speed
    const auto result = shop.run(3'000);
    CHECK(count(result, Outcome::ok) == 2);
    CHECK(slowest(result) == 100'000'000);
    CHECK(fastest(result) == 60'000'000);
}

TEST_CASE("a flush empties a cache once, at its start") {
    for (const bool flush : {false, true}) {
        TestSystem system;
        const auto store = system.add_service("store", milliseconds(1), 100);
        const auto origin = system.add_service("origin", milliseconds(100), 100);
        const auto spec = system.call(store, origin);
        system.add_step(store, {spec});
        models::CachePolicy cache;
        cache.keys = {1, 1.0};
        cache.starts_warm = false;
        cache.ttl = whole_seconds(1'000);
        system.model.services[0].cache = cache;
        if (flush) {
            system.add_fault(models::FlushEffect{}, system.instances_of(store), whole_seconds(5),
                             whole_seconds(5));
        }
        system.add_users("people", store, 1, milliseconds(999));
        CHECK(system.run().edges[spec.edge].calls == (flush ? 2 : 1));
    }
}
