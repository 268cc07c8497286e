// Fallbacks in the engine, by scripted sequences.
#include "tests/catch.hpp"
#include "tests/mechanism/system.hpp"

using models::Outcome;
using sim::milliseconds;
using sim::whole_seconds;

namespace {

models::CallPolicy with(models::Fallback fallback) {
    auto policy = TestSystem::no_retries();
    policy.fallback = std::move(fallback);
    return policy;
}

/// Users ask a front that calls a backend; the backend fails from 5 s on, unless told otherwise.
struct FallbackSystem : TestSystem {
    explicit FallbackSystem(models::CallPolicy policy, std::uint32_t users = 1) {
        front = add_service("front", milliseconds(1), 100);
        back = add_service("back", milliseconds(10), 100);
        add_step(front, {call(front, back, std::move(policy))});
        add_users("people", front, users, milliseconds(989));
        fail_from(whole_seconds(5));
    }
    void fail_from(sim::Duration at) {
        add_fault(models::ErrorsEffect{1.0}, instances_of(back), at, whole_seconds(60));
    }

    models::EndpointId front;
    models::EndpointId back;
};

constexpr std::uint32_t kBackEdge = 0;

const models::SliceResult& all(const models::RunResult& result) {
    return result.flows[0].slices[0];
}

}  // namespace

TEST_CASE("a static answer makes the reply degraded, a success from quality 0.5 on") {
    for (const double quality : {0.5, 0.49}) {
        models::StaticFallback fallback;
        fallback.quality = quality;
        const auto result = FallbackSystem(with(fallback)).run();
        CHECK(count(result, Outcome::ok) == 4);
        CHECK(count(result, Outcome::degraded) == 6);
        CHECK(count(result, Outcome::error) == 0);
        CHECK(all(result).success() == (quality >= 0.5 ? 10 : 4));
        CHECK(all(result).quality_sum == Approx(6 * quality));
        CHECK(all(result).latency.count() == all(result).success());
        // The last one ends with the run.
        CHECK(result.edges[kBackEdge].fallbacks == 5);
        CHECK(tries_ended(result, kBackEdge, Outcome::error) == 5);
        CHECK(result.edges[kBackEdge].outcomes[static_cast<std::size_t>(Outcome::degraded)] == 5);
    }
}

TEST_CASE("a fallback takes its own time, and runs on a timeout too") {
    models::StaticFallback fallback;
    fallback.latency = milliseconds(30);
    auto policy = with(fallback);
    policy.timeout = milliseconds(5);
    const auto result = FallbackSystem(policy).run();
    CHECK(count(result, Outcome::degraded) == 9);  // one a second, from 0.989 s on
    CHECK(*all(result).latency.min() == 36'000'000);
    CHECK(*all(result).latency.max() == 36'000'000);
}

TEST_CASE("a fallback comes after the retries") {
    auto policy = with(models::SilentFallback{});
    policy.retries = 2;
    policy.retry_on.add(models::RetryCondition::error);
    policy.backoff = models::NoBackoff{};
    const auto result = FallbackSystem(policy).run();
    CHECK(count(result, Outcome::degraded) > 0);
    CHECK(result.edges[kBackEdge].tries ==
          result.edges[kBackEdge].calls + 2 * count(result, Outcome::degraded));
}

