// The queue against an ordered set, over all scales of time, and sizes at which anything quadratic
// would not come to an end.
#include <algorithm>
#include <limits>
#include <map>
#include <tuple>
#include <vector>

#include "sim/core/event_queue.hpp"
#include "sim/core/rng.hpp"
#include "tests/catch.hpp"

namespace queue_model {
namespace {

using sim::EventClass;
using sim::SimTime;

struct Payload {
    std::uint32_t kind;
    std::uint32_t subject;
};
using Queue = sim::EventQueue<Payload>;

/// How far ahead events are scheduled, and of how many.
struct Mix {
    std::int64_t start = 0;
    std::uint32_t most_bits = 10;  ///< delays are below 2^bits, of any length up to it alike
    std::uint32_t population = 10;
    std::uint32_t cancelled = 10;  ///< in a hundred steps
    bool instants = false;         ///< many delays are zero, one or a multiple of 1000
};

/// A queue and what it must hold, changed alike.
class Twin {
  public:
    Twin(const Mix& mix, std::uint64_t seed)
        : rng_(sim::RngStream(seed, 0, "queue", "model"), 0, 0), mix_(mix), now_(mix.start) {}

    void run(std::uint32_t steps) {
        for (std::uint32_t i = 0; i < steps; ++i) step();
    }
    /// Many far ahead, a look at them, then many that are sooner, over and over.
    void look_far_ahead(std::uint32_t rounds) {
        for (std::uint32_t i = 0; i < rounds; ++i) {
            while (!expected_.empty()) pop();
            for (std::int64_t n = 0; n < 40; ++n)
                push_at(now_ + n);  // leave no room for the others
            const auto far = std::int64_t{1} << (20 + rng_.below(30));
            for (std::uint32_t n = rng_.below(200) + 1; n > 0; --n)
                push_at(now_ + far + rng_.below(1000) * (far >> 9));
            for (std::uint32_t n = 0; n < 40; ++n) pop();
            REQUIRE(queue_.next_time().ns == std::get<0>(expected_.begin()->first));
            for (std::uint32_t n = rng_.below(600); n > 0; --n) {
                push_at(now_ + rng_.below(1U << (1 + rng_.below(20))));
                if (rng_.below(8) == 0) pop();
                if (rng_.below(16) == 0) cancel();
            }
        }
    }
    void drain() {
        while (!expected_.empty()) pop();
        REQUIRE(queue_.empty());
        Queue::Entry entry{};
        REQUIRE_FALSE(queue_.pop_until(sim::kNever, entry));
    }

  private:
    using Key = std::tuple<std::int64_t, int, std::uint32_t>;

    void step() {
        const auto choice = rng_.below(100);
        const bool few = expected_.size() < mix_.population;
        if (choice < mix_.cancelled) {
            cancel();
        } else if (choice >= 97) {
            look();
        } else if (choice >= 94) {
            stop_before();
        } else if (few ? choice % 3 != 0 : choice % 3 == 0) {
            push();
        } else if (!expected_.empty()) {
            pop();
        }
        REQUIRE(queue_.size() == expected_.size());
    }
    std::int64_t draw_delay() {
        const auto bits = rng_.below(mix_.most_bits + 1);
        const std::uint64_t wide =
            (std::uint64_t{rng_.below(1U << 31)} << 31) | rng_.below(1U << 31);
        const auto delay = static_cast<std::int64_t>(wide & ((std::uint64_t{1} << bits) - 1));
        if (!mix_.instants) return delay;
        const auto kind = rng_.below(4);
        return kind < 2 ? kind : kind == 2 ? delay / 1000 * 1000 : delay;
    }
    void push() {
        const auto rank = rng_.below(4) == 0 ? EventClass::timer : EventClass::normal;
        const auto lane = rng_.below(8);
        const auto delay = lane < 4 && rng_.below(8) != 0 ? lane * 100 : draw_delay();
        push_at(sim::saturated_add(SimTime{now_}, sim::Duration{delay}).ns, rank, lane);
    }
    void push_at(std::int64_t ns, EventClass rank = EventClass::normal, std::uint32_t lane = 4) {
        const SimTime at{ns};
        const Key key{ns, static_cast<int>(rank), ++inserted_};
        const Payload payload{inserted_ & 3U, inserted_};
        expected_.emplace(key, inserted_);
        const bool in_lane = lane < 4;
        if (rank == EventClass::normal && rng_.below(6) == 0)
            return queue_.post_of_source(at, payload);
        if (rng_.below(3) == 0) {
            if (in_lane) return queue_.post(at, rank, payload, lane);
            return queue_.post(at, rank, payload);
        }
        handles_.emplace_back(
            in_lane ? queue_.push(at, rank, payload, lane) : queue_.push(at, rank, payload), key);
    }
    void check(const Queue::Entry& entry) {
        const auto first = expected_.begin();
        REQUIRE(entry.payload.subject == first->second);
        REQUIRE(entry.at.ns == std::get<0>(first->first));
        now_ = entry.at.ns;
        expected_.erase(first);
    }
    void pop() { check(queue_.pop()); }
    void cancel() {
        if (handles_.empty()) return;
        const auto size = static_cast<std::uint32_t>(handles_.size());
        // One of the youngest, mostly: those are pending.
        const auto back = rng_.below(rng_.below(4) == 0 ? size : std::min(size, mix_.population));
        const auto& [handle, key] = handles_[size - 1 - back];
        REQUIRE(queue_.cancel(handle) == (expected_.erase(key) == 1));
    }
    void look() {
        if (rng_.below(4) == 0) {
            const Queue copy = queue_;  // goes on alike, and the first is gone
            queue_ = copy;
        }
        if (expected_.empty()) return;
        REQUIRE(queue_.next_time().ns == std::get<0>(expected_.begin()->first));
    }
    void stop_before() {
        const auto until = sim::saturated_add(SimTime{now_}, sim::Duration{draw_delay()});
        Queue::Entry entry{};
        const bool some = !expected_.empty() && std::get<0>(expected_.begin()->first) <= until.ns;
        REQUIRE(queue_.pop_until(until, entry) == some);
        if (some) check(entry);
    }

