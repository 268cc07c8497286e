// How a replica serves: what the keys of a service become in the engine's input.
#include "models/scenario/build.hpp"
#include "models/scenario/frame.hpp"
#include "tests/catch.hpp"
#include "tests/unit/scenario/support.hpp"

using namespace scenario_test;
using models::QueueOrder;

namespace {

/// `shop` with more keys, called by everybody's group.
std::string shop_with(const std::string& keys) {
    return "version: 1\nservices:\n  shop: {latency: 10ms, " + keys +
           "}\nworkload: {people: {rate: 1/s, mix: {call: 100%}}}\n";
}

models::ServiceConfig shop(const std::string& keys) {
    const auto loaded = load(shop_with(keys));
    INFO(loaded->messages());
    REQUIRE(loaded->scenario);
    return models::build_model(*loaded->scenario, 0, models::Twin::no).services[0];
}

models::SystemModel system_of(const std::string& text) {
    const auto loaded = load(text);
    INFO(loaded->messages());
    REQUIRE(loaded->scenario);
    return models::build_model(*loaded->scenario, 0, models::Twin::no);
}

}  // namespace

TEST_CASE("without further keys a service is plain") {
    CHECK(shop("concurrency: 8").server.plain());
    CHECK(shop("concurrency: 8, queue: 5, queueOrder: fifo, queueDrop: tail, discipline: slots")
              .server.plain());
    CHECK(shop("concurrency: 8, shedding: none, rateLimit: none, concurrencyLimit: none, "
               "threads: none, retryAfter: none, rejectCost: 0ms")
              .server.plain());
}

TEST_CASE("every order of the queue has a name") {
    const auto order = [](const std::string& text) {
        return shop("concurrency: 1, queueOrder: " + text).server.order;
    };
    CHECK(order("lifo") == QueueOrder::lifo);
    CHECK(order("adaptiveLifo") == QueueOrder::adaptive_lifo);
    CHECK(order("priority") == QueueOrder::priority);
    CHECK(order("edf") == QueueOrder::edf);
    CHECK(order("fair") == QueueOrder::fair);
    CHECK(order("{kind: lifo}") == QueueOrder::lifo);
    const auto adaptive = shop("concurrency: 1, queueOrder: {kind: adaptiveLifo, after: 7ms}");
    CHECK(adaptive.server.standing_after == sim::milliseconds(7));
    const auto codel = shop("concurrency: 1, queueOrder: codel").server;
    CHECK(codel.order == QueueOrder::fifo);
    CHECK(std::holds_alternative<models::CodelShedding>(*codel.shedding));
}

TEST_CASE("the longest time in the queue is a distribution, and none by default") {
    CHECK_FALSE(shop("concurrency: 1").server.max_wait);
    CHECK_FALSE(shop("concurrency: 1, maxWait: none").server.max_wait);
    const auto constant = shop("concurrency: 1, maxWait: 50ms").server;
    CHECK_FALSE(constant.plain());
    CHECK(constant.max_wait->mean_seconds() == Approx(0.05));
    const auto drawn = shop("concurrency: 1, maxWait: {shape: exponential, mean: 200ms}").server;
    CHECK(drawn.max_wait->kind_name() == "exponential");
    const auto nobody = load(shop_with("concurrency: 1, queue: 0, maxWait: 50ms"));
    CHECK(nobody->messages().find("nobody waits") != std::string::npos);
}

TEST_CASE("customers come at random or regularly") {
    const auto group = [](const std::string& keys) {
        return system_of(
                   "version: 1\nservices: {shop: {latency: 10ms, concurrency: 1}}\n"
                   "workload: {people: {mix: {call: 100%}, " +
                   keys + "}}\n")
            .groups[0];
    };
    CHECK_FALSE(group("rate: 5/s").regular);
    CHECK_FALSE(group("rate: 5/s, arrivals: poisson").regular);
    CHECK(group("rate: 5/s, arrivals: regular").regular);
    const auto closed = load(
        "version: 1\nservices: {shop: {latency: 10ms, concurrency: 1}}\n"
        "workload: {people: {mix: {call: 100%}, users: 3, arrivals: regular}}\n");
    CHECK(closed->messages().find("`arrivals` needs `rate`") != std::string::npos);
}

TEST_CASE("Tomcat, ThreadPoolExecutor and an event loop can be written down") {
    const auto tomcat =
        shop("concurrency: 200, queue: 100, threads: {core: 10, growBeforeQueue: true}");
    REQUIRE(tomcat.server.threads);
    CHECK(tomcat.concurrency == 200);
    CHECK(tomcat.server.threads->core == 10);
    CHECK(tomcat.server.threads->grow_before_queue);
    CHECK(tomcat.server.threads->keep_alive == sim::whole_seconds(60));
    const auto executor =
        shop("concurrency: 50, queue: 100, threads: {core: 10, keepAlive: forever}");
    CHECK_FALSE(executor.server.threads->grow_before_queue);
    CHECK(executor.server.threads->keep_alive == sim::kForever);
    const auto loop = shop("concurrency: unlimited, discipline: processorSharing, cores: 4");
    CHECK(loop.concurrency == models::kUnlimited);
    CHECK(loop.server.cores == 4);
    CHECK(loop.capacity() == 4);
}

