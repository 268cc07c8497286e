// failsafe-go's adaptive limiter (POLICIES.md 6.2).
#include "models/policy/limit_failsafe.hpp"

#include "models/policy/concurrency_limit.hpp"
#include "sim/yaml/parameters.hpp"
#include "tests/catch.hpp"

namespace {

using models::FailsafeAdaptiveLimit;
using models::LimitVerdict;

sim::KeyedRng some_rng() { return {sim::RngStream(1, 0, "unit", "failsafe"), 0, 0}; }

/// A window of 50 calls, and the update at its end.
void add_window(const FailsafeAdaptiveLimit& limit, FailsafeAdaptiveLimit::State& state, int number,
                std::int64_t in_flight, sim::Duration rtt) {
    auto rng = some_rng();
    models::LimitSample sample;
    sample.in_flight_at_start = sample.in_flight_at_end = in_flight;
    sample.rtt = rtt;
    for (int i = 0; i < 50; ++i) {
        sample.now = {number * std::int64_t{2'000'000'000} + i};
        limit.sample(state, sample, rng);
    }
}

}  // namespace

TEST_CASE("the queue estimate and the guards decide") {
    const FailsafeAdaptiveLimit limit;
    FailsafeAdaptiveLimit::Signals signals;
    signals.throughput_correlation = 1;
    signals.throughput_variation = 1;
    const auto direction = [&](std::int64_t queued) {
        signals.queued = queued;
        return limit.direction(20, signals);
    };
    CHECK(direction(2) == 1);
    CHECK(direction(3) == 0);
    CHECK(direction(6) == 0);
    CHECK(direction(7) == -1);
    signals.throughput_correlation = -0.1;
    CHECK(direction(0) == 1);  // the guards hold only for a full limiter
    signals.full = true;
    CHECK(direction(0) == -1);
    signals.throughput_correlation = 0.2;
    CHECK(direction(0) == 1);
    signals.rtt_correlation = 0.6;
    CHECK(direction(0) == -1);
    signals.throughput_correlation = 0.4;
    CHECK(direction(0) == 1);
    signals.throughput_variation = 0.1;
    CHECK(direction(0) == -1);
}

TEST_CASE("correlation needs ten samples and some variation") {
    models::CorrelationWindow window(20);
    for (int i = 1; i < 10; ++i) CHECK(window.add(i, 2 * i).correlation == 0);
    CHECK(window.add(10, 20).correlation == Approx(1));
    CHECK(window.add(11, 1).correlation < 1);
    models::CorrelationWindow flat(20);
    for (int i = 1; i <= 12; ++i) CHECK(flat.add(5, i).correlation == 0);
    models::CorrelationWindow falling(10);
    for (int i = 1; i <= 15; ++i) falling.add(i, 100 - i);
    CHECK(falling.add(16, 84).correlation == Approx(-1));
}

TEST_CASE(
    "it grows by one per window while calls are quick, and never far beyond what is in flight") {
    const FailsafeAdaptiveLimit limit;
    auto state = limit.initial();
    add_window(limit, state, 1, 20, sim::milliseconds(10));
    CHECK(limit.limit(state) == 21);
    add_window(limit, state, 2, 20, sim::milliseconds(10));
    CHECK(limit.limit(state) == 22);
    add_window(limit, state, 3, 2, sim::milliseconds(10));  // 23 > 5 * 2
    CHECK(limit.limit(state) == 21);
}

TEST_CASE("it shrinks when calls take much longer than before") {
    const FailsafeAdaptiveLimit limit;
    auto state = limit.initial();
    for (int i = 1; i <= 12; ++i) add_window(limit, state, i, 30, sim::milliseconds(10));
    CHECK(limit.limit(state) == 32);
    for (int i = 13; i <= 16; ++i) add_window(limit, state, i, 30, sim::milliseconds(100));
    CHECK(limit.limit(state) < 36);
    const auto before = limit.limit(state);
    add_window(limit, state, 17, 30, sim::milliseconds(100));
    CHECK(limit.limit(state) == before - 1);
}

TEST_CASE("without a queue a full limiter rejects") {
    const models::ConcurrencyLimit rule = FailsafeAdaptiveLimit{};
    auto state = models::initial_state(rule);
    models::LimitAsk ask;
    ask.in_flight = 19;
    CHECK(models::limit_arrive(rule, state, ask) == LimitVerdict::start);
    ask.in_flight = 20;
    CHECK(models::limit_arrive(rule, state, ask) == LimitVerdict::reject);
}

TEST_CASE("a filling queue turns the least important away first") {
    FailsafeAdaptiveLimit limit;
    limit.rejection.initial_factor = 2;
    limit.rejection.max_factor = 3;
    auto state = limit.initial();
    models::LimitAsk ask;
    // Half of the calls are sheddable, half critical.
    for (std::uint64_t i = 0; i < 1000; ++i) {
        ask.priority = i % 2 == 0 ? models::Criticality::sheddable : models::Criticality::critical;
        ask.user_hash = i;
        ask.in_flight = 5;
        CHECK(limit.arrive(state, ask) == LimitVerdict::start);
    }
    ask.in_flight = 20;
    const auto waits = [&](models::Criticality priority, std::int64_t waiting) {
        int count = 0;
        for (std::uint64_t i = 0; i < 1000; ++i) {
            auto copy = state;
            ask.priority = priority;
            ask.user_hash = i;
            ask.waiting = waiting;
            ask.now = {10'000'000'000};
            if (limit.arrive(copy, ask) == LimitVerdict::wait) ++count;
        }
        return count;
    };
    CHECK(waits(models::Criticality::sheddable, 40) == 1000);
    const int some = waits(models::Criticality::sheddable, 45);  // a quarter of all: half of these
    CHECK(some > 400);
    CHECK(some < 600);
    CHECK(waits(models::Criticality::critical, 45) == 1000);
    CHECK(waits(models::Criticality::sheddable, 55) == 0);  // three quarters of all
    const int important = waits(models::Criticality::critical, 55);
    CHECK(important > 400);
    CHECK(important < 600);
    CHECK(waits(models::Criticality::critical_plus, 59) == 1000);
    CHECK(waits(models::Criticality::critical_plus, 60) == 0);  // the queue is full
}
