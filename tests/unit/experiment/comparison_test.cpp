#include "sim/experiment/comparison.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include "sim/core/assert.hpp"
#include "tests/catch.hpp"
#include "tests/unit/stats/samples.hpp"

using sim::Better;
using sim::compare;
using sim::Comparison;
using sim::DecisionRule;
using sim::PairVerdict;
using sim::RuleKind;

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
using Rows = std::vector<std::vector<double>>;
constexpr std::size_t kRuns = 10;

/// One row per strategy: its level, the luck that all share (common draws) and a little of its own.
Rows success_rows(const std::vector<double>& levels, double own_luck, std::uint64_t seed) {
    Samples samples(seed);
    const std::vector<double> common = samples.normals(kRuns);
    Rows rows;
    for (const double level : levels) {
        std::vector<double> row;
        for (const double luck : common) {
            row.push_back(level + 0.01 * luck + own_luck * samples.normal());
        }
        rows.push_back(row);
    }
    return rows;
}

DecisionRule success_rule(Rows rows) {
    DecisionRule rule;
    rule.name = "worst checkout success";
    rule.matters = sim::kRatioMatters;
    rule.values = std::move(rows);
    return rule;
}

DecisionRule recovery_rule(Rows rows) {
    DecisionRule rule;
    rule.name = "recovery";
    rule.kind = RuleKind::median_value;
    rule.better = Better::lower;
    rule.matters = sim::kRecoveryMatters;
    rule.values = std::move(rows);
    return rule;
}

DecisionRule slos_rule(const std::vector<std::size_t>& met) {
    DecisionRule rule;
    rule.name = "SLOs met";
    rule.kind = RuleKind::slos_met;
    rule.met = met;
    rule.inconclusive.assign(met.size(), 0);
    for (const std::size_t count : met) {
        rule.values.emplace_back(kRuns, static_cast<double>(count));
    }
    return rule;
}

}  // namespace

TEST_CASE("the web shop: SLOs met decide, naive and jittered are tied") {
    Rows rows = success_rows({0.88, 0.001, 0.0, 0.891}, 0.0001, 1);
    rows[1] = rows[2] = std::vector<double>(kRuns, 0.001);
    rows[2][4] = 0.0012;
    const Comparison result = compare({slos_rule({4, 3, 3, 5}), success_rule(rows)}, 0.95);
    CHECK(result.winner == 3U);
    CHECK(result.decided_by == 0U);
    CHECK(result.leader == 3);
    CHECK(result.rules[0].runs_agree == 10);
    CHECK(result.rules[1].winner == 3U);  // the other rule agrees
    CHECK(result.tied == std::vector<std::vector<std::size_t>>{{1, 2}});
    CHECK(result.candidates == std::vector<std::size_t>{3});
    CHECK(result.replications == kRuns);
    CHECK(result.confidence == 0.95);
}

TEST_CASE("equal counts pass to the next rule, among the best only") {
    const Rows rows = success_rows({0.99, 0.80, 0.85}, 0.0001, 2);
    const Comparison result = compare({slos_rule({3, 4, 4}), success_rule(rows)}, 0.95);
    CHECK(result.winner == 2U);
    CHECK(result.decided_by == 1U);
    CHECK(result.rules[1].winner == 0U);  // alone, it would choose another
    CHECK_FALSE(result.rules[0].winner);
    CHECK(result.leader == 2);
}

TEST_CASE("an inconclusive SLO that could turn the count leaves no winner") {
    DecisionRule counts = slos_rule({5, 4});
    counts.inconclusive = {0, 1};
    const Rows rows = success_rows({0.99, 0.80}, 0.0001, 3);
    const Comparison result = compare({counts, success_rule(rows)}, 0.95);
    CHECK_FALSE(result.winner);
    CHECK_FALSE(result.decided_by);
    CHECK(result.leader == 0);
    CHECK(result.rules[0].pairs[0].verdict == PairVerdict::inconclusive);
    CHECK(result.candidates == std::vector<std::size_t>{0, 1});
    counts.inconclusive = {1, 0};
    CHECK(compare({counts}, 0.95).winner == 0U);
}

TEST_CASE("a sure difference below the one that matters is a tie") {
    const Rows rows = success_rows({0.9000, 0.9005}, 0.00001, 4);
    const auto pairs = compare_pairs(success_rule(rows), 0.95);
    REQUIRE(pairs.size() == 1);
    CHECK(pairs[0].verdict == PairVerdict::tied);
    CHECK_FALSE(pairs[0].identical);
    CHECK(pairs[0].difference.value == Approx(-0.0005).epsilon(0.05));
    CHECK(pairs[0].p == 1.0);
    const Comparison result = compare({success_rule(rows)}, 0.95);
    CHECK_FALSE(result.winner);
    CHECK(result.tied.size() == 1);
}

