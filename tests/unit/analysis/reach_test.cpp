// Hand-made incidents whose values are known by counting.
#include "models/analysis/reach.hpp"

#include "models/metrics/facts.hpp"
#include "tests/catch.hpp"

using models::CustomerEntry;
using models::CustomerLog;

namespace {

struct Request {
    std::uint32_t customer;
    double at_s;
    bool bad;
    double takes_s = 0.1;
    std::uint32_t zone = 0;
    std::uint32_t journey = 0;
    float quality = 1;
    bool touched = false;
};

CustomerEntry entry_of(const Request& one) {
    models::RequestDone fact{};
    fact.arrival = sim::SimTime{static_cast<std::int64_t>(one.at_s * 1e9)};
    fact.end = fact.arrival + sim::from_seconds(one.takes_s);
    fact.outcome = one.bad ? models::Outcome::error
                           : (one.quality < 1 ? models::Outcome::degraded : models::Outcome::ok);
    fact.quality = one.quality;
    fact.customer = one.customer;
    fact.zone = one.zone;
    fact.touched = one.touched;
    return {fact, one.journey};
}

CustomerLog log_of(std::uint64_t customers, const std::vector<Request>& requests) {
    CustomerLog log;
    log.customers = customers;
    for (const auto& one : requests) {
        log.entries.push_back(entry_of(one));
    }
    return log;
}

constexpr models::Incident kIncident{100, 1000};

}  // namespace

TEST_CASE("an entry keeps who, when to a millisecond, and whether it was bad") {
    const auto bad = entry_of({7, 1.23456789, true});
    CHECK(bad.customer == 7);
    CHECK(bad.arrival_s() == Approx(1.234));
    CHECK(bad.bad());
    CHECK_FALSE(entry_of({7, 0, false}).bad());
    CHECK(entry_of({7, 9e9, true}).arrival_s() == Approx(2147483.647));
    const auto rich = entry_of({7, 1, false, 0.25, 3, 2, 0.75F, true});
    CHECK(rich.latency_s == Approx(0.25));
    CHECK(rich.zone == 3);
    CHECK(rich.journey == 2);
    CHECK(rich.quality() == Approx(0.75).margin(0.5 / 127));
    CHECK(rich.touched());
    CHECK_FALSE(bad.touched());
}

// Customer 1 is failed in zone 0, customer 2 in zone 1 and in the twin as well, customer 3 waits
// 0.4 s longer, and a reply of quality 0.5 that holds for 60 s is half a minute lost.
TEST_CASE("the cube: who is harmed where, for how long, and what took longer") {
    const auto run = log_of(10, {{1, 200, true, 0.1, 0, 0},
                                 {1, 230, false, 0.1, 0, 0},
                                 {2, 200, true, 0.1, 1, 0},
                                 {3, 300, false, 0.5, 1, 1},
                                 {4, 940, false, 0.1, 0, 1, 0.5F}});
    const auto twin = log_of(10, {{1, 200, false, 0.1, 0, 0, 1, true},
                                  {1, 230, false, 0.1, 0, 0},
                                  {2, 200, true, 0.1, 1, 0, 1, true},
                                  {3, 300, false, 0.1, 1, 1},
                                  {4, 940, false, 0.1, 0, 1}});
    const auto reach = models::customer_reach(run, twin, kIncident);
    REQUIRE(reach);
    REQUIRE(reach->cells.size() == 4);
    const auto& home = reach->cells[0];  // journey 0, zone 0
    CHECK(home.active == 1);
    CHECK(home.harmed == 1);
    CHECK(home.down_s == Approx(30));
    CHECK(home.down_twin_s == 0);
    const auto& away = reach->cells[1];  // journey 0, zone 1
    CHECK(away.harmed == 0);
    CHECK(away.down_s == Approx(800));
    CHECK(away.down_twin_s == Approx(800));
    CHECK(reach->cells[3].excess_s == Approx(0.4));
    CHECK(reach->run.degraded_s == Approx(30).margin(0.5));
    CHECK(reach->twin.touched == 2);
}

