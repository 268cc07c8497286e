// Readers of the windows of a run that is too long for windows of a second: what they say is what
// they would say by the second, to the length of a window.
#include <cmath>

#include "models/analysis/blast.hpp"
#include "models/analysis/digest.hpp"
#include "models/analysis/queue_trend.hpp"
#include "models/analysis/recovery.hpp"
#include "tests/catch.hpp"

using models::Measure;
using models::WindowGrid;

namespace {

constexpr std::size_t kDay = 86'400;     // windows of 30 s
constexpr std::size_t kFrom = 43'210;    // in the middle of one
constexpr std::size_t kUntil = 43'325;   // the fault's end, in the middle of another
constexpr std::size_t kBackAt = 43'507;  // customers are served again

/// A day of one service and one group, by the second or, with `window` 0, as the length asks for.
models::StudyFrame frame_of(sim::Duration window) {
    models::StudyFrame frame;
    frame.regions = {{"eu", {"a"}}};
    frame.zones = {{"a", 0}};
    frame.groups = {"people"};
    frame.flows = {{"people", "page", 10, 0, {0}, {0}, {0}}};
    frame.services = {{"web", 10, {}, {{"a", 1}}, 10, {}, false}};
    frame.edges.resize(1);
    frame.edges[0] = {"people", "web", true};
    models::FrameFault fault;
    fault.name = "slow";
    fault.at = sim::SimTime{} + sim::whole_seconds(kFrom);
    fault.duration = sim::whole_seconds(kUntil - kFrom);
    fault.target.services = {{0, 1}};
    frame.faults = {fault};
    frame.slices.resize(1);
    frame.slices[0].to = sim::SimTime{} + sim::whole_seconds(kDay);
    frame.duration = sim::whole_seconds(kDay);
    frame.window = window;
    return frame;
}

/// 20 requests a second, of which `bad` fail and as many wait from the fault on until the customers
/// are back; the service is full while they do. Afterwards 2 of its 10 slots are held.
models::RunResult run_of(const models::StudyFrame& frame, std::uint32_t bad,
                         std::size_t back_at = kBackAt) {
    const auto grid = frame.windows();
    models::RunResult run;
    auto& flow = run.flows.emplace_back();
    flow.slices.resize(1);
    flow.windows.resize(grid.size());
    flow.places.resize(1);
    flow.places[0].resize(grid.size());
    auto& service = run.services.emplace_back();
    service.windows.resize(grid.size());
    run.edges.resize(1);
    run.edges[0].windows.resize(grid.size());
    run.seen_down.assign(1, sim::kNever);
    for (std::size_t s = 0; s < kDay; ++s) {
        const auto failed = s >= kFrom && s < back_at ? bad : 0;
        const auto w = grid.window_of(s);
        for (const auto add : {&models::FlowWindow::offered, &models::FlowWindow::success}) {
            flow.windows[w].*add += add == &models::FlowWindow::success ? 20 - failed : 20;
        }
        flow.places[0][w].offered += 20;
        flow.places[0][w].success += 20 - failed;
        auto& at = service.windows[w];
        at.arrivals += 20 + 2 * failed;
        at.busy_s += failed > 0 ? 10 : 2;
        at.queued_s += static_cast<float>(failed);
        at.capacity_s += 10;
        run.edges[0].windows[w].calls += 20;
        run.edges[0].windows[w].tries += 20 + 2 * failed;
    }
    return run;
}

/// By the second and in longer windows, each with its twin.
struct Both {
    models::StudyFrame fine = frame_of(sim::whole_seconds(1));
    models::StudyFrame coarse = frame_of({});
    double step_s = static_cast<double>(coarse.windows().step_s());
};

models::Subject everybody() {
    models::Subject subject;
    subject.flows = {0};
    return subject;
}

}  // namespace

