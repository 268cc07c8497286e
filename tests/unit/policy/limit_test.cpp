// Concurrency limits that do not learn, and what all limits share (POLICIES.md 6.1, 6.2).
#include "models/policy/concurrency_limit.hpp"
#include "sim/yaml/parameters.hpp"
#include "tests/catch.hpp"

namespace {

using models::Criticality;
using models::LimitVerdict;

models::LimitAsk ask_with(std::int64_t in_flight, std::int64_t waiting) {
    models::LimitAsk ask;
    ask.in_flight = in_flight;
    ask.waiting = waiting;
    return ask;
}

models::LimitSample sample_at(std::int64_t ms, sim::Duration rtt, std::int64_t in_flight) {
    models::LimitSample sample;
    sample.now = {ms * 1'000'000};
    sample.rtt = rtt;
    sample.in_flight_at_start = in_flight;
    return sample;
}

}  // namespace

TEST_CASE("a fixed limit starts, queues and rejects") {
    models::FixedLimit fixed;
    fixed.max = 2;
    fixed.waiting.queue = 1;
    const models::ConcurrencyLimit rule = fixed;
    auto state = models::initial_state(rule);
    CHECK(models::limit_of(rule, state) == 2);
    CHECK(models::limit_arrive(rule, state, ask_with(1, 0)) == LimitVerdict::start);
    CHECK(models::limit_arrive(rule, state, ask_with(2, 0)) == LimitVerdict::wait);
    CHECK(models::limit_arrive(rule, state, ask_with(2, 1)) == LimitVerdict::reject);
    CHECK(models::limit_admit(rule, state, ask_with(1, 0)));
    CHECK_FALSE(models::limit_admit(rule, state, ask_with(2, 0)));
}

TEST_CASE("a new call does not overtake those that wait, unless the last come first") {
    models::FixedLimit fixed;
    fixed.waiting.queue = 5;
    models::ConcurrencyLimit rule = fixed;
    auto state = models::initial_state(rule);
    CHECK(models::limit_arrive(rule, state, ask_with(1, 1)) == LimitVerdict::wait);
    fixed.waiting.wait_order = models::WaitOrder::lifo;
    rule = fixed;
    CHECK(models::limit_arrive(rule, state, ask_with(1, 1)) == LimitVerdict::start);
    CHECK(models::limit_wait_order(rule) == models::WaitOrder::lifo);
}

TEST_CASE("whoever may not wait is rejected at once") {
    models::FixedLimit fixed;
    fixed.max = 1;
    fixed.waiting.queue = 5;
    fixed.waiting.max_wait = sim::Duration{};
    const models::ConcurrencyLimit rule = fixed;
    auto state = models::initial_state(rule);
    CHECK(models::limit_arrive(rule, state, ask_with(1, 0)) == LimitVerdict::reject);
    CHECK(models::limit_max_wait(rule) == sim::Duration{});
    CHECK(models::limit_queue(rule) == 5);
}

TEST_CASE("Hystrix' pool has no queue by default") {
    const models::ConcurrencyLimit rule = models::ThreadPoolLimit{};
    auto state = models::initial_state(rule);
    CHECK(models::limit_queue(rule) == 0);
    CHECK(models::limit_arrive(rule, state, ask_with(9, 0)) == LimitVerdict::start);
    CHECK(models::limit_arrive(rule, state, ask_with(10, 0)) == LimitVerdict::reject);
}

TEST_CASE("Hystrix rejects at its threshold although the queue holds more") {
    models::ThreadPoolLimit pool;
    pool.max_queue_size = 100;
    pool.queue_rejection = 5;
    pool.max_size = 20;
    const models::ConcurrencyLimit rule = pool;
    auto state = models::initial_state(rule);
    CHECK(models::limit_arrive(rule, state, ask_with(10, 4)) == LimitVerdict::wait);
    CHECK(models::limit_arrive(rule, state, ask_with(10, 5)) == LimitVerdict::reject);
}

