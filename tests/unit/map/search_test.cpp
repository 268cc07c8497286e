// What a search makes of the runs of its places.
#include <cmath>

#include <fmt/format.h>

#include "models/search/search_document.hpp"
#include "sim/report/render.hpp"
#include "tests/catch.hpp"
#include "tests/unit/stats/samples.hpp"

using models::SearchEnd;
using sim::Verdict;

namespace {

models::SweepColumn column_of(const std::string& slo, double limit) {
    models::SweepColumn column;
    column.subject = "users/page";
    column.metric = "mean";
    column.unit = "s";
    column.reduce = models::Reduce::slo;
    column.slo = slo;
    column.rule = models::SloRule::values;
    column.threshold = {sim::ThresholdOp::at_most, limit, 0.95, 0};
    column.op = "<=";
    column.limit = limit;
    column.judges = true;
    return column;
}

std::vector<models::SweepColumn> two_columns() {
    auto pool = column_of("fast", 1);
    pool.judges = false;
    return {column_of("fast", 1), pool, column_of("small", 2)};
}

/// Runs whose means of the two SLOs are these.
std::vector<std::vector<double>> runs_of(double fast, double small, double noise, std::size_t n) {
    Samples samples(3);
    std::vector<std::vector<double>> runs;
    for (std::size_t i = 0; i < n; ++i) {
        const double a = fast + noise * samples.normal();
        const double b = small + noise * samples.normal();
        runs.push_back({a, 0, 0, a, 0, 0, b, 0, 0});
    }
    return runs;
}

models::SearchProbe judged(double fast, double small, double noise, std::size_t n = 10) {
    models::SearchProbe probe;
    const auto columns = two_columns();
    models::judge_probe(columns, models::judging_columns(columns, {}),
                        runs_of(fast, small, noise, n), {0.05 / 20, 0.95}, probe);
    return probe;
}

models::SearchProbe probe_at(double at, Verdict verdict, Verdict fast, Verdict small) {
    models::SearchProbe probe;
    probe.at = at;
    probe.text = fmt::format("{}x", at);
    probe.verdict = verdict;
    probe.runs = 10;
    for (const auto& [name, own] : {std::pair{"fast", fast}, std::pair{"small", small}}) {
        models::ProbeSlo slo;
        slo.slo = name;
        slo.of = "users/page";
        slo.metric = "mean";
        slo.unit = "s";
        slo.op = "<=";
        slo.limit = 1;
        slo.value = sim::Estimate{at, at - 0.1, at + 0.1};
        slo.verdict = own;
        probe.slos.push_back(slo);
    }
    return probe;
}

models::SearchStudy study_of() {
    models::SearchStudy study;
    study.name = "shop";
    study.range = "0.1x to 10x";
    study.rates = {{"eu", 600}, {"us", 200}};
    study.strategies = {"naive"};
    study.probe_confidence = 0.997;
    study.most_probes = 20;
    study.most_runs = 200;
    study.command = "firedrill search max-load shop.yaml";
    return study;
}

constexpr auto kMet = Verdict::met;
constexpr auto kMissed = Verdict::missed;
constexpr auto kUnsure = Verdict::inconclusive;

}  // namespace

TEST_CASE("only SLOs that judge and that count are looked at") {
    const auto columns = two_columns();
    CHECK(models::judging_columns(columns, {}) == std::vector<std::size_t>{0, 2});
    CHECK(models::judging_columns(columns, {"small"}) == std::vector<std::size_t>{2});
}

