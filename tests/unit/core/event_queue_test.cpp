#include <set>
#include <string>
#include <tuple>

#include "sim/core/event_queue.hpp"
#include "sim/core/rng.hpp"
#include "tests/catch.hpp"

namespace {

struct Payload {
    std::uint32_t kind;
    std::uint32_t subject;
};
using Queue = sim::EventQueue<Payload>;
using sim::EventClass;
using sim::SimTime;

std::string drain(Queue& queue) {
    std::string order;
    while (!queue.empty()) order += static_cast<char>('a' + queue.pop().payload.subject);
    return order;
}

}  // namespace

TEST_CASE("events of one instant come in insertion order, timers after everything else") {
    Queue queue;
    queue.push(SimTime{5}, EventClass::timer, {0, 0});
    queue.push(SimTime{5}, EventClass::normal, {0, 1});
    queue.push(SimTime{5}, EventClass::timer, {0, 2});
    queue.push(SimTime{5}, EventClass::normal, {0, 3});
    queue.push(SimTime{-7}, EventClass::timer, {0, 4});
    CHECK(queue.next_time() == SimTime{-7});
    CHECK(drain(queue) == "ebdac");
}

TEST_CASE("a cancelled event never fires and cancels only once") {
    Queue queue;
    queue.push(SimTime{1}, EventClass::normal, {0, 0});
    const auto handle = queue.push(SimTime{2}, EventClass::normal, {0, 1});
    queue.push(SimTime{3}, EventClass::normal, {0, 2});
    CHECK(queue.cancel(handle));
    CHECK_FALSE(queue.cancel(handle));
    CHECK(queue.size() == 2);
    CHECK(drain(queue) == "ac");
    CHECK_FALSE(queue.cancel(sim::EventHandle{}));
}

TEST_CASE("a handle does not cancel the event that took over its slot") {
    Queue queue;
    const auto old = queue.push(SimTime{1}, EventClass::normal, {0, 0});
    queue.pop();
    queue.push(SimTime{2}, EventClass::normal, {0, 1});
    CHECK_FALSE(queue.cancel(old));
    CHECK(drain(queue) == "b");
}

// Oracle: a std::set of (time, class, insertion, subject), through a long random mix of pushes,
// pops and cancellations at populations from 0 to several hundred.
TEST_CASE("the queue agrees with an ordered set") {
    using Key = std::tuple<std::int64_t, int, std::uint32_t>;
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        sim::KeyedRng rng(sim::RngStream(seed, 0, "queue", "test"), 0, 0);
        Queue queue;
        std::set<Key> oracle;
        std::vector<std::pair<sim::EventHandle, Key>> handles;
        std::int64_t now = 0;
        for (std::uint32_t step = 0; step < 5000; ++step) {
            const auto choice = rng.below(100);
            const bool growing = (step / 500) % 2 == 0;
            if (choice < (growing ? 55U : 35U)) {
                const auto at = now + rng.below(50);
                const auto rank = rng.below(4) == 0 ? EventClass::timer : EventClass::normal;
                const Key key{at, static_cast<int>(rank), step};
                handles.emplace_back(queue.push(SimTime{at}, rank, {0, step}), key);
                oracle.insert(key);
            } else if (choice < (growing ? 65U : 45U)) {  // a constant delay of a lane, mostly
                const auto lane = rng.below(3);
                const auto at = now + (rng.below(10) == 0 ? rng.below(50) : 7 * lane + 20);
                const Key key{at, 1, step};
                handles.emplace_back(queue.push(SimTime{at}, EventClass::timer, {0, step}, lane),
                                     key);
                oracle.insert(key);
            } else if (choice < 80 && !oracle.empty()) {
                const auto entry = queue.pop();
                REQUIRE(entry.payload.subject == std::get<2>(*oracle.begin()));
                REQUIRE(entry.at.ns == std::get<0>(*oracle.begin()));
                now = entry.at.ns;
                oracle.erase(oracle.begin());
            } else if (!handles.empty()) {
                const auto& [handle, key] =
                    handles[rng.below(static_cast<std::uint32_t>(handles.size()))];
                REQUIRE(queue.cancel(handle) == (oracle.erase(key) == 1));
            }
            REQUIRE(queue.size() == oracle.size());
            if (!oracle.empty()) REQUIRE(queue.next_time().ns == std::get<0>(*oracle.begin()));
        }
    }
}

TEST_CASE("lanes keep the order of time, class and insertion among all events") {
    Queue queue;
    queue.push(SimTime{9}, EventClass::timer, {0, 0}, 0);
    queue.push(SimTime{9}, EventClass::normal, {0, 1});
    queue.push(SimTime{9}, EventClass::normal, {0, 2}, 1);
    queue.push(SimTime{9}, EventClass::timer, {0, 3});
    queue.push(SimTime{4}, EventClass::normal, {0, 4}, 1);  // out of order: goes to the heap
    queue.push(SimTime{9}, EventClass::normal, {0, 5}, 1);
    CHECK(queue.size() == 6);
    CHECK(drain(queue) == "ebcfad");
}

TEST_CASE("cancelled fronts of a lane are skipped, and an empty lane is used again") {
    Queue queue;
    const auto first = queue.push(SimTime{1}, EventClass::timer, {0, 0}, 3);
    const auto second = queue.push(SimTime{2}, EventClass::timer, {0, 1}, 3);
    queue.push(SimTime{7}, EventClass::normal, {0, 2});
    CHECK(queue.cancel(second));
    CHECK(queue.cancel(first));
    CHECK_FALSE(queue.cancel(first));
    CHECK(queue.size() == 1);
    CHECK(queue.next_time() == SimTime{7});
    queue.push(SimTime{6}, EventClass::timer, {0, 3}, 3);
    CHECK(drain(queue) == "dc");
    CHECK(queue.empty());
    CHECK_FALSE(queue.cancel(second));
}

TEST_CASE("a lane that is full sends its events to the heap") {
    Queue queue;
    const auto many = sim::EventLane<Payload>::kMost + 10;
    for (std::uint32_t i = 0; i < many; ++i) {
        queue.push(SimTime{i}, EventClass::timer, {0, i}, 0);
    }
    for (std::uint32_t i = 0; i < many; ++i) REQUIRE(queue.pop().payload.subject == i);
    CHECK(queue.empty());
}
