// Tries that a caller gives up because its own work has ended: what its rules make of them.
#include <vector>

#include "tests/catch.hpp"
#include "tests/mechanism/system.hpp"

using models::CallPolicy;
using models::Cancellation;
using models::Outcome;
using sim::milliseconds;
using sim::whole_seconds;

namespace {

/// Customers ask a front that calls `back` and, at the same time, `beside`. Until 300 ms `back` is
/// wrong. Then, until 5 s, it takes 100 ms, and `beside` fails after 50: the call of `back` is
/// given up. After that all is well.
struct TwoAtOnce {
    TestSystem system;
    explicit TwoAtOnce(CallPolicy policy) {
        const auto front = system.add_service("front", {}, 100);
        const auto back = system.add_service("back", milliseconds(10), 100);
        const auto beside = system.add_service("beside", milliseconds(50), 100);
        auto call = system.call(front, back, std::move(policy));
        system.add_step(front, {call, system.call(front, beside)});
        system.add_fault(models::ErrorsEffect{1.0}, system.instances_of(back), {},
                         milliseconds(300));
        system.add_fault(models::SlowEffect{10}, system.instances_of(back), milliseconds(300),
                         milliseconds(4'700));
        system.add_fault(models::ErrorsEffect{1.0}, system.instances_of(beside), milliseconds(300),
                         milliseconds(4'700));
        system.add_users("people", front, 1, milliseconds(100));
    }
};

/// Breakers that open at the first failure for 200 ms, with one probe.
std::vector<models::CircuitBreaker> quick_breakers() {
    const models::OpenPeriod period{milliseconds(200), milliseconds(200), models::OpenJitter::none,
                                    0};
    models::ConsecutiveBreaker consecutive;
    consecutive.failures = 1;
    consecutive.open = period;
    consecutive.scope = models::BreakerScope::client;
    models::CountBasedBreaker sliding;
    sliding.sliding_window_size = sliding.settings.minimum_number_of_calls = 1;
    sliding.settings.wait_in_open = milliseconds(200);
    sliding.settings.permitted_in_half_open = 1;
    models::FailureAccrualBreaker accrual;
    accrual.failures = 1;
    accrual.mark_dead_for = period;
    accrual.scope = models::BreakerScope::client;
    models::HystrixBreaker hystrix;
    hystrix.request_volume_threshold = 1;
    hystrix.sleep_window = milliseconds(200);
    models::PollyBreaker polly;
    polly.minimum_throughput = 1;
    polly.break_duration = milliseconds(200);
    models::UnifiedBreaker unified;
    unified.failures = 1;
    unified.open = period;
    unified.scope = models::BreakerScope::client;
    return {consecutive, sliding, accrual, hystrix, polly, unified};
}

}  // namespace

TEST_CASE("a probe that is cancelled gives its permit back, so that the breaker can still close") {
    for (const auto& breaker : quick_breakers()) {
        auto policy = TestSystem::no_retries();
        policy.cancel = Cancellation::immediate;
        policy.circuit_breaker = breaker;
        TwoAtOnce both(policy);
        const auto result = both.system.run();
        CAPTURE(breaker.index());
        CHECK(tries_ended(result, 0, Outcome::breaker_open) > 0);
        CHECK(result.edges[0].cancelled >= 2);  // one probe after the other
        CHECK(count(result, Outcome::ok) >= 28);
    }
}

TEST_CASE("peak EWMA counts tries that are given up with their age") {
    models::PeakEwma balancing;
    balancing.decay = whole_seconds(1);
    auto policy = TestSystem::no_retries();
    policy.load_balancing = balancing;
    TestSystem system;
    const auto front = system.add_service("front", {}, 100);
    const auto back = system.add_service("back", milliseconds(10), 100, {0, 0});
    const auto beside = system.add_service("beside", milliseconds(50), 100);
    auto call = system.call(front, back, policy);
    system.add_step(front, {call, system.call(front, beside)});
    system.model.endpoints[beside.value].error_share = 1.0;
    models::FaultTarget slow;
    slow.instances = {system.instances_of(back).instances.front()};
    system.add_fault(models::SlowEffect{1'000}, slow, {}, whole_seconds(10));
    system.add_users("people", front, 1, milliseconds(50));
    const auto result = system.run();
    // What is given up after 50 ms makes its replica dearer than the one that answers in 10.
    CHECK(result.edges[0].tries >= 95);
    CHECK(tries_ended(result, 0, Outcome::ok) >= 80);
}