    sim::KeyedRng rng_;
    Mix mix_;
    std::int64_t now_;
    std::uint32_t inserted_ = 0;
    Queue queue_;
    std::map<Key, std::uint32_t> expected_;
    std::vector<std::pair<sim::EventHandle, Key>> handles_;
};

void check(const Mix& mix, std::uint32_t seeds, std::uint32_t steps) {
    for (std::uint32_t seed = 0; seed < seeds; ++seed) {
        Twin twin(mix, seed);
        twin.run(steps);
        Twin copy = twin;
        twin.run(steps / 4);
        twin.drain();
        copy.run(steps / 4);
        copy.drain();
    }
}

constexpr std::int64_t kFirst = std::numeric_limits<std::int64_t>::min();

}  // namespace

TEST_CASE("the queue agrees with an ordered set at every scale of time") {
    for (const std::uint32_t bits : {1U, 3U, 6U, 7U, 12U, 20U, 31U, 45U, 62U}) {
        for (const std::uint32_t population : {3U, 20U, 40U, 300U}) {
            INFO("delays below 2^" << bits << ", about " << population << " pending");
            check({-1'000'000, bits, population, 10, false}, 6, 4000);
            check({-5, bits, population, 25, true}, 6, 4000);
        }
    }
}

TEST_CASE("the queue agrees with an ordered set at both ends of time") {
    constexpr auto kLast = std::numeric_limits<std::int64_t>::max();
    for (const std::uint32_t bits : {2U, 10U, 40U, 62U}) {
        check({kFirst + 1, bits, 50, 10, true}, 6, 3000);
        check({kLast - 100'000, bits, 50, 10, true}, 6, 3000);
        check({kLast, bits, 200, 20, false}, 4, 3000);
    }
}

TEST_CASE("the queue agrees with an ordered set when most events are cancelled") {
    for (const std::uint32_t population : {5U, 100U, 1000U}) {
        check({-1'000'000'000, 30, population, 60, false}, 6, 8000);
        check({0, 14, population, 45, true}, 6, 8000);
    }
}

TEST_CASE("the queue agrees with an ordered set after looks far ahead") {
    for (std::uint32_t seed = 0; seed < 20; ++seed) {
        Twin twin({-1'000'000, 20, 100, 10, false}, seed);
        twin.look_far_ahead(30);
        twin.run(500);
        twin.drain();
    }
}

TEST_CASE("a crowd at one instant costs no more than it has events") {
    constexpr std::uint32_t kMany = 300'000;
    Queue queue;
    for (std::uint32_t i = 0; i < kMany; ++i) {
        queue.push(SimTime{7}, i % 2 == 0 ? EventClass::normal : EventClass::timer, {0, i});
    }
    std::uint32_t normal = 0;
    std::uint32_t timers = 0;
    while (!queue.empty()) {  // each of the first asks for two more of its instant
        const auto entry = queue.pop();
        REQUIRE(entry.at == SimTime{7});
        const bool is_normal = entry.payload.kind == 0 && entry.payload.subject % 2 == 0;
        (is_normal ? normal : timers) += 1;
        if (is_normal) REQUIRE(timers == 0);
        if (entry.payload.kind > 0 || entry.payload.subject >= kMany) continue;
        queue.post(SimTime{7}, EventClass::timer, {1, 0});
        if (is_normal) queue.push(SimTime{7}, EventClass::normal, {0, kMany});
    }
    CHECK(normal == kMany);
    CHECK(timers == kMany + kMany / 2);
}

TEST_CASE("events before what was already looked at cost no more than others") {
    constexpr std::uint32_t kMany = 200'000;
    Queue queue;
    for (std::int64_t i = -100; i < 0; ++i) queue.post(SimTime{i}, EventClass::normal, {0, 0});
    for (std::int64_t i = 0; i < 1000; ++i) {
        queue.post(SimTime{1'000'000'000'000 + i * 1'000'000}, EventClass::normal, {0, 0});
    }
    for (std::int64_t i = -100; i < 0; ++i) REQUIRE(queue.pop().at == SimTime{i});
    CHECK(queue.next_time() == SimTime{1'000'000'000'000});
    for (std::uint32_t i = 0; i < kMany; ++i) {  // each before all others
        queue.post(SimTime{10 * (kMany - i)}, EventClass::normal, {1, kMany - i});
        REQUIRE(queue.next_time() == SimTime{10 * (kMany - i)});
    }
    for (std::uint32_t i = 1; i <= kMany; ++i) REQUIRE(queue.pop().payload.subject == i);
    CHECK(queue.size() == 1000);
}

}  // namespace queue_model
