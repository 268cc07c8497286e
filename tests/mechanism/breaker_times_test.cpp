// How long breakers refuse and replicas are ejected, to the nanosecond.
#include "tests/catch.hpp"
#include "tests/mechanism/system.hpp"

using models::Outcome;
using sim::milliseconds;
using sim::whole_seconds;

namespace {

/// Opens at the second failure in a row, for 1 s and then twice as long each time.
models::ConsecutiveBreaker breaker_of_two(models::BreakerScope scope) {
    models::ConsecutiveBreaker breaker;
    breaker.failures = 2;
    breaker.open = {whole_seconds(1), whole_seconds(60), models::OpenJitter::none, 0};
    breaker.scope = scope;
    return breaker;
}

/// One user who calls 100 ms after each answer; 10 ms of work, which fails in the first `fails`.
struct Caller : TestSystem {
    explicit Caller(sim::Duration fails, models::CircuitBreaker breaker) {
        shop = add_service("shop", milliseconds(10), 8);
        auto policy = no_retries();
        policy.circuit_breaker = std::move(breaker);
        edge = add_users("user", shop, 1, milliseconds(100), std::move(policy));
        add_fault(models::ErrorsEffect{1.0}, instances_of(shop), {}, fails);
    }
    models::EdgeResult run() { return TestSystem::run().edges[edge]; }

    models::EndpointId shop;
    std::uint32_t edge = 0;
};

}  // namespace

TEST_CASE("a breaker is open from the failure that trips it to the success of its probe") {
    // Calls at 100 and 210 ms fail at 110 and 220 ms: open. Refused at 320, 420, ... 1120 ms; the
    // probe goes at 1220 ms and succeeds at 1230 ms, until when nobody else would get through.
    const auto edge = Caller(whole_seconds(1), breaker_of_two(models::BreakerScope::client)).run();
    CHECK(edge.breaker_open.ns == 1'010'000'000);
    CHECK(edge.breaker_openings == 1);
    CHECK(edge.try_outcomes[static_cast<std::size_t>(Outcome::breaker_open)] == 9);
}

TEST_CASE("a probe that fails is another opening of the same breaker") {
    // Probes fail at 1230, 3240 and 7250 ms; the wait of 8 s after the last is longer than the run.
    Caller caller(whole_seconds(10), breaker_of_two(models::BreakerScope::client_endpoint));
    const auto edge = caller.run();
    CHECK(edge.breaker_open.ns == 10'000'000'000 - 220'000'000);
    CHECK(edge.breaker_openings == 4);
}

TEST_CASE("only the measured time of a breaker counts") {
    Caller caller(whole_seconds(1), breaker_of_two(models::BreakerScope::client));
    caller.model.duration = milliseconds(700);
    caller.model.drain = whole_seconds(2);
    CHECK(caller.run().breaker_open.ns == 480'000'000);
    Caller late(whole_seconds(1), breaker_of_two(models::BreakerScope::client));
    late.model.warmup = milliseconds(500);  // everything 500 ms earlier, but for the fault
    late.model.faults[0].at = sim::SimTime{} - milliseconds(500);
    const auto edge = late.run();
    CHECK(edge.breaker_open.ns == 1'010'000'000 - 280'000'000);
    CHECK(edge.breaker_openings == 0);  // it opened before
}

TEST_CASE("a breaker per replica that nobody heeds is open all the same") {
    const auto edge = Caller(whole_seconds(1), breaker_of_two(models::BreakerScope::host)).run();
    // There is no other replica: tries go through, and their results are not heard until 1220 ms.
    CHECK(edge.try_outcomes[static_cast<std::size_t>(Outcome::breaker_open)] == 0);
    CHECK(edge.breaker_openings == 1);
    CHECK(edge.breaker_open.ns >= 1'000'000'000);
    CHECK(edge.breaker_open.ns <= 1'120'000'000);
}

TEST_CASE("a breaker dies with its process") {
    TestSystem system;
    const auto front = system.add_service("front", {}, 8);
    const auto back = system.add_service("back", milliseconds(10), 8);
    auto policy = TestSystem::no_retries();
    policy.circuit_breaker = breaker_of_two(models::BreakerScope::client);
    const auto call = system.call(front, back, policy);
    system.add_step(front, {call});
    system.add_users("user", front, 1, milliseconds(100));
    system.add_fault(models::ErrorsEffect{1.0}, system.instances_of(back), {}, milliseconds(500));
    system.add_fault(models::CrashEffect{}, system.instances_of(front), milliseconds(500),
                     milliseconds(100));
    system.model.services[0].restart = sim::Duration{};
    const auto edge = system.run().edges[call.edge];
    CHECK(edge.breaker_openings == 1);
    CHECK(edge.breaker_open.ns == 280'000'000);  // from 220 ms to 500 ms
}

TEST_CASE("breakers of two endpoints that share one are counted once, at the first") {
    TestSystem system;
    const auto front = system.add_service("front", {}, 8);
    const auto back = system.add_service("back", milliseconds(10), 8);
    const auto other = system.add_endpoint(back);
    auto policy = TestSystem::no_retries();
    policy.circuit_breaker = breaker_of_two(models::BreakerScope::client);
    auto first = system.call(front, back, policy);
    auto second = system.call(front, other, policy);
    system.model.policies[second.policy].rule_settings =
        system.model.policies[first.policy].rule_settings;
    first.optional = true;
    system.add_step(front, {first});
    system.add_step(front, {second});
    system.add_users("user", front, 1, milliseconds(100));
    system.add_fault(models::ErrorsEffect{1.0}, system.instances_of(back), {}, milliseconds(500));
    const auto result = system.run();
    // 100 ms: the first call fails at 110 ms, the second at 120 ms, which opens it until 1120 ms.
    CHECK(result.edges[first.edge].breaker_openings == 1);
    CHECK(result.edges[first.edge].breaker_open.ns == 1'010'000'000);
    CHECK(result.edges[second.edge].breaker_open.ns == 0);
}

TEST_CASE("without a breaker there is no time to count") {
    TestSystem system;
    const auto shop = system.add_service("shop", milliseconds(10), 8);
    const auto edge = system.add_users("user", shop, 1, milliseconds(100));
    const auto result = system.run();
    CHECK(result.edges[edge].breaker_open.ns == 0);
    CHECK(result.edges[edge].breaker_openings == 0);
    CHECK(result.edges[edge].ejections == 0);
}

TEST_CASE("a replica that is ejected is out until a sweep brings it back") {
    TestSystem system;
    const auto shop = system.add_service("shop", milliseconds(10), 8, {0, 0});
    models::EnvoyOutliers rule;
    rule.consecutive_5xx = 2;
    rule.ejection.interval = whole_seconds(1);
    rule.ejection.base_ejection_time = whole_seconds(2);
    rule.ejection.max_ejection_percent = 1.0;
    auto policy = TestSystem::no_retries();
    policy.outlier_detection = rule;
    policy.load_balancing = models::RoundRobin{};
    const auto edge = system.add_users("user", shop, 1, milliseconds(100), policy);
    auto target = system.instances_of(shop);
    target.instances.resize(1);
    system.add_fault(models::ErrorsEffect{1.0}, target, {}, whole_seconds(1));
    const auto result = system.run().edges[edge];
    CHECK(result.ejections == 1);
    // Every second call fails: the second failure ends at 330 or 440 ms; the first sweep at least
    // 2 s later is that at 3 s.
    const bool first = result.ejected_s == Approx(3 - 0.33).margin(1e-12);
    const bool second = result.ejected_s == Approx(3 - 0.44).margin(1e-12);
    CHECK((first || second));
}
