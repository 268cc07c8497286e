#include <algorithm>
#include <array>
#include <random>
#include <set>
#include <tuple>
#include <vector>

#include "sim/core/event_word.hpp"
#include "sim/core/fingerprint.hpp"
#include "sim/core/hash.hpp"
#include "sim/core/pool.hpp"
#include "sim/core/simulator.hpp"
#include "sim/core/time.hpp"
#include "tests/catch.hpp"

using namespace sim;

namespace {

struct Record {
    int value = 7;
    bool live = false;
};
using RecordId = Id<struct RecordTag>;

using Tick = EventWord<std::uint32_t>;

/// Schedules its own successor; `fan` of them.
struct Ticker {
    Simulator<Tick>& simulator;
    std::uint32_t fan = 1;
    std::uint32_t alive = 0;

    void handle(const Tick& tick) {
        for (std::uint32_t i = 0; i < fan; ++i) {
            simulator.after(milliseconds(1), {tick.kind(), tick.subject() + 1});
        }
    }
    [[nodiscard]] std::uint32_t in_flight() const { return alive; }
};

}  // namespace

TEST_CASE("time is integer, rounds once and never wraps") {
    CHECK(from_seconds(1.5e-9) == Duration{2});
    CHECK(from_seconds(-1.5e-9) == Duration{-2});
    CHECK(from_seconds(1e300) == kForever);
    CHECK(saturated_add(SimTime{5}, kForever) == kNever);
    CHECK_THROWS_AS(SimTime{5} + kForever, InternalError);
    CHECK_THROWS_AS(from_seconds(std::numeric_limits<double>::quiet_NaN()), InternalError);
}

TEST_CASE("whole seconds are whole in binary too") {
    for (std::int64_t s = -7200; s <= 7200; ++s) {
        REQUIRE(whole_seconds(s).seconds() == static_cast<double>(s));
        REQUIRE(SimTime{whole_seconds(s).ns}.seconds() == static_cast<double>(s));
    }
    CHECK(milliseconds(12).seconds() == 0.012);
}

TEST_CASE("a pool takes a freed slot again, resets it and keeps addresses") {
    Pool<Record, RecordId> pool;
    const auto first = pool.allocate();
    Record* const address = &pool[first];
    pool[first].value = 1;
    std::vector<std::pair<RecordId, Record*>> others;
    for (int i = 0; i < 5000; ++i) {
        const auto [id, record] = pool.make();
        record.value = i;
        others.emplace_back(id, &record);
    }
    CHECK(&pool[first] == address);
    CHECK(pool.live() == 5001);
    int found = 0;
    for (const auto& [id, record] : others) {
        found += &pool[id] == record && record->value == found ? 1 : 0;
    }
    CHECK(found == 5000);
    pool.free(first);
    CHECK_THROWS_AS(pool.free(first), InternalError);
    const auto again = pool.allocate();
    CHECK(again == first);
    CHECK(pool[again].value == 7);
}

