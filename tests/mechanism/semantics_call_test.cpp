// SEMANTICS 6 and 7, sentence by sentence: calls at their callers, balancers, customers. A test is
// named after its sentence. Tested elsewhere:
//
//   6  a backoff that would end too late          call_test
//   6  try k gets what is left                    call_test (timeout), client_test (deadline)
//   6  perTryTimeout starts after the backoff     call_test
//   6  connect timeout, blackholed on connect     client_test
//   6  spillWhen: full                            fault_test
//   6  the short form of retryBudget              unit/policy/retry_misfit_test,
//                                                 unit/scenario/semantics_test
//   6  retryOn's groups                           unit/policy/retry_on_test
//   6  a lost try is blackholed when its timer fires   fault_test
//   6  duplicates, tries per call                 call_test
//   7  entry                                      unit/scenario/resolved_test
//   7  customers have a client of their own       unit/scenario/load_test
//   POLICIES 0.3, the five traps                  unit/policy/trap_test (1, 2, 3, 5),
//                                                 unit/policy/outlier_test and below (4)
//
// Sections 3 to 5 are in semantics_test.
#include "tests/catch.hpp"
#include "tests/mechanism/system.hpp"

using models::CallPolicy;
using models::Outcome;
using models::RuleScope;
using sim::milliseconds;
using sim::whole_seconds;

namespace {

constexpr sim::Duration kStart = whole_seconds(9);

/// Customers at 9 s ask `front` (no work), which calls `back`.
struct Chain {
    TestSystem system;
    models::EndpointId front = system.add_service("front", {}, 100);
    models::EndpointId back;
    models::CallSpec spec;

    Chain(sim::Duration work, std::uint32_t slots, CallPolicy policy)
        : back(system.add_service("back", work, slots)) {
        spec = system.call(front, back, std::move(policy));
        system.add_step(front, {spec});
    }
    void fail() { system.model.endpoints[back.value].error_share = 1; }
    models::RunResult run(std::uint32_t customers = 1) {
        system.add_users("people", front, customers, kStart);
        return system.run();
    }
};

std::uint64_t calls_ended(const models::RunResult& result, const models::CallSpec& spec,
                          Outcome outcome) {
    return result.edges[spec.edge].outcomes[static_cast<std::size_t>(outcome)];
}

models::CountBasedBreaker breaker_of_two() {
    models::CountBasedBreaker breaker;
    breaker.sliding_window_size = 2;
    breaker.settings.minimum_number_of_calls = 2;
    return breaker;
}

models::FixedLimit at_most(std::int64_t calls, std::int64_t waiting) {
    return {calls, {waiting, sim::kForever, models::WaitOrder::fifo}, {}, {}};
}

}  // namespace

// 6. "Outcomes in JSON"
TEST_CASE("outcomes have the names of SEMANTICS, in its order") {
    std::string names;
    for (std::size_t i = 0; i < models::kOutcomes; ++i) {
        names += std::string(to_string(static_cast<Outcome>(i))) + " ";
    }
    CHECK(names ==
          "ok degraded error timeout refused reset blackholed shed throttled breakerOpen "
          "noHealthyInstance deadline poolTimeout dns abandoned unfinished ");
}

// 6. "Order, outermost first: overall timeout, retry (budget), breaker, ..."
TEST_CASE("the breaker is asked before each retry, and its refusal is final") {
    auto policy = TestSystem::retrying(5, sim::kForever, milliseconds(1));
    policy.circuit_breaker = breaker_of_two();
    Chain chain(milliseconds(10), 1, policy);
    chain.fail();
    const auto result = chain.run();
    // Two tries fail and open it; the third is refused. Around the retries it would have seen one
    // call, and let all six tries through.
    CHECK(result.services[1].arrivals == 2);
    CHECK(result.edges[chain.spec.edge].tries == 3);
    CHECK(calls_ended(result, chain.spec, Outcome::breaker_open) == 1);
}

