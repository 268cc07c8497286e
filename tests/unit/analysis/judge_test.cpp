#include "models/analysis/study.hpp"
#include "tests/catch.hpp"
#include "tests/unit/analysis/fixture.hpp"

using models::SloMetric;
using models::SloOp;
using sim::Verdict;

namespace {

const std::vector<models::Slo> kSlos = {
    fixture::slo("limited", SloMetric::success, SloOp::at_least, 0.8, 1),
    fixture::slo("fast", SloMetric::p99, SloOp::at_most, 0.02),
    fixture::slo("back", SloMetric::recovery, SloOp::at_most, 30),
};

models::StudyResult study(const models::StudySettings& settings,
                          const std::vector<models::StrategyRuns>& strategies) {
    return models::analyse(settings, strategies);
}

}  // namespace

TEST_CASE("an SLO has a cell for every group that it is about, and one for all") {
    const auto cells = models::slo_cells(fixture::frame(), kSlos);
    REQUIRE(cells.size() == 9);
    CHECK(cells[0].subject.group == "shoppers");
    CHECK(cells[0].subject.flows == std::vector<std::uint32_t>{1});
    CHECK(cells[1].subject.group == "partners");
    CHECK(cells[2].subject.group.empty());
    CHECK_FALSE(cells[2].judges);
    CHECK(cells[2].subject.flows == std::vector<std::uint32_t>{1, 2});
    auto one = kSlos[0];
    one.group = "partners";
    CHECK(models::slo_cells(fixture::frame(), {one}).size() == 1);
}

TEST_CASE("the worst group decides, and a healthy strategy meets everything") {
    const auto healthy = fixture::strategy("healthy", kSlos, 100, 10);
    const auto result = models::judge_strategy(fixture::settings(kSlos), healthy);
    CHECK(result.verdict == Verdict::met);
    CHECK(result.slos_met == 3);

    const auto sick = fixture::strategy("sick", kSlos, 400, 10);
    const auto down = models::judge_strategy(fixture::settings(kSlos), sick);
    CHECK(down.slos[0].verdict == Verdict::missed);
    CHECK(down.slos[1].verdict == Verdict::missed);
    CHECK(down.slos[2].verdict == Verdict::missed);
    CHECK(down.verdict == Verdict::missed);
}

TEST_CASE("p99 <= L is judged as a share of requests that succeed within L") {
    const auto sick = fixture::strategy("sick", kSlos, 400, 10);
    const auto result = models::judge_strategy(fixture::settings(kSlos), sick);
    const auto& cell = result.cells[result.slos[1].worst];
    CHECK(cell.judged_limit == 0.99);
    CHECK(cell.judgement.value->value == Approx(0.25));
    REQUIRE(cell.percentile.estimate);
    CHECK(cell.percentile.infinite == 10);

    auto strict = kSlos;
    strict[1].limit = 0.005;  // everything takes 10 ms
    const auto late = fixture::strategy("late", strict, 100, 10);
    const auto missed = models::judge_strategy(fixture::settings(strict), late);
    CHECK(missed.slos[1].verdict == Verdict::missed);
    CHECK(missed.cells[missed.slos[1].worst].judgement.value->value == 0);
}

TEST_CASE("one replication is inconclusive") {
    const auto healthy = fixture::strategy("healthy", kSlos, 100, 1);
    CHECK(models::judge_strategy(fixture::settings(kSlos), healthy).verdict ==
          Verdict::inconclusive);
}

TEST_CASE("recovery without faults has nothing to judge") {
    models::StrategyRuns runs;
    runs.name = "calm";
    runs.frame = fixture::frame();
    runs.frame.faults.clear();
    runs.cells = models::slo_cells(runs.frame, {kSlos[2]});
    for (int i = 0; i < 3; ++i) {
        runs.runs.push_back(models::digest(runs.frame, runs.cells, fixture::twin(), nullptr));
        runs.series.add(fixture::twin(), nullptr);
    }
    const auto result = models::judge_strategy(fixture::settings({kSlos[2]}), runs);
    CHECK(result.verdict == Verdict::none);
    CHECK(models::exit_code(result.verdict) == 0);
    CHECK_FALSE(runs.runs[0].services[0][models::ServiceMeasure::amplification]);
}

TEST_CASE("--require chooses whose verdict counts") {
    const std::vector<models::StrategyRuns> strategies = {
        fixture::strategy("sick", kSlos, 400, 10), fixture::strategy("healthy", kSlos, 100, 10)};
    auto settings = fixture::settings(kSlos);
    using Kind = models::Require::Kind;
    CHECK(study(settings, strategies).verdict == Verdict::missed);
    settings.require = {Kind::named, "healthy"};
    CHECK(study(settings, strategies).verdict == Verdict::met);
    settings.require = {Kind::any, ""};
    CHECK(study(settings, strategies).verdict == Verdict::met);
    settings.require = {Kind::all, ""};
    CHECK(study(settings, strategies).verdict == Verdict::missed);
    settings.require = {};
    settings.baseline = 1;
    CHECK(study(settings, strategies).verdict == Verdict::met);
    CHECK(models::exit_code(Verdict::met) == 0);
    CHECK(models::exit_code(Verdict::missed) == 1);
    CHECK(models::exit_code(Verdict::inconclusive) == 3);
}

TEST_CASE("the winner is the one that meets more, and equals are tied") {
    const std::vector<models::StrategyRuns> strategies = {
        fixture::strategy("sick", kSlos, 400, 10), fixture::strategy("alike", kSlos, 400, 10),
        fixture::strategy("healthy", kSlos, 100, 10)};
    const auto result = study(fixture::settings(kSlos), strategies);
    REQUIRE(result.comparison);
    CHECK(result.comparison->winner == std::optional<std::size_t>{2});
    REQUIRE(result.comparison->tied.size() == 1);
    CHECK(result.comparison->tied[0] == std::vector<std::size_t>{0, 1});
    for (const auto& rule : result.comparison->rules) {
        for (const auto& pair : rule.pairs) {
            if (pair.a == 0 && pair.b == 1) CHECK(pair.difference.value == 0);
        }
    }
}

TEST_CASE("decideBy may name an SLO about durations") {
    auto settings = fixture::settings(kSlos);
    settings.experiment.decide_by = {"back"};
    const std::vector<models::StrategyRuns> strategies = {
        fixture::strategy("slow", kSlos, 290, 10), fixture::strategy("quick", kSlos, 210, 10)};
    const auto result = study(settings, strategies);
    REQUIRE(result.comparison);
    CHECK(result.comparison->rules[0].name == "back");
    CHECK(result.comparison->winner == std::optional<std::size_t>{1});
}

TEST_CASE("the fingerprint covers every run of every strategy") {
    const std::vector<models::StrategyRuns> once = {fixture::strategy("a", kSlos, 400, 3)};
    const std::vector<models::StrategyRuns> other = {fixture::strategy("a", kSlos, 399, 3)};
    const auto settings = fixture::settings(kSlos);
    CHECK(study(settings, once).fingerprint == study(settings, once).fingerprint);
    CHECK(study(settings, once).fingerprint != study(settings, other).fingerprint);
    CHECK(study(settings, once).events == 3 * 1900);
}