TEST_CASE("without customers each request is somebody new, and only what needs no names is known") {
    const auto run = log_of(0, {{0, 200, false, 0.5}, {1, 210, true}});
    const auto twin = log_of(0, {{0, 200, false, 0.1}, {1, 210, false}});
    const auto reach = models::customer_reach(run, twin, kIncident);
    REQUIRE(reach);
    CHECK_FALSE(reach->known);
    CHECK(reach->cells[0].excess_s == Approx(0.4));
}

// Customer 1 is harmed, 2 is untouched, 3 is bad in both, 4 is spared, 5 fails before the incident.
TEST_CASE("harmed and spared customers are counted apart") {
    const auto run = log_of(10, {{1, 200, true},
                                 {2, 210, false},
                                 {3, 220, true},
                                 {4, 230, false},
                                 {5, 99.9, true},
                                 {5, 240, false}});
    const auto twin = log_of(10, {{1, 200, false},
                                  {2, 210, false},
                                  {3, 220, true},
                                  {4, 230, true},
                                  {5, 99.9, false},
                                  {5, 240, false}});
    const auto reach = models::customer_reach(run, twin, kIncident);
    REQUIRE(reach);
    CHECK(reach->harmed == 1);
    CHECK(reach->spared == 1);
    CHECK(reach->run.active == 5);
    CHECK(reach->run.hit == 2);
    CHECK(reach->twin.hit == 2);
}

TEST_CASE("a customer who comes in one of the two runs only is seen there") {
    const auto run = log_of(10, {{1, 200, true}, {3, 300, false}});
    const auto twin = log_of(10, {{2, 200, true}, {3, 300, false}});
    const auto reach = models::customer_reach(run, twin, kIncident);
    CHECK(reach->harmed == 1);
    CHECK(reach->spared == 1);
    CHECK(reach->run.active == 2);
    CHECK(reach->twin.active == 2);
}

// Good at 100, bad at 200 and 260, good at 300: down from 200 to 300, once. Requests may end in
// another order than they came.
TEST_CASE("down is from a bad request to the next good one") {
    const auto run = log_of(10, {{1, 300, false}, {1, 260, true}, {1, 100, false}, {1, 200, true}});
    const auto reach = models::customer_reach(run, log_of(10, {}), kIncident);
    CHECK(reach->run.down_s == Approx(100));
    CHECK(reach->run.up_s == Approx(100 + 700));
    CHECK(reach->run.interruptions == 1);
}

namespace {

models::LowestUptimes lowest(const std::vector<Request>& requests,
                             const models::Incident& incident = kIncident) {
    const auto reach = models::customer_reach(log_of(10, requests), log_of(10, {}), incident);
    return reach->run.lowest_uptime;
}

}  // namespace

// Down for 30 of the 900 seconds: half of the worst minute, a tenth of the worst five, and an hour
// does not fit in.
TEST_CASE("windowed uptime: the worst minute, five minutes, hour and day") {
    const auto alone = lowest({{1, 100, false}, {1, 160, true}, {1, 190, false}});
    CHECK(*alone[0] == Approx(0.5));
    CHECK(*alone[1] == Approx(0.9));
    CHECK_FALSE(alone[2]);
    CHECK_FALSE(alone[3]);
    // Of two customers, of whom one is well, a quarter and a twentieth.
    const auto beside = lowest({{1, 100, false}, {1, 160, true}, {1, 190, false}, {2, 100, false}});
    CHECK(*beside[0] == Approx(0.75));
    CHECK(*beside[1] == Approx(0.95));
}

TEST_CASE("windowed uptime: downtime apart is no worse in a window than the worst of it") {
    // 20 s down, 100 s later 10 s, and 10 s more within the minute of those.
    const auto worst = lowest({{1, 100, false},
                               {1, 200, true},
                               {1, 220, false},
                               {1, 320, true},
                               {1, 330, false},
                               {1, 340, true},
                               {1, 350, false}});
    CHECK(*worst[0] == Approx(1 - 20.0 / 60));
    CHECK(*worst[1] == Approx(1 - 40.0 / 300));
}