// 6. "retry (budget), breaker": a retry is paid for before the breaker is asked.
TEST_CASE("a retry that an open breaker refuses has been paid for") {
    for (const bool open : {false, true}) {
        auto policy = TestSystem::retrying(1, sim::kForever, milliseconds(1));
        policy.retry_budget = models::WindowedTokensBudget{0.5, whole_seconds(10), 0};
        if (open) policy.circuit_breaker = breaker_of_two();
        Chain chain(milliseconds(10), 8, policy);
        chain.fail();
        const auto result = chain.run(4);
        CAPTURE(open);
        CHECK(result.edges[chain.spec.edge].tries == 6);
        CHECK(result.edges[chain.spec.edge].retries_denied == 2);
        CHECK(result.services[1].arrivals == (open ? 4 : 6));
    }
}

// 6. "overall timeout, retry": the time of all tries and backoffs together is bounded.
TEST_CASE("timeout starts when the caller decides to call, and waiting at a bulkhead counts") {
    for (const bool whole : {true, false}) {
        auto policy = TestSystem::no_retries();
        (whole ? policy.timeout : policy.per_try_timeout) = milliseconds(150);
        policy.bulkhead = at_most(1, 9);
        Chain chain(milliseconds(100), 8, policy);
        const auto result = chain.run(2);
        CAPTURE(whole);
        // The second waits for 100 ms and is given up half way: both times began before the line.
        CHECK(calls_ended(result, chain.spec, Outcome::ok) == 1);
        CHECK(calls_ended(result, chain.spec, Outcome::timeout) == 1);
        CHECK(result.services[1].wasted_s == Approx(0.1));
        CHECK(result.services[0].busy_s == Approx(0.25));
    }
}

// 6. "`perTryTimeout` after the backoff, before bulkhead, pool and network"
TEST_CASE("waiting for a connection and the way to the server count as time of the try") {
    auto policy = TestSystem::no_retries();
    policy.per_try_timeout = milliseconds(150);
    policy.pool.emplace();
    policy.pool->connections = 1;
    Chain chain(milliseconds(100), 8, policy);
    const auto result = chain.run(2);
    CHECK(calls_ended(result, chain.spec, Outcome::timeout) == 1);
    CHECK(result.services[1].arrivals == 2);

    for (const auto early : {0, 1}) {
        TestSystem far(1, milliseconds(20));
        const auto front = far.add_service("front", {});
        const auto back = far.add_service("back", milliseconds(10));
        auto limited = TestSystem::no_retries();
        limited.per_try_timeout = milliseconds(50) - sim::Duration{early};
        far.add_step(front, {far.call(front, back, limited)});
        far.add_users("people", front, 1, kStart);
        CHECK(count(far.run(), Outcome::ok) == (early == 0 ? 1 : 0));
    }
}

// 6. "a backoff that would end after that fails the call at once"
TEST_CASE("a backoff may end at the deadline, not after it; waiting for that is a choice") {
    for (const auto early : {0, 1}) {
        auto policy = TestSystem::retrying(1, sim::kForever, milliseconds(40));
        policy.timeout = milliseconds(50) - sim::Duration{early};
        Chain chain(milliseconds(10), 1, policy);
        chain.fail();
        const auto result = chain.run();
        CAPTURE(early);
        CHECK(result.edges[chain.spec.edge].tries == (early == 0 ? 2 : 1));
        CHECK(calls_ended(result, chain.spec, Outcome::error) == (early == 0 ? 0 : 1));
    }
    for (const bool waits : {false, true}) {
        auto policy = TestSystem::retrying(9, sim::kForever, milliseconds(100));
        policy.timeout = milliseconds(150);
        policy.wait_beyond_deadline = waits;
        Chain chain(milliseconds(10), 1, policy);
        chain.fail();
        const auto result = chain.run();
        CAPTURE(waits);
        CHECK(result.edges[chain.spec.edge].tries == 2);
        CHECK(calls_ended(result, chain.spec, waits ? Outcome::timeout : Outcome::error) == 1);
        CHECK(result.services[0].busy_s == Approx(waits ? 0.15 : 0.12));
    }
}

