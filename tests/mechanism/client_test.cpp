// What a caller's policy does in short scripted sequences: deadlines, cancellation, connect
// timeouts, and the gates that a try passes before it is sent.
#include "tests/catch.hpp"
#include "tests/mechanism/system.hpp"

using models::CallPolicy;
using models::Cancellation;
using models::Outcome;
using sim::milliseconds;
using sim::whole_seconds;

namespace {

/// Customers ask `front`, which calls `back` under `policy`.
struct Chain {
    TestSystem system;
    models::EndpointId front;
    models::EndpointId back;

    Chain(sim::Duration work, CallPolicy policy, std::uint32_t slots = 1, sim::Duration delay = {})
        : system(1, delay) {
        front = system.add_service("front", {}, 100);
        back = system.add_service("back", work, slots);
        system.add_step(front, {system.call(front, back, std::move(policy))});
    }
    /// All at 9 s.
    void customers(std::uint32_t count, CallPolicy policy = TestSystem::no_retries()) {
        system.add_users("people", front, count, whole_seconds(9), std::move(policy));
    }
};

CallPolicy with_timeout(sim::Duration timeout) {
    CallPolicy policy;
    policy.timeout = timeout;
    return policy;
}

}  // namespace

TEST_CASE("a caller that gives up says so only when its policy does, and queued work is dropped") {
    for (const auto cancel : {Cancellation::none, Cancellation::immediate, Cancellation::never}) {
        auto policy = with_timeout(milliseconds(150));
        policy.cancel = cancel;
        Chain chain(milliseconds(100), policy);
        chain.customers(5);
        const auto result = chain.system.run();
        CAPTURE(static_cast<int>(cancel));
        CHECK(count(result, Outcome::ok) == 1);
        CHECK(count(result, Outcome::error) == 4);
        const double done = cancel == Cancellation::none        ? 0.5
                            : cancel == Cancellation::immediate ? 0.15
                                                                : 0.2;
        CHECK(result.services[1].work_done_s == Approx(done));
        CHECK(result.services[1].wasted_s == Approx(done - 0.1));
        const std::uint64_t told = cancel == Cancellation::none        ? 0
                                   : cancel == Cancellation::immediate ? 4
                                                                       : 3;
        CHECK(result.edges[0].cancelled == told);
    }
}

TEST_CASE("a cancellation takes one hop, and the slot is free when it arrives") {
    auto policy = with_timeout(milliseconds(50));
    policy.cancel = Cancellation::immediate;
    Chain chain(milliseconds(400), policy, 1, milliseconds(10));
    chain.customers(1);
    const auto result = chain.system.run();
    CHECK(count(result, Outcome::error) == 1);
    // Sent at 10 (the customer's hop), there at 20; given up at 60, heard of at 70.
    CHECK(result.services[1].busy_s == Approx(0.05));
}

TEST_CASE("cancellation at the end of a phase lets own work end, and makes no calls") {
    auto policy = with_timeout(milliseconds(50));
    policy.cancel = Cancellation::at_phase_end;
    Chain chain(milliseconds(80), policy);
    const auto third = chain.system.add_service("third", milliseconds(10));
    chain.system.add_step(chain.back, {chain.system.call(chain.back, third)});
    chain.customers(1);
    const auto result = chain.system.run();
    CHECK(result.services[1].work_done_s == Approx(0.08));
    CHECK(result.services[2].arrivals == 0);
}

TEST_CASE("cancelling a try gives up its calls, which are cancelled in turn") {
    auto policy = with_timeout(milliseconds(50));
    policy.cancel = Cancellation::immediate;
    auto inner = TestSystem::no_retries();
    inner.cancel = Cancellation::immediate;
    Chain chain(milliseconds(10), policy);
    const auto third = chain.system.add_service("third", milliseconds(500));
    chain.system.add_step(chain.back, {chain.system.call(chain.back, third, inner)});
    chain.customers(1);
    const auto result = chain.system.run();
    CHECK(result.services[1].busy_s == Approx(0.05));
    CHECK(result.services[2].busy_s == Approx(0.04));
}

