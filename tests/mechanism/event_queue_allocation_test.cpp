// Pending events need memory for as many as there ever were at once, and no more.
#include <array>

#include "sim/core/event_queue.hpp"
#include "sim/core/rng.hpp"
#include "tests/catch.hpp"
#include "tests/mechanism/allocations.hpp"

namespace event_queue_allocation {
namespace {

using sim::EventClass;
using sim::SimTime;
using Queue = sim::EventQueue<std::uint32_t>;

sim::KeyedRng draws() { return {sim::RngStream(1, 0, "queue", "allocations"), 0, 0}; }

/// Delays of all lengths up to 2^30 ns, with and without a slot, in a lane, and at once.
void hold(Queue& queue, sim::KeyedRng& rng, std::uint32_t events) {
    for (std::uint32_t i = 0; i < events; ++i) {
        const auto now = queue.pop().at;
        const auto kind = rng.below(16);
        const SimTime later{now.ns + rng.below(1U << (10 + rng.below(20)))};
        if (kind == 0) queue.post(now, EventClass::normal, i);
        if (kind == 0 || kind == 1) queue.cancel(queue.push(later, EventClass::timer, i));
        if (kind == 2) {
            queue.push(SimTime{now.ns + 1'000'000}, EventClass::timer, i, 0);
        } else if (kind < 8) {
            queue.push(later, EventClass::normal, i);
        } else {
            queue.post(later, EventClass::normal, i);
        }
        if (kind == 0) queue.pop();
    }
}

}  // namespace

TEST_CASE("a steady number of pending events allocates nothing") {
    for (const std::uint32_t pending : {10U, 1000U, 20'000U}) {
        Queue queue;
        auto rng = draws();
        for (std::uint32_t i = 0; i < pending; ++i) {
            queue.post(SimTime{rng.below(1U << 30)}, EventClass::normal, i);
        }
        hold(queue, rng, 1'000'000);
        const auto before = allocations_so_far();
        hold(queue, rng, 200'000);
        CHECK(allocations_so_far() == before);
        CHECK(queue.size() == pending);
    }
}

TEST_CASE("cancelled events take no memory for long") {
    Queue queue;
    std::uint64_t before = 0;
    for (std::uint32_t i = 0; i < 1'000'000; ++i) {
        if (i == 1000) before = allocations_so_far();
        const SimTime hour{std::int64_t{i} * 1000 + 3'600'000'000'000};
        REQUIRE(queue.cancel(queue.push(hour, EventClass::timer, i)));
        queue.post(SimTime{std::int64_t{i} * 1000}, EventClass::normal, i);
        REQUIRE(queue.pop().payload == i);
    }
    CHECK(allocations_so_far() == before);
    CHECK(queue.empty());
}

}  // namespace event_queue_allocation