TEST_CASE("windowed uptime: parts of seconds count, and windows begin at whole ones") {
    const auto worst = lowest({{1, 100, false}, {1, 160.25, true}, {1, 190.75, false}});
    CHECK(*worst[0] == Approx(1 - 30.5 / 60));
    // All 60 s of the outage lie in 61 whole seconds, but 59.75 of them in a minute.
    const auto whole = lowest({{1, 100, false}, {1, 160.25, true}, {1, 220.25, false}});
    CHECK(*whole[0] == Approx(0.25 / 60));
}

TEST_CASE("windowed uptime: who is gone is neither up nor down, and nobody makes no window") {
    // Half an hour after the failed visit the customer counts as gone; then comes another one.
    const models::Incident day{0, 90'000};
    const auto worst = lowest({{1, 0, true}, {2, 10'000, false}}, day);
    CHECK(*worst[0] == 0);
    CHECK(*worst[1] == 0);
    CHECK(*worst[2] == 0);
    CHECK(*worst[3] == Approx(0.5));
    // The control: all is well, and nothing is empty where it fits.
    const auto well = lowest({{1, 0, false}, {2, 10'000, false}}, day);
    for (const auto& one : well) CHECK(*one == 1);
    CHECK(lowest({{1, 100, true}, {1, 110, false}}, {100, 159})[0] == std::nullopt);
    CHECK(*lowest({{1, 100, true}, {1, 110, false}}, {100, 160})[0] == Approx(50.0 / 60));
}

TEST_CASE("a customer who does not come back for half an hour is gone, not down") {
    const models::Incident day{0, 86'400};
    const auto run = log_of(10, {{1, 0, true}, {1, 10'000, false}});
    const auto reach = models::customer_reach(run, log_of(10, {}), day);
    CHECK(reach->run.down_s == Approx(1800));
    CHECK(reach->run.up_s == Approx(1800));
}

TEST_CASE("serious is half of one's requests in some five minutes") {
    const auto serious = [](const std::vector<Request>& requests) {
        return models::customer_reach(log_of(10, requests), log_of(10, {}), kIncident)->run.serious;
    };
    CHECK(serious({{1, 110, true}, {1, 120, false}}) == 1);
    CHECK(serious({{1, 110, true}, {1, 120, false}, {1, 130, false}}) == 0);
    // One bad and two good requests, but in two windows: [100, 400) has a bad and a good one.
    CHECK(serious({{1, 110, true}, {1, 120, false}, {1, 410, false}}) == 1);
    CHECK(serious({{1, 110, false}, {2, 110, false}}) == 0);
}

TEST_CASE("concentration: 0 when all are hit alike, near 1 when one is hit") {
    std::vector<Request> alike;
    std::vector<Request> one;
    for (std::uint32_t i = 0; i < 100; ++i) {
        alike.push_back({i, 200, true});
        one.push_back({i, 200, i == 0});
    }
    CHECK(models::customer_reach(log_of(100, alike), log_of(100, {}), kIncident)->run.gini ==
          Approx(0).margin(1e-12));
    CHECK(models::customer_reach(log_of(100, one), log_of(100, {}), kIncident)->run.gini ==
          Approx(0.99));
}

TEST_CASE("without knowing who the customers are there is no reach") {
    CHECK_FALSE(
        models::customer_reach(log_of(0, {{1, 200, true}}), log_of(0, {}), kIncident)->known);
    CHECK_FALSE(models::customer_reach(log_of(5, {{1, 20, true}}), log_of(5, {}), kIncident));
}

TEST_CASE("of too many requests a sample of customers is kept, the same in both runs") {
    CHECK(models::sample_of(1e6) == 1);
    CHECK(models::sample_of(6e6) == 1);
    CHECK(models::sample_of(6.1e6) == 2);
    CHECK(models::sample_of(6e8) == 100);
    CustomerLog log;
    log.kept_one_in = 10;
    std::size_t kept = 0;
    for (std::uint64_t customer = 0; customer < 100'000; ++customer) {
        kept += log.keeps(customer) ? 1 : 0;
    }
    CHECK(kept > 9'700);
    CHECK(kept < 10'300);
}
