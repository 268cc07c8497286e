// Hand-made incidents whose values are known by counting.
#include "models/analysis/reach.hpp"

#include "tests/catch.hpp"

using models::CustomerEntry;
using models::CustomerLog;

namespace {

struct Request {
    std::uint32_t customer;
    double at_s;
    bool bad;
};

CustomerLog log_of(std::uint64_t customers, const std::vector<Request>& requests) {
    CustomerLog log;
    log.customers = customers;
    for (const auto& one : requests) {
        const auto ns = static_cast<std::int64_t>(one.at_s * 1e9);
        log.entries.emplace_back(one.customer, sim::SimTime{ns}, one.bad);
    }
    return log;
}

constexpr models::Incident kIncident{100, 1000};

}  // namespace

TEST_CASE("an entry keeps who, when to a millisecond, and whether it was bad") {
    const CustomerEntry bad(7, sim::SimTime{1'234'567'890}, true);
    CHECK(bad.customer == 7);
    CHECK(bad.arrival_s() == Approx(1.234));
    CHECK(bad.bad());
    CHECK_FALSE(CustomerEntry(7, sim::SimTime{0}, false).bad());
    CHECK(CustomerEntry(7, sim::SimTime{INT64_MAX}, true).arrival_s() == Approx(2147483.647));
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
    CHECK_FALSE(models::customer_reach(log_of(0, {{1, 200, true}}), log_of(0, {}), kIncident));
    CHECK_FALSE(models::customer_reach(log_of(5, {{1, 20, true}}), log_of(5, {}), kIncident));
}

TEST_CASE("of too many requests a sample of customers is kept, the same in both runs") {
    CHECK(models::sample_of(1e6) == 1);
    CHECK(models::sample_of(8e6) == 1);
    CHECK(models::sample_of(8.1e6) == 2);
    CHECK(models::sample_of(8e8) == 100);
    CustomerLog log;
    log.kept_one_in = 10;
    std::size_t kept = 0;
    for (std::uint64_t customer = 0; customer < 100'000; ++customer) {
        kept += log.keeps(customer) ? 1 : 0;
    }
    CHECK(kept > 9'700);
    CHECK(kept < 10'300);
}
