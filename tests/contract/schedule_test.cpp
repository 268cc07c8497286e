// Every registered schedule obeys its contract.
#include "models/fault/schedule.hpp"
#include "tests/catch.hpp"

namespace {

template <class Kind>
Kind sample() {
    Kind kind;
    if constexpr (std::is_same_v<Kind, models::EverySchedule>) {
        kind.every = sim::whole_seconds(50);
        kind.jitter = sim::whole_seconds(9);
    } else if constexpr (std::is_same_v<Kind, models::RenewalSchedule>) {
        kind.mtbf = sim::whole_seconds(50);
        kind.mttr = sim::whole_seconds(5);
    } else if constexpr (std::is_same_v<Kind, models::CronSchedule>) {
        kind.times = std::get<models::CronTimes>(models::parse_cron("*/5 * * * *"));
        kind.calendar.day = sim::whole_seconds(3'600);
    } else {
        std::get<models::ChaosMonkey>(kind.monkey).coin.calendar.day = sim::whole_seconds(60);
    }
    if constexpr (requires { kind.length; }) kind.length = sim::whole_seconds(5);
    return kind;
}

std::vector<models::Occurrence> visits_of(const models::FaultSchedule& schedule,
                                          models::ScheduleState state, std::uint64_t path) {
    const sim::RngStream stream(1, 2, "fault", "schedule");
    std::vector<models::Occurrence> visits;
    for (;;) {
        sim::KeyedRng rng(stream, state.count, path);
        const auto next = next_occurrence(schedule, state, rng);
        if (!next) return visits;
        visits.push_back(*next);
        ++state.count;
        state.last_at = next->at;
        state.last_end = next->end();
    }
}

models::ScheduleState between(std::int64_t begin_s, std::int64_t until_s) {
    models::ScheduleState state;
    state.begin = sim::SimTime{} + sim::whole_seconds(begin_s);
    state.until = sim::SimTime{} + sim::whole_seconds(until_s);
    return state;
}

}  // namespace

TEMPLATE_LIST_TEST_CASE("a schedule is described", "", models::FaultSchedule) {
    STATIC_REQUIRE_FALSE(TestType::name.empty());
    STATIC_REQUIRE_FALSE(TestType::summary.empty());
    STATIC_REQUIRE_FALSE(TestType::source.empty());
    STATIC_REQUIRE_FALSE(TestType::example.empty());
}

TEMPLATE_LIST_TEST_CASE("visits come in order, between begin and until, and last", "",
                        models::FaultSchedule) {
    const auto visits = visits_of(sample<TestType>(), between(100, 5'000), 1);
    REQUIRE(visits.size() > 20);
    auto last = sim::SimTime{} + sim::whole_seconds(100);
    for (const auto& one : visits) {
        CHECK(one.at >= last);
        CHECK(one.at < sim::SimTime{} + sim::whole_seconds(5'000));
        CHECK(one.length > sim::Duration{});
        last = one.at;
    }
}

TEMPLATE_LIST_TEST_CASE("the same draws give the same visits, a later end only more of them", "",
                        models::FaultSchedule) {
    const auto visits = visits_of(sample<TestType>(), between(100, 5'000), 1);
    const auto longer = visits_of(sample<TestType>(), between(100, 9'000), 1);
    REQUIRE(longer.size() > visits.size());
    for (std::size_t i = 0; i < visits.size(); ++i) {
        CHECK(visits[i].at == longer[i].at);
        CHECK(visits[i].length == longer[i].length);
    }
}
