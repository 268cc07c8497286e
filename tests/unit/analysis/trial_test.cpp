// What a study takes, from a trial: every number by hand.
#include "models/analysis/trial.hpp"

#include "models/analysis/forecast.hpp"
#include "models/analysis/warm_up.hpp"
#include "tests/catch.hpp"

using models::StrategyTrial;
using models::TrialSpan;
using models::Work;

namespace {

/// Both parts of it tried, so many events a simulated second in each, at a million events a second
/// of a core.
TrialSpan span(double length_s, double part_s, double first, double last) {
    TrialSpan one;
    one.length_s = length_s;
    one.first = {part_s, {part_s * first, part_s * first / 1e6}};
    one.last = {part_s, {part_s * last, part_s * last / 1e6}};
    return one;
}

TrialSpan calm(double length_s, double part_s, double rate) {
    auto one = span(length_s, part_s, rate, rate);
    one.calm = true;
    return one;
}

/// A hundred calm seconds, a hundred of a storm that grows, two hundred until it has gone.
StrategyTrial storm() {
    return {"naive",
            {{calm(100, 10, 1000), span(100, 10, 2000, 3000), span(200, 20, 4000, 1500)}},
            0.5};
}

models::Experiment experiment(std::uint32_t replications) {
    models::Experiment one;
    one.warmup = sim::whole_seconds(50);
    one.duration = sim::whole_seconds(300);
    one.drain = sim::whole_seconds(50);
    one.replications = replications;
    return one;
}

models::StudyShape with_twins() {
    models::StudyShape shape;
    shape.twins = true;
    shape.shared_s = 100;
    return shape;
}

}  // namespace

TEST_CASE("what was not tried goes on as its stretch was at last") {
    const auto work = models::run_work(storm());
    const double calm = 100 * 1000;
    const double fault = 10 * 2000 + 90 * 3000;
    const double after = 20 * 4000 + 180 * 1500;
    CHECK(work.likely.events == Approx(calm + fault + after));
    CHECK(work.likely.cpu_s == Approx((calm + fault + after) / 1e6 + 0.5));
}

TEST_CASE("at least it is calm, at most as bad as it was at the worst of its stretch") {
    const auto work = models::run_work(storm());
    const double least =
        100 * 1000 + (10 * 2000 + 10 * 3000 + 80 * 1000) + (20 * 4000 + 20 * 1500 + 160 * 1000);
    const double most = 100 * 1000 + (10 * 2000 + 90 * 3000) + (20 * 4000 + 20 * 1500 + 160 * 4000);
    CHECK(work.least.events == Approx(least));
    CHECK(work.most.events == Approx(most));
}

TEST_CASE("a stretch that was not reached is as the one before, and at least calm") {
    auto trial = storm();
    trial.runs[0][1].last = {5, {5 * 3000, 5 * 3000 / 1e6}};  // a limit stopped it here
    trial.runs[0][2].first = trial.runs[0][2].last = {};
    const auto work = models::run_work(trial);
    CHECK(work.likely.events == Approx(100 * 1000 + 10 * 2000 + 90 * 3000 + 200 * 3000.0));
    CHECK(work.least.events ==
          Approx(100 * 1000 + 10 * 2000 + 5 * 3000 + 85 * 1000 + 200 * 1000.0));
    CHECK(models::tried_share(trial) == Approx(35.0 / 400));
}

