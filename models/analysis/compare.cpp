#include <algorithm>
#include <cmath>
#include <limits>

#include "models/analysis/study.hpp"

namespace models {

Measure judged_value(const SloCell& cell, const SloValue& value) {
    switch (rule_of(cell.rule)) {
        case SloRule::ratio:
        case SloRule::within:
            return ratio(static_cast<double>(value.share.good),
                         static_cast<double>(value.share.all));
        case SloRule::values:
            return value.value;
        case SloRule::durations:
            return value.value.value_or(std::numeric_limits<double>::infinity());
    }
    SIM_ASSERT(false);
}

sim::Matters matters_of(const Slo& slo, const DifferenceThatMatters& difference) {
    if (rule_of(slo) == SloRule::within) return {difference.ratio, false};
    switch (unit_of(slo.metric)) {
        case MetricUnit::ratio:
            return {difference.ratio, false};
        case MetricUnit::duration:
            if (slo.metric == SloMetric::recovery) return {difference.recovery_s, false};
            return {difference.relative, true};
        case MetricUnit::rate:
        case MetricUnit::factor:
        case MetricUnit::count:
            return {difference.relative, true};
    }
    SIM_ASSERT(false);
}

namespace {

constexpr const char* kSlosMet = "slosMet";

sim::DecisionRule slos_met_rule(const StudySettings& settings,
                                const std::vector<StrategyRuns>& strategies,
                                const std::vector<StrategyResult>& results) {
    sim::DecisionRule rule;
    rule.name = kSlosMet;
    rule.kind = sim::RuleKind::slos_met;
    for (std::size_t s = 0; s < strategies.size(); ++s) {
        const auto& cells = strategies[s].cells;
        auto& row = rule.values.emplace_back(strategies[s].runs.size(), 0.0);
        std::size_t met = 0;
        std::size_t inconclusive = 0;
        for (std::size_t i = 0; i < cells.size(); ++i) {
            if (!cells[i].judges) continue;
            const auto verdict = results[s].cells[i].judgement.verdict;
            met += verdict == sim::Verdict::met ? 1 : 0;
            inconclusive += verdict == sim::Verdict::inconclusive ? 1 : 0;
            const auto threshold = threshold_of(settings, cells[i].rule);
            for (std::size_t r = 0; r < row.size(); ++r) {
                const auto value = judged_value(cells[i], strategies[s].runs[r].slos[i]);
                if (value && threshold.holds(*value)) row[r] += 1;
            }
        }
        rule.met.push_back(met);
        rule.inconclusive.push_back(inconclusive);
    }
    return rule;
}

/// The worst group's value of one SLO in one replication; empty when any is not estimable.
Measure worst_value(const StrategyRuns& strategy, std::size_t slo, std::size_t replication,
                    bool low_is_bad) {
    Measure worst;
    for (std::size_t i = 0; i < strategy.cells.size(); ++i) {
        const auto& cell = strategy.cells[i];
        if (cell.slo != slo || !cell.judges) continue;
        const auto value = judged_value(cell, strategy.runs[replication].slos[i]);
        if (!value) return std::nullopt;
        if (!worst || (low_is_bad ? *value < *worst : *value > *worst)) worst = value;
    }
    return worst;
}

/// Empty when a strategy has a replication without a value.
std::optional<sim::DecisionRule> value_rule(const StudySettings& settings, std::size_t slo,
                                            const std::vector<StrategyRuns>& strategies) {
    const auto& definition = settings.slos[slo];
    const bool durations = rule_of(definition) == SloRule::durations;
    const bool low_is_bad = threshold_of(settings, definition).low_is_bad();
    sim::DecisionRule rule;
    rule.name = definition.name;
    rule.kind = durations ? sim::RuleKind::median_value : sim::RuleKind::mean_value;
    rule.better = low_is_bad ? sim::Better::higher : sim::Better::lower;
    rule.matters = matters_of(definition, settings.experiment.difference);
    for (const auto& strategy : strategies) {
        auto& row = rule.values.emplace_back();
        if (durations && strategy.runs.front().recovery.empty()) return std::nullopt;
        for (std::size_t r = 0; r < strategy.runs.size(); ++r) {
            const auto value = worst_value(strategy, slo, r, low_is_bad);
            if (!value || (std::isinf(*value) && !durations)) return std::nullopt;
            row.push_back(*value);
        }
    }
    return rule;
}

std::vector<std::string> rules_of(const StudySettings& settings) {
    if (!settings.experiment.decide_by.empty()) return settings.experiment.decide_by;
    return {kSlosMet, settings.slos.front().name};
}

}  // namespace

std::optional<sim::DecisionRule> first_value_rule(const StudySettings& settings,
                                                  const std::vector<StrategyRuns>& strategies) {
    for (const auto& name : rules_of(settings)) {
        for (std::size_t slo = 0; slo < settings.slos.size(); ++slo) {
            if (settings.slos[slo].name == name) return value_rule(settings, slo, strategies);
        }
    }
    return std::nullopt;
}

std::optional<sim::Comparison> compare_strategies(const StudySettings& settings,
                                                  const std::vector<StrategyRuns>& strategies,
                                                  const std::vector<StrategyResult>& results) {
    if (strategies.size() < 2 || settings.slos.empty()) return std::nullopt;
    std::vector<sim::DecisionRule> rules;
    for (const auto& name : rules_of(settings)) {
        if (name == kSlosMet) {
            rules.push_back(slos_met_rule(settings, strategies, results));
            continue;
        }
        for (std::size_t slo = 0; slo < settings.slos.size(); ++slo) {
            if (settings.slos[slo].name != name) continue;
            if (auto rule = value_rule(settings, slo, strategies)) rules.push_back(*rule);
        }
    }
    if (rules.empty()) return std::nullopt;
    return sim::compare(rules, settings.experiment.confidence);
}

}  // namespace models