TEST_CASE("a deadline that is passed down shortens the callee's calls") {
    for (const bool passes : {false, true}) {
        auto policy = with_timeout(milliseconds(60));
        policy.pass_deadline_down = passes;
        Chain chain(milliseconds(20), policy);
        const auto third = chain.system.add_service("third", milliseconds(500));
        auto inner = TestSystem::retrying(9, milliseconds(30), milliseconds(1));
        const auto edge = chain.system.call(chain.back, third, inner);
        chain.system.add_step(chain.back, {edge});
        chain.customers(1);
        const auto result = chain.system.run();
        CAPTURE(passes);
        CHECK(result.edges[edge.edge].tries == (passes ? 2 : 10));
        CHECK(tries_ended(result, edge.edge, Outcome::deadline) == (passes ? 1 : 0));
    }
}

TEST_CASE("the wire carries the time that is left: its own delay is not charged") {
    auto policy = with_timeout(milliseconds(60));
    policy.pass_deadline_down = true;
    Chain chain(milliseconds(0), policy, 1, milliseconds(10));
    const auto third = chain.system.add_service("third", milliseconds(500));
    const auto edge = chain.system.call(chain.back, third, with_timeout(milliseconds(400)));
    chain.system.add_step(chain.back, {edge});
    chain.customers(1);
    const auto result = chain.system.run();
    // Sent with 60 ms left, there 10 ms later: until 70 ms after the sending, when the caller has
    // been gone for 10 ms and nobody told the server.
    CHECK(tries_ended(result, edge.edge, Outcome::deadline) == 1);
    CHECK(result.services[1].busy_s == Approx(0.06));
}

TEST_CASE("an expired deadline sends no message") {
    auto policy = with_timeout(milliseconds(50));
    policy.pass_deadline_down = true;
    Chain chain(milliseconds(80), policy);
    const auto third = chain.system.add_service("third", milliseconds(5));
    const auto edge = chain.system.call(chain.back, third, TestSystem::no_retries());
    chain.system.add_step(chain.back, {edge});
    chain.customers(1);
    const auto result = chain.system.run();
    CHECK(result.edges[edge.edge].calls == 1);
    CHECK(result.edges[edge.edge].tries == 0);
    CHECK(result.edges[edge.edge].outcomes[static_cast<std::size_t>(Outcome::deadline)] == 1);
    CHECK(result.services[2].arrivals == 0);
}

TEST_CASE("a connect timeout ends a try to a place that does not answer, and is retried as such") {
    for (const bool has_timeout : {false, true}) {
        auto policy = TestSystem::retrying(1, milliseconds(900), milliseconds(1));
        policy.retry_on = {};
        policy.retry_on.add(models::RetryCondition::connect_failure);
        if (has_timeout) policy.connect_timeout = milliseconds(100);
        Chain chain(milliseconds(10), policy);
        chain.system.add_fault(models::DownEffect{}, chain.system.instances_of(chain.back),
                               whole_seconds(8), whole_seconds(2));
        chain.customers(1);
        const auto result = chain.system.run();
        CAPTURE(has_timeout);
        CHECK(tries_ended(result, 0, Outcome::blackholed) == (has_timeout ? 2 : 1));
    }
}

TEST_CASE("a bulkhead bounds what is in flight; the rest waits in line or is turned away") {
    auto policy = TestSystem::no_retries();
    policy.bulkhead =
        models::FixedLimit{2, {2, milliseconds(150), models::WaitOrder::fifo}, {}, {}};
    Chain chain(milliseconds(100), policy, 10);
    chain.customers(6);
    const auto result = chain.system.run();
    // Two at once, two after 100 ms; the queue holds no more.
    CHECK(count(result, Outcome::ok) == 4);
    CHECK(tries_ended(result, 0, Outcome::pool_timeout) == 2);
    CHECK(result.services[1].busy_s == Approx(0.4));
    CHECK(*result.flows[0].slices[0].latency.max() == 200'000'000);
}

