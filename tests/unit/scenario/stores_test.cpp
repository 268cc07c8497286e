// Scenario keys of caches, queues and fallbacks (POLICIES.md 9).
#include <algorithm>

#include "models/scenario/resolved.hpp"
#include "tests/catch.hpp"
#include "tests/unit/scenario/support.hpp"

using namespace scenario_test;

namespace {

const std::string kStores = R"(version: 1
services:
  web:
    concurrency: 8
    latency: 5ms
    endpoints:
      browse: [store.get]
      order: {calls: [payment, stock], fallback: {kind: queue, call: outbox.put}}
  store:
    kind: cache
    concurrency: 8
    latency: 1ms
    cache: {keys: {count: 1000, zipf: 0.9}, capacity: 100, ttl: 60s, earlyRefresh: {beta: 2}}
    endpoints: {get: [database]}
  database: {concurrency: 8, latency: 10ms}
  payment: {concurrency: 8, latency: 20ms}
  stock: {concurrency: 8, latency: 20ms}
  outbox:
    kind: queue
    concurrency: 8
    latency: 1ms
    delivery: {consumers: 4, visibility: 20s, order: lifo}
    endpoints: {put: [worker]}
  worker: {concurrency: 8, latency: 50ms}
workload:
  people: {rate: 20/s, mix: {browse: 90%, order: 10%}}
policy: {timeout: 1s}
policyFor:
  stock: {fallback: {quality: 30%}}
strategies:
  with: {}
  without: {policyFor: {stock: {fallback: none}}}
)";

models::SystemModel model_of(const Loaded& loaded, std::size_t strategy = 0) {
    return models::build_model(*loaded.scenario, strategy, models::Twin::no);
}

}  // namespace

TEST_CASE("a cache and a queue are what the file says, the rest by default") {
    const auto loaded = load(kStores);
    INFO(loaded->messages());
    REQUIRE(loaded->scenario);
    const auto model = model_of(*loaded);
    REQUIRE(model.services[1].cache);
    const auto& cache = *model.services[1].cache;
    CHECK(cache.keys.count == 1000);
    CHECK(cache.keys.zipf == 0.9);
    CHECK(cache.capacity == 100);
    CHECK(cache.ttl == sim::whole_seconds(60));
    CHECK(cache.coalesce);
    REQUIRE(cache.early_refresh);
    CHECK(std::get<models::XFetch>(*cache.early_refresh).beta == 2);
    REQUIRE(model.services[5].delivery);
    const auto& delivery = *model.services[5].delivery;
    CHECK(delivery.consumers == 4);
    CHECK(delivery.visibility == sim::whole_seconds(20));
    CHECK(delivery.order == models::MessageOrder::lifo);
    CHECK(delivery.max_receive == 10);
    CHECK(delivery.retention == sim::whole_seconds(4 * 86'400));
    const auto resolved = models::write_resolved(*loaded->scenario);
    CHECK(resolved.find("maxReceive: 10") != std::string::npos);
    CHECK(resolved.find("staleIfError: 0") != std::string::npos);
}

TEST_CASE("a service that only a fallback calls is no warning") {
    const auto loaded = load(kStores);
    CHECK(loaded->messages().find("nothing calls service `outbox`") == std::string::npos);
    const auto unused = load(replaced(kStores, ", fallback: {kind: queue, call: outbox.put}", ""));
    CHECK(unused->messages().find("nothing calls service `outbox`") != std::string::npos);
}

TEST_CASE("an endpoint's fallback is that of its calls, above what policyFor says") {
    const auto loaded = load(kStores);
    REQUIRE(loaded->scenario);
    const auto model = model_of(*loaded);
    const auto& order = model.endpoints[1];
    for (const auto& step : order.steps) {
        const auto& fallback = model.policies[step.calls[0].policy].fallback;
        REQUIRE(fallback);
        CHECK(std::holds_alternative<models::QueueFallback>(*fallback));
        REQUIRE(step.calls[0].stand_in == 0);  // one stand-in for both
    }
    REQUIRE(model.stand_ins.size() == 1);
    CHECK(model.stand_ins[0].call.callee == models::ServiceId{5});
    CHECK(model.edges[model.stand_ins[0].call.edge].caller == "web");
}

TEST_CASE("a fallback without kind is static, and a strategy may take it away") {
    const auto loaded = load(replaced(kStores, ", fallback: {kind: queue, call: outbox.put}", ""));
    REQUIRE(loaded->scenario);
    const auto with = model_of(*loaded, 0);
    const auto without = model_of(*loaded, 1);
    const auto fallback_of = [](const models::SystemModel& model) {
        return model.policies[model.endpoints[1].steps[1].calls[0].policy].fallback;
    };
    REQUIRE(fallback_of(with));
    CHECK(std::get<models::StaticFallback>(*fallback_of(with)).quality == 0.3);
    CHECK_FALSE(fallback_of(without));
    CHECK(with.edges.size() == without.edges.size());
}
