// Rules of schedules alone: given a state and draws, when is the next visit.
#include "models/fault/schedule.hpp"

#include <cmath>
#include <map>
#include <vector>

#include "sim/yaml/parameters.hpp"
#include "tests/catch.hpp"

using models::FaultSchedule;
using models::Occurrence;
using models::ScheduleState;
using sim::milliseconds;
using sim::SimTime;
using sim::whole_seconds;

namespace {

constexpr sim::Duration kDay = whole_seconds(86'400);

/// The first `count` visits, drawn as the engine draws them.
std::vector<Occurrence> visits_of(const FaultSchedule& schedule, std::size_t count,
                                  ScheduleState state = {}, std::uint64_t seed = 1) {
    const sim::RngStream stream(seed, 0, "fault", "schedule");
    std::vector<Occurrence> visits;
    while (visits.size() < count) {
        sim::KeyedRng rng(stream, state.count, 7);
        const auto next = next_occurrence(schedule, state, rng);
        if (!next) break;
        visits.push_back(*next);
        ++state.count;
        state.last_at = next->at;
        state.last_end = next->end();
    }
    return visits;
}

SimTime second(std::int64_t seconds) { return SimTime{} + whole_seconds(seconds); }

models::EverySchedule ten_minutes() {
    models::EverySchedule every;
    every.every = whole_seconds(600);
    every.length = whole_seconds(60);
    return every;
}

models::CronTimes times_of(std::string_view line) {
    const auto parsed = models::parse_cron(line);
    REQUIRE(std::holds_alternative<models::CronTimes>(parsed));
    return std::get<models::CronTimes>(parsed);
}

std::int64_t start_at(std::string_view text) { return models::parse_week_time(text).value(); }

/// Mean length and mean gap before it, in seconds.
struct Means {
    double up = 0;
    double down = 0;
};
Means means_of(const std::vector<Occurrence>& visits) {
    Means means;
    SimTime from{};
    for (const auto& one : visits) {
        means.up += (one.at - from).seconds();
        means.down += one.length.seconds();
        from = one.end();
    }
    const auto count = static_cast<double>(visits.size());
    return {means.up / count, means.down / count};
}

}  // namespace

TEST_CASE("every: the first after one period, or at the time that is written") {
    const auto visits = visits_of(ten_minutes(), 3);
    CHECK(visits[0].at == second(600));
    CHECK(visits[2].at == second(1800));
    CHECK(visits[2].length == whole_seconds(60));
    ScheduleState state;
    state.begin = second(90);
    state.begins_written = true;
    CHECK(visits_of(ten_minutes(), 2, state)[0].at == second(90));
    CHECK(visits_of(ten_minutes(), 2, state)[1].at == second(690));
}

TEST_CASE("every: so many times, and not from `until` on") {
    auto every = ten_minutes();
    every.times = 4;
    CHECK(visits_of(every, 9).size() == 4);
    ScheduleState state;
    state.until = second(1800);
    CHECK(visits_of(ten_minutes(), 9, state).size() == 2);
}

TEST_CASE("every: jitter moves each visit by up to as much, both ways, and adds up to nothing") {
    auto every = ten_minutes();
    every.jitter = whole_seconds(120);
    const auto visits = visits_of(every, 1000);
    double sum = 0;
    double widest = 0;
    for (std::size_t i = 0; i < visits.size(); ++i) {
        const double off = visits[i].at.seconds() - 600.0 * static_cast<double>(i + 1);
        REQUIRE(std::abs(off) <= 120);
        sum += off;
        widest = std::max(widest, std::abs(off));
    }
    CHECK(widest > 110);
    CHECK(std::abs(sum / 1000) < 3 * 120 / std::sqrt(3.0 * 1000));
}

TEST_CASE("every and a jitter that cannot be are misfits") {
    auto every = ten_minutes();
    CHECK_FALSE(every.misfit());
    every.jitter = whole_seconds(301);
    CHECK(every.misfit()->key == "jitter");
    every.length = every.every;
    CHECK(every.misfit()->key == "for");
}

TEST_CASE("mtbf: each law keeps its mean, and a shape changes the spread only") {
    models::RenewalSchedule rule;
    rule.mtbf = whole_seconds(1800);
    rule.mttr = whole_seconds(120);
    struct Law {
        models::FailureLaw law;
        double shape;
        double cv;  ///< of the time to failure
    };
    for (const Law& one :
         {Law{models::FailureLaw::exponential, 1, 1}, Law{models::FailureLaw::weibull, 0.7, 1.4624},
          Law{models::FailureLaw::weibull, 3, 0.3634}}) {
        rule.distribution = one.law;
        rule.shape = one.shape;
        const auto means = means_of(visits_of(rule, 4000));
        CHECK(std::abs(means.up - 1800) < 3 * one.cv * 1800 / std::sqrt(4000.0));
        CHECK(means.down == Approx(120));
    }
    rule.distribution = models::FailureLaw::constant;
    rule.shape = 1;
    CHECK(visits_of(rule, 2)[1].at == second(1800 + 120 + 1800));
    rule.repairs = models::RepairLaw::exponential;
    CHECK(std::abs(means_of(visits_of(rule, 4000)).down - 120) < 3 * 120 / std::sqrt(4000.0));
}

TEST_CASE("mtbf: a process with a share of the failures has them so much more seldom") {
    models::RenewalSchedule rule;
    rule.mtbf = whole_seconds(100);
    rule.mttr = whole_seconds(10);
    rule.distribution = models::FailureLaw::constant;
    ScheduleState state;
    state.share = 0.25;
    CHECK(visits_of(rule, 2, state)[1].at == second(400 + 10 + 400));
    state.share = 0;
    CHECK(visits_of(rule, 2, state).empty());
}

TEST_CASE("cron: lists, ranges, steps and names; 0 and 7 are Sunday") {
    const auto nightly = times_of("0 3 * * *");
    CHECK(nightly.minutes.count() == 1);
    CHECK(nightly.hours[3]);
    CHECK(nightly.days.all());
    const auto many = times_of("*/20,5 9-17/4 * * mon-fri");
    CHECK(many.minutes.count() == 4);
    CHECK(many.hours.count() == 3);
    CHECK(many.days.to_ulong() == 0b0011111);
    CHECK(times_of("0 0 * * 0") == times_of("0 0 * * 7"));
    CHECK(times_of("0 0 * * sun").days.to_ulong() == 0b1000000);
    for (const char* wrong : {"0 3 * *", "60 3 * * *", "0 24 * * *", "0 3 1 * *", "0 3 * 2 *",
                              "0 3 * * 8", "0 5-3 * * *", "x 3 * * *", "*/0 3 * * *", ""}) {
        CAPTURE(wrong);
        CHECK(std::holds_alternative<models::CronProblem>(models::parse_cron(wrong)));
    }
}

TEST_CASE("cron: the clock of time zero decides when it is three in the morning") {
    models::CronSchedule cron;
    cron.times = times_of("30 3 * * *");
    cron.length = whole_seconds(60);
    CHECK(visits_of(cron, 2)[0].at == second(3 * 3600 + 1800));
    CHECK(visits_of(cron, 2)[1].at == second((24 + 3) * 3600 + 1800));
    cron.calendar.start = start_at("Fri 22:00");
    CHECK(visits_of(cron, 1)[0].at == second(5 * 3600 + 1800));
    cron.times = times_of("0 9 * * 1");
    CHECK(visits_of(cron, 1)[0].at == second((2 + 24 + 24 + 9) * 3600));
    CHECK(visits_of(cron, 2)[1].at - visits_of(cron, 1)[0].at == whole_seconds(7 * 86'400));
}

TEST_CASE("cron: a shorter day scales the clock") {
    models::CronSchedule cron;
    cron.times = times_of("0 12 * * *");
    cron.calendar.day = whole_seconds(600);
    CHECK(visits_of(cron, 3)[2].at == second(2 * 600 + 300));
}

TEST_CASE("monkey: workdays from nine to three only, and none too near the last") {
    models::MonkeySchedule monkey;
    auto& chaos = std::get<models::ChaosMonkey>(monkey.monkey);
    chaos.coin.mean_time = 1;
    monkey.length = whole_seconds(60);
    const auto daily = visits_of(monkey, 200);
    for (std::size_t i = 0; i < daily.size(); ++i) {
        const auto since = daily[i].at - SimTime{};
        const auto day = since.ns / kDay.ns;
        const auto hour = static_cast<double>(since.ns % kDay.ns) * 1e-9 / 3600;
        REQUIRE(day == static_cast<std::int64_t>(i / 5 * 7 + i % 5));
        REQUIRE(hour >= 9);
        REQUIRE(hour < 15);
    }
    chaos.coin.min_time = 3;
    const auto seldom = visits_of(monkey, 10);
    for (std::size_t i = 0; i < seldom.size(); ++i) {
        const auto workday = static_cast<std::int64_t>(3 * i);
        REQUIRE((seldom[i].at - SimTime{}).ns / kDay.ns == workday / 5 * 7 + workday % 5);
    }
}

TEST_CASE("monkey: a run that begins in the afternoon or at the weekend waits for its hours") {
    models::MonkeySchedule monkey;
    auto& coin = std::get<models::ChaosMonkey>(monkey.monkey).coin;
    coin.mean_time = 1;
    coin.calendar.start = start_at("Fri 16:00");
    const auto first = visits_of(monkey, 1)[0].at.seconds() / 3600;
    CHECK(first >= 8 + 48 + 9);
    CHECK(first < 8 + 48 + 15);
}

TEST_CASE("times of the week") {
    CHECK(models::week_time_text(start_at("tue 07:05")) == "Tue 07:05");
    CHECK(start_at("Mon") == 0);
    for (const char* wrong : {"", "Mo", "Mon 7:05", "Mon 24:00", "Mon07:05", "Day 07:00"}) {
        CHECK_FALSE(models::parse_week_time(wrong));
    }
    CHECK(models::parse_clock("24:00") == 1440);
    CHECK_FALSE(models::parse_clock("24:01"));
}
