// Caches in the engine, by scripted sequences.
#include "tests/catch.hpp"
#include "tests/mechanism/system.hpp"

using models::CacheEvent;
using models::Outcome;
using sim::milliseconds;
using sim::whole_seconds;

namespace {

/// Users ask a cache (1 ms of own work) in front of an origin that takes 100 ms.
struct CacheSystem : TestSystem {
    explicit CacheSystem(models::CallPolicy to_origin = no_retries()) {
        store = add_service("store", milliseconds(1), 100);
        origin = add_service("origin", milliseconds(100), 100);
        add_step(store, {call(store, origin, std::move(to_origin))});
        policy.keys = {1, 1.0};
        policy.starts_warm = false;
    }
    models::RunResult run() {
        model.services[0].cache = policy;
        return TestSystem::run();
    }

    models::EndpointId store;
    models::EndpointId origin;
    models::CachePolicy policy;
};

constexpr std::uint32_t kOriginEdge = 0;

std::uint64_t events(const models::RunResult& result, CacheEvent event) {
    return result.caches[0].count(event);
}

}  // namespace

TEST_CASE("a hit is answered after the cache's own work, without the origin") {
    CacheSystem system;
    system.policy.keys.count = 0;
    system.policy.hit_ratio = 1;
    system.policy.starts_warm = true;
    system.add_users("people", system.store, 1, milliseconds(999));
    const auto result = system.run();
    CHECK(count(result, Outcome::ok) == 10);
    CHECK(*result.flows[0].slices[0].latency.max() == 1'000'000);
    CHECK(result.edges[kOriginEdge].calls == 0);
    CHECK(result.caches[0].hits() == 9);  // the last one ends with the run
}

