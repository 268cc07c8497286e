// Every registered kind of load shedding obeys its contract.
#include "models/policy/shedding.hpp"
#include "tests/contract/family_contract.hpp"

namespace {

using models::Shedding;

sim::KeyedRng rng_at(std::uint64_t number) {
    return {sim::RngStream(1, 0, "contract", "shedding"), number, 0};
}

models::Arrival arrival_at(int step) {
    models::Arrival arrival;
    arrival.now = {step * std::int64_t{1'000'000}};
    arrival.priority = static_cast<models::Criticality>(step & 3);
    arrival.user_hash = static_cast<std::uint64_t>(step);
    arrival.queued = (step / 1000) % 3 == 0 ? 0 : 80;
    arrival.queue_bound = 100;
    arrival.busy = arrival.slots = 4;
    return arrival;
}

models::Dequeue dequeue_at(int step) {
    models::Dequeue dequeue;
    dequeue.now = {step * std::int64_t{1'000'000}};
    dequeue.waited = sim::milliseconds((step / 1000) % 3 == 0 ? 0 : 50);
    dequeue.remaining = sim::milliseconds(step % 20);
    dequeue.expected_service = sim::milliseconds(10);
    dequeue.queued = arrival_at(step).queued;
    return dequeue;
}

}  // namespace

TEMPLATE_LIST_TEST_CASE("shedding is declared", "", Shedding) {
    contract::check_declaration<Shedding, TestType>({"codel", "", true});
}

TEMPLATE_LIST_TEST_CASE("shedding is repeatable, and sheds under overload but not everything", "",
                        Shedding) {
    const Shedding rule = TestType{};
    auto state = models::initial_state(rule);
    auto same = models::initial_state(rule);
    int shed = 0;
    int served = 0;
    for (int step = -2000; step < 20'000; ++step) {
        auto rng = rng_at(static_cast<std::uint64_t>(step + 2000));
        auto again = rng_at(static_cast<std::uint64_t>(step + 2000));
        const bool turned_away = models::shed_on_arrival(rule, state, arrival_at(step), rng);
        REQUIRE(turned_away == models::shed_on_arrival(rule, same, arrival_at(step), again));
        const models::QueueHistory history{{step * std::int64_t{1'000'000}}, {-3'000'000'000}};
        const auto timeout = models::queue_timeout(rule, state, history);
        const bool too_long = timeout && dequeue_at(step).waited > *timeout;
        bool dropped = false;
        const bool leaves = arrival_at(step).queued == 0 || step % 4 != 3;
        if (!turned_away && leaves) {
            dropped = models::shed_on_dequeue(rule, state, dequeue_at(step), rng);
            REQUIRE(dropped == models::shed_on_dequeue(rule, same, dequeue_at(step), again));
        }
        ++(turned_away || dropped || too_long ? shed : served);
    }
    CHECK(shed > 100);
    CHECK(served > 100);
}