TEST_CASE("a rate limit at the caller holds a try back before its own time begins") {
    auto policy = TestSystem::no_retries();
    policy.per_try_timeout = milliseconds(50);
    policy.rate_limit = models::TokenBucketRate{10, 1, whole_seconds(1), {}};
    Chain chain(milliseconds(10), 8, policy);
    const auto result = chain.run(2);
    CHECK(calls_ended(result, chain.spec, Outcome::ok) == 2);
    CHECK(*result.flows[0].slices[0].latency.max() == 110'000'000);
}

TEST_CASE("a perTryTimeout that follows a percentile cuts tries short once it is known") {
    models::QuantileRule rule;
    rule.percentile = 0.99;
    rule.padding = 1.5;
    auto policy = TestSystem::retrying(100, sim::kForever, {});
    policy.per_try_quantile = rule;
    policy.timeout = whole_seconds(1);
    Chain chain(milliseconds(10), 100, policy);
    chain.system.add_users("regulars", chain.front, 1, milliseconds(10));
    chain.system.add_fault(models::SlowEffect{100}, chain.system.instances_of(chain.back), kStart,
                           milliseconds(300));
    const auto result = chain.run();
    const auto cut = tries_ended(result, chain.spec.edge, Outcome::timeout);
    // Each try of two customers' calls is cut after 15 ms, then the next one is made, for 300 ms.
    CHECK(cut >= 38);
    CHECK(cut <= 42);
    CHECK(result.edges[chain.spec.edge].tries == result.edges[chain.spec.edge].calls + cut);
}

// 6. "breaker, per-try timeout, bulkhead"
TEST_CASE("the breaker hears of what the bulkhead refuses, and an open one takes no place") {
    auto policy = TestSystem::no_retries();
    policy.bulkhead = at_most(1, 0);
    policy.circuit_breaker = breaker_of_two();
    Chain chain(milliseconds(100), 8, policy);
    chain.system.add_users("late", chain.front, 1, kStart + milliseconds(50));
    const auto result = chain.run(3);
    // One has the place, two are refused and open the breaker, the fourth does not get that far.
    CHECK(calls_ended(result, chain.spec, Outcome::ok) == 1);
    CHECK(calls_ended(result, chain.spec, Outcome::pool_timeout) == 2);
    CHECK(calls_ended(result, chain.spec, Outcome::breaker_open) == 1);
}

// 6. "bulkhead, pool"
TEST_CASE("who waits for a connection has a place of the bulkhead") {
    auto policy = TestSystem::no_retries();
    policy.bulkhead = at_most(2, 0);
    policy.pool.emplace();
    policy.pool->connections = 1;
    Chain chain(milliseconds(100), 8, policy);
    const auto result = chain.run(3);
    CHECK(calls_ended(result, chain.spec, Outcome::ok) == 2);
    CHECK(calls_ended(result, chain.spec, Outcome::pool_timeout) == 1);
    CHECK(*result.flows[0].slices[0].latency.max() == 200'000'000);
}

// 6. The gates are inside the hedge, too: a further try that does not pass is not sent.
TEST_CASE("a hedge that finds no place does not end the call that is under way") {
    models::Hedge hedge;
    hedge.delay = milliseconds(10);
    hedge.non_fatal = {};  // any failure of a try ends the call
    auto policy = TestSystem::no_retries();
    policy.hedge = models::Hedging{hedge};
    policy.bulkhead = at_most(1, 0);
    Chain chain(milliseconds(50), 8, policy);
    const auto result = chain.run();
    CHECK(calls_ended(result, chain.spec, Outcome::ok) == 1);
    CHECK(result.services[1].arrivals == 1);
}