TEST_CASE("the first request fetches, the others find it stored until it expires") {
    CacheSystem system;
    system.policy.ttl = milliseconds(2'500);
    system.add_users("people", system.store, 1, milliseconds(999));
    const auto result = system.run();
    // Fetched at 1.0, 4.1 (stored at 1.101, expired at 3.601) and 7.2.
    CHECK(result.edges[kOriginEdge].calls == 3);
    CHECK(events(result, CacheEvent::miss) == 3);
    CHECK(result.caches[0].hits() == count(result, Outcome::ok) - 3);
}

TEST_CASE("concurrent misses of a key make one fetch when they coalesce, one each otherwise") {
    for (const bool coalesce : {true, false}) {
        CacheSystem system;
        system.policy.coalesce = coalesce;
        system.add_users("people", system.store, 10, milliseconds(9'000));
        const auto result = system.run();
        CHECK(count(result, Outcome::ok) == 10);
        CHECK(*result.flows[0].slices[0].latency.min() == 101'000'000);
        CHECK(*result.flows[0].slices[0].latency.max() == 101'000'000);
        CHECK(result.edges[kOriginEdge].calls == (coalesce ? 1 : 10));
        CHECK(events(result, CacheEvent::joined) == (coalesce ? 9 : 0));
        CHECK(result.services[1].wasted_s == 0);
    }
}

TEST_CASE("all that wait for a fetch get its error") {
    CacheSystem system;
    system.model.endpoints[system.origin.value].error_share = 1;
    system.add_users("people", system.store, 10, milliseconds(9'000));
    const auto result = system.run();
    CHECK(count(result, Outcome::error) == 10);
    CHECK(result.edges[kOriginEdge].calls == 1);
}

TEST_CASE("a caller that gives up does not end the fetch that others wait for") {
    CacheSystem system;
    auto hasty = TestSystem::no_retries();
    hasty.timeout = milliseconds(50);
    system.add_users("hasty", system.store, 1, milliseconds(9'000), hasty);
    system.add_users("patient", system.store, 2, milliseconds(9'010));
    const auto result = system.run();
    CHECK(count(result, Outcome::timeout, 0) == 1);
    CHECK(count(result, Outcome::ok, 1) == 2);
    CHECK(result.edges[kOriginEdge].calls == 1);
}

TEST_CASE("when the try that fetches is cancelled, one that waits for it fetches instead") {
    CacheSystem system;
    auto hasty = TestSystem::no_retries();
    hasty.timeout = milliseconds(50);
    hasty.cancel = models::Cancellation::immediate;
    system.add_users("hasty", system.store, 1, milliseconds(9'000), hasty);
    system.add_users("patient", system.store, 2, milliseconds(9'010));
    const auto result = system.run();
    CHECK(count(result, Outcome::timeout, 0) == 1);
    CHECK(count(result, Outcome::ok, 1) == 2);
    CHECK(*result.flows[1].slices[0].latency.max() == 140'000'000);  // 9.010 to 9.050 + 0.100
    CHECK(result.edges[kOriginEdge].calls == 2);
}

TEST_CASE("a cancelled try that waits for a fetch leaves the others waiting") {
    CacheSystem system;
    auto hasty = TestSystem::no_retries();
    hasty.timeout = milliseconds(50);
    hasty.cancel = models::Cancellation::immediate;
    system.add_users("first", system.store, 1, milliseconds(9'000));
    system.add_users("hasty", system.store, 1, milliseconds(9'005), hasty);
    system.add_users("patient", system.store, 1, milliseconds(9'010));
    const auto result = system.run();
    CHECK(count(result, Outcome::ok, 0) == 1);
    CHECK(count(result, Outcome::timeout, 1) == 1);
    CHECK(count(result, Outcome::ok, 2) == 1);
    CHECK(result.edges[kOriginEdge].calls == 1);
}

TEST_CASE("stale while revalidate: served at once, one refresh in the background, no waste") {
    CacheSystem system;
    system.policy.ttl = milliseconds(1'500);
    system.policy.stale_while_revalidate = whole_seconds(5);
    system.add_users("people", system.store, 3, milliseconds(2'000));
    const auto result = system.run();
    // Fetched at 2.0; expired and refreshed by one of the three at 4.1, 6.1 and 8.1.
    CHECK(events(result, CacheEvent::miss) == 1);
    CHECK(events(result, CacheEvent::joined) == 2);
    CHECK(events(result, CacheEvent::stale) == 9);
    CHECK(result.edges[kOriginEdge].calls == 4);
    CHECK(result.services[0].arrivals == 12);
    CHECK(result.services[0].completions == 12);
    CHECK(result.services[1].wasted_s == 0);
    CHECK(*result.flows[0].slices[0].latency.max() == 101'000'000);
    CHECK(*result.flows[0].slices[0].latency.min() == 1'000'000);
}

TEST_CASE("stale if error: an expired entry answers, degraded, while the origin fails") {
    CacheSystem system;
    system.policy.ttl = milliseconds(1'500);
    system.policy.stale_if_error = whole_seconds(4);
    system.add_users("people", system.store, 1, milliseconds(2'000));
    system.add_fault(models::ErrorsEffect{1.0}, system.instances_of(system.origin),
                     milliseconds(3'000), whole_seconds(7));
    const auto result = system.run();
    // Stored at 2.1 and expired at 3.6; served until 7.6: at 4.2 and 6.3, no longer at 8.4.
    CHECK(count(result, Outcome::ok) == 1);
    CHECK(count(result, Outcome::degraded) == 2);
    CHECK(count(result, Outcome::error) == 1);
    CHECK(events(result, CacheEvent::kept_going) == 2);
}

TEST_CASE("an early refresh is made by one request while the entry still serves the others") {
    CacheSystem system;
    system.policy.ttl = whole_seconds(8);
    system.policy.early_refresh = models::XFetch{1000};  // nearly always
    system.add_users("people", system.store, 4, milliseconds(2'000));
    const auto result = system.run();
    CHECK(events(result, CacheEvent::miss) == 1);
    CHECK(events(result, CacheEvent::joined) == 3);
    CHECK(events(result, CacheEvent::early) >= 2);
    CHECK(events(result, CacheEvent::early) < 6);
    CHECK(result.edges[kOriginEdge].calls == 1 + events(result, CacheEvent::early));
}

TEST_CASE("writes go to the origin and are stored; degraded results are not") {
    CacheSystem system;
    models::Endpoint put = system.model.endpoints[system.store.value];
    put.name = "put";
    put.write = true;
    system.model.endpoints.push_back(put);
    const models::EndpointId put_id{2};
    system.add_users("writers", put_id, 1, milliseconds(4'000));
    system.add_users("readers", system.store, 1, milliseconds(5'000));
    const auto result = system.run();
    CHECK(result.edges[kOriginEdge].calls == count(result, Outcome::ok, 0));
    CHECK(result.caches[0].hits() == count(result, Outcome::ok, 1));
    CHECK(events(result, CacheEvent::miss) == 0);

    CacheSystem poor;
    poor.model.endpoints[poor.origin.value].error_share = 1;
    poor.model.endpoints[poor.store.value].steps[0].calls[0].optional = true;
    poor.add_users("readers", poor.store, 1, milliseconds(1'999));
    const auto degraded = poor.run();
    CHECK(events(degraded, CacheEvent::miss) == count(degraded, Outcome::degraded));
    CHECK(degraded.caches[0].hits() == 0);
}

TEST_CASE("a restart empties the cache unless it keeps what it has") {
    for (const bool cold : {true, false}) {
        CacheSystem system;
        system.policy.starts_warm = true;
        system.policy.cold_start = cold;
        system.model.services[0].restart = milliseconds(100);
        system.add_users("people", system.store, 1, milliseconds(999));
        system.add_fault(models::CrashEffect{}, system.instances_of(system.store),
                         milliseconds(4'500), milliseconds(100));
        const auto result = system.run();
        CHECK(events(result, CacheEvent::miss) == (cold ? 1 : 0));
    }
}

TEST_CASE("a cache that loses its power in the middle of a fetch starts over") {
    CacheSystem system;
    system.model.services[0].restart = milliseconds(100);
    auto policy = TestSystem::no_retries();
    policy.timeout = milliseconds(500);
    system.add_users("people", system.store, 3, milliseconds(2'000), policy);
    system.add_fault(models::CrashEffect{}, system.instances_of(system.store), milliseconds(2'050),
                     milliseconds(100));
    const auto result = system.run();
    CHECK(count(result, Outcome::reset) == 3);
    CHECK(count(result, Outcome::ok) == 9);
    CHECK(result.edges[kOriginEdge].calls == 2);
}

TEST_CASE("a cold cache under a hit ratio recovers only as its keys are fetched") {
    CacheSystem system;
    system.policy.keys.count = 0;
    system.policy.hit_ratio = 1;
    system.policy.warm_keys = 20;
    system.model.endpoints[system.origin.value].error_share = 1;
    system.add_users("people", system.store, 1, milliseconds(99));
    CHECK(system.run().caches[0].hits() == 0);
    system.model.endpoints[system.origin.value].error_share = 0;
    const auto result = system.run();
    CHECK(events(result, CacheEvent::miss) > 10);
    CHECK(events(result, CacheEvent::miss) <= 20);
    CHECK(result.caches[0].hits() > 20);
}

TEST_CASE("a cache that never hits differs from none by exactly nothing for its customers") {
    const auto run = [](bool cached) {
        CacheSystem system;
        system.policy.keys.count = 0;
        system.policy.hit_ratio = 0;
        if (cached) system.model.services[0].cache = system.policy;
        system.add_users("people", system.store, 5, milliseconds(333));
        return system.TestSystem::run();
    };
    CHECK(run(true).fingerprint == run(false).fingerprint);
}
