#include "tests/catch.hpp"
#include "tests/mechanism/system.hpp"

using models::Outcome;
using sim::milliseconds;
using sim::whole_seconds;

TEST_CASE("a request takes its way there, its work and its way back") {
    TestSystem system(1, milliseconds(3));
    const auto shop = system.add_service("shop", milliseconds(10));
    system.add_users("people", shop, 1, milliseconds(984));  // one request a second
    const auto result = system.run();
    CHECK(count(result, Outcome::ok) == 10);
    CHECK(*result.flows[0].slices[0].latency.min() == 16'000'000);
    CHECK(*result.flows[0].slices[0].latency.max() == 16'000'000);
    CHECK(result.services[0].busy_s == Approx(0.1));
    CHECK(result.services[0].capacity_s == Approx(10));
}

TEST_CASE("waiting requests are served in order of arrival, and the queue's bound sheds the rest") {
    TestSystem system;
    const auto shop = system.add_service("shop", milliseconds(100));
    system.model.services[0].queue = 2;
    system.add_users("people", shop, 5, milliseconds(9'500));  // all five at once, at 9.5 s
    const auto result = system.run();
    CHECK(count(result, Outcome::ok) == 3);
    CHECK(count(result, Outcome::shed) == 2);
    CHECK(*result.flows[0].slices[0].latency.min() == 100'000'000);
    CHECK(*result.flows[0].slices[0].latency.max() == 300'000'000);
    CHECK(result.services[0].positive_waits == 2);
    CHECK(result.services[0].queued_s == Approx(0.1 * 2 + 0.1 * 1));
}

TEST_CASE("a reply at exactly the deadline counts, one nanosecond later it does not") {
    for (const auto extra : {0, 1}) {
        TestSystem system(1, milliseconds(1));
        const auto shop = system.add_service("shop", milliseconds(48));
        auto policy = TestSystem::no_retries();
        policy.timeout = milliseconds(50) - sim::Duration{extra};
        system.add_users("people", shop, 1, milliseconds(9'000), policy);
        const auto result = system.run();
        CHECK(count(result, Outcome::ok) == (extra == 0 ? 1 : 0));
        CHECK(count(result, Outcome::timeout) == (extra == 0 ? 0 : 1));
    }
}

TEST_CASE("patience ends a request as abandoned, whatever its client would still try") {
    TestSystem system;
    const auto shop = system.add_service("shop", milliseconds(400));
    system.add_users("people", shop, 1, milliseconds(9'000),
                     TestSystem::retrying(9, milliseconds(100), milliseconds(1)));
    system.model.groups[0].patience = milliseconds(250);
    const auto result = system.run();
    CHECK(count(result, Outcome::abandoned) == 1);
    CHECK(result.edges[0].tries == 3);
}

TEST_CASE("tries time out one by one; the server goes on and its work is wasted") {
    TestSystem system;
    const auto front = system.add_service("front", milliseconds(0), 8);
    const auto back = system.add_service("back", milliseconds(80), 8);
    const auto spec =
        system.call(front, back, TestSystem::retrying(2, milliseconds(50), milliseconds(20)));
    system.add_step(front, {spec});
    system.add_users("people", front, 1, milliseconds(9'000));
    const auto result = system.run();
    CHECK(count(result, Outcome::error) == 1);
    CHECK(result.edges[spec.edge].tries == 3);
    CHECK(tries_ended(result, spec.edge, Outcome::timeout) == 3);
    CHECK(result.services[1].arrivals == 3);
    CHECK(result.services[1].work_done_s == Approx(0.24));
    CHECK(result.services[1].wasted_s == Approx(0.24));
    // 50 + 20 + 50 + 20 + 50 ms, no latency is recorded for a failure
    CHECK(result.flows[0].slices[0].latency.count() == 0);
    CHECK(result.services[0].busy_s == Approx(0.19));
    // The customer's own call and its one try count like those between services.
    CHECK(result.flows[0].slices[0].tries == 4);
    CHECK(result.flows[0].slices[0].calls == 2);
}

TEST_CASE("a try that succeeds ends the call with the time of the failed ones on top") {
    TestSystem system;
    const auto shop = system.add_service("shop", milliseconds(30), 1);
    system.add_fault(models::ErrorsEffect{1.0}, system.instances_of(shop), milliseconds(9'000),
                     milliseconds(40));
    system.add_users("people", shop, 1, milliseconds(9'000),
                     TestSystem::retrying(3, milliseconds(500), milliseconds(70)));
    const auto result = system.run();
    CHECK(count(result, Outcome::ok) == 1);
    CHECK(*result.flows[0].slices[0].latency.max() == 130'000'000);  // 30 + 70 + 30 ms
    CHECK(tries_ended(result, 0, Outcome::error) == 1);
}

TEST_CASE("a backoff that would end after the call's time fails the call at once") {
    TestSystem system;
    const auto shop = system.add_service("shop", milliseconds(10));
    system.model.endpoints[0].error_share = 1.0;
    auto policy = TestSystem::retrying(5, sim::kForever, milliseconds(100));
    policy.timeout = milliseconds(125);
    system.add_users("people", shop, 1, milliseconds(9'000), policy);
    const auto result = system.run();
    CHECK(count(result, Outcome::error) == 1);
    CHECK(result.edges[0].tries == 2);  // at 0 and at 110; a third would start at 220
    CHECK(result.services[0].busy_s == Approx(0.02));
}

TEST_CASE("the last try gets what is left of the call's time") {
    TestSystem system;
    const auto shop = system.add_service("shop", milliseconds(400));
    auto policy = TestSystem::retrying(5, milliseconds(100), milliseconds(10));
    policy.timeout = milliseconds(150);
    system.add_users("people", shop, 1, milliseconds(9'000), policy);
    auto result = system.run();
    CHECK(count(result, Outcome::timeout) == 1);
    CHECK(result.edges[0].tries == 2);
}

TEST_CASE("retryOn decides: an outcome that is not listed is final") {
    TestSystem system;
    const auto shop = system.add_service("shop", milliseconds(10));
    system.model.endpoints[0].error_share = 1.0;
    auto policy = TestSystem::retrying(5, sim::kForever, milliseconds(1));
    policy.retry_on = models::default_retry_on();  // errors are not in it
    system.add_users("people", shop, 1, milliseconds(9'000), policy);
    CHECK(system.run().edges[0].tries == 1);
}

TEST_CASE("the budget pays for retries and says no when it is empty") {
    TestSystem system;
    const auto shop = system.add_service("shop", milliseconds(1), 64);
    system.model.endpoints[0].error_share = 1.0;
    auto policy = TestSystem::retrying(1, sim::kForever, milliseconds(1));
    policy.retry_budget = models::WindowedTokensBudget{0.1, whole_seconds(10), 0};
    system.add_users("people", shop, 40, milliseconds(9'000), policy);
    const auto result = system.run();
    CHECK(result.edges[0].calls == 40);
    CHECK(result.edges[0].tries == 44);  // every tenth call pays for one retry
    CHECK(result.edges[0].retries_denied == 36);
    CHECK(count(result, Outcome::error) == 40);
}

TEST_CASE("a second execution after the first was done is a duplicate, unless it may be") {
    for (const bool idempotent : {false, true}) {
        TestSystem system(1, milliseconds(30));
        const auto shop = system.add_service("shop", milliseconds(10), 4);
        system.model.endpoints[0].idempotent = idempotent;
        // The answer would be back after 70 ms; the next try starts its work at 50 + 5 + 30.
        system.add_users("people", shop, 1, milliseconds(9'000),
                         TestSystem::retrying(1, milliseconds(50), milliseconds(5)));
        const auto result = system.run();
        CHECK(result.edges[0].tries == 2);
        CHECK(result.edges[0].duplicates == (idempotent ? 0 : 1));
        CHECK(result.flows[0].slices[0].duplicates == (idempotent ? 0 : 1));
    }
}

TEST_CASE("retries multiply from layer to layer: 4 tries in 5 layers are 1024 calls at the end") {
    TestSystem system;
    std::vector<models::EndpointId> layers;
    for (int i = 0; i <= 5; ++i) {
        layers.push_back(system.add_service("layer" + std::to_string(i), {}, 10));
    }
    for (std::size_t i = 0; i < 5; ++i) {
        const auto policy = TestSystem::retrying(3, whole_seconds(100), milliseconds(1));
        system.add_step(layers[i], {system.call(layers[i], layers[i + 1], policy)});
    }
    system.model.endpoints[layers.back().value].error_share = 1.0;
    system.model.duration = whole_seconds(20);
    system.add_users("people", layers.front(), 1, whole_seconds(15));
    const auto result = system.run();
    std::uint64_t tries = 1;
    for (std::size_t i = 0; i <= 5; ++i) {
        CHECK(result.services[i].arrivals == tries);
        tries *= 4;
    }
    CHECK(result.services[5].arrivals == 1'024);
}

TEST_CASE("at failure p a call of up to m tries makes (1 - p^m) / (1 - p) of them") {
    for (const double p : {0.1, 0.5, 0.9, 1.0}) {
        TestSystem system;
        const auto front = system.add_service("front", {}, 1'000);
        const auto back = system.add_service("back", {}, 1'000);
        system.model.endpoints[back.value].error_share = p;
        system.add_step(
            front,
            {system.call(front, back, TestSystem::retrying(2, whole_seconds(1), milliseconds(1)))});
        system.add_users("people", front, 50, milliseconds(20));
        const auto result = system.run();
        const double expected = p < 1 ? (1 - p * p * p) / (1 - p) : 3;
        const auto calls = static_cast<double>(result.edges[0].calls);
        CAPTURE(p);
        CHECK(calls > 20'000);
        CHECK(static_cast<double>(result.edges[0].tries) / calls ==
              Approx(expected).epsilon(0.015));
    }
}