// 6. "pool, load balancer, network"
TEST_CASE("a replica is picked when the connection is there, not when the call joins the line") {
    TestSystem system;
    const auto front = system.add_service("front", {}, 100);
    const auto back = system.add_service("back", milliseconds(100), 100, {0, 0});
    const auto other = system.add_endpoint(front);
    auto pooled = TestSystem::no_retries();
    pooled.load_balancing = models::RoundRobin{};
    auto plain = pooled;
    pooled.pool.emplace();
    pooled.pool->connections = 1;
    system.add_step(front, {system.call(front, back, pooled)});
    system.add_step(other, {system.call(other, back, plain)});
    models::FaultTarget first;
    first.instances = {system.model.topology.services[1].instances[0]};
    system.add_fault(models::SlowEffect{3}, first, {}, whole_seconds(10));
    // The first customer's call goes to the second replica. The next turn, the slow replica's, is
    // that of the call without a pool: the second customer's is still in line.
    system.add_users("people", front, 2, kStart);
    system.add_users("others", other, 1, kStart + milliseconds(1));
    const auto result = system.run();
    CHECK(*result.flows[0].slices[0].latency.max() == 200'000'000);
    CHECK(*result.flows[1].slices[0].latency.max() == 300'000'000);
}

namespace {

/// Calls that each fail, at 9 s, under a budget of 10 % whose scope is given: how many retries are
/// paid for. Two replicas of `front` make `calls` each.
struct Budgeted {
    TestSystem system;
    models::EndpointId front = system.add_service("front", {}, 100, {0, 0});
    models::EndpointId back = system.add_service("back", milliseconds(1), 100);
    models::WindowedTokensBudget budget{0.1, whole_seconds(10), 0};

    explicit Budgeted(RuleScope scope) {
        budget.scope = scope;
        system.model.services[0].routing = models::AnyZone{};
        system.model.endpoints[back.value].error_share = 1;
    }
    models::CallSpec to(models::EndpointId callee) {
        auto policy = TestSystem::retrying(1, sim::kForever, milliseconds(1));
        policy.retry_budget = budget;
        auto spec = system.call(front, callee, policy);
        system.model.policies.back().rule_settings.fill(1'000);  // written alike
        spec.optional = true;
        return spec;
    }
    std::uint64_t retries() {
        auto customers = TestSystem::no_retries();
        customers.load_balancing = models::RoundRobin{};
        system.add_users("people", front, 30, kStart, customers);  // 15 at each replica
        std::uint64_t sum = 0;
        for (const auto& edge : system.run().edges) sum += edge.tries - edge.calls;
        return sum;
    }
};

}  // namespace

// 6. "one bucket per (caller instance, callee)"
TEST_CASE("a budget belongs to one replica of the caller") {
    Budgeted one(RuleScope::client);
    one.system.add_step(one.front, {one.to(one.back)});
    CHECK(one.retries() == 2);  // 15 calls pay for one retry, twice; 30 calls would pay for three
}

TEST_CASE("a budget's scope: the callee, its endpoint, or all that the caller calls") {
    for (const auto scope : {RuleScope::client, RuleScope::client_endpoint, RuleScope::process}) {
        CAPTURE(to_string(scope));
        // Two endpoints of one callee: 30 calls of each replica, together or in two buckets.
        Budgeted endpoints(scope);
        const auto second = endpoints.system.add_endpoint(endpoints.back);
        endpoints.system.add_step(endpoints.front,
                                  {endpoints.to(endpoints.back), endpoints.to(second)});
        CHECK(endpoints.retries() == (scope == RuleScope::client_endpoint ? 4 : 6));
        // Two callees.
        Budgeted callees(scope);
        const auto other = callees.system.add_service("other", milliseconds(1), 100);
        callees.system.model.endpoints[other.value].error_share = 1;
        callees.system.add_step(callees.front, {callees.to(callees.back), callees.to(other)});
        CHECK(callees.retries() == (scope == RuleScope::process ? 6 : 4));
    }
}