TEST_CASE("a difference that is noise is inconclusive, not tied") {
    const Rows rows = success_rows({0.90, 0.901}, 0.01, 5);
    CHECK(compare_pairs(success_rule(rows), 0.95)[0].verdict == PairVerdict::inconclusive);
    CHECK(compare({success_rule(rows)}, 0.95).tied.empty());
}

TEST_CASE("pairing sees what independent runs would not") {
    const Rows rows = success_rows({0.900, 0.905}, 0.0005, 6);
    const auto pair = compare_pairs(success_rule(rows), 0.95)[0];
    CHECK(pair.verdict == PairVerdict::worse);
    CHECK(*pair.pairing_gain > 50);
    CHECK(pair.difference.method == sim::IntervalMethod::paired_t);
    CHECK(pair.runs_b_ahead == 10);
    CHECK(pair.runs_a_ahead == 0);
    CHECK(compare({success_rule(rows)}, 0.95).pairing_gain == pair.pairing_gain);
}

TEST_CASE("a strategy that changes nothing is identical") {
    Rows rows = success_rows({0.9, 0.9}, 0.001, 7);
    rows[1] = rows[0];
    const auto pair = compare_pairs(success_rule(rows), 0.95)[0];
    CHECK(pair.identical);
    CHECK(pair.difference.value == 0.0);
    CHECK_FALSE(pair.difference.has_bounds());
    CHECK_FALSE(pair.p);
    CHECK_FALSE(pair.p_holm);
    CHECK(pair.verdict == PairVerdict::tied);
}

TEST_CASE("one replication decides no value") {
    const auto pair = compare_pairs(success_rule({{0.9}, {0.1}}), 0.95)[0];
    CHECK(pair.verdict == PairVerdict::inconclusive);
    CHECK_FALSE(pair.difference.has_bounds());
    CHECK_FALSE(pair.p);
    CHECK(compare_pairs(success_rule({{0.9}, {0.9}}), 0.95)[0].verdict ==
          PairVerdict::inconclusive);
    CHECK(compare_pairs(recovery_rule({{0.0}, {kInfinity}}), 0.95)[0].verdict ==
          PairVerdict::inconclusive);
}

TEST_CASE("all pairs are listed and adjusted together") {
    const Rows rows = success_rows({0.90, 0.91, 0.92, 0.90}, 0.002, 8);
    const auto pairs = compare_pairs(success_rule(rows), 0.95);
    REQUIRE(pairs.size() == 6);
    CHECK(pairs[0].a == 0);
    CHECK(pairs[0].b == 1);
    CHECK(pairs[5].a == 2);
    CHECK(pairs[5].b == 3);
    for (const auto& pair : pairs) {
        CHECK(*pair.p_holm >= *pair.p);
        CHECK(pair.metric == "worst checkout success");
    }
    CHECK(compare({success_rule(rows)}, 0.95).winner == 2U);
}

TEST_CASE("latencies: lower is better and 5 percent matter") {
    DecisionRule rule;
    rule.name = "p99ok";
    rule.better = Better::lower;
    rule.matters = sim::kLatencyMatters;
    rule.values = {std::vector<double>(kRuns, 0.100), std::vector<double>(kRuns, 0.104),
                   std::vector<double>(kRuns, 0.106)};
    rule.values[1][0] += 1e-6;
    rule.values[2][0] += 1e-6;
    const auto pairs = compare_pairs(rule, 0.95);
    CHECK(pairs[0].verdict == PairVerdict::tied);    // 4 %
    CHECK(pairs[1].verdict == PairVerdict::better);  // 6 %
    CHECK(pairs[1].matters == Approx(0.005));
    CHECK(sim::point_value(rule, 0) == 0.1);
}

TEST_CASE("recovery: runs that never recover are compared by the sign test") {
    const std::vector<double> quick = {0, 2, 0, 0, 5, 0, 1, 0, 0, 3};
    const std::vector<double> never(kRuns, kInfinity);
    std::vector<double> mostly_never = never;
    mostly_never[3] = 100;
    const auto pairs = compare_pairs(recovery_rule({quick, never, mostly_never}), 0.95);
    CHECK(pairs[0].verdict == PairVerdict::better);
    CHECK(pairs[0].difference.value == -kInfinity);
    CHECK(*pairs[0].p == Approx(2.0 / 1024));
    CHECK(pairs[0].runs_a_ahead == 10);
    CHECK(pairs[1].verdict == PairVerdict::better);
    CHECK(pairs[2].verdict == PairVerdict::tied);  // 9 of 10 equal, the interval is [0, 0]
    CHECK(compare({recovery_rule({never, quick})}, 0.95).winner == 1U);
}

TEST_CASE("ten seconds of recovery do not matter") {
    const std::vector<double> quick = {0, 2, 0, 0, 5, 0, 1, 0, 0, 3};
    std::vector<double> slower = quick;
    for (double& value : slower) value += 8;
    CHECK(compare_pairs(recovery_rule({quick, slower}), 0.95)[0].verdict == PairVerdict::tied);
    for (double& value : slower) value += 8;
    CHECK(compare_pairs(recovery_rule({quick, slower}), 0.95)[0].verdict == PairVerdict::better);
}

