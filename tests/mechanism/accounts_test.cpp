#include "models/engine/accounts.hpp"

#include "sim/core/assert.hpp"
#include "tests/catch.hpp"

using models::Departure;
using models::EdgeAccount;
using models::EdgeCount;
using models::Level;
using models::Outcome;
using models::OutcomeCounts;
using models::StationAccount;
using models::StationCount;
using sim::SimTime;

// Whether the invariants of a run notice one wrong number. Every case begins with books that are
// right and falsifies one entry; the checks themselves run in every other test, too, because every
// run ends with them.
namespace {

/// What happened at one instance with two slots until t = 100 ns:
///
///     A  comes at 10, works from 10 to 40 and leaves at 60
///     B  comes at 20, works from 20 on; it is still at work
///     C  comes at 30, waits for A's slot, gives up at 50
///     D  comes at 70 and works from 70 to 80; its slot hangs then, and it is still there
struct Books {
    StationAccount account;
    StationCount found;

    Books() {
        account.levels[static_cast<std::size_t>(Level::busy)].bound = 2;
        account.levels[static_cast<std::size_t>(Level::queued)].bound = 1;
        takes_slot(10);
        takes_slot(20);
        account.arrives(SimTime{30});
        change(Level::queued, 1, 30);
        works_until(10, 40);
        change(Level::queued, -1, 50);
        account.waits += 20;
        account.departs(Departure::cancelled, SimTime{30}, SimTime{50});
        change(Level::busy, -1, 60);
        account.holds += 50;
        account.departs(Departure::served, SimTime{10}, SimTime{60});
        takes_slot(70);
        works_until(70, 80);
        account.holds += 10;
        account.hung.change(1, SimTime{80});
        found = {.present = 2,
                 .queued = 0,
                 .working = 1,
                 .holders = 1,
                 .sojourns = 80 + 30,
                 .waits = 0,
                 .holds = 80,
                 .work = 80,
                 .station_busy = 2,
                 .station_queued = 0};
    }
    void change(Level level, int by, std::int64_t when) {
        account.change(level, by, SimTime{when});
    }
    void takes_slot(std::int64_t when) {
        account.arrives(SimTime{when});
        change(Level::busy, 1, when);
        change(Level::working, 1, when);
    }
    void works_until(std::int64_t from, std::int64_t until) {
        change(Level::working, -1, until);
        account.work += static_cast<std::uint64_t>(until - from);
    }

    [[nodiscard]] std::string verdict() const {
        return models::check_station(account, found, SimTime{100}).value_or("");
    }
};

template <class Falsify>
std::string when(const Falsify& falsify) {
    Books books;
    falsify(books.account, books.found);
    return books.verdict();
}

}  // namespace

TEST_CASE("books that are right break no law") { CHECK(Books{}.verdict().empty()); }

TEST_CASE("a request too many or too few breaks the conservation of a station") {
    const std::string less =
        "conservation: requests that came less those served, refused, cancelled and lost ";
    CHECK(when([](auto& account, auto&) { ++account.arrived; }) == less + "3, but present are 2");
    CHECK(when([](auto& account, auto&) { ++account.left[0]; }) == less + "1, but present are 2");
    CHECK(when([](auto&, auto& found) { --found.present; }) == less + "2, but present are 1");
}

TEST_CASE("a nanosecond too much breaks Little's law") {
    CHECK(when([](auto& account, auto&) { ++account.sojourns; }) ==
          "Little's law: integral of requests present, ns, 180, but the sum of their sojourns is "
          "181");
    CHECK(when([](auto& account, auto&) { ++account.moments; }) ==
          "Little's law: integral of requests present, ns, 179, but the sum of their sojourns is "
          "180");
    CHECK(when([](auto&, auto& found) { --found.sojourns; }) ==
          "Little's law: integral of requests present, ns, 180, but the sum of their sojourns is "
          "179");
    CHECK(when([](auto& account, auto&) { ++account.waits; }) ==
          "Little's law of the queue: integral of requests queued, ns, 20, but the sum of their "
          "waits is 21");
    CHECK(when([](auto& account, auto&) { --account.holds; }) ==
          "Little's law of the slots: integral of slots held, ns, 160, but the sum of the times "
          "they were held is 159");
}

TEST_CASE("work that nobody did breaks the utilisation law") {
    CHECK(when([](auto& account, auto&) { ++account.work; }) ==
          "utilisation law: time of slots in own work, ns, 120, but the work done is 121");
    CHECK(when([](auto& account, auto&) { ++account.stood_still; }) ==
          "utilisation law: time of slots in own work, ns, 120, but the work done is 121");
}