TEST_CASE("whole runs leave nothing to guess, and several tell how they differ") {
    const StrategyTrial trial{
        "lucky", {{calm(100, 50, 1000)}, {calm(100, 50, 3000)}, {calm(100, 50, 2000)}}, 0};
    const auto work = models::run_work(trial);
    CHECK(work.likely.events == Approx(200'000.0));
    CHECK(work.least.events == Approx(100'000.0));
    CHECK(work.most.events == Approx(300'000.0));
    CHECK(models::tried_share(trial) == 1);
}

TEST_CASE("a twin is as calm as it was before the fault, however bad that was") {
    CHECK(models::calm_work(storm(), 400).likely.events == Approx(400'000.0));
    // The start from empty is not what it is like later.
    auto empty = storm();
    empty.runs[0][0].first.work = {};
    CHECK(models::calm_work(empty, 400).likely.events == Approx(400'000.0));
    // Nothing came before it: as it was when there was least to do.
    auto trial = storm();
    trial.runs[0].erase(trial.runs[0].begin());
    CHECK(models::calm_work(trial, 100).likely.events == Approx(150'000.0));
}

TEST_CASE("a stretch by night has fewer customers than its trial") {
    auto trial = storm();
    trial.runs[0][0].load = 0.5;
    CHECK(models::run_work(trial).likely.events == Approx(50'000 + 290'000 + 350'000.0));
    CHECK(models::calm_work(trial, 400).likely.events == Approx(400'000 * 350.0 / 400));
}

TEST_CASE("a run and its twin have their beginning in common") {
    const std::vector<StrategyTrial> trials{storm()};
    // 0.74 million events and half a second; 0.4 million and half a second; of these a quarter of
    // 0.9 s is run once only.
    const double pair_s = (0.74 + 0.5) + (0.4 + 0.5) - 0.9 / 4;
    const auto on_one = models::forecast(experiment(10), trials, with_twins(), 1);
    CHECK(on_one.seconds == Approx(10 * pair_s));
    CHECK(on_one.events_each == Approx(570'000.0));
    CHECK(on_one.runs == 20);
    CHECK(on_one.first_table_s == Approx(2 * pair_s));
    const auto on_two = models::forecast(experiment(10), trials, with_twins(), 2);
    CHECK(on_two.seconds == Approx(5 * pair_s));
    // One run and one twin on two cores: side by side, and nothing in common.
    const auto single = models::forecast(experiment(1), trials, with_twins(), 2);
    CHECK(single.seconds == Approx(1.24));
}

TEST_CASE("strategies add up, and so do the parts of the fault under the baseline") {
    std::vector<StrategyTrial> trials{storm(), {"none", {{calm(400, 10, 1000)}}, 0}};
    models::StudyShape shape;
    CHECK(models::forecast(experiment(4), trials, shape, 1).seconds == Approx(4 * (1.24 + 0.4)));
    shape.parts = 6;
    CHECK(models::forecast(experiment(4), trials, shape, 2).seconds ==
          Approx(2 * (1.24 + 0.4) + 3 * 1.24));
    shape.baseline = 1;
    const auto calmer = models::forecast(experiment(4), trials, shape, 2);
    CHECK(calmer.seconds == Approx(2 * (1.24 + 0.4) + 3 * 0.4));
    CHECK(calmer.report_s == Approx(0.8));
    CHECK(calmer.least_seconds < calmer.seconds);
    CHECK(calmer.most_seconds > calmer.seconds);
}

TEST_CASE("`auto` is the first look, and all that it may take") {
    auto automatic = experiment(10);
    automatic.replications_auto = true;
    const std::vector<StrategyTrial> trials{storm()};
    const auto times = models::forecast(automatic, trials, {}, 1);
    CHECK(times.seconds == Approx(12.4));
    CHECK(times.all_seconds == Approx(248.0));
}

TEST_CASE("the search for a warm-up comes first") {
    auto searched = experiment(4);
    searched.warmup_auto = true;
    const std::vector<StrategyTrial> trials{storm()};
    CHECK(models::forecast(searched, trials, {}, 1).seconds ==
          Approx(models::kPilotRuns * (0.35 + 0.5) + 4 * 1.24));
}

TEST_CASE("without a trial a run has the events of its load") {
    const auto trial = models::untried("none", 1000, 400);
    const auto work = models::run_work(trial);
    CHECK(work.likely.events == Approx(400'000.0));
    CHECK(work.likely.cpu_s > 0);
    CHECK(work.most.cpu_s == work.least.cpu_s);
    CHECK(models::calm_work(trial, 100).likely.events == Approx(100'000.0));
}