TEST_CASE("a place that is not free in time is a pool timeout") {
    auto policy = TestSystem::no_retries();
    policy.bulkhead = models::FixedLimit{1, {5, milliseconds(50), models::WaitOrder::fifo}, {}, {}};
    Chain chain(milliseconds(100), policy, 10);
    chain.customers(3);
    const auto result = chain.system.run();
    CHECK(count(result, Outcome::ok) == 1);
    CHECK(tries_ended(result, 0, Outcome::pool_timeout) == 2);
    CHECK(result.services[1].arrivals == 1);
}

TEST_CASE("a pool opens connections as needed, at a round trip each, and keeps them") {
    auto policy = TestSystem::no_retries();
    policy.pool.emplace();
    policy.pool->connections = 1;
    policy.pool->setup = milliseconds(5);
    Chain chain(milliseconds(100), policy, 10, milliseconds(10));
    chain.customers(2);
    const auto result = chain.system.run();
    // Hop 10, round trip 20 and 5 to connect, hop 10, work 100, hop 10, hop 10; the second waits
    // for the stream (145 ms after the first took it) and needs no connection.
    CHECK(*result.flows[0].slices[0].latency.min() == 165'000'000);
    CHECK(*result.flows[0].slices[0].latency.max() == 285'000'000);
}

