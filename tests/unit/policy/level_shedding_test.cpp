// Shedding by levels of priority and user: DAGOR and Cinnamon (POLICIES.md 6.4).
#include <numeric>

#include "models/policy/shedding.hpp"
#include "tests/catch.hpp"

namespace {

using models::Criticality;

sim::KeyedRng some_rng() { return {sim::RngStream(1, 0, "unit", "levels"), 0, 0}; }

/// One second of requests, each of which waits so long; how many are let in.
struct Second {
    int number = 0;
    std::int64_t waited_ms = 0;
    std::int64_t queued = 5;
};
int offer(const models::Shedding& rule, models::SheddingState& state, const Second& second) {
    auto rng = some_rng();
    int admitted = 0;
    for (int i = 0; i < 1000; ++i) {
        models::Arrival arrival;
        arrival.now = {(second.number * 1000 + i) * std::int64_t{1'000'000}};
        arrival.priority = static_cast<Criticality>(i % 4);
        arrival.user_hash = static_cast<std::uint64_t>(second.number * 1000 + i);
        arrival.queued = second.queued;
        arrival.busy = arrival.slots = 10;
        if (models::shed_on_arrival(rule, state, arrival, rng)) continue;
        ++admitted;
        models::Dequeue dequeue;
        dequeue.now = arrival.now;
        dequeue.waited = sim::milliseconds(second.waited_ms);
        dequeue.queued = second.queued;
        CHECK_FALSE(models::shed_on_dequeue(rule, state, dequeue, rng));
    }
    return admitted;
}

}  // namespace

TEST_CASE("DAGOR admits a twentieth less after a second of overload") {
    const models::Shedding rule = models::DagorShedding{};
    auto state = models::initial_state(rule);
    CHECK(models::admitted_level(rule, state) == 511);
    CHECK(offer(rule, state, {0, 20}) == 1000);
    CHECK(offer(rule, state, {1, 21}) == 1000);  // 20 ms is not above the threshold
    const int less = offer(rule, state, {2, 21});
    CHECK(less > 920);
    CHECK(less < 970);
    CHECK(models::admitted_level(rule, state) < 511);
    CHECK(models::admitted_level(rule, state) >= 384);  // sheddable goes first
    const int lesser = offer(rule, state, {3, 1});
    CHECK(lesser < less - 20);
    const int more = offer(rule, state, {4, 1});
    CHECK(more > lesser);
    CHECK(more < lesser + 50);  // a hundredth of what comes
}

TEST_CASE("DAGOR sheds whole priorities, the least important first") {
    const models::DagorShedding dagor;
    auto state = dagor.initial();
    models::Arrival request;
    request.user_hash = 12345;
    std::int32_t before = -1;
    for (const auto priority : {Criticality::critical_plus, Criticality::critical,
                                Criticality::sheddable_plus, Criticality::sheddable}) {
        request.priority = priority;
        const std::int32_t level = dagor.level(request);
        CHECK(level / 128 == models::rank(priority));
        CHECK(level > before);
        before = level;
    }
    // Users are dealt anew every hour.
    int moved = 0;
    for (std::uint64_t user = 0; user < 100; ++user) {
        request.user_hash = user;
        request.now = {0};
        const auto first = dagor.level(request);
        request.now = {3'599'999'999'999};
        CHECK(dagor.level(request) == first);
        request.now = {3'600'000'000'000};
        if (dagor.level(request) != first) ++moved;
    }
    CHECK(moved > 90);
}

TEST_CASE("a DAGOR window ends after its requests, too; a stuck queue is overload") {
    models::DagorShedding dagor;
    dagor.window_requests = 100;
    auto state = dagor.initial();
    auto rng = some_rng();
    models::Arrival arrival;
    arrival.priority = Criticality::sheddable;
    arrival.queued = 50;
    for (int i = 0; i < 100; ++i) {
        arrival.user_hash = static_cast<std::uint64_t>(i);
        CHECK_FALSE(dagor.on_arrival(state, arrival, rng));
    }
    CHECK(state.admitted_level == 511);
    dagor.on_arrival(state, arrival, rng);  // nothing has left the queue
    CHECK(state.admitted_level < 511);
    CHECK(state.requests == 1);
}

