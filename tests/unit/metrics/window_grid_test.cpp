#include "models/metrics/window_grid.hpp"

#include <cstdint>
#include <utility>

#include "models/metrics/recorders.hpp"
#include "tests/catch.hpp"

using models::WindowGrid;
using sim::whole_seconds;

namespace {

constexpr std::int64_t kHour = 3600;
constexpr std::int64_t kDay = 24 * kHour;

models::MeasurementPlan plan_of(std::int64_t seconds) {
    models::MeasurementPlan plan;
    plan.duration = whole_seconds(seconds);
    plan.slices.push_back({});
    plan.slices[0].to = sim::SimTime{} + plan.duration;
    plan.flows = plan.services = plan.edges = plan.zones = 1;
    plan.caches = plan.queues = true;
    return plan;
}

/// What a run of so many seconds leaves behind in which the same happens in every second: `i` of
/// everything in the second number i modulo 7.
models::RunResult recorded(models::MeasurementPlan plan) {
    auto metrics = models::metrics_for(plan);
    const models::ServiceId service{0};
    const auto seconds = plan.duration.ns / whole_seconds(1).ns;
    for (std::int64_t s = 0; s <= seconds; ++s) {
        const auto now = sim::SimTime{} + whole_seconds(s);
        const auto some = static_cast<std::uint64_t>(s % 7);
        models::notify(metrics, models::QueueSampled{service, some, whole_seconds(1), now});
        const auto busy_ns = 250'000'000 * some;
        models::notify(metrics, models::LevelsMeasured{service, {busy_ns, busy_ns, 0}});
        models::notify(metrics, models::SecondBegins{s, now});
        for (std::uint64_t i = 0; i < some; ++i) {
            models::RequestDone done{};
            done.arrival = now;
            done.end = now + sim::milliseconds(20);
            models::notify(metrics, done);
            models::notify(metrics, models::CallStarted{0, now});
            models::notify(metrics, models::TryStarted{0, now});
            models::notify(metrics, models::TryArrived{service, now});
            models::notify(metrics,
                           models::WorkDone{service, now, sim::milliseconds(10), i % 2 == 0});
            models::notify(metrics, models::CacheAsked{service, models::CacheEvent::hit, now});
        }
    }
    models::RunResult result;
    std::apply([&](auto&... metric) { (metric.finish(result), ...); }, metrics);
    return result;
}

/// Elements that are kept of a run without anything in it that happens.
std::size_t kept(std::int64_t seconds) {
    const auto result = recorded(plan_of(seconds));
    return result.flows[0].windows.size() + result.flows[0].places[0].size() +
           result.flows[0].latency.size() + result.services[0].windows.size() +
           result.edges[0].windows.size() + result.caches[0].windows.size() +
           result.queues[0].windows.size();
}

struct Totals {
    std::uint64_t offered = 0;
    std::uint64_t in_zone = 0;
    std::uint64_t arrivals = 0;
    std::uint64_t tries = 0;
    std::uint64_t asked = 0;
    double busy_s = 0;
    double wasted_s = 0;
};

Totals totals_of(const models::RunResult& result) {
    Totals totals;
    for (const auto& one : result.flows[0].windows) totals.offered += one.offered;
    for (const auto& one : result.flows[0].places[0]) totals.in_zone += one.offered;
    for (const auto& one : result.edges[0].windows) totals.tries += one.tries;
    for (const auto& one : result.caches[0].windows) totals.asked += one.asked;
    for (const auto& one : result.services[0].windows) {
        totals.arrivals += one.arrivals;
        totals.busy_s += static_cast<double>(one.busy_s);
        totals.wasted_s += static_cast<double>(one.wasted_s);
    }
    return totals;
}

}  // namespace

