// SEMANTICS 3 to 5, sentence by sentence, in systems where every instant can be told beforehand.
// A test is named after its sentence. Tested elsewhere:
//
//   3  (time, class, insertion)                   unit/core/event_queue_test
//   3  a reply at exactly the deadline counts     call_test, message_queue_test
//   4  the key of a draw                          unit/core/rng_test, determinism_test
//   4  sameOnRetry                                station_test
//   5  own work first, then the list in order     call_list_test
//   5  times: n is n in sequence                  call_list_test
//   5  whileCalling, ownWork                      call_list_test
//   5  cores shared                               shared_cores_test, fidelity/servers_test
//   5  the first required failure ends the work   call_list_test
//   5  an optional call degrades the reply        call_list_test, fallback_test
//   5  errors as error, 503, reset                station_test, unit/scenario/server_test
//   5  bought-in services                         station_test, unit/scenario/server_test
//
// Sections 6 and 7 are in semantics_call_test.
#include "tests/catch.hpp"
#include "tests/mechanism/system.hpp"

using models::Cancellation;
using models::Outcome;
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

    Chain(sim::Duration work, std::uint32_t slots, models::CallPolicy policy)
        : back(system.add_service("back", work, slots)) {
        spec = system.call(front, back, std::move(policy));
        system.add_step(front, {spec});
    }
    models::RunResult run(std::uint32_t customers = 1) {
        system.add_users("people", front, customers, kStart);
        return system.run();
    }
};

std::uint64_t calls_ended(const models::RunResult& result, const models::CallSpec& spec,
                          Outcome outcome) {
    return result.edges[spec.edge].outcomes[static_cast<std::size_t>(outcome)];
}

}  // namespace

// 3. "class 0 is everything, class 1 the timers that race a reply (call, try, deadline, hedge,
// patience)"
TEST_CASE("a reply at the very instant of a timer comes before the timer") {
    for (const auto early : {0, 1}) {
        const auto at = milliseconds(50) - sim::Duration{early};  // the reply comes after 50 ms
        const bool in_time = early == 0;
        CAPTURE(early);

        auto call = TestSystem::no_retries();
        call.timeout = at;
        CHECK(count(Chain(milliseconds(50), 1, call).run(), Outcome::ok) == (in_time ? 1 : 0));

        auto per_try = TestSystem::retrying(1, at, {});
        Chain tries(milliseconds(50), 2, per_try);
        CHECK(tries.run().edges[tries.spec.edge].tries == (in_time ? 1 : 2));

        models::Hedge hedge;
        hedge.delay = at;
        auto hedged = TestSystem::no_retries();
        hedged.hedge = models::Hedging{hedge};
        Chain hedges(milliseconds(50), 2, hedged);
        CHECK(hedges.run().edges[hedges.spec.edge].hedges == (in_time ? 0 : 1));

        Chain patient(milliseconds(50), 1, {});
        patient.system.add_users("people", patient.front, 1, kStart);
        patient.system.model.groups[0].patience = at;
        const auto result = patient.system.run();
        CHECK(count(result, Outcome::ok) == (in_time ? 1 : 0));
        CHECK(count(result, Outcome::abandoned) == (in_time ? 0 : 1));
    }
}

// 3. "'expired' means now > deadline", at the server
TEST_CASE("queued work whose turn comes at exactly its deadline is done, later it is not") {
    for (const auto early : {0, 1}) {
        auto policy = TestSystem::no_retries();
        policy.timeout = milliseconds(50) - sim::Duration{early};
        policy.pass_deadline_down = true;
        Chain chain(milliseconds(50), 1, policy);
        const auto result = chain.run(2);  // the second is next after 50 ms
        CAPTURE(early);
        CHECK(result.services[1].expired == (early == 0 ? 0 : 1));
        CHECK(result.services[1].work_done_s == Approx(early == 0 ? 0.1 : 0.05));
    }
}

// 3. The same at a caller to whom a deadline was passed down.
TEST_CASE("a call at exactly the deadline that was passed down is made, later it is not") {
    for (const auto early : {0, 1}) {
        auto policy = TestSystem::no_retries();
        policy.timeout = milliseconds(50) - sim::Duration{early};
        policy.pass_deadline_down = true;
        Chain chain(milliseconds(50), 1, policy);
        const auto third = chain.system.add_service("third", {});
        const auto inner = chain.system.call(chain.back, third);
        chain.system.add_step(chain.back, {inner});
        const auto result = chain.run();
        CAPTURE(early);
        CHECK(result.edges[inner.edge].tries == (early == 0 ? 1 : 0));
        CHECK(count(result, Outcome::ok) == (early == 0 ? 1 : 0));
    }
}