TEST_CASE("the simulator refuses the past and stops at a limit by name") {
    Limits limits;
    limits.events = 50'000;
    Simulator<Tick> simulator(SimTime{0}, limits);
    Ticker world{simulator};
    simulator.at(SimTime{1}, {0, 0});
    CHECK_THROWS_AS(simulator.at(SimTime{-1}, {0, 0}), InternalError);
    const auto stop = simulator.run(kNever, world);
    REQUIRE(stop);
    CHECK(stop->limit == "events");
    CHECK(stop->option == "--max-events");
    CHECK(simulator.dispatched() < 60'000);
}

TEST_CASE("pending events and attempts in flight are bounded too") {
    Limits limits;
    limits.pending = 10'000;
    Simulator<Tick> growing(SimTime{0}, limits);
    Ticker world{growing, 2};
    growing.at(SimTime{1}, {0, 0});
    CHECK(growing.run(kNever, world)->limit == "pending events");

    limits = Limits{};
    limits.in_flight = 10;
    Simulator<Tick> crowded(SimTime{0}, limits);
    Ticker crowd{crowded, 1, 11};
    crowded.at(SimTime{1}, {0, 0});
    CHECK(crowded.run(kNever, crowd)->option == "--max-in-flight");
}

TEST_CASE("an event that nobody cancels comes in the same order as the others") {
    struct Log {
        std::vector<std::uint32_t> subjects;
        void handle(const Tick& tick) { subjects.push_back(tick.subject()); }
        [[nodiscard]] std::uint32_t in_flight() const { return 0; }
    };
    Simulator<Tick> simulator(SimTime{-20}, Limits{});
    simulator.expect(milliseconds(1));
    const SimTime usual{-20 + 1'000'000};
    simulator.post(usual, {0, 0}, EventClass::timer);
    simulator.at_usual(usual, {0, 1}, EventClass::timer);
    simulator.post(usual, {0, 2});
    simulator.post(simulator.now() + milliseconds(1), {0, 3});
    simulator.post_usual(SimTime{-19}, {0, 4});
    auto cancelled = simulator.after(milliseconds(1), {0, 5});
    simulator.post(SimTime{-20}, {0, 6});
    CHECK(simulator.cancel(cancelled));
    CHECK_THROWS_AS(simulator.post(SimTime{-21}, {0, 7}), InternalError);
    CHECK_THROWS_AS(simulator.post_usual(SimTime{-21}, {0, 7}), InternalError);
    Log log;
    CHECK_FALSE(simulator.run(SimTime{0} + milliseconds(2), log));
    CHECK(log.subjects == std::vector<std::uint32_t>{6, 4, 2, 3, 0, 1});
}

/// At each event schedules some more, many of them at once, and knows which one must be next.
struct InTurn {
    explicit InTurn(Simulator<Tick>& of) : simulator(of) {}

    Simulator<Tick>& simulator;
    std::mt19937 rng{7};
    std::uint32_t made = 0;
    std::uint32_t handled = 0;
    std::uint32_t at_once = 0;  ///< that were scheduled for the present instant
    /// Time, rank and number of all that are pending.
    std::set<std::tuple<std::int64_t, int, std::uint32_t>> pending;
    std::vector<std::tuple<EventHandle, std::int64_t, std::uint32_t>> handles;

    void schedule() {
        const std::int64_t delay = static_cast<std::int64_t>(rng() % 6) - 2;
        const SimTime when{simulator.now().ns + std::max<std::int64_t>(0, delay)};
        const Tick tick{0, made++};
        at_once += when == simulator.now() ? 1 : 0;
        const auto way = rng() % 6;
        pending.emplace(when.ns, way == 0 ? 1 : 0, tick.subject());
        if (way == 0) {
            simulator.at(when, tick, EventClass::timer);
        } else if (way == 1) {
            handles.emplace_back(simulator.at_usual(when, tick), when.ns, tick.subject());
        } else if (way == 2) {
            simulator.post(when, tick);
        } else if (way == 3) {
            simulator.post_of_source(when, tick);
        } else {
            simulator.post_usual(when, tick);
        }
    }
    void cancel_one() {
        if (handles.empty()) return;
        auto [handle, when, number] = handles.back();
        handles.pop_back();
        CHECK(simulator.cancel(handle) == (pending.erase({when, 0, number}) > 0));
    }
    void handle(const Tick& tick) {
        REQUIRE_FALSE(pending.empty());
        CHECK(*pending.begin() ==
              std::tuple(simulator.now().ns, std::get<1>(*pending.begin()), tick.subject()));
        pending.erase(pending.begin());
        ++handled;
        if (made >= 20'000) return;
        for (auto more = rng() % 3 + (pending.size() < 3 ? 1 : 0); more > 0; --more) schedule();
        if (rng() % 8 == 0) cancel_one();
    }
    [[nodiscard]] std::uint32_t in_flight() const { return 0; }
};

TEST_CASE("what comes at once has its turn among the events of its instant") {
    Simulator<Tick> simulator(SimTime{-20}, Limits{});
    simulator.expect(nanoseconds(1));
    InTurn world(simulator);
    for (int i = 0; i < 3; ++i) world.schedule();
    CHECK_FALSE(simulator.run(kNever, world));
    CHECK(world.pending.empty());
    CHECK(world.handled > 15'000);
    CHECK(world.at_once > 5'000);
}

/// Is told what comes, and handles it in the order of its number.
struct Fetching {
    std::uint32_t handled = 0;
    std::array<std::set<std::uint32_t>, 4> told{};  ///< by Ahead
    std::array<std::size_t, 4> in_time{};
    std::size_t late = 0;  ///< told of what was over

    [[nodiscard]] static bool prefetches() { return true; }
    void prefetch(const Tick& tick, Ahead ahead) {
        late += tick.subject() < handled ? 1 : 0;
        told[static_cast<std::size_t>(ahead)].insert(tick.subject());
    }
    void handle(const Tick& tick) {
        REQUIRE(tick.subject() == handled++);
        for (std::size_t i = 0; i < told.size(); ++i) in_time[i] += told[i].count(tick.subject());
    }
    [[nodiscard]] std::uint32_t in_flight() const { return 0; }
};

TEST_CASE("a world that fetches records in time is told what comes next") {
    constexpr std::uint32_t kEvents = 4000;
    Simulator<Tick> simulator(SimTime{0}, Limits{});
    Fetching world;
    const bool in_order = GENERATE(false, true);
    for (std::uint32_t i = 0; i < kEvents; ++i) {
        const auto gap = in_order ? std::int64_t{i} * 1000 : std::int64_t{i} * i;
        simulator.post(SimTime{gap}, {0, i});
    }
    CHECK_FALSE(simulator.run(kNever, world));
    CHECK(world.handled == kEvents);
    CHECK(world.late == 0);
    const auto [record, named, behind, last] = world.in_time;
    CHECK(record > kEvents * 8 / 10);
    CHECK(named > kEvents * 95 / 100);
    CHECK(behind > kEvents * 8 / 10);  // but for the first ones that are sorted together
    CHECK(last > kEvents * 8 / 10);
}

TEST_CASE("it is told of what waits in a lane, too") {
    constexpr std::uint32_t kEvents = 1000;
    Simulator<Tick> simulator(SimTime{0}, Limits{});
    const auto delay = nanoseconds(1'000'000);
    simulator.expect(delay);
    Fetching world;
    std::vector<EventHandle> gone;
    for (std::uint32_t i = 0; i < kEvents; ++i) {
        simulator.at_usual(SimTime{delay.ns}, {0, i});
        if (i % 7 == 0) gone.push_back(simulator.at_usual(SimTime{delay.ns}, {0, 5000 + i}));
    }
    for (auto& one : gone) CHECK(simulator.cancel(one));
    CHECK_FALSE(simulator.run(kNever, world));
    CHECK(world.handled == kEvents);
    CHECK(world.late == 0);
    for (const auto& told : world.told) CHECK(told.lower_bound(5000) == told.end());
    for (const auto in_time : world.in_time) CHECK(in_time > kEvents * 8 / 10);
}

TEST_CASE("the fingerprint sees time, kind, subject and order") {
    const auto print =
        [](std::initializer_list<std::tuple<std::int64_t, std::uint32_t, std::uint32_t>> events) {
            Fingerprint fingerprint;
            for (const auto& [at, kind, subject] : events)
                fingerprint.add(SimTime{at}, Tick{kind, subject}.word());
            return fingerprint.value();
        };
    const auto base = print({{1, 2, 3}, {4, 5, 6}});
    CHECK(base == print({{1, 2, 3}, {4, 5, 6}}));
    CHECK(base != print({{4, 5, 6}, {1, 2, 3}}));
    CHECK(base != print({{1, 2, 3}, {4, 5, 7}}));
    CHECK(base != print({{1, 2, 3}, {4, 6, 6}}));
    CHECK(base != print({{1, 2, 3}, {5, 5, 6}}));
    CHECK(base != print({{1, 2, 3}}));
}

TEST_CASE("hashes of names are fixed for ever") {
    CHECK(hash_text("payment") == 0x6CFE52671D59678AULL);
    CHECK(hash_text("") != hash_text(std::string_view("\0", 1)));
}