TEST_CASE("rules of a server: short forms and long ones") {
    const auto server =
        shop(
            "concurrency: 8, rateLimit: 50/s, concurrencyLimit: 20, rejectCost: 100us, "
            "retryAfter: 2s, shedding: {kind: codel, targetDelay: 7ms}")
            .server;
    CHECK(std::get<models::TokenBucketRate>(*server.rate_limit).rate_per_s == 50);
    CHECK(std::get<models::FixedLimit>(*server.concurrency_limit).max == 20);
    CHECK(server.reject_cost == sim::microseconds(100));
    CHECK(server.retry_after == sim::whole_seconds(2));
    CHECK(std::get<models::CodelShedding>(*server.shedding).target == sim::milliseconds(7));
}

TEST_CASE("error replies and work that stays the same belong to endpoints") {
    const auto model = system_of(
        "version: 1\nservices:\n  shop:\n    concurrency: 8\n"
        "    latency: {p50: 10ms, p99: 50ms, sameOnRetry: 40%, contention: 2%, coherency: 0.1%}\n"
        "    errors: {share: 2%, as: 503}\n"
        "    endpoints:\n      browse: {}\n      buy: {latency: 5ms, errors: {share: 1%, as: "
        "reset}, "
        "priority: criticalPlus}\n"
        "workload: {people: {rate: 1/s, mix: {browse: 50%, buy: 50%}, priority: sheddable}}\n");
    CHECK(model.endpoints[0].same_on_retry == Approx(0.4));
    CHECK(model.endpoints[0].scalability.contention == Approx(0.02));
    CHECK(model.endpoints[0].scalability.coherency == Approx(0.001));
    CHECK(model.endpoints[0].error_share == Approx(0.02));
    CHECK(model.endpoints[0].error_as == models::ErrorReply::status_503);
    CHECK_FALSE(model.endpoints[0].priority);
    CHECK(model.endpoints[1].same_on_retry == 0);
    CHECK(model.endpoints[1].error_as == models::ErrorReply::reset);
    CHECK(model.endpoints[1].priority == 0);
    CHECK(model.groups[0].priority == 3);
}

TEST_CASE("a bought-in service has one instance in no zone, and takes no slots from defaults") {
    const auto model = system_of(
        "version: 1\nregions: {eu: {zones: [eu-1, eu-2]}}\n"
        "defaults: {concurrency: 8, queue: 5, healthCheck: {interval: 1s}, errors: 1%}\n"
        "services:\n  shop: {latency: 10ms, endpoints: {buy: [card]}}\n"
        "  card: {kind: external, latency: 200ms, rateLimit: 100/s}\n"
        "workload: {people: {rate: 1/s, mix: {buy: 100%}}}\n");
    const auto& card = model.topology.services[1];
    REQUIRE(card.instances.size() == 1);
    CHECK_FALSE(model.topology[card.instances[0]].zone.valid());
    CHECK(model.topology[card.instances[0]].name == "card/external");
    CHECK(model.services[1].concurrency == models::kUnlimited);
    CHECK(model.services[1].capacity() == 0);
    CHECK_FALSE(model.services[1].health_check);
    CHECK(model.services[1].server.rate_limit);
    CHECK(model.endpoints[1].error_share == Approx(0.01));
}

TEST_CASE("a pool that can never grow is worth a warning") {
    const auto warnings = [](const std::string& keys) {
        return load(shop_with(keys))->diagnostics.warning_count();
    };
    CHECK(warnings("concurrency: 50, threads: {core: 10}") == 1);
    CHECK(warnings("concurrency: 50, threads: {core: 10}, queue: 100") == 0);
    CHECK(warnings("concurrency: 50, threads: {core: 10, growBeforeQueue: true}") == 0);
    CHECK(warnings("concurrency: 10, threads: {core: 10}") == 0);
}

TEST_CASE("sizes of messages are an endpoint's, and calls of it are weighed") {
    const std::string text =
        "version: 1\nservices:\n"
        "  shop: {concurrency: 8, latency: 10ms, endpoints: {buy: [orders.place, orders.find]}}\n"
        "  orders:\n    kind: database\n    primary: local-1\n    concurrency: 8\n"
        "    latency: 10ms\n    endpoints:\n"
        "      place: {size: {request: 2KiB, reply: 100B}}\n      find: {kind: read}\n"
        "workload: {people: {rate: 1/s, mix: {buy: 100%}}}\n";
    const auto model = system_of(text);
    CHECK(model.endpoints[1].request_bytes == 2048);
    CHECK(model.endpoints[1].reply_bytes == 100);
    CHECK(model.endpoints[2].request_bytes == 0);
    const auto edges = models::frame_of(model).edges;
    for (const auto& edge : edges) {
        INFO(edge.endpoint);
        CHECK(edge.weighed == (edge.endpoint == "place"));
        CHECK(edge.writes == (edge.endpoint == "place"));
    }
    CHECK(edges.size() == 3);

    const auto brief = [&](const std::string& size) {
        return load(replaced(text, "{request: 2KiB, reply: 100B}", size))->brief();
    };
    CHECK(brief("{reply: 0B}").empty());
    CHECK(brief("{answer: 1KiB}").size() >= 1);
    CHECK(brief("{reply: 2GiB}").size() >= 1);
    CHECK(brief("{reply: big}").size() >= 1);
    const auto external = load(
        "version: 1\nservices:\n  shop: {latency: 10ms, concurrency: 8, endpoints: {buy: [card]}}\n"
        "  card: {kind: external, latency: 200ms, endpoints: {pay: {size: {reply: 1KiB}}}}\n"
        "workload: {people: {rate: 1/s, mix: {buy: 100%}}}\n");
    CHECK(external->messages().find("`card` is external: it is in no zone") != std::string::npos);
}
