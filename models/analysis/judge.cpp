#include <algorithm>
#include <cmath>
#include <limits>

#include "models/analysis/study.hpp"
#include "sim/core/assert.hpp"

namespace models {

namespace {

double noise_of(const Slo& slo, const DifferenceThatMatters& difference) {
    switch (unit_of(slo.metric)) {
        case MetricUnit::ratio:
            return difference.ratio;
        case MetricUnit::duration:
            return slo.metric == SloMetric::recovery ? difference.recovery_s
                                                     : difference.relative * slo.limit;
        case MetricUnit::rate:
        case MetricUnit::factor:
        case MetricUnit::count:
            return difference.relative * slo.limit;
    }
    SIM_ASSERT(false);
}

/// What `auto` is not yet sure of is inconclusive, however clear it looks.
void hold_back(const CellCertainty& certainty, sim::Judgement& judgement) {
    if (judgement.verdict == sim::Verdict::none) return;
    const bool certain = certainty.state == CellCertainty::State::certain;
    judgement.verdict = certain ? certainty.verdict : sim::Verdict::inconclusive;
}

JudgedCell judge_cell(const StudySettings& settings, const StrategyRuns& runs, std::size_t index) {
    const auto& cell = runs.cells[index];
    JudgedCell out;
    out.judged_limit = threshold_of(settings, cell.rule).limit;
    out.judgement = judge_at(settings, runs, index, settings.experiment.confidence);
    if (rule_of(cell.rule) == SloRule::within) {
        std::vector<Measure> values;
        for (const auto& run : runs.runs) values.push_back(run.slos[index].value);
        out.percentile = estimate_percentile(values, settings.experiment.confidence);
    }
    if (runs.automatic && cell.judges) hold_back(runs.automatic->cells[index], out.judgement);
    return out;
}

int badness(sim::Verdict verdict) {
    switch (verdict) {
        case sim::Verdict::none:
            return 0;
        case sim::Verdict::met:
            return 1;
        case sim::Verdict::inconclusive:
            return 2;
        case sim::Verdict::missed:
            return 3;
    }
    SIM_ASSERT(false);
}

/// Whether `a` is worse than `b`: by verdict, then by value.
bool is_worse(const JudgedCell& a, const JudgedCell& b, bool low_is_bad) {
    const int by_verdict = badness(a.judgement.verdict) - badness(b.judgement.verdict);
    if (by_verdict != 0) return by_verdict > 0;
    if (!a.judgement.value || !b.judgement.value) return false;
    const double value_a = a.judgement.value->value;
    const double value_b = b.judgement.value->value;
    return low_is_bad ? value_a < value_b : value_a > value_b;
}

void judge_slo(const StudySettings& settings, const StrategyRuns& runs, std::uint32_t slo,
               StrategyResult& result) {
    JudgedSlo out;
    const bool low_is_bad = threshold_of(settings, settings.slos[slo]).low_is_bad();
    bool first = true;
    for (std::size_t i = 0; i < runs.cells.size(); ++i) {
        if (runs.cells[i].slo != slo) continue;
        out.cells.push_back(i);
        if (!runs.cells[i].judges) continue;
        if (first || is_worse(result.cells[i], result.cells[out.worst], low_is_bad)) out.worst = i;
        first = false;
    }
    if (!first) out.verdict = result.cells[out.worst].judgement.verdict;
    result.slos.push_back(std::move(out));
}

}  // namespace

sim::ThresholdOp threshold_op(SloOp op) {
    switch (op) {
        case SloOp::at_least:
            return sim::ThresholdOp::at_least;
        case SloOp::at_most:
            return sim::ThresholdOp::at_most;
        case SloOp::above:
            return sim::ThresholdOp::greater;
        case SloOp::below:
            return sim::ThresholdOp::less;
    }
    SIM_ASSERT(false);
}

sim::Judgement judge_by(SloRule rule, const sim::Threshold& threshold,
                        std::span<const Measure> values, std::span<const sim::RatioCount> shares) {
    switch (rule) {
        case SloRule::ratio:
        case SloRule::within:
            return sim::judge_ratio(threshold, shares);
        case SloRule::values: {
            auto judgement = sim::judge_values(threshold, values);
            clamp_at_zero(judgement.value);
            return judgement;
        }
        case SloRule::durations:
            return sim::judge_durations(threshold, values);
    }
    SIM_ASSERT(false);
}

sim::Judgement judge_at(const StudySettings& settings, const StrategyRuns& runs, std::size_t cell,
                        double confidence) {
    std::vector<Measure> values;
    std::vector<sim::RatioCount> shares;
    for (const auto& run : runs.runs) {
        values.push_back(run.slos[cell].value);
        shares.push_back(run.slos[cell].share);
    }
    auto threshold = threshold_of(settings, runs.cells[cell].rule);
    threshold.confidence = confidence;
    const auto rule = rule_of(runs.cells[cell].rule);
    // Without faults there is nothing to recover from.
    if (rule == SloRule::durations && runs.runs.front().recovery.empty()) return {};
    return judge_by(rule, threshold, values, shares);
}

sim::Threshold threshold_of(const StudySettings& settings, const Slo& slo) {
    sim::Threshold threshold;
    threshold.confidence = settings.experiment.confidence;
    threshold.in_share = slo.in_share;
    threshold.matters = noise_of(slo, settings.experiment.difference);
    threshold.op = threshold_op(slo.op);
    threshold.limit = slo.limit;
    if (rule_of(slo) == SloRule::within) {
        threshold.op = sim::ThresholdOp::at_least;
        threshold.limit = quantile_of(slo.metric);
        threshold.matters = settings.experiment.difference.ratio;
    }
    return threshold;
}

StrategyResult judge_strategy(const StudySettings& settings, const StrategyRuns& runs) {
    SIM_ASSERT(!runs.runs.empty());
    StrategyResult result;
    result.name = runs.name;
    for (std::size_t i = 0; i < runs.cells.size(); ++i) {
        result.cells.push_back(judge_cell(settings, runs, i));
    }
    for (std::uint32_t slo = 0; slo < settings.slos.size(); ++slo) {
        judge_slo(settings, runs, slo, result);
        const auto verdict = result.slos.back().verdict;
        result.verdict = sim::worst(result.verdict, verdict);
        if (verdict == sim::Verdict::met) ++result.slos_met;
    }
    result.losses = losses_of(settings, runs);
    result.stories = stories_of(runs);
    return result;
}

int exit_code(sim::Verdict verdict) {
    switch (verdict) {
        case sim::Verdict::met:
        case sim::Verdict::none:
            return 0;
        case sim::Verdict::missed:
            return 1;
        case sim::Verdict::inconclusive:
            return 3;
    }
    SIM_ASSERT(false);
}

}  // namespace models