TEST_CASE("levels that nobody is behind are noticed") {
    CHECK(when([](auto&, auto& found) { ++found.queued; }) ==
          "levels: requests counted as queued 0, but in the queue are 1");
    CHECK(when([](auto&, auto& found) { ++found.station_queued; }) ==
          "levels: requests counted as queued 0, but the queue says 1");
    CHECK(when([](auto&, auto& found) { --found.station_busy; }) ==
          "levels: slots or cores counted as busy 2, but the station says 1");
    CHECK(when([](auto&, auto& found) { ++found.working; }) ==
          "levels: slots or cores counted as in own work 1, but in own work are 2");
    CHECK(when([](auto&, auto& found) { --found.holders; }) ==
          "levels: slots that the station counts 2, but held or hung are 1");
}

TEST_CASE("more at work than there are slots, and more in a queue than fit, is a bug at once") {
    Books books;
    CHECK_THROWS_WITH(books.takes_slot(100),
                      "invariant violated: bounds: 3 slots or cores are busy, but there are 2");
    Books other;
    other.change(Level::queued, 1, 90);
    CHECK_THROWS_WITH(other.change(Level::queued, 1, 100),
                      "invariant violated: bounds: 2 requests are queued, but there are 1");
    Books third;
    CHECK_THROWS_AS(third.change(Level::queued, -1, 90), sim::InternalError);
}

TEST_CASE("cores that share work may round, and no more") {
    StationAccount account;
    account.shares_cores = true;
    account.change(Level::busy, 1, SimTime{0});
    account.change(Level::working, 1, SimTime{0});
    account.core_changes = 2;
    account.arrives(SimTime{0});
    const StationCount found{.present = 1,
                             .working = 1,
                             .holders = 1,
                             .sojourns = 1000,
                             .work = 994,
                             .station_busy = 1,
                             .cores = 1,
                             .jobs = 1};
    CHECK_FALSE(models::check_station(account, found, SimTime{1000}));
    account.core_changes = 1;
    CHECK(models::check_station(account, found, SimTime{1000}).value_or("") ==
          "utilisation law: busy time of the cores, ns, 1000, but the work done is 994, which is "
          "more than 4 apart");
    account.core_changes = 2;
    auto other = found;
    other.jobs = 2;
    CHECK(models::check_station(account, other, SimTime{1000}).value_or("") ==
          "levels: jobs in own work 1, but the cores say 2");
}

TEST_CASE("a call or a try that is lost breaks the conservation of an edge") {
    const EdgeAccount right{.calls = 9,
                            .calls_ended = 5,
                            .calls_dropped = 3,
                            .tries = 12,
                            .tries_ended = 7,
                            .tries_dropped = 4};
    CHECK_FALSE(models::check_edge(right, {.calls = 1, .tries = 1}));
    CHECK(models::check_edge(right, {.calls = 0, .tries = 1}).value_or("") ==
          "conservation: calls that began 9, but those that ended, were given up, and are under "
          "way 8");
    CHECK(models::check_edge(right, {.calls = 1, .tries = 2}).value_or("") ==
          "conservation: tries that began 12, but those that ended, were given up, and are under "
          "way 13");
}

TEST_CASE("a request that is lost or ends twice breaks the conservation of a flow") {
    CHECK_FALSE(models::check_flow({.arrived = 7, .ended = 5}, 2));
    CHECK(models::check_flow({.arrived = 7, .ended = 5}, 1).value_or("") ==
          "conservation: requests that came 7, but those that ended and those under way 6");
    OutcomeCounts outcomes{};
    outcomes[static_cast<std::size_t>(Outcome::ok)] = 4;
    outcomes[static_cast<std::size_t>(Outcome::degraded)] = 1;
    outcomes[static_cast<std::size_t>(Outcome::timeout)] = 2;
    outcomes[static_cast<std::size_t>(Outcome::shed)] = 3;
    outcomes[static_cast<std::size_t>(Outcome::unfinished)] = 1;
    CHECK_FALSE(models::check_outcomes(11, outcomes, 1));
    CHECK(models::check_outcomes(12, outcomes, 1).value_or("") ==
          "conservation: requests measured 12, but 5 were completed, 2 failed, 3 refused, and 1 "
          "in flight");
    CHECK(models::check_outcomes(11, outcomes, 2).value_or("") ==
          "conservation: requests reported in flight 1, but there are 2");
}

TEST_CASE("a message that is lost breaks the conservation of a queue") {
    models::QueueAccount queue{};
    const auto set = [&](models::MessageEvent event, std::uint64_t count) {
        queue[static_cast<std::size_t>(event)] = count;
    };
    set(models::MessageEvent::stored, 20);
    set(models::MessageEvent::delivered, 18);
    set(models::MessageEvent::redelivered, 7);
    set(models::MessageEvent::acknowledged, 10);
    set(models::MessageEvent::dead, 1);
    set(models::MessageEvent::expired, 2);
    set(models::MessageEvent::lost, 3);
    CHECK_FALSE(models::check_queue(queue, 4));
    CHECK(models::check_queue(queue, 5).value_or("") ==
          "conservation: messages stored 20, but those acknowledged, dead, expired, lost, and "
          "still there 21");
}
