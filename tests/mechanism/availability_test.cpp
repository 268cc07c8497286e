// Faults that come again, against what reliability theory says of them in closed form. Each law is
// held within three and a half standard errors, and shown to be missed by a wrong parameter.
#include <array>
#include <cmath>
#include <numeric>

#include "tests/catch.hpp"
#include "tests/mechanism/recurring.hpp"

using sim::milliseconds;
using sim::whole_seconds;

namespace {

/// A service with one replica in each of the zones that nearly nobody asks, for so many seconds.
struct Replicas {
    Replicas(std::uint32_t zones, std::int64_t seconds) : system(zones) {
        std::vector<std::uint32_t> all(zones);
        std::iota(all.begin(), all.end(), 0);
        system.model.duration = whole_seconds(seconds);
        system.model.window = whole_seconds(1);
        shop = system.add_service("shop", milliseconds(1), 1, all);
        system.model.services[0].restart = sim::Duration{};
        system.add_users("people", shop, 1, whole_seconds(10'000));
    }
    models::Recurrence& strike(models::FaultSchedule schedule, bool each) {
        const auto target = system.instances_of(shop);
        return *recurring::add(
                    system, models::DownEffect{}, target,
                    recurring::of_instances(system, target.instances, std::move(schedule), each))
                    .recurrence;
    }

    TestSystem system;
    models::EndpointId shop;
};

models::RenewalSchedule renewal(double mtbf, double mttr) {
    models::RenewalSchedule rule;
    rule.mtbf = sim::from_seconds(mtbf);
    rule.mttr = sim::from_seconds(mttr);
    return rule;
}

double availability(double mtbf, double mttr) { return mtbf / (mtbf + mttr); }

/// Share of the time that replicas are up, each for itself.
double share_up(const models::RenewalSchedule& rule) {
    constexpr std::uint32_t kReplicas = 20;
    constexpr std::int64_t kSeconds = 20'000;
    Replicas replicas(kReplicas, kSeconds);
    replicas.strike(rule, true);
    return replicas.system.run().services[0].capacity_s / (kReplicas * double{kSeconds});
}

/// Of a long alternating process: sqrt((down^2 var(up) + up^2 var(down)) / (up + down)^3 / time).
double standard_error(double up, double sd_up, double down, double sd_down, double seconds) {
    const double variance = std::pow(down * sd_up, 2) + std::pow(up * sd_down, 2);
    return std::sqrt(variance / std::pow(up + down, 3) / seconds);
}

/// Share of the seconds in which at least two of three zones were up.
double two_of_three(double beta) {
    constexpr std::int64_t kSeconds = 100'000;
    double good = 0;
    double all = 0;
    for (std::uint32_t replication = 0; replication < 4; ++replication) {
        Replicas replicas(3, kSeconds);
        auto& recurrence = replicas.strike(renewal(60, 12), true);
        if (beta > 0) recurring::add_common_cause(recurrence, beta);
        for (const double up : recurring::capacity(replicas.system.run(replication))) {
            good += up >= 1.5 ? 1 : 0;
            ++all;
        }
    }
    return good / all;
}

/// Fleming's beta factor: a zone is up when neither its own cause nor the common one has it.
double two_of_three_exact(double beta) {
    const double own = availability(60 / (1 - beta), 12);
    const double common = beta > 0 ? availability(60 / beta, 12) : 1;
    return common * own * own * (3 - 2 * own);
}

constexpr std::size_t kCells = 10;

/// How often 1, 2, … and at least ten workdays lie between two terminations. A day lasts 20 s.
std::array<double, kCells> terminations(std::uint32_t min_time) {
    models::MonkeySchedule monkey;
    auto& coin = std::get<models::ChaosMonkey>(monkey.monkey).coin;
    coin.mean_time = 5;
    coin.min_time = min_time;
    coin.calendar.day = whole_seconds(20);
    monkey.length = whole_seconds(1);
    Replicas replicas(5, 280'000);
    replicas.strike(monkey, false).pick = models::Pick::one;
    std::array<double, kCells> seen{};
    std::int64_t last = -1;
    std::int64_t last_day = -1;
    const auto capacity = recurring::capacity(replicas.system.run());
    for (std::size_t second = 0; second < capacity.size(); ++second) {
        const auto day = static_cast<std::int64_t>(second / 20);
        if (capacity[second] > 4.999 || day == last_day) continue;
        last_day = day;
        REQUIRE(day % 7 < 5);
        REQUIRE(second % 20 >= 7);
        REQUIRE(second % 20 < 14);
        const auto workday = day / 7 * 5 + day % 7;
        const auto gap = static_cast<std::size_t>(workday - last);
        if (last >= 0) ++seen[std::min(gap, kCells) - 1];
        last = workday;
    }
    return seen;
}

double chi_square(const std::array<double, kCells>& seen, double p) {
    const double all = std::accumulate(seen.begin(), seen.end(), 0.0);
    double sum = 0;
    for (std::size_t i = 0; i < kCells; ++i) {
        const double tail = std::pow(1 - p, static_cast<double>(i));
        const double expected = all * tail * (i + 1 < kCells ? p : 1);
        sum += std::pow(seen[i] - expected, 2) / expected;
    }
    return sum;
}

}  // namespace

TEST_CASE("in the long run a replica is up for mtbf / (mtbf + mttr), whatever the law") {
    auto rule = renewal(30, 6);
    const double exact = availability(30, 6);
    const double seconds = 20.0 * 20'000;
    SECTION("exponential failures, constant repairs") {
        const double error = 3.5 * standard_error(30, 30, 6, 0, seconds);
        CHECK(std::abs(share_up(rule) - exact) < error);
        CHECK(std::abs(share_up(renewal(30, 7)) - exact) > 2 * error);
        CHECK(std::abs(share_up(renewal(27, 6)) - exact) > 2 * error);
    }
    SECTION("exponential failures and repairs") {
        rule.repairs = models::RepairLaw::exponential;
        CHECK(std::abs(share_up(rule) - exact) < 3.5 * standard_error(30, 30, 6, 6, seconds));
    }
    SECTION("weibull failures, early or of old age") {
        rule.distribution = models::FailureLaw::weibull;
        rule.shape = 0.7;
        CHECK(std::abs(share_up(rule) - exact) <
              3.5 * standard_error(30, 1.4624 * 30, 6, 0, seconds));
        rule.shape = 3;
        CHECK(std::abs(share_up(rule) - exact) <
              3.5 * standard_error(30, 0.3634 * 30, 6, 0, seconds));
    }
}

TEST_CASE("two of three zones with a common cause, by Fleming's beta factor") {
    // Standard error about 0.0022: 400000 s of an indicator that forgets itself in some 11 s.
    constexpr double kError = 3.5 * 0.0022;
    const double alone = two_of_three(0);
    const double common = two_of_three(0.3);
    CHECK(std::abs(alone - two_of_three_exact(0)) < kError);
    CHECK(std::abs(common - two_of_three_exact(0.3)) < kError);
    CHECK(std::abs(common - two_of_three_exact(0)) > kError);
    CHECK(std::abs(common - two_of_three_exact(0.6)) > kError);
}

TEST_CASE("Chaos Monkey: P(X = n) = (1-p)^(n-1) p workdays between terminations, p = 1 / mean") {
    constexpr double kOneInThousand = 27.88;  // of chi-square with nine degrees of freedom
    const auto seen = terminations(1);
    CHECK(std::accumulate(seen.begin(), seen.end(), 0.0) > 1'800);
    CHECK(chi_square(seen, 1.0 / 5) < kOneInThousand);
    CHECK(chi_square(seen, 1.0 / 4) > kOneInThousand);
    CHECK(chi_square(seen, 1.0 / 6) > kOneInThousand);
    const auto rested = terminations(3);
    CHECK(rested[0] + rested[1] == 0);
    CHECK(rested[2] > 0);
}