TEST_CASE("a thread pool grows beyond its core only when the queue is full") {
    models::ThreadPoolLimit pool;
    pool.core_size = 2;
    pool.max_size = 4;
    pool.max_queue_size = 3;
    const models::ConcurrencyLimit rule = pool;
    auto state = models::initial_state(rule);
    CHECK(models::limit_arrive(rule, state, ask_with(2, 0)) == LimitVerdict::wait);
    CHECK(models::limit_arrive(rule, state, ask_with(2, 2)) == LimitVerdict::wait);
    CHECK_FALSE(models::limit_admit(rule, state, ask_with(2, 2)));
    CHECK(models::limit_arrive(rule, state, ask_with(2, 3)) == LimitVerdict::start);
    CHECK(models::limit_arrive(rule, state, ask_with(3, 3)) == LimitVerdict::start);
    CHECK(models::limit_arrive(rule, state, ask_with(4, 3)) == LimitVerdict::reject);
    SECTION("its four threads go on with the queue") {
        CHECK(models::limit_admit(rule, state, ask_with(3, 2)));
        CHECK_FALSE(models::limit_admit(rule, state, ask_with(4, 1)));
    }
    SECTION("once the queue is empty, threads that end their call are gone") {
        CHECK(models::limit_arrive(rule, state, ask_with(3, 0)) == LimitVerdict::wait);
        CHECK_FALSE(models::limit_admit(rule, state, ask_with(3, 0)));
        CHECK(models::limit_admit(rule, state, ask_with(1, 0)));
    }
}

TEST_CASE("beyond the limit a priority still has its share, at least one") {
    models::FixedLimit fixed;
    fixed.max = 10;
    fixed.partitions = models::LimitPartitions{{0.5, 0.35, 0.15, 0.0}};
    const models::ConcurrencyLimit rule = fixed;
    auto state = models::initial_state(rule);
    const auto admits = [&](Criticality priority, std::int64_t alike) {
        auto ask = ask_with(10, 0);
        ask.priority = priority;
        ask.in_flight_alike = alike;
        return models::limit_admit(rule, state, ask);
    };
    CHECK(admits(Criticality::critical_plus, 4));
    CHECK_FALSE(admits(Criticality::critical_plus, 5));
    CHECK(admits(Criticality::critical, 3));  // ceil(3.5)
    CHECK_FALSE(admits(Criticality::critical, 4));
    CHECK(admits(Criticality::sheddable_plus, 1));  // ceil(1.5)
    CHECK_FALSE(admits(Criticality::sheddable_plus, 2));
    CHECK(admits(Criticality::sheddable, 0));
    CHECK_FALSE(admits(Criticality::sheddable, 1));
    auto below = ask_with(9, 0);
    below.priority = Criticality::sheddable;
    below.in_flight_alike = 9;
    CHECK(models::limit_admit(rule, state, below));  // the shares hold only beyond the limit
}

TEST_CASE("shares of more than the whole are a misfit") {
    models::FixedLimit fixed;
    CHECK_FALSE(fixed.misfit());
    fixed.partitions = models::LimitPartitions{{0.5, 0.5, 0.0, 0.0}};
    CHECK_FALSE(fixed.misfit());
    fixed.partitions = models::LimitPartitions{{0.5, 0.5, 0.1, 0.0}};
    REQUIRE(fixed.misfit());
    CHECK(fixed.misfit()->key == "partitions");
}

TEST_CASE("a window becomes one sample: mean round trip, most calls in flight") {
    const models::SampleWindow window;
    models::SampleWindow::State state;
    const auto rtt = [](int i) { return sim::milliseconds(10 + i % 2); };
    CHECK_FALSE(window.add(state, sample_at(0, rtt(0), 3)));  // ends the window before the first
    for (int i = 0; i < 10; ++i) CHECK_FALSE(window.add(state, sample_at(100 * i, rtt(i), i)));
    CHECK_FALSE(window.add(state, sample_at(1000, sim::microseconds(99), 50)));  // too quick
    auto last = sample_at(1001, sim::milliseconds(65), 2);
    last.dropped = true;
    const auto whole = window.add(state, last);
    REQUIRE(whole);
    CHECK(whole->rtt == sim::microseconds(15'454) + sim::nanoseconds(545));  // 170 ms / 11
    CHECK(whole->in_flight_at_start == 9);
    CHECK(whole->dropped);
    CHECK_FALSE(window.add(state, sample_at(2002, rtt(0), 1)));  // one sample is too few
}

TEST_CASE("a step is the number of decimal digits less one, at least one") {
    CHECK(models::digits_step(1) == 1);
    CHECK(models::digits_step(99) == 1);
    CHECK(models::digits_step(100) == 2);
    CHECK(models::digits_step(999) == 2);
    CHECK(models::digits_step(1000) == 3);
}