TEST_CASE("a place is met when every SLO is, missed when any is, else it needs more runs") {
    CHECK(judged(0.5, 1, 0.05).verdict == kMet);
    CHECK(judged(1.5, 1, 0.05).verdict == kMissed);
    CHECK(judged(0.5, 2.0, 0.3).verdict == kUnsure);
    // One that is missed for sure decides, whatever the other does.
    const auto one = judged(1.0, 4, 0.3);
    CHECK(one.verdict == kMissed);
    REQUIRE(one.slos.size() == 2);
    CHECK(one.slos[0].verdict == kUnsure);
    CHECK(one.slos[1].verdict == kMissed);
    CHECK(one.runs == 10);
    // What is near its limit takes more runs.
    CHECK(judged(0.9, 1, 0.2).verdict == kUnsure);
    CHECK(judged(0.9, 1, 0.2, 160).verdict == kMet);
}

TEST_CASE("a probe survives the store") {
    auto probe = judged(1.5, 1, 0.05);
    probe.at = 1.25;
    probe.text = "1.25x";
    probe.slos[0].value->high = INFINITY;
    const auto back = models::read_probe_text(models::probe_text(probe));
    REQUIRE(back);
    CHECK(back->at == 1.25);
    CHECK(back->verdict == kMissed);
    CHECK(back->slos[0].value->value == probe.slos[0].value->value);
    CHECK(std::isinf(*back->slos[0].value->high));
    CHECK_FALSE(models::read_probe_text("{}"));
    const auto study = study_of();
    REQUIRE(models::read_search_text(models::search_text(study)));
    CHECK(models::search_text(*models::read_search_text(models::search_text(study))) ==
          models::search_text(study));
    CHECK(models::is_search_text(models::search_text(study)));
    CHECK_FALSE(models::is_search_text("{\"kind\": \"map\"}"));
    CHECK_FALSE(models::is_search_text("no JSON"));
}

TEST_CASE("an answer names the loads, the SLO that breaks first, and each SLO by itself") {
    models::StrategySearch search{"naive", {}, true};
    search.probes = {probe_at(1, kMet, kMet, kMet), probe_at(2, kMissed, kMissed, kMet),
                     probe_at(4, kMissed, kMissed, kMissed), probe_at(1.99, kMet, kMet, kMet)};
    const auto study = study_of();
    CHECK(search.bracket().met == 1.99);
    CHECK(search.bracket().missed == 2.0);
    CHECK(search.end() == SearchEnd::found);
    CHECK(search.bracket_of("small").met == 2.0);
    CHECK(search.bracket_of("small").missed == 4.0);
    REQUIRE(search.binding().size() == 1);
    CHECK(search.binding()[0]->slo == "fast");
    CHECK(models::search_sentence(study, search) ==
          "naive: all SLOs hold at 1.99x (eu 1 194/s, us 398/s), and are missed at 2x (eu 1 200/s, "
          "us 400/s): the highest load lies between, with 95 % confidence. First to break: fast "
          "(users/page mean <= 1 s).");
    const auto text =
        sim::render_text(models::search_document({study, {search}}, false), sim::TextStyle{});
    CHECK(text.find("small  2x … 4x") != std::string::npos);
}

TEST_CASE("ends of a search are told apart") {
    const auto study = study_of();
    models::StrategySearch search{"naive", {}, true};
    search.probes = {probe_at(1, kMissed, kMissed, kMet), probe_at(0.1, kMissed, kMissed, kMet)};
    CHECK(search.end() == SearchEnd::never_met);
    CHECK(models::search_sentence(study, search)
              .find("never met within 0.1x to 10x: missed even "
                    "at 0.1x") != std::string::npos);
    search.probes = {probe_at(1, kMet, kMet, kMet), probe_at(10, kMet, kMet, kMet)};
    CHECK(search.end() == SearchEnd::always_met);
    search.probes = {probe_at(1, kMet, kMet, kMet), probe_at(10, kUnsure, kUnsure, kMet)};
    CHECK(search.end() == SearchEnd::open);
    search.probes = {probe_at(1, kMet, kMet, kMet), probe_at(2, kUnsure, kUnsure, kMet),
                     probe_at(4, kMissed, kMissed, kMet)};
    CHECK(search.end() == SearchEnd::wide);
    search.finished = false;
    CHECK(search.end() == SearchEnd::unfinished);
}
