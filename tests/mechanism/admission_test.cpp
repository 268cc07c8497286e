// Rules at the door of a server: rate limits, concurrency limits, shedding, and what it costs to
// say no. Every instant is worked out by hand.
#include "tests/catch.hpp"
#include "tests/mechanism/system.hpp"

using models::Outcome;
using sim::milliseconds;
using sim::whole_seconds;

namespace {

std::int64_t latency_ms(const models::RunResult& result, std::size_t flow) {
    const auto& latency = result.flows[flow].slices[0].latency;
    return latency.count() == 0 ? -1 : *latency.max() / 1'000'000;
}

/// One slot and 100 ms of work, unless told otherwise.
TestSystem one_server(std::uint32_t concurrency = 1) {
    TestSystem system;
    system.add_service("shop", milliseconds(100), concurrency);
    return system;
}

constexpr models::EndpointId kShop{0};

models::ServerConfig& server_of(TestSystem& system) { return system.model.services[0].server; }

models::Shedding codel() { return models::CodelShedding{milliseconds(100), milliseconds(5)}; }

}  // namespace

TEST_CASE("a rate limit answers 429") {
    auto system = one_server(64);
    server_of(system).rate_limit = models::TokenBucketRate{10, 2, {}, {}};
    system.add_users("people", kShop, 5, milliseconds(9'000));
    const auto result = system.run();
    CHECK(count(result, Outcome::ok) == 2);  // the burst
    CHECK(count(result, Outcome::throttled) == 3);
    CHECK(result.services[0].throttled == 3);
    CHECK(result.services[0].shed == 0);
}

TEST_CASE("retryAfter goes with the refusal: a caller that honours it waits so long") {
    for (const bool hinted : {true, false}) {
        auto system = one_server(64);
        server_of(system).rate_limit = models::TokenBucketRate{10, 1, {}, {}};
        if (hinted) server_of(system).retry_after = milliseconds(150);
        auto policy = TestSystem::retrying(1, sim::kForever, milliseconds(1));
        policy.retry_on.add(models::RetryCondition::status_429);
        policy.backoff = models::ServerHintBackoff{};  // 1 to 1.5 times what was asked
        system.add_users("people", kShop, 2, milliseconds(9'000), policy);
        const auto result = system.run();
        CHECK(count(result, Outcome::ok) == (hinted ? 2 : 1));
        CHECK(count(result, Outcome::throttled) == (hinted ? 0 : 1));  // within 25 ms: no token
        if (hinted) CHECK(latency_ms(result, 0) >= 250);
        if (hinted) CHECK(latency_ms(result, 0) < 326);
    }
}

TEST_CASE("a rate limit with maxWait holds requests back until it is their turn") {
    auto system = one_server(64);
    server_of(system).rate_limit = models::TokenBucketRate{10, 1, milliseconds(250), {}};
    system.add_users("people", kShop, 5, milliseconds(9'000));
    const auto result = system.run();
    CHECK(count(result, Outcome::ok) == 3);  // at once, after 100 ms, after 200 ms
    CHECK(count(result, Outcome::throttled) == 2);
    CHECK(*result.flows[0].slices[0].latency.max() == 300'000'000);
}

TEST_CASE("who is held back is lost with the instance, or dropped when its caller cancels") {
    for (const bool crash : {true, false}) {
        auto system = one_server(64);
        server_of(system).rate_limit = models::TokenBucketRate{1, 1, whole_seconds(10), {}};
        auto policy = TestSystem::no_retries();
        policy.timeout = milliseconds(300);
        policy.cancel = models::Cancellation::immediate;
        const auto edge = system.add_users("people", kShop, 2, milliseconds(9'000), policy);
        if (crash) {
            system.add_fault(models::CrashEffect{}, system.instances_of(kShop), milliseconds(9'200),
                             milliseconds(100));
        }
        const auto result = system.run();
        CHECK(count(result, Outcome::ok) == 1);
        CHECK(count(result, crash ? Outcome::reset : Outcome::timeout) == 1);
        CHECK(result.edges[edge].cancelled == (crash ? 0 : 1));
        CHECK(result.services[0].work_done_s == Approx(0.1));
    }
}

TEST_CASE("maxWait: who has waited so long leaves the queue at once") {
    auto system = one_server();
    server_of(system).max_wait = sim::constant_distribution(milliseconds(150));
    system.add_users("people", kShop, 4, milliseconds(9'000));
    const auto result = system.run();
    // 100 and 200 ms; the last two would wait for 200 and 300 ms.
    CHECK(count(result, Outcome::ok) == 2);
    CHECK(count(result, Outcome::shed) == 2);
    CHECK(result.services[0].shed == 2);
    CHECK(result.services[0].queued_s == Approx(0.1 + 2 * 0.15));
    CHECK(latency_ms(result, 0) == 200);
}

TEST_CASE("maxWait ends exactly when a slot is free: the slot is first") {
    auto system = one_server();
    server_of(system).max_wait = sim::constant_distribution(milliseconds(100));
    system.add_users("people", kShop, 2, milliseconds(9'000));
    const auto result = system.run();
    CHECK(count(result, Outcome::ok) == 2);
    CHECK(result.services[0].shed == 0);
}

TEST_CASE("maxWait makes room in a queue, and dies with the process") {
    for (const bool crash : {true, false}) {
        auto system = one_server();
        system.model.services[0].queue = 1;
        server_of(system).max_wait = sim::constant_distribution(milliseconds(30));
        system.add_users("first", kShop, 2, milliseconds(9'000));
        system.add_users("then", kShop, 1, milliseconds(9'080));
        if (crash) {
            system.add_fault(models::CrashEffect{}, system.instances_of(kShop), milliseconds(9'020),
                             milliseconds(10));
        }
        const auto result = system.run();
        CHECK(count(result, Outcome::ok, 0) == (crash ? 0 : 1));
        CHECK(count(result, Outcome::reset, 0) == (crash ? 2 : 0));
        CHECK(count(result, Outcome::shed, 0) == (crash ? 0 : 1));
        CHECK(result.services[0].shed == (crash ? 0 : 1));
        if (!crash) CHECK(count(result, Outcome::ok, 1) == 1);
        if (!crash) CHECK(latency_ms(result, 1) == 120);
    }
}

TEST_CASE("maxWait while nothing moves: it is over when the process goes on") {
    auto system = one_server();
    server_of(system).max_wait = sim::constant_distribution(milliseconds(50));
    system.add_users("people", kShop, 2, milliseconds(9'000));
    system.add_fault(models::PauseEffect{}, system.instances_of(kShop), milliseconds(9'010),
                     milliseconds(500));
    const auto result = system.run();
    CHECK(count(result, Outcome::ok) == 1);
    CHECK(count(result, Outcome::shed) == 1);
    CHECK(latency_ms(result, 0) == 600);
    CHECK(result.services[0].queued_s == Approx(0.51));
}

TEST_CASE("a concurrency limit counts those that wait, and gets its places back") {
    auto system = one_server();
    server_of(system).concurrency_limit = models::FixedLimit{2, {}, {}, {}};
    system.add_users("first", kShop, 3, milliseconds(9'000));  // 100, 200 ms, shed
    system.add_users("then", kShop, 2, milliseconds(9'150));   // one place is free again
    const auto result = system.run();
    CHECK(count(result, Outcome::ok, 0) == 2);
    CHECK(count(result, Outcome::shed, 0) == 1);
    CHECK(count(result, Outcome::ok, 1) == 1);
    CHECK(count(result, Outcome::shed, 1) == 1);
    CHECK(latency_ms(result, 1) == 150);
}

TEST_CASE("partitions: beyond the limit each class still has its share") {
    auto system = one_server();
    models::FixedLimit limit;
    limit.max = 2;
    limit.partitions = models::LimitPartitions{{0.5, 0.5, 0.5, 0.5}};
    server_of(system).concurrency_limit = limit;
    system.add_users("low", kShop, 3, milliseconds(9'000));
    system.model.groups.back().priority = 3;
    system.add_users("high", kShop, 2, milliseconds(9'010));
    system.model.groups.back().priority = 0;
    const auto result = system.run();
    CHECK(count(result, Outcome::ok, 0) == 2);
    CHECK(count(result, Outcome::ok, 1) == 1);
}

TEST_CASE("the priority of an endpoint beats the caller's, which goes down with its calls") {
    for (const bool own : {true, false}) {
        TestSystem system;
        const auto front = system.add_service("front", milliseconds(1), 64);
        const auto back = system.add_service("back", milliseconds(100));
        system.add_step(front, {system.call(front, back)});
        auto& server = system.model.services[1].server;
        server.order = models::QueueOrder::priority;
        if (own) system.model.endpoints[back.value].priority = 2;
        system.add_users("first", front, 1, milliseconds(9'000));
        system.add_users("low", front, 1, milliseconds(9'010));
        system.model.groups.back().priority = 3;
        system.add_users("high", front, 1, milliseconds(9'020));
        system.model.groups.back().priority = 0;
        const auto result = system.run();
        CHECK(latency_ms(result, 1) == (own ? 191 : 291));
        CHECK(latency_ms(result, 2) == (own ? 281 : 181));
    }
}

TEST_CASE("CoDel drops at dequeue once a queue stands; its place in the slot goes to the next") {
    auto system = one_server();
    system.model.endpoints[0].latency = sim::constant_distribution(milliseconds(30));
    server_of(system).shedding = codel();
    system.add_users("people", kShop, 12, milliseconds(9'000));
    const auto result = system.run();
    // Waits of 0, 30, 60, 90, 120 ms; at 9.12 an interval whose least wait is 30 ms is over.
    CHECK(count(result, Outcome::ok) < 12);
    CHECK(count(result, Outcome::ok) >= 5);
    CHECK(count(result, Outcome::shed) == 12 - count(result, Outcome::ok));
    CHECK(result.services[0].shed == count(result, Outcome::shed));
    CHECK(result.services[0].busy_s ==
          Approx(0.03 * static_cast<double>(count(result, Outcome::ok))));
}

TEST_CASE("a refusal takes a free slot for its time, and the reply comes after it") {
    auto system = one_server(2);
    server_of(system).rate_limit = models::TokenBucketRate{1, 1, {}, {}};
    server_of(system).reject_cost = milliseconds(20);
    system.add_users("people", kShop, 2, milliseconds(9'000));
    const auto result = system.run();
    CHECK(count(result, Outcome::ok) == 1);
    CHECK(count(result, Outcome::throttled) == 1);
    CHECK(latency_ms(result, 0) == 100);
    CHECK(result.services[0].busy_s == Approx(0.12));
    CHECK(result.services[0].work_done_s == Approx(0.1));
}

TEST_CASE("refusals without a free slot are paid by the next work") {
    auto system = one_server();
    system.model.services[0].queue = 1;
    server_of(system).reject_cost = milliseconds(20);
    system.add_users("people", kShop, 5, milliseconds(9'000));
    const auto result = system.run();
    CHECK(count(result, Outcome::ok) == 2);
    CHECK(count(result, Outcome::shed) == 3);
    CHECK(latency_ms(result, 0) == 260);  // 100, then 100 + 3 * 20
    CHECK(result.services[0].busy_s == Approx(0.26));
}

TEST_CASE("refusals share the cores, and slow machines refuse slowly") {
    auto system = one_server(1);
    server_of(system).cores = 1;
    system.model.services[0].queue = 0;
    server_of(system).reject_cost = milliseconds(20);
    system.add_users("people", kShop, 2, milliseconds(9'000));
    SECTION("at full speed") {
        const auto result = system.run();
        CHECK(latency_ms(result, 0) == 120);
        CHECK(result.services[0].busy_s == Approx(0.12));
    }
    SECTION("at half speed") {
        system.add_fault(models::SlowEffect{2.0}, system.instances_of(kShop), milliseconds(8'000),
                         whole_seconds(2));
        CHECK(latency_ms(system.run(), 0) == 240);
    }
}

TEST_CASE("a thread pool refuses with an idle thread") {
    auto system = one_server(2);
    system.model.services[0].queue = 0;
    auto& server = server_of(system);
    server.threads = models::ThreadPool{2, true};
    server.reject_cost = milliseconds(50);
    server.rate_limit = models::TokenBucketRate{1'000, 2, {}, {}};
    system.add_users("first", kShop, 2, milliseconds(9'000));   // both threads are started
    system.add_users("second", kShop, 3, milliseconds(9'200));  // two tokens; no idle thread
    system.add_users("third", kShop, 1, milliseconds(9'500));
    const auto result = system.run();
    CHECK(count(result, Outcome::ok, 0) == 2);
    CHECK(count(result, Outcome::ok, 1) == 2);
    CHECK(count(result, Outcome::throttled, 1) == 1);
    CHECK(latency_ms(result, 2) == 150);  // it pays for the refusal at 9.2
}

namespace {

/// 40 customers, 400 a second at most, for what serves 400, and for 5 s only 20.
models::RunResult overloaded_dagor(bool tell_callers, std::uint32_t& edge, bool directly = false) {
    TestSystem system;
    const auto front = system.add_service("front", {}, 1'000);
    const auto back = system.add_service("back", milliseconds(10), 4);
    models::DagorShedding dagor;
    dagor.window = milliseconds(100);
    dagor.beta = 0.2;
    dagor.tell_callers = tell_callers;
    system.model.services[1].server.shedding = dagor;
    const auto call = system.call(front, back);
    system.add_step(front, {call});
    system.add_fault(models::SlowEffect{20}, system.instances_of(back), {}, milliseconds(5'000));
    edge = system.add_users("people", directly ? back : front, 40, milliseconds(100));
    if (!directly) edge = call.edge;
    return system.run();
}

}  // namespace

TEST_CASE("callers of a DAGOR server learn its level and do not send what lies above") {
    std::uint32_t edge = 0;
    const auto told = overloaded_dagor(true, edge);
    CHECK(told.services[1].arrivals < told.edges[edge].tries * 7 / 10);
    CHECK(tries_ended(told, edge, Outcome::shed) > told.services[1].shed * 3);
    const auto untold = overloaded_dagor(false, edge);
    CHECK(untold.services[1].arrivals == untold.edges[edge].tries);
    // As many are served: what is shed is the same, and afterwards all are let in again.
    CHECK(static_cast<double>(count(told, Outcome::ok)) ==
          Approx(static_cast<double>(count(untold, Outcome::ok))).epsilon(0.2));
    CHECK(count(told, Outcome::ok) > 1'200);
}

TEST_CASE("customers are no servers: they send whatever they were told") {
    std::uint32_t edge = 0;
    const auto result = overloaded_dagor(true, edge, true);
    CHECK(result.services[1].arrivals == result.edges[edge].tries);
}