TEST_CASE("an infinite value turns means into medians") {
    Rows rows(2, std::vector<double>(kRuns, 0.2));
    rows[1].assign(kRuns, kInfinity);
    rows[1][0] = 0.3;
    DecisionRule rule = success_rule(rows);
    rule.better = Better::lower;
    const auto pair = compare_pairs(rule, 0.95)[0];
    CHECK(pair.verdict == PairVerdict::better);
    CHECK(pair.difference.method == sim::IntervalMethod::order_statistic);
    CHECK(sim::point_value(rule, 1) == kInfinity);
}

TEST_CASE("the winner has to beat every other itself") {
    // By the sign test 0 beats 1 (16 of 20 runs) and 1 beats 2 (16), but 0 is ahead of 2 in 12
    // only.
    Rows rows(3);
    for (std::size_t run = 0; run < 20; ++run) {
        const std::vector<double> recoveries = run < 4    ? std::vector<double>{100, 200, 0}
                                               : run < 16 ? std::vector<double>{0, 100, 200}
                                                          : std::vector<double>{200, 0, 100};
        for (std::size_t strategy = 0; strategy < 3; ++strategy) {
            rows[strategy].push_back(recoveries[strategy]);
        }
    }
    const Comparison result = compare({recovery_rule(rows)}, 0.95);
    CHECK(result.rules[0].pairs[0].verdict == PairVerdict::better);
    CHECK(result.rules[0].pairs[1].verdict == PairVerdict::inconclusive);
    CHECK(result.rules[0].pairs[2].verdict == PairVerdict::better);
    CHECK_FALSE(result.winner);
    CHECK(result.candidates == std::vector<std::size_t>{0, 2});
    CHECK(result.leader == 0);
}

TEST_CASE("a single strategy wins nothing") {
    const Comparison result = compare({success_rule({{0.9, 0.8}})}, 0.95);
    CHECK_FALSE(result.winner);
    CHECK(result.rules[0].pairs.empty());
    CHECK_FALSE(result.rules[0].winner);
    CHECK(result.tied.empty());
}

TEST_CASE("five identical systems: a false winner is as rare as promised") {
    int false_differences = 0;
    constexpr int kExperiments = 400;
    for (int i = 0; i < kExperiments; ++i) {
        Samples samples(static_cast<std::uint64_t>(i));
        Rows rows;
        for (int strategy = 0; strategy < 5; ++strategy) rows.push_back(samples.normals(kRuns));
        DecisionRule rule = success_rule(rows);
        rule.matters = {0, false};
        bool any = false;
        for (const auto& pair : compare_pairs(rule, 0.95)) {
            any = any || pair.verdict == PairVerdict::better || pair.verdict == PairVerdict::worse;
        }
        false_differences += any ? 1 : 0;
    }
    CHECK(false_differences <= kExperiments * 0.083);  // 5 % + 3 standard errors
    CHECK(false_differences > 0);
}

TEST_CASE("the order of the strategies changes no verdict") {
    const Rows rows = success_rows({0.90, 0.93, 0.91}, 0.001, 9);
    const Comparison forward = compare({success_rule(rows)}, 0.95);
    const Comparison backward = compare({success_rule({rows[2], rows[1], rows[0]})}, 0.95);
    CHECK(forward.winner == 1U);
    CHECK(backward.winner == 1U);
    CHECK(forward.rules[0].pairs[1].difference.value ==
          -backward.rules[0].pairs[1].difference.value);
}

TEST_CASE("words of pair verdicts") {
    CHECK(name_of(PairVerdict::better) == "better");
    CHECK(name_of(PairVerdict::worse) == "worse");
    CHECK(name_of(PairVerdict::tied) == "tied");
    CHECK(name_of(PairVerdict::inconclusive) == "inconclusive");
}

TEST_CASE("of rows of different length those replications are compared that both have") {
    const auto cut = compare_pairs(success_rule({{0.9, 0.8, 0.7}, {0.5, 0.6}}), 0.95);
    const auto same = compare_pairs(success_rule({{0.9, 0.8}, {0.5, 0.6}}), 0.95);
    CHECK(cut[0].difference == same[0].difference);
    CHECK(cut[0].runs_a_ahead == 2);
    const auto result = sim::compare({success_rule({{0.9, 0.8, 0.7}, {0.5, 0.6}})}, 0.95);
    CHECK(result.replications == 2);
    CHECK(result.rules[0].runs_agree == 2);
}

TEST_CASE("empty rows and NaN are bugs") {
    CHECK_THROWS_AS(compare_pairs(success_rule({{1, 2}, {}}), 0.95), sim::InternalError);
    CHECK_THROWS_AS(compare_pairs(success_rule({{1}, {std::nan("")}}), 0.95), sim::InternalError);
    CHECK_THROWS_AS(compare({}, 0.95), sim::InternalError);
}
