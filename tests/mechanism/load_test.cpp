// Faults that bring customers, keep them away and change their minds: rates, and that nobody else
// is moved.
#include <cmath>
#include <numbers>

#include "tests/catch.hpp"
#include "tests/mechanism/system.hpp"

using sim::milliseconds;
using sim::whole_seconds;

namespace {

constexpr double kRate = 200;

/// An idle service, and customers who come at a rate for 40 seconds.
TestSystem shop() {
    TestSystem system;
    const auto web = system.add_service("web", milliseconds(1), 1'000);
    const auto other = system.add_endpoint(web);
    system.add_users("shoppers", web, 1, {});
    auto& group = system.model.groups.back();
    group.users = 0;
    group.rate_per_s = kRate;
    group.journeys[0].share = 0.75;
    auto buy = group.journeys[0];
    buy.name = "buy";
    buy.endpoint = other;
    buy.share = 0.25;
    buy.flow = system.model.flows++;
    group.journeys.push_back(buy);
    system.model.duration = whole_seconds(40);
    return system;
}

models::FaultTarget everybody() {
    models::FaultTarget target;
    target.groups = {1};
    return target;
}

double offered(const models::RunResult& result, std::size_t from, std::size_t to) {
    double sum = 0;
    for (const auto& flow : result.flows) {
        for (auto second = from; second < to; ++second) {
            sum += static_cast<double>(flow.windows[second].offered);
        }
    }
    return sum;
}

/// Within four standard errors of a Poisson count.
void check_rate(double count, double expected) {
    CHECK(std::abs(count - expected) < 4 * std::sqrt(expected));
}

}  // namespace

TEST_CASE("a load above one adds a stream, and moves nobody") {
    const auto calm = shop().run();
    auto system = shop();
    system.add_fault(models::LoadEffect{3}, everybody(), whole_seconds(10), whole_seconds(20));
    const auto result = system.run();
    check_rate(offered(result, 10, 30), 3 * kRate * 20);
    for (const auto& [from, to] : {std::pair{0, 10}, std::pair{30, 40}}) {
        for (auto second = from; second < to; ++second) {
            CHECK(offered(result, second, second + 1) == offered(calm, second, second + 1));
        }
    }
    // Whoever would have come has come: the rest is a stream of its own.
    check_rate(offered(result, 10, 30) - offered(calm, 10, 30), 2 * kRate * 20);
}

TEST_CASE("a load below one thins, and those who come are the same") {
    const auto calm = shop().run();
    auto system = shop();
    system.add_fault(models::LoadEffect{0.25}, everybody(), whole_seconds(10), whole_seconds(20));
    const auto result = system.run();
    check_rate(offered(result, 10, 30), 0.25 * kRate * 20);
    for (std::size_t second = 10; second < 30; ++second) {
        CHECK(offered(result, second, second + 1) <= offered(calm, second, second + 1));
    }
    CHECK(offered(result, 30, 40) == offered(calm, 30, 40));
    auto nobody = shop();
    nobody.add_fault(models::LoadEffect{0}, everybody(), whole_seconds(10), whole_seconds(20));
    CHECK(offered(nobody.run(), 10, 30) == 0);
}

TEST_CASE("loads that overlap multiply") {
    auto system = shop();
    system.add_fault(models::LoadEffect{3}, everybody(), whole_seconds(0), whole_seconds(30));
    system.add_fault(models::LoadEffect{2}, everybody(), whole_seconds(10), whole_seconds(30));
    system.add_fault(models::LoadEffect{0.5}, everybody(), whole_seconds(20), whole_seconds(10));
    const auto result = system.run();
    check_rate(offered(result, 0, 10), 3 * kRate * 10);
    check_rate(offered(result, 10, 20), 6 * kRate * 10);
    check_rate(offered(result, 20, 30), 3 * kRate * 10);
    check_rate(offered(result, 30, 40), 2 * kRate * 10);
}

TEST_CASE("a fault of load says nothing to the draws of another") {
    auto one = shop();
    one.add_fault(models::LoadEffect{3}, everybody(), whole_seconds(5), whole_seconds(5));
    auto two = one;
    two.add_fault(models::LoadEffect{2}, everybody(), whole_seconds(20), whole_seconds(5));
    const auto a = one.run();
    const auto b = two.run();
    for (std::size_t second = 0; second < 20; ++second) {
        CHECK(offered(a, second, second + 1) == offered(b, second, second + 1));
    }
}

TEST_CASE("a herd comes whole, within its time, and once for each turn of the fault") {
    const auto calm = shop().run();
    auto system = shop();
    system.add_fault(models::HerdEffect{700, whole_seconds(2)}, everybody(), whole_seconds(10),
                     whole_seconds(9));
    const auto result = system.run();
    CHECK(offered(result, 10, 12) - offered(calm, 10, 12) == 700);
    CHECK(offered(result, 0, 10) == offered(calm, 0, 10));
    CHECK(offered(result, 12, 40) == offered(calm, 12, 40));
    const double first = offered(result, 10, 11) - offered(calm, 10, 11);
    CHECK(std::abs(first - 350) < 4 * std::sqrt(175.0));
}

TEST_CASE("the rest of a herd stays away when its fault ends") {
    const auto calm = shop().run();
    auto system = shop();
    system.add_fault(models::HerdEffect{1'000, whole_seconds(4)}, everybody(), whole_seconds(10),
                     whole_seconds(2));
    const auto result = system.run();
    const double came = offered(result, 10, 12) - offered(calm, 10, 12);
    CHECK(std::abs(came - 500) < 4 * std::sqrt(250.0));
    CHECK(offered(result, 12, 40) == offered(calm, 12, 40));
}

TEST_CASE("a mix changes what they want, not when they come") {
    const auto calm = shop().run();
    auto system = shop();
    system.add_fault(models::MixEffect{{{"buy", 0.9}, {"visit", 0.1}}}, everybody(),
                     whole_seconds(10), whole_seconds(20));
    const auto result = system.run();
    const auto buys = [](const models::RunResult& run, std::size_t from, std::size_t to) {
        double sum = 0;
        for (auto second = from; second < to; ++second) sum += run.flows[1].windows[second].offered;
        return sum;
    };
    CHECK(offered(result, 10, 30) == offered(calm, 10, 30));
    CHECK(buys(result, 0, 10) == buys(calm, 0, 10));
    CHECK(buys(result, 30, 40) == buys(calm, 30, 40));
    check_rate(buys(result, 10, 30), 0.9 * kRate * 20);
}

TEST_CASE("a rate that swings like days comes with the integral of its rate") {
    auto system = shop();
    auto& group = system.model.groups.back();
    group.day = {.period = whole_seconds(20), .swing = 1, .peak = whole_seconds(5)};
    const auto calm = system.run();
    // Half a period of 200 (1 + sin(2 pi t / 20)): 200 x (10 + 20 / pi), or minus.
    const double more = kRate * 20 / std::numbers::pi;
    check_rate(offered(calm, 0, 10), 10 * kRate + more);
    check_rate(offered(calm, 10, 20), 10 * kRate - more);
    check_rate(offered(calm, 20, 40), 20 * kRate);

    SECTION("and a load multiplies it") {
        system.add_fault(models::LoadEffect{3.0}, everybody(), {}, whole_seconds(40));
        const auto result = system.run();
        check_rate(offered(result, 0, 10), 3 * (10 * kRate + more));
        check_rate(offered(result, 10, 20), 3 * (10 * kRate - more));
    }
}

TEST_CASE("the time to the next customer is found where the rate touches zero") {
    const models::DayShape day{.period = whole_seconds(1), .swing = 1, .peak = {}};
    for (const auto start : {0, 250, 500, 750}) {
        for (const double customers : {1e-9, 1e-3, 0.5, 1.0, 7.25, 1e4}) {
            const sim::SimTime now{start * 1'000'000LL};
            const double gap = day.seconds_until(customers, now, 10);
            const double turn = 2 * std::numbers::pi;
            const double at = turn * now.seconds();
            const double passed = gap + (std::sin(at + turn * gap) - std::sin(at)) / turn;
            CAPTURE(start, customers, gap);
            CHECK(passed * 10 == Approx(customers).margin(1e-8));
        }
    }
}