TEST_CASE("the last good answer serves until it is too stale") {
    models::StaleCacheFallback fallback;
    fallback.max_staleness = milliseconds(2'500);
    const auto result = FallbackSystem(with(fallback)).run();
    // Good until 4 s; failures at 5, 6, 7 s and later.
    CHECK(count(result, Outcome::ok) == 4);
    CHECK(count(result, Outcome::degraded) == 2);
    CHECK(count(result, Outcome::error) == 4);
    CHECK(all(result).quality_sum == Approx(2 * 0.8));
}

TEST_CASE("without a good answer so far there is nothing stale to serve") {
    FallbackSystem system(with(models::StaleCacheFallback{}));
    system.fail_from(sim::Duration{});
    const auto result = system.run();
    CHECK(count(result, Outcome::error) == 10);
    CHECK(result.edges[kBackEdge].fallbacks_failed == 9);  // the last one ends with the run
}

TEST_CASE("no more fallbacks run at once than allowed") {
    models::StaticFallback fallback;
    fallback.latency = milliseconds(100);
    fallback.max_concurrent = 2;
    const auto result = FallbackSystem(with(fallback), 3).run();
    CHECK(count(result, Outcome::degraded) > 0);
    CHECK(count(result, Outcome::error) > 0);
    CHECK(result.edges[kBackEdge].fallbacks == count(result, Outcome::degraded));
    CHECK(result.edges[kBackEdge].fallbacks_failed == count(result, Outcome::error));
}

namespace {

/// The front's fallback calls `lite`, which takes 20 ms.
struct StandInSystem : FallbackSystem {
    StandInSystem() : FallbackSystem(with(models::CallFallback{})) {
        lite = add_service("lite", milliseconds(20), 100);
        auto spec = call(front, lite);
        edge = spec.edge;
        model.stand_ins.push_back({model.endpoints[front.value].service.value, spec});
        model.endpoints[front.value].steps[0].calls[0].stand_in = 0;
    }
    models::EndpointId lite;
    std::uint32_t edge = 0;
};

}  // namespace

TEST_CASE("another endpoint stands in") {
    StandInSystem system;
    const auto result = system.run();
    CHECK(count(result, Outcome::ok) == 4);
    CHECK(count(result, Outcome::degraded) == 5);
    CHECK(result.edges[system.edge].calls == 5);
    CHECK(*all(result).latency.max() == 31'000'000);
    CHECK(result.services[2].wasted_s == 0);
}

TEST_CASE("when the stand-in fails as well, the call fails as it had failed before") {
    StandInSystem system;
    system.model.endpoints[system.lite.value].error_share = 1;
    system.model.policies[1].timeout = milliseconds(5);
    const auto result = system.run();
    CHECK(count(result, Outcome::error) == 9);
    CHECK(result.edges[kBackEdge].outcomes[static_cast<std::size_t>(Outcome::timeout)] == 9);
    CHECK(result.edges[kBackEdge].fallbacks_failed == 9);
}

TEST_CASE("a caller that has failed gives up its stand-in, which runs on as wasted work") {
    StandInSystem system;
    const auto gone = system.add_service("gone", milliseconds(15), 100);
    system.model.endpoints[gone.value].error_share = 1;
    // Beside the call that falls back: the front fails 16 ms after the start.
    system.model.endpoints[system.front.value].steps[0].calls.push_back(
        system.call(system.front, gone));
    const auto result = system.run();
    CHECK(count(result, Outcome::error) == 9);
    CHECK(all(result).latency.count() == 0);
    CHECK(result.edges[system.edge].calls == 5);
    CHECK(result.edges[kBackEdge].fallbacks == 0);
    CHECK(result.services[2].wasted_s == Approx(5 * 0.020));
}

TEST_CASE("the quality of a reply is the least along its path") {
    for (const double quality : {0.3, 0.9}) {
        models::StaticFallback inner;
        inner.quality = quality;
        FallbackSystem system(with(inner));
        models::StaticFallback outer;
        outer.quality = 0.6;
        const auto gate = system.add_service("gate", milliseconds(1), 100);
        const auto gone = system.add_service("gone", milliseconds(1), 100);
        system.model.endpoints[gone.value].error_share = 1;
        system.add_step(gate,
                        {system.call(gate, system.front), system.call(gate, gone, with(outer))});
        system.add_users("visitors", gate, 1, whole_seconds(6));
        const auto result = system.run();
        const auto& slice = result.flows[1].slices[0];
        CHECK(slice.quality_sum == Approx(std::min(quality, 0.6)));
        CHECK(slice.success() == (quality < 0.5 ? 0 : 1));
    }
}

TEST_CASE("customers may have a fallback; when their patience ends there is nobody to answer") {
    models::StaticFallback fallback;
    fallback.latency = milliseconds(100);
    FallbackSystem system(TestSystem::no_retries());
    system.add_users("app", system.front, 1, whole_seconds(6), with(fallback));
    system.add_users("hasty", system.front, 1, whole_seconds(6), with(fallback));
    system.model.groups[2].patience = milliseconds(50);
    const auto result = system.run();
    CHECK(count(result, Outcome::degraded, 1) == 1);
    CHECK(*result.flows[1].slices[0].latency.max() == 111'000'000);
    CHECK(count(result, Outcome::abandoned, 2) == 1);
}

TEST_CASE("a fallback that is not used changes nothing") {
    FallbackSystem with_fallback(with(models::StaticFallback{}));
    FallbackSystem without(TestSystem::no_retries());
    with_fallback.model.faults.clear();
    without.model.faults.clear();
    CHECK(with_fallback.run().fingerprint == without.run().fingerprint);
}

TEST_CASE("a replica that restarts has forgotten the good answers it had") {
    models::StaleCacheFallback fallback;
    FallbackSystem system(with(fallback));
    system.model.services[0].restart = milliseconds(10);
    system.add_fault(models::CrashEffect{}, system.instances_of(system.front), milliseconds(5'500),
                     milliseconds(10));
    const auto result = system.run();
    CHECK(count(result, Outcome::degraded) == 1);
    CHECK(count(result, Outcome::error) == 5);
}