// 4. "A service time belongs to the attempt, not to the replica that serves it"
TEST_CASE("who is picked changes no service time") {
    const auto run = [](models::LoadBalancing rule) {
        TestSystem system;
        const auto front = system.add_service("front", {}, 1'000);
        const auto back = system.add_service("back", {}, 1, {0, 0, 0, 0});
        system.model.endpoints[back.value].latency = {sim::ExponentialDistribution{0.02}};
        auto policy = TestSystem::no_retries();
        policy.load_balancing = std::move(rule);
        system.add_step(front, {system.call(front, back, policy)});
        system.add_users("people", front, 30, kStart);
        return system.run();
    };
    const auto one = run(models::RandomBalancing{});
    const auto other = run(models::RoundRobin{});
    CHECK(one.services[1].queued_s != other.services[1].queued_s);
    CHECK(one.services[1].completions == 30);
    CHECK(one.services[1].work_done_s == Approx(other.services[1].work_done_s).epsilon(1e-12));
}

// 4. "each hop from the root": the attempt's number is in the path
TEST_CASE("another try of the same call draws another service time") {
    models::CallPolicy policy = TestSystem::retrying(1, sim::kForever, {});
    Chain chain({}, 2, policy);
    auto& endpoint = chain.system.model.endpoints[chain.back.value];
    endpoint.latency = {sim::ExponentialDistribution{0.02}};
    endpoint.error_share = 1;
    const auto result = chain.run();
    CHECK(result.services[1].sojourn.count() == 2);
    CHECK(*result.services[1].sojourn.max() > *result.services[1].sojourn.min());
}

namespace {

/// `front` calls one slot without a queue twice in a list, once as an optional call.
models::RunResult run_twice(bool required_first) {
    TestSystem system;
    const auto front = system.add_service("front", {}, 100);
    const auto back = system.add_service("back", milliseconds(20));
    system.model.services[1].queue = 0;
    auto required = system.call(front, back);
    auto optional = system.call(front, back);
    optional.optional = true;
    if (required_first) {
        system.add_step(front, {required, optional});
    } else {
        system.add_step(front, {optional, required});
    }
    system.add_users("people", front, 1, kStart);
    return system.run();
}

}  // namespace

// 5. "an inner list starts all its calls at one instant in written order"
TEST_CASE("of the calls of a list the first written gets the only slot") {
    CHECK(count(run_twice(true), Outcome::degraded) == 1);
    CHECK(count(run_twice(false), Outcome::error) == 1);
}

// 5. The same when one of them fails without anything being sent.
TEST_CASE("a call that fails at once does not keep its siblings from starting") {
    for (const bool failing_first : {true, false}) {
        TestSystem system;
        const auto front = system.add_service("front", {}, 100);
        const auto gone = system.add_service("gone", milliseconds(1));
        const auto back = system.add_service("back", milliseconds(20));
        system.model.services[1].health_check =
            models::HealthCheckConfig{milliseconds(100), 1, 1, milliseconds(50), false};
        system.add_fault(models::DownEffect{}, system.instances_of(gone), whole_seconds(1),
                         whole_seconds(20));
        const auto to_gone = system.call(front, gone);
        const auto to_back = system.call(front, back);
        if (failing_first) {
            system.add_step(front, {to_gone, to_back});
        } else {
            system.add_step(front, {to_back, to_gone});
        }
        system.add_users("people", front, 1, kStart);
        const auto result = system.run();
        CAPTURE(failing_first);
        CHECK(calls_ended(result, to_gone, Outcome::no_healthy_instance) == 1);
        CHECK(count(result, Outcome::error) == 1);
        CHECK(result.services[2].arrivals == 1);
        CHECK(result.services[2].wasted_s == Approx(0.02));
        CHECK(result.services[0].busy_s == Approx(0));
    }
}

// 5. "parallel siblings run on as wasted work unless `cancel: propagate`"
TEST_CASE("cancel: propagate stops the siblings of a call that failed") {
    for (const auto cancel : {Cancellation::none, Cancellation::immediate}) {
        TestSystem system;
        const auto front = system.add_service("front", {});
        const auto bad = system.add_service("bad", milliseconds(20));
        const auto good = system.add_service("good", milliseconds(50));
        system.model.endpoints[bad.value].error_share = 1;
        auto policy = TestSystem::no_retries();
        policy.cancel = cancel;
        const auto sibling = system.call(front, good, policy);
        system.add_step(front, {sibling, system.call(front, bad)});
        system.add_users("people", front, 1, kStart);
        const auto result = system.run();
        const bool told = cancel == Cancellation::immediate;
        CHECK(count(result, Outcome::error) == 1);
        CHECK(result.services[0].busy_s == Approx(0.02));
        CHECK(result.services[2].busy_s == Approx(told ? 0.02 : 0.05));
        CHECK(result.services[2].wasted_s == Approx(told ? 0.02 : 0.05));
        CHECK(result.edges[sibling.edge].cancelled == (told ? 1 : 0));
    }
}

// 5. "its failure makes the reply `degraded` (quality 1 unless `fallback` says otherwise)"
TEST_CASE("a reply without its optional part is as good as any") {
    TestSystem system;
    const auto front = system.add_service("front", {});
    const auto back = system.add_service("back", milliseconds(20));
    system.model.endpoints[back.value].error_share = 1;
    auto spec = system.call(front, back);
    spec.optional = true;
    system.add_step(front, {spec});
    system.add_users("people", front, 1, kStart);
    const auto result = system.run();
    const auto& slice = result.flows[0].slices[0];
    CHECK(count(result, Outcome::degraded) == 1);
    CHECK(slice.quality_sum == 1);
    CHECK(slice.poor == 0);
    CHECK(slice.success() == 1);
}

namespace {

/// `top` calls a chain of services of which the last one fails: tries of `top`'s call when it
/// retries the condition.
std::uint64_t tries_of_top(std::uint32_t between, bool shed, models::RetryCondition condition) {
    TestSystem system;
    const auto top = system.add_service("top", {}, 8);
    auto policy = TestSystem::retrying(1, sim::kForever, milliseconds(1));
    policy.retry_on = {};
    policy.retry_on.add(condition);
    std::vector<models::EndpointId> chain = {top};
    for (std::uint32_t i = 0; i < between; ++i) {
        chain.push_back(system.add_service("middle" + std::to_string(i), {}, 8));
    }
    chain.push_back(system.add_service("bottom", milliseconds(500), 1));
    if (shed) {  // somebody else has the slot
        system.model.services.back().queue = 0;
        system.add_users("others", chain.back(), 1, milliseconds(8'900));
    }
    const auto spec = system.call(top, chain[1], policy);
    system.add_step(top, {spec});
    for (std::size_t i = 1; i + 1 < chain.size(); ++i) {
        auto inner = TestSystem::no_retries();
        if (!shed && i + 2 == chain.size()) inner.timeout = milliseconds(20);
        system.add_step(chain[i], {system.call(chain[i], chain[i + 1], inner)});
    }
    system.add_users("people", top, 1, kStart);
    return system.run().edges[spec.edge].tries;
}

}  // namespace

// 5. "it carries the outcome of the deepest failed call as its cause, and one level up it counts as
// 503 when that was 503, else as `error`"
TEST_CASE("a 503 deep down is a 503 to every caller above it, any other failure is an error") {
    using models::RetryCondition;
    for (const std::uint32_t between : {1U, 2U, 3U}) {
        CAPTURE(between);
        CHECK(tries_of_top(between, true, RetryCondition::status_503) == 2);
        CHECK(tries_of_top(between, true, RetryCondition::error) == 1);
        CHECK(tries_of_top(between, false, RetryCondition::status_503) == 1);
        CHECK(tries_of_top(between, false, RetryCondition::timeout) == 1);
        CHECK(tries_of_top(between, false, RetryCondition::error) == 2);
    }
}

// 5. "the connections of each caller replica" bound a bought-in service
TEST_CASE("each replica of a caller has connections of its own") {
    TestSystem system;
    const auto front = system.add_service("front", {}, 100, {0, 0});
    const auto back = system.add_service("back", milliseconds(100), 100);
    auto policy = TestSystem::no_retries();
    policy.pool.emplace();
    policy.pool->connections = 1;
    system.add_step(front, {system.call(front, back, policy)});
    auto customers = TestSystem::no_retries();
    customers.load_balancing = models::RoundRobin{};
    system.add_users("people", front, 4, kStart, customers);
    const auto result = system.run();
    CHECK(*result.flows[0].slices[0].latency.min() == 100'000'000);
    CHECK(*result.flows[0].slices[0].latency.max() == 200'000'000);  // two after each other
}