TEST_CASE("windows are seconds up to two hours, then the shortest of a ladder that is enough") {
    const std::pair<std::int64_t, std::size_t> lengths[] = {{1, 1},
                                                            {300, 1},
                                                            {7200, 1},
                                                            {7201, 2},
                                                            {14'400, 2},
                                                            {14'401, 5},
                                                            {kDay, 30},
                                                            {5 * 7200, 5},
                                                            {390'625, 60},
                                                            {60 * 7200, 60},
                                                            {7 * kDay, 120},
                                                            {30 * kDay, 600},
                                                            {365 * kDay, 2 * 3600},
                                                            {7200 * kDay, 86'400},
                                                            {7200 * kDay + 1, 2 * 86'400}};
    for (const auto& [seconds, step] : lengths) {
        INFO(seconds);
        const WindowGrid grid(whole_seconds(seconds));
        CHECK(grid.step_s() == step);
        CHECK(grid.size() <= WindowGrid::kMost);
        CHECK(grid.size() * step >= static_cast<std::size_t>(seconds));
    }
    CHECK(WindowGrid(sim::Duration{}).size() == 0);
    CHECK(WindowGrid(sim::milliseconds(1500)).size() == 2);
    CHECK(WindowGrid(sim::kForever).size() <= WindowGrid::kMost);
}

TEST_CASE("who asks for windows of a length gets them") {
    CHECK(WindowGrid(whole_seconds(kDay), whole_seconds(1)).size() == 86'400);
    CHECK(WindowGrid(whole_seconds(300), whole_seconds(20)).step_s() == 20);
    CHECK(recorded([] {
              auto plan = plan_of(8000);
              plan.window = whole_seconds(1);
              return plan;
          }())
              .services[0]
              .windows.size() == 8000);
}

TEST_CASE("seconds and windows are told from each other") {
    const WindowGrid grid(whole_seconds(30'003));  // windows of 5 s, the last of 3
    CHECK(grid.size() == 6001);
    CHECK(grid.window_of(14) == 2);
    CHECK(grid.next(14) == 3);
    CHECK(grid.next(15) == 3);
    CHECK(grid.covering(10) == 2);
    CHECK(grid.covering(1) == 1);
    CHECK(grid.start_s(3) == 15);
    CHECK(grid.start_s(6001) == 30'003);
    CHECK(grid.length_s(0) == 5);
    CHECK(grid.length_s(6000) == 3);
    CHECK_FALSE(grid.ends_at(0));
    CHECK_FALSE(grid.ends_at(4));
    CHECK(grid.ends_at(5));
    CHECK_FALSE(grid.ends_at(30'001));
    CHECK(grid.ends_at(30'003));
    const auto within = [&](std::size_t from, std::size_t to) {
        const auto stretch = grid.within(from, to);
        return std::pair(stretch.from, stretch.to);
    };
    CHECK(within(7, 22) == std::pair<std::size_t, std::size_t>(2, 4));
    CHECK(within(7, 9) == std::pair<std::size_t, std::size_t>(1, 2));  // none lies within
    CHECK(within(9, 11) == std::pair<std::size_t, std::size_t>(1, 3));
    CHECK(within(20'000, 30'003) == std::pair<std::size_t, std::size_t>(4000, 6001));
}

TEST_CASE("what is kept of a run does not grow with its length") {
    constexpr auto kAll = 6 * WindowGrid::kMost + models::LatencyWindows::kMostWindows;
    CHECK(kept(7200) == kAll);
    for (const auto seconds : {7201L, 3 * kHour, kDay, 390'625L, 10 * kDay}) {
        INFO(seconds);
        CHECK(kept(seconds) <= kAll);
        CHECK(kept(seconds) > 6 * 1000);
    }
}

TEST_CASE("longer windows have the same totals as seconds") {
    for (const std::int64_t seconds : {7201, 20'003, 100'001}) {
        INFO(seconds);
        auto plan = plan_of(seconds);
        const auto coarse = recorded(plan);
        plan.window = whole_seconds(1);
        const auto fine = recorded(plan);
        CHECK(fine.services[0].windows.size() == static_cast<std::size_t>(seconds));
        CHECK(coarse.services[0].windows.size() <= WindowGrid::kMost);
        const auto here = totals_of(coarse);
        const auto there = totals_of(fine);
        CHECK(here.offered == coarse.flows[0].slices[0].offered());
        CHECK(here.offered == there.offered);
        CHECK(here.in_zone == there.offered);
        CHECK(here.arrivals == there.offered);
        CHECK(here.tries == there.offered);
        CHECK(here.asked == there.offered);
        CHECK(here.busy_s == Approx(coarse.services[0].busy_s).epsilon(1e-6));
        CHECK(here.wasted_s == Approx(coarse.services[0].wasted_s).epsilon(1e-6));
        // Sums of the whole run do not depend on windows at all.
        CHECK(coarse.services[0].busy_s == fine.services[0].busy_s);
        CHECK(coarse.queues[0].looks == fine.queues[0].looks);
        CHECK(coarse.queues[0].windows.size() == coarse.services[0].windows.size());
    }
}

TEST_CASE("the sample of a queue in a window is that of its start") {
    auto plan = plan_of(100);
    plan.window = whole_seconds(10);
    const auto queue = recorded(plan).queues[0];
    REQUIRE(queue.windows.size() == 10);
    for (std::size_t i = 0; i < 10; ++i) CHECK(queue.windows[i].messages == 10 * i % 7);
    CHECK(queue.looks.seconds == 100);
    CHECK(queue.looks.messages_most == 6);
}