TEST_CASE("a try that is given up costs its HTTP/1 connection, and no HTTP/2 connection") {
    for (const std::uint32_t streams : {1U, 8U}) {
        auto policy = TestSystem::retrying(1, milliseconds(50), milliseconds(1));
        policy.pool.emplace();
        policy.pool->connections = 1;
        policy.pool->streams = streams;
        Chain chain(milliseconds(40), policy, 1, milliseconds(4));
        chain.system.add_fault(models::SlowEffect{3}, chain.system.instances_of(chain.back),
                               milliseconds(9'000), milliseconds(45));
        chain.customers(1);
        const auto result = chain.system.run();
        CAPTURE(streams);
        // The retry meets a busy server (until 9004 + 8 + 4 + 120); it would need 8 ms to connect.
        CHECK(result.edges[0].tries == 2);
        CHECK(count(result, Outcome::ok) == 0);
        CHECK(result.services[1].arrivals == 2);
    }
}

TEST_CASE("a rate limit spaces tries out, and refuses what would have to wait too long") {
    auto policy = TestSystem::no_retries();
    policy.rate_limit = models::TokenBucketRate{10, 1, milliseconds(250), {}};
    Chain chain(milliseconds(1), policy, 10);
    chain.customers(5);
    const auto result = chain.system.run();
    CHECK(count(result, Outcome::ok) == 3);  // at 0, 100 and 200 ms
    CHECK(tries_ended(result, 0, Outcome::throttled) == 2);
    CHECK(*result.flows[0].slices[0].latency.max() == 201'000'000);
}

TEST_CASE("an open breaker answers at once, and is probed after its wait") {
    auto policy = TestSystem::no_retries();
    models::CountBasedBreaker breaker;
    breaker.sliding_window_size = 2;
    breaker.settings.minimum_number_of_calls = 2;
    breaker.settings.wait_in_open = milliseconds(500);
    breaker.settings.permitted_in_half_open = 1;
    policy.circuit_breaker = breaker;
    Chain chain(milliseconds(10), policy, 10);
    chain.system.model.endpoints[chain.back.value].error_share = 1.0;
    chain.system.add_users("people", chain.front, 1, milliseconds(100));
    const auto result = chain.system.run();
    // Two failures open it; then one probe in about every half second.
    CHECK(result.services[1].arrivals >= 15);
    CHECK(result.services[1].arrivals <= 20);
    CHECK(tries_ended(result, 0, Outcome::breaker_open) > 60);
}

namespace {

/// One place for calls from `front` to a server that is always wrong, with two retries after 50 ms.
CallPolicy one_place(models::LimitAround around, std::int64_t queue) {
    auto policy = TestSystem::retrying(2, sim::kForever, milliseconds(50));
    models::FixedLimit limit;
    limit.max = 1;
    limit.around = around;
    limit.waiting.queue = queue;
    policy.bulkhead = limit;
    return policy;
}

}  // namespace

TEST_CASE("a bulkhead around the call keeps its place through the retries, and is not retried") {
    for (const auto around : {models::LimitAround::each_try, models::LimitAround::whole_call}) {
        Chain chain(milliseconds(10), one_place(around, 0), 10);
        chain.system.model.endpoints[chain.back.value].error_share = 1.0;
        chain.customers(1);
        // The second comes while the first waits for its retry: its tries fit between the other's.
        chain.system.add_users("late", chain.front, 1, milliseconds(9'030));
        const auto result = chain.system.run();
        const bool whole = around == models::LimitAround::whole_call;
        CAPTURE(whole);
        CHECK(result.edges[0].tries == (whole ? 3 : 6));
        CHECK(result.services[1].arrivals == (whole ? 3 : 6));
        CHECK(tries_ended(result, 0, Outcome::pool_timeout) == 0);
    }
}

TEST_CASE("calls wait for a bulkhead around them, one after the other, as long as they may") {
    SECTION("as long as it takes: three tries and two backoffs each") {
        Chain chain(milliseconds(10), one_place(models::LimitAround::whole_call, 10), 10);
        chain.system.model.endpoints[chain.back.value].error_share = 1.0;
        chain.system.model.duration = milliseconds(9'385);
        chain.customers(3);
        const auto result = chain.system.run();
        CHECK(result.services[1].arrivals == 9);
        CHECK(count(result, Outcome::error) == 2);  // at 9.13, 9.26 and, after the end, 9.39
    }
    SECTION("until the call's own time is up: it ends without a try") {
        auto policy = one_place(models::LimitAround::whole_call, 10);
        policy.timeout = milliseconds(195);
        Chain chain(milliseconds(10), policy, 10);
        chain.system.model.endpoints[chain.back.value].error_share = 1.0;
        chain.customers(3);
        const auto result = chain.system.run();
        // The second has 65 ms: two tries. The third has none.
        CHECK(result.services[1].arrivals == 5);
        CHECK(result.edges[0].tries == 5);
        CHECK(count(result, Outcome::error) == 3);
    }
    SECTION("a call that is given up leaves the line, or its place") {
        Chain chain(milliseconds(300), one_place(models::LimitAround::whole_call, 10), 10);
        auto impatient = TestSystem::no_retries();
        impatient.timeout = milliseconds(100);
        impatient.cancel = Cancellation::immediate;
        chain.customers(1);
        chain.system.add_users("in line", chain.front, 1, milliseconds(9'050), impatient);
        chain.system.add_users("late", chain.front, 1, milliseconds(9'200));
        chain.system.add_users("at work", chain.front, 1, milliseconds(9'580), impatient);
        chain.system.add_users("last", chain.front, 1, milliseconds(9'590));
        const auto result = chain.system.run();
        CHECK(*result.flows[0].slices[0].latency.max() == 300'000'000);
        CHECK(count(result, Outcome::timeout, 1) == 1);
        CHECK(*result.flows[2].slices[0].latency.max() == 400'000'000);
        CHECK(count(result, Outcome::timeout, 3) == 1);
        CHECK(*result.flows[4].slices[0].latency.max() == 390'000'000);  // from 9.68
        CHECK(result.services[1].arrivals == 4);
    }
}