TEST_CASE("a long run: recovery is found, up to a window later") {
    const Both both;
    CHECK(both.step_s == 30);
    const auto found = [](const models::StudyFrame& frame, std::uint32_t bad) {
        return models::recovery_of(frame, 0, everybody(), run_of(frame, bad), run_of(frame, 0));
    };
    CHECK(found(both.fine, 15) == Measure{kBackAt - kUntil});
    const auto late = found(both.coarse, 15);
    REQUIRE(late);
    CHECK(*late >= kBackAt - kUntil);
    CHECK(*late < kBackAt - kUntil + both.step_s);
    CHECK(*late == 43'530 - kUntil);  // from 43 530 on
    CHECK(found(both.fine, 0) == Measure{0.0});
    CHECK(*found(both.coarse, 0) < both.step_s);
    for (const auto& frame : {both.fine, both.coarse}) {
        CHECK_FALSE(
            models::recovery_of(frame, 0, everybody(), run_of(frame, 15, kDay), run_of(frame, 0)));
    }
}

TEST_CASE("a long run: a fault that ends with a window takes no window more") {
    const Both both;
    for (std::size_t end = 43'320; end < 43'620; end += 30) {
        for (auto frame : {both.fine, both.coarse}) {
            frame.faults[0].duration = sim::whole_seconds(static_cast<std::int64_t>(end - kFrom));
            CHECK(models::recovery_of(frame, 0, everybody(), run_of(frame, 15, end),
                                      run_of(frame, 0)) == Measure{0.0});
        }
    }
}

TEST_CASE("a long run: whether the moments before were good") {
    const Both both;
    for (const auto& frame : {both.fine, both.coarse}) {
        const auto run = run_of(frame, 15).flows[0].windows;
        const auto twin = run_of(frame, 0).flows[0].windows;
        const auto good = [&](double at_s) {
            return models::was_as_good(run, twin, at_s, frame.windows());
        };
        CHECK(good(kFrom));
        CHECK_FALSE(good(kFrom + 70));
        CHECK_FALSE(good(kBackAt));
        CHECK(good(kBackAt + 70));
    }
}

TEST_CASE("a long run: the blast radius has the same requests in it") {
    const Both both;
    const auto digest = [](const models::StudyFrame& frame, std::uint32_t bad) {
        return models::blast_digest(frame, models::blast_slices(frame), run_of(frame, bad),
                                    run_of(frame, 0));
    };
    const auto fine = digest(both.fine, 15);
    const auto coarse = digest(both.coarse, 15);
    const auto& here = coarse.cells.front();
    const auto& there = fine.cells.front();
    CHECK(there.lost == 15.0 * (kBackAt - kFrom));
    CHECK(here.lost == there.lost);
    CHECK(here.shortfall == there.shortfall);
    CHECK(here.rebound == there.rebound);
    CHECK(here.incident.bad == there.incident.bad);
    CHECK(here.peak == Approx(0.75));
    CHECK(here.worst_minute == Approx(0.75));
    CHECK(std::abs(here.peak_at_s - there.peak_at_s) <= both.step_s);
    CHECK(std::abs(here.hit_s - there.hit_s) <= both.step_s);
    CHECK(std::abs(here.incident_s - there.incident_s) <= both.step_s);
    CHECK(coarse.verdict == fine.verdict);
    CHECK(coarse.verdict == models::BlastVerdict::deviated_transient);
    CHECK(*fine.times.impact == 0);
    CHECK(*coarse.times.impact == 0);
    CHECK(std::abs(*coarse.times.recovered - *fine.times.recovered) <= both.step_s);
    CHECK(std::abs(*coarse.times.all_clear - *fine.times.all_clear) <= both.step_s);
    CHECK(std::abs(*coarse.times.stable - *fine.times.stable) <= both.step_s);
    CHECK(coarse.residue.empty());
    CHECK(*coarse.services[0].amplification == Approx(2.5).epsilon(0.1));
    CHECK(*coarse.edges[0].tries == Approx(2.5).epsilon(0.1));
    CHECK(digest(both.coarse, 0).verdict == models::BlastVerdict::pass);
}

TEST_CASE("a long run: when a service is full") {
    const Both both;
    const auto spell = [](const models::StudyFrame& frame, std::uint32_t bad) {
        return models::find_full_spell(run_of(frame, bad).services[0].windows,
                                       run_of(frame, 0).services[0].windows, frame.faults[0],
                                       frame.windows());
    };
    const auto fine = spell(both.fine, 15);
    const auto coarse = spell(both.coarse, 15);
    CHECK(fine.seen);
    CHECK(fine.length_s == kBackAt - kFrom);
    REQUIRE(coarse.seen);
    CHECK(coarse.start_s <= both.step_s);
    CHECK(std::abs(coarse.length_s - fine.length_s) <= 2 * both.step_s);
    CHECK_FALSE(coarse.until_end);
    CHECK_FALSE(spell(both.coarse, 0).seen);
}

TEST_CASE("a long run: levels and their trends are per second, not per window") {
    const Both both;
    const auto trend = [](const models::StudyFrame& frame) {
        auto run = run_of(frame, 0);
        const auto grid = frame.windows();
        // One more request every hour.
        for (std::size_t s = 0; s < kDay; ++s) {
            run.services[0].windows[grid.window_of(s)].queued_s += static_cast<float>(s) / 3600;
        }
        return models::queue_trend(run.services[0].windows, grid);
    };
    const auto fine = trend(both.fine);
    const auto coarse = trend(both.coarse);
    CHECK(fine.slope_per_s == Approx(1.0 / 3600));
    CHECK(coarse.slope_per_s == Approx(1.0 / 3600).epsilon(1e-4));
    CHECK(fine.mean == Approx(2 + 12).epsilon(1e-3));
    CHECK(coarse.mean == Approx(fine.mean).epsilon(1e-3));
    CHECK(coarse.early == Approx(fine.early).epsilon(1e-3));
    CHECK(coarse.late == Approx(fine.late).epsilon(1e-3));
}