TEST_CASE("callers that know the level shed what the server would") {
    const models::DagorShedding dagor;
    const models::Shedding rule = dagor;
    auto state = models::initial_state(rule);
    auto rng = some_rng();
    offer(rule, state, {0, 100});
    for (int i = 1; i < 20; ++i) offer(rule, state, {i, 100});
    const auto level = models::admitted_level(rule, state);
    REQUIRE(level);
    int shed = 0;
    for (int i = 0; i < 400; ++i) {
        models::Arrival request;
        request.now = {19'999'000'000};
        request.priority = static_cast<Criticality>(i % 4);
        request.user_hash = static_cast<std::uint64_t>(i);
        request.queued = 5;
        const bool early = models::shed_by_level(rule, *level, request);
        CHECK(early == models::shed_on_arrival(rule, state, request, rng));
        if (early) ++shed;
    }
    CHECK(shed > 100);
    CHECK_FALSE(models::shed_by_level(models::CodelShedding{}, 0, {}));
}

TEST_CASE("Cinnamon's error: what came in beyond what left and what is free, per what left") {
    using Pi = models::PiRejectorShedding;
    CHECK(Pi::error_of({150, 100, 0, 10}) == Approx(0.5));
    CHECK(Pi::error_of({150, 100, 20, 10}) == Approx(0.3));
    CHECK(Pi::error_of({80, 100, 0, 10}) == Approx(-0.2));
    CHECK(Pi::error_of({5, 0, 0, 10}) == Approx(10));  // nothing left
}

TEST_CASE("Cinnamon adds kp times the last error and ki times their sum") {
    models::PiRejectorShedding pi;
    pi.kp = 0.1;
    pi.ki = 0.2;
    pi.overload_after = sim::milliseconds(100);
    auto state = pi.initial();
    auto rng = some_rng();
    models::Arrival arrival;
    arrival.busy = arrival.slots = 10;
    arrival.priority = Criticality::critical;
    /// 120 requests come, 100 leave, in 500 ms.
    const auto period = [&](int number) {
        for (int i = 0; i < 120; ++i) {
            arrival.now = {number * std::int64_t{500'000'000} + i * std::int64_t{1'000'000}};
            arrival.queued = number == 0 && i == 0 ? 0 : 50;
            arrival.user_hash = static_cast<std::uint64_t>(number * 120 + i);
            pi.on_arrival(state, arrival, rng);
            models::Dequeue dequeue;
            dequeue.now = arrival.now;
            dequeue.queued = 50;
            if (i < 100) pi.on_dequeue(state, dequeue, rng);
        }
    };
    period(0);
    CHECK(state.share == 0);
    period(1);  // at its start: P = 0.2
    CHECK(state.share == Approx(0.1 * 0.2 + 0.2 * 0.2));
    CHECK(state.admitted_level < 511);
    const auto known = std::accumulate(state.counts.begin(), state.counts.end(), std::int64_t{0});
    CHECK(known == 240);
    arrival.queued = 0;  // the queue is empty: no overload
    arrival.now = {1'000'000'000};
    CHECK_FALSE(pi.on_arrival(state, arrival, rng));
    CHECK(state.share == 0);
    CHECK(state.admitted_level == 511);
}

TEST_CASE("Cinnamon turns the lowest levels away, at most the share") {
    models::PiRejectorShedding pi;
    pi.overload_after = sim::Duration{};
    auto state = pi.initial();
    auto rng = some_rng();
    models::Arrival arrival;
    arrival.busy = arrival.slots = 10;
    int shed = 0;
    int shed_important = 0;
    // Twice as many come as leave: 2 per ms, 1 per ms.
    for (int i = 0; i < 60'000; ++i) {
        arrival.now = {i * std::int64_t{500'000}};
        arrival.queued = i == 0 ? 0 : 20;
        arrival.user_hash = static_cast<std::uint64_t>(i);
        arrival.priority = i % 4 == 0 ? Criticality::critical_plus : Criticality::sheddable;
        const bool rejected = pi.on_arrival(state, arrival, rng);
        if (rejected && i > 30'000) {
            ++shed;
            if (arrival.priority == Criticality::critical_plus) ++shed_important;
        }
        models::Dequeue dequeue;
        dequeue.now = arrival.now;
        dequeue.queued = 20;
        if (i % 2 == 0) pi.on_dequeue(state, dequeue, rng);
    }
    CHECK(shed > 0);
    CHECK(shed_important < shed / 3);
}

TEST_CASE("DAGOR that tells its callers takes the levels that they no longer send for full") {
    for (const bool tells : {true, false}) {
        models::DagorShedding dagor;
        dagor.tell_callers = tells;
        dagor.window_requests = 1'000;
        auto state = dagor.initial();
        auto rng = some_rng();
        state.admitted_level = 99;
        models::Arrival arrival;
        arrival.priority = Criticality::critical_plus;
        // A thousand requests in the levels 0 to 99, nothing above, no wait: one percent more.
        const auto user_of = [&](std::int32_t level) {
            for (arrival.user_hash = 0; dagor.level(arrival) != level;) ++arrival.user_hash;
        };
        for (int i = 0; i < 1'000; ++i) {
            user_of(i % 100);
            CHECK_FALSE(dagor.on_arrival(state, arrival, rng));
        }
        dagor.on_arrival(state, arrival, rng);
        CHECK(state.admitted_level == (tells ? 100 : 511));
    }
    CHECK(models::told_level_lasts(models::DagorShedding{}) == sim::whole_seconds(1));
    CHECK_FALSE(models::told_level_lasts(models::CodelShedding{}));
}
