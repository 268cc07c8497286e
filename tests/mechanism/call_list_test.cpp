#include "tests/catch.hpp"
#include "tests/mechanism/system.hpp"

using models::Outcome;
using sim::milliseconds;

namespace {

std::int64_t only_latency_ms(const models::RunResult& result) {
    const auto& latency = result.flows[0].slices[0].latency;
    REQUIRE(latency.count() == 1);
    return *latency.max() / 1'000'000;
}

/// front calls a (20 ms) and b (30 ms), each with one slot.
struct TwoCallees {
    TestSystem system;
    models::EndpointId front = system.add_service("front", milliseconds(5));
    models::EndpointId a = system.add_service("a", milliseconds(20));
    models::EndpointId b = system.add_service("b", milliseconds(30));
};

}  // namespace

TEST_CASE("steps follow each other, the calls of a step run side by side") {
    TwoCallees in_order;
    in_order.system.add_step(in_order.front, {in_order.system.call(in_order.front, in_order.a)});
    in_order.system.add_step(in_order.front, {in_order.system.call(in_order.front, in_order.b)});
    in_order.system.add_users("people", in_order.front, 1, milliseconds(9'000));
    CHECK(only_latency_ms(in_order.system.run()) == 55);

    TwoCallees parallel;
    auto& system = parallel.system;
    system.add_step(parallel.front, {system.call(parallel.front, parallel.a),
                                     system.call(parallel.front, parallel.b)});
    system.add_users("people", parallel.front, 1, milliseconds(9'000));
    CHECK(only_latency_ms(system.run()) == 35);
}

TEST_CASE("times: n calls in sequence, probability 0 < p < 1 calls for a share of requests") {
    TwoCallees fixture;
    auto& system = fixture.system;
    auto spec = system.call(fixture.front, fixture.a);
    spec.times = 3;
    system.add_step(fixture.front, {spec});
    auto rare = system.call(fixture.front, fixture.b);
    rare.probability = 0.25;
    system.add_step(fixture.front, {rare});
    system.add_users("people", fixture.front, 1, milliseconds(35));
    const auto result = system.run();
    const auto requests = result.flows[0].slices[0].offered();
    CHECK(result.services[1].arrivals == Approx(3.0 * static_cast<double>(requests)).margin(3));
    const double share =
        static_cast<double>(result.services[2].arrivals) / static_cast<double>(requests);
    CHECK(share == Approx(0.25).margin(0.15));
    CHECK(*result.flows[0].slices[0].latency.min() == 65'000'000);
    CHECK(*result.flows[0].slices[0].latency.max() == 95'000'000);
}

TEST_CASE("an optional call that fails is waited for and degrades the reply") {
    TwoCallees fixture;
    auto& system = fixture.system;
    system.model.endpoints[fixture.b.value].error_share = 1.0;
    auto spec = system.call(fixture.front, fixture.b);
    spec.optional = true;
    system.add_step(fixture.front, {spec});
    system.add_users("people", fixture.front, 1, milliseconds(9'000));
    const auto result = system.run();
    CHECK(count(result, Outcome::degraded) == 1);
    CHECK(only_latency_ms(result) == 35);
}

TEST_CASE("the first required failure ends the work at that instant; siblings run on, wasted") {
    TwoCallees fixture;
    auto& system = fixture.system;
    system.model.endpoints[fixture.a.value].error_share = 1.0;
    system.add_step(fixture.front,
                    {system.call(fixture.front, fixture.a), system.call(fixture.front, fixture.b)});
    system.add_users("people", fixture.front, 1, milliseconds(9'000));
    const auto result = system.run();
    CHECK(count(result, Outcome::error) == 1);
    CHECK(result.services[0].busy_s == Approx(0.025));  // 5 ms of work, 20 ms until a failed
    CHECK(result.services[2].work_done_s == Approx(0.03));
    CHECK(result.services[2].wasted_s == Approx(0.03));
    CHECK(result.services[1].wasted_s == Approx(0));
}

TEST_CASE("a 503 further down is a 503 one level up, where retryOn may list it") {
    for (const bool lists_503 : {true, false}) {
        TestSystem system;
        const auto top = system.add_service("top", milliseconds(0), 8);
        const auto middle = system.add_service("middle", milliseconds(0), 8);
        const auto bottom = system.add_service("bottom", milliseconds(50), 1);
        system.model.services[2].queue = 0;
        system.add_step(middle, {system.call(middle, bottom)});
        auto policy = TestSystem::retrying(1, sim::kForever, milliseconds(100));
        policy.retry_on = {};
        policy.retry_on.add(lists_503 ? models::RetryCondition::status_503
                                      : models::RetryCondition::timeout);
        const auto spec = system.call(top, middle, policy);
        system.add_step(top, {spec});
        system.add_users("people", top, 2, milliseconds(9'000));  // the second is shed
        const auto result = system.run();
        CHECK(result.edges[spec.edge].tries == (lists_503 ? 3 : 2));
        CHECK(count(result, Outcome::ok) == (lists_503 ? 2 : 1));
    }
}

TEST_CASE(
    "whileCalling holds the slot until the reply leaves, ownWork gives it back before calls") {
    for (const auto holds : {models::Holds::while_calling, models::Holds::own_work}) {
        TestSystem system;
        const auto front = system.add_service("front", milliseconds(10), 1);
        const auto back = system.add_service("back", milliseconds(100), 2);
        system.model.services[0].holds = holds;
        system.add_step(front, {system.call(front, back)});
        system.add_users("people", front, 2, milliseconds(9'000));
        const auto result = system.run();
        const bool until_reply = holds == models::Holds::while_calling;
        CHECK(*result.flows[0].slices[0].latency.max() == (until_reply ? 220 : 120) * 1'000'000);
        CHECK(result.services[0].busy_s == Approx(until_reply ? 0.22 : 0.02));
        CHECK(result.services[0].working_s == Approx(0.02));
    }
}
