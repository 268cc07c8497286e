// Load shedding (POLICIES.md 6.4).
#include "models/policy/shedding.hpp"

#include <vector>

#include "sim/yaml/parameters.hpp"
#include "tests/catch.hpp"

namespace {

using models::Criticality;

sim::KeyedRng some_rng() { return {sim::RngStream(1, 0, "unit", "shedding"), 0, 0}; }

struct Step {
    std::int64_t at_us;
    std::int64_t waited_us;
    bool dropped;
};

models::Arrival arrival_of(Criticality priority, std::int64_t queued) {
    models::Arrival arrival;
    arrival.priority = priority;
    arrival.queued = queued;
    arrival.queue_bound = 100;
    arrival.busy = arrival.slots = 10;
    return arrival;
}

models::Dequeue dequeue_at(std::int64_t ms, std::int64_t waited_ms) {
    models::Dequeue dequeue;
    dequeue.now = {ms * 1'000'000};
    dequeue.waited = sim::milliseconds(waited_ms);
    return dequeue;
}

}  // namespace

TEST_CASE("CoDel drops what Folly drops") {
    const models::Shedding rule = models::CodelShedding{};
    auto state = models::initial_state(rule);
    auto rng = some_rng();
    const std::vector<Step> steps{{1'000, 20'000, false},   {2'000, 20'000, false},
                                  {3'000, 20'000, true},    {4'000, 9'000, false},
                                  {50'000, 11'000, true},   {103'000, 20'000, false},
                                  {104'000, 20'000, true},  {150'000, 1'000, false},
                                  {210'000, 30'000, false}, {220'000, 30'000, false}};
    for (const Step& step : steps) {
        models::Dequeue dequeue;
        dequeue.now = {step.at_us * 1000};
        dequeue.waited = sim::microseconds(step.waited_us);
        INFO(step.at_us);
        CHECK(models::shed_on_dequeue(rule, state, dequeue, rng) == step.dropped);
    }
    models::Arrival arrival;
    CHECK_FALSE(models::shed_on_arrival(rule, state, arrival, rng));
    CHECK_FALSE(models::queue_timeout(rule, state, {}));
    CHECK_FALSE(models::admitted_level(rule, state));
}

TEST_CASE("a target as long as the interval is a misfit, as in Folly") {
    models::CodelShedding codel;
    CHECK_FALSE(codel.misfit());
    codel.target = codel.interval;
    CHECK(codel.misfit());
}

TEST_CASE("the queue timeout is short while the queue stands") {
    const models::Shedding rule = models::QueueTimeoutShedding{};
    auto state = models::initial_state(rule);
    const auto after = [&](std::int64_t not_empty_ms) {
        const sim::SimTime now{1'000'000'000};
        return models::queue_timeout(rule, state, {now, now - sim::milliseconds(not_empty_ms)});
    };
    CHECK(after(0) == sim::milliseconds(100));
    CHECK(after(100) == sim::milliseconds(100));
    CHECK(after(101) == sim::milliseconds(5));
}

TEST_CASE("a priority is shed when its part of the queue is full") {
    const models::PriorityShedding tiers;
    models::PriorityShedding::State state;
    auto rng = some_rng();
    const auto first_shed = [&](const models::PriorityShedding& rule, Criticality priority) {
        std::int64_t queued = 0;
        while (queued <= 100 && !rule.on_arrival(state, arrival_of(priority, queued), rng))
            ++queued;
        return queued;
    };
    CHECK(first_shed(tiers, Criticality::critical_plus) == 100);
    CHECK(first_shed(tiers, Criticality::critical) == 75);
    CHECK(first_shed(tiers, Criticality::sheddable_plus) == 50);
    CHECK(first_shed(tiers, Criticality::sheddable) == 25);
    const models::PriorityShedding two{2};
    CHECK(first_shed(two, Criticality::critical_plus) == 100);
    CHECK(first_shed(two, Criticality::critical) == 50);
    CHECK(first_shed(two, Criticality::sheddable) == 50);
}

TEST_CASE("nobody is shed who finds a free slot") {
    const models::PriorityShedding tiers;
    models::PriorityShedding::State state;
    auto rng = some_rng();
    auto arrival = arrival_of(Criticality::sheddable, 0);
    arrival.queue_bound = 0;
    CHECK(tiers.on_arrival(state, arrival, rng));
    arrival.busy = 9;
    CHECK_FALSE(tiers.on_arrival(state, arrival, rng));
    arrival = arrival_of(Criticality::sheddable, 1'000'000);
    arrival.queue_bound = INT64_MAX;
    CHECK_FALSE(tiers.on_arrival(state, arrival, rng));
}

TEST_CASE("what cannot be answered before its deadline is dropped") {
    models::DeadlineShedding deadline;
    models::DeadlineShedding::State state;
    auto rng = some_rng();
    auto dequeue = dequeue_at(0, 100);
    dequeue.expected_service = sim::milliseconds(10);
    CHECK_FALSE(deadline.on_dequeue(state, dequeue, rng));  // no deadline is known
    dequeue.remaining = sim::milliseconds(10);
    CHECK_FALSE(deadline.on_dequeue(state, dequeue, rng));
    dequeue.remaining = sim::milliseconds(9);
    CHECK(deadline.on_dequeue(state, dequeue, rng));
    deadline.expect_service = false;
    CHECK_FALSE(deadline.on_dequeue(state, dequeue, rng));
    dequeue.remaining = sim::nanoseconds(-1);
    CHECK(deadline.on_dequeue(state, dequeue, rng));
    deadline.mode = models::DeadlineShedding::Mode::dark;
    CHECK_FALSE(deadline.on_dequeue(state, dequeue, rng));
}

TEST_CASE("Finagle drops at most a fifth as many as it serves in ten seconds") {
    models::DeadlineShedding finagle;
    finagle.max_reject_fraction = 0.2;
    models::DeadlineShedding::State state;
    auto rng = some_rng();
    auto late = dequeue_at(0, 100);
    late.remaining = sim::milliseconds(-1);
    std::vector<int> dropped;
    for (int i = 0; i < 18; ++i) {
        if (finagle.on_dequeue(state, late, rng)) dropped.push_back(i);
    }
    CHECK(dropped == std::vector<int>{5, 11, 17});  // each pays with five that are served
    for (int i = 0; i < 50; ++i) finagle.on_dequeue(state, dequeue_at(0, 0), rng);
    late.now = {20'000'000'000};
    CHECK_FALSE(finagle.on_dequeue(state, late, rng));  // what was served long ago is forgotten
}

TEST_CASE("nothing queues: no kind sheds") {
    auto rng = some_rng();
    const std::vector<models::Shedding> kinds{
        models::CodelShedding{},    models::QueueTimeoutShedding{}, models::PriorityShedding{},
        models::DeadlineShedding{}, models::DagorShedding{},        models::PiRejectorShedding{}};
    for (const auto& rule : kinds) {
        auto state = models::initial_state(rule);
        for (std::int64_t ms = -5000; ms < 5000; ++ms) {
            models::Arrival arrival;
            arrival.now = {ms * 1'000'000};
            arrival.priority = Criticality::sheddable;
            arrival.user_hash = static_cast<std::uint64_t>(ms);
            arrival.queue_bound = 0;
            REQUIRE_FALSE(models::shed_on_arrival(rule, state, arrival, rng));
            REQUIRE_FALSE(models::shed_on_dequeue(rule, state, dequeue_at(ms, 0), rng));
        }
    }
}
