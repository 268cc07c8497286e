// Limits and shedding ask for memory when a process starts, and never again.
#include "models/policy/concurrency_limit.hpp"
#include "models/policy/rate_limit.hpp"
#include "models/policy/shedding.hpp"
#include "tests/catch.hpp"
#include "tests/mechanism/allocations.hpp"

namespace {

constexpr std::int64_t kStepNs = 10'000'000;

sim::KeyedRng some_rng() { return {sim::RngStream(1, 0, "mechanism", "rules"), 0, 0}; }

}  // namespace

TEMPLATE_LIST_TEST_CASE("a concurrency limit allocates nothing while it runs", "",
                        models::ConcurrencyLimit) {
    const models::ConcurrencyLimit rule = TestType{};
    auto state = models::initial_state(rule);
    auto rng = some_rng();
    const auto before = allocations_so_far();
    for (std::int64_t step = 0; step < 20'000; ++step) {
        models::LimitAsk ask;
        ask.now = {step * kStepNs};
        ask.in_flight = step % 50;
        ask.utilisation = 1;
        models::limit_arrive(rule, state, ask);
        models::LimitSample sample;
        sample.now = ask.now;
        sample.rtt = sim::milliseconds(1 + step % 100);
        sample.in_flight_at_start = sample.in_flight_at_end = 1 + ask.in_flight;
        models::limit_sample(rule, state, sample, rng);
    }
    CHECK(allocations_so_far() == before);
}

TEMPLATE_LIST_TEST_CASE("a rate limit allocates nothing while it runs", "", models::RateLimit) {
    const models::RateLimit rule = TestType{};
    auto state = models::initial_state(rule);
    const auto before = allocations_so_far();
    for (std::int64_t step = 0; step < 20'000; ++step) {
        models::rate_acquire(rule, state, {step * kStepNs});
        models::rate_on_reply(rule, state, {step * kStepNs}, step % 10 == 0);
    }
    CHECK(allocations_so_far() == before);
}

TEMPLATE_LIST_TEST_CASE("shedding allocates nothing while it runs", "", models::Shedding) {
    const models::Shedding rule = TestType{};
    auto state = models::initial_state(rule);
    auto rng = some_rng();
    const auto before = allocations_so_far();
    for (std::int64_t step = 0; step < 20'000; ++step) {
        models::Arrival arrival;
        arrival.now = {step * kStepNs};
        arrival.user_hash = static_cast<std::uint64_t>(step);
        arrival.queued = 20;
        models::shed_on_arrival(rule, state, arrival, rng);
        models::Dequeue dequeue;
        dequeue.now = arrival.now;
        dequeue.waited = sim::milliseconds(step % 100);
        dequeue.queued = 20;
        models::shed_on_dequeue(rule, state, dequeue, rng);
    }
    CHECK(allocations_so_far() == before);
}
