// Caches and queues against closed forms, under open load.
#include <cmath>

#include "tests/catch.hpp"
#include "tests/mechanism/system.hpp"

using models::CacheEvent;
using sim::milliseconds;
using sim::whole_seconds;

namespace {

/// Customers come at `rate` to a cache whose origin takes 20 ms.
struct CachedSystem : TestSystem {
    CachedSystem(double rate, const models::CachePolicy& cache) {
        const auto store = add_service("store", milliseconds(1), 1000);
        origin = add_service("origin", milliseconds(20), 1000);
        add_step(store, {call(store, origin)});
        add_users("people", store, 0, {});
        model.groups[0].rate_per_s = rate;
        model.services[0].cache = cache;
        model.duration = whole_seconds(200);
    }
    models::EndpointId origin;
};

double per_second(const models::RunResult& result) {
    return static_cast<double>(result.services[1].arrivals) / 200;
}

}  // namespace

TEST_CASE("the origin of a cache that hits h of the requests sees lambda (1 - h)") {
    models::CachePolicy cache;
    cache.hit_ratio = 0.9;
    const auto result = CachedSystem(500, cache).run();
    const double misses = 500 * 0.1;  // Poisson: 10 000 in all, a standard error of 0.5
    CHECK(std::abs(per_second(result) - misses) <= 3 * 0.5);
}

TEST_CASE("a Zipf LRU in the engine hits as Che's approximation says, within 2 %") {
    models::CachePolicy cache;
    cache.keys = {10'000, 1.0};
    cache.capacity = 500;
    const auto result = CachedSystem(1000, cache).run();
    const auto& counts = result.caches[0];
    const double hits = static_cast<double>(counts.hits()) / static_cast<double>(counts.asked());
    CHECK(hits == Approx(cache.expected_hit_ratio()).epsilon(0.02));
    CHECK(per_second(result) ==
          Approx(static_cast<double>(counts.count(CacheEvent::fetch)) / 200).epsilon(0.001));
}

TEST_CASE("a hot key that expires: rate x fetch time misses at once, or one when they coalesce") {
    for (const bool coalesce : {true, false}) {
        models::CachePolicy cache;
        cache.keys = {1, 1.0};
        cache.ttl = whole_seconds(2);
        cache.coalesce = coalesce;
        const auto result = CachedSystem(1000, cache).run();
        // A cycle is a life of 2 s from the last fetch's end on, then a stampede of 20 ms.
        const double fetches = per_second(result);
        if (coalesce) {
            CHECK(fetches == Approx(1 / 2.021).epsilon(0.02));
        } else {
            CHECK(fetches == Approx((1000 * 0.020 + 1) / 2.0).epsilon(0.15));
        }
    }
}

TEST_CASE("a backlog drains at mu - lambda") {
    TestSystem system;
    const auto queue = system.add_service("queue", sim::Duration{}, 1000);
    const auto worker = system.add_service("worker", milliseconds(10), 1000);
    system.add_step(queue, {system.call(queue, worker)});
    system.model.services[0].delivery.emplace();  // one consumer: mu = 100/s
    system.add_users("steady", queue, 0, {});
    system.model.groups[0].rate_per_s = 60;
    system.add_users("burst", queue, 2000, whole_seconds(1000));
    system.model.groups[1].think_time = sim::constant_distribution(whole_seconds(50));
    system.model.duration = whole_seconds(95);
    const auto result = system.run();
    const auto& windows = result.queues[0].windows;
    // 40 s after the burst: B - 40 (mu - lambda), within the luck of the arrivals since.
    CHECK(std::abs(static_cast<double>(windows[90].messages) - (2000.0 - 40 * 40)) <=
          3 * std::sqrt(60.0 * 40));
}
