#include "sim/experiment/threshold.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include "sim/core/assert.hpp"
#include "sim/stats/interval.hpp"
#include "sim/stats/summary.hpp"

namespace sim {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
/// 90 % may be written as 90 * 0.01, which is not the double 0.9.
constexpr double kShareSlack = 1e-12;

Verdict judge_interval(const Threshold& threshold, const Estimate& estimate) {
    if (!estimate.has_bounds()) return Verdict::inconclusive;
    const bool low_holds = threshold.holds(*estimate.low);
    const bool high_holds = threshold.holds(*estimate.high);
    if (low_holds != high_holds) return Verdict::inconclusive;
    return low_holds ? Verdict::met : Verdict::missed;
}

Verdict both(Verdict value, Verdict runs) {
    if (value == Verdict::missed || runs == Verdict::missed) return Verdict::missed;
    const bool met = value == Verdict::met && runs == Verdict::met;
    return met ? Verdict::met : Verdict::inconclusive;
}

Estimate share_of_runs(std::size_t met, std::size_t runs, double confidence) {
    Estimate share = clopper_pearson(met, runs, confidence);
    if (runs > 1) return share;
    return {.value = share.value, .low = {}, .high = {}, .n = share.n};
}

/// A run without a value does not meet the limit, but it does not prove a miss either.
Verdict judge_share(const Threshold& threshold, const Judgement& runs) {
    if (!runs.runs->has_bounds()) return Verdict::inconclusive;
    if (runs.runs->value >= threshold.in_share - kShareSlack) return Verdict::met;
    const Estimate at_best =
        share_of_runs(runs.runs_met + runs.missing, runs.runs_judged, threshold.confidence);
    return *at_best.high < threshold.in_share ? Verdict::missed : Verdict::inconclusive;
}

std::size_t count_holding(const Threshold& threshold, const std::vector<double>& values) {
    std::size_t holding = 0;
    for (const double value : values) holding += threshold.holds(value) ? 1 : 0;
    return holding;
}

/// Infinite values are a world of their own; the rule for gaps is for the finite ones alone.
std::optional<TwoWorlds> split_worlds(const std::vector<double>& values, double matters) {
    std::vector<double> finite;
    for (const double value : values) {
        if (value < kInfinity) finite.push_back(value);
    }
    if (finite.empty()) return std::nullopt;
    if (finite.size() == values.size()) return find_two_worlds(finite, matters);
    return TwoWorlds{finite.size(), values.size() - finite.size(), summarise(finite).mean,
                     kInfinity};
}

/// What the three judges share: `values` are those that exist, of `runs` runs.
Judgement judge_runs(const Threshold& threshold, const std::vector<double>& values,
                     std::size_t runs) {
    Judgement result;
    result.runs_judged = runs;
    result.runs_met = count_holding(threshold, values);
    result.missing = runs - values.size();
    result.runs = share_of_runs(result.runs_met, runs, threshold.confidence);
    result.runs_verdict = judge_share(threshold, result);
    result.two_worlds = split_worlds(values, threshold.matters);
    return result;
}

std::vector<double> present(std::span<const std::optional<double>> replications) {
    std::vector<double> values;
    for (const auto& value : replications) {
        if (!value) continue;
        SIM_ASSERT(*value > -kInfinity);  // also false for NaN
        values.push_back(*value);
    }
    return values;
}

void judge_mean(const Threshold& threshold, const std::vector<double>& values, Judgement& result) {
    std::size_t infinite = 0;
    for (const double value : values) infinite += value == kInfinity ? 1 : 0;
    if (infinite == 0) {
        result.value = student_t_interval(values, threshold.confidence);
        result.value_verdict = judge_interval(threshold, *result.value);
        return;
    }
    result.value = Estimate{.value = kInfinity, .low = {}, .high = {}, .n = values.size()};
    const bool all = infinite == values.size() && infinite > 1;
    if (all) result.value_verdict = threshold.holds(kInfinity) ? Verdict::met : Verdict::missed;
}

}  // namespace

std::string_view name_of(Verdict verdict) {
    switch (verdict) {
        case Verdict::met:
            return "met";
        case Verdict::missed:
            return "missed";
        case Verdict::inconclusive:
            return "inconclusive";
        case Verdict::none:
            return "none";
    }
    fail_assertion("a known verdict", __FILE__, __LINE__);
}

Verdict worst(Verdict a, Verdict b) {
    for (const Verdict verdict : {Verdict::missed, Verdict::inconclusive, Verdict::met}) {
        if (a == verdict || b == verdict) return verdict;
    }
    return Verdict::none;
}

std::string_view symbol_of(ThresholdOp op) {
    switch (op) {
        case ThresholdOp::at_least:
            return ">=";
        case ThresholdOp::greater:
            return ">";
        case ThresholdOp::at_most:
            return "<=";
        case ThresholdOp::less:
            return "<";
    }
    fail_assertion("a known operator", __FILE__, __LINE__);
}

std::optional<ThresholdOp> threshold_op(std::string_view symbol) {
    for (const auto op :
         {ThresholdOp::at_least, ThresholdOp::greater, ThresholdOp::at_most, ThresholdOp::less}) {
        if (symbol_of(op) == symbol) return op;
    }
    return std::nullopt;
}

bool Threshold::holds(double value) const {
    switch (op) {
        case ThresholdOp::at_least:
            return value >= limit;
        case ThresholdOp::greater:
            return value > limit;
        case ThresholdOp::at_most:
            return value <= limit;
        case ThresholdOp::less:
            return value < limit;
    }
    fail_assertion("a known operator", __FILE__, __LINE__);
}

Judgement judge_ratio(const Threshold& threshold, std::span<const RatioCount> replications) {
    std::vector<double> shares;
    for (const RatioCount& count : replications) {
        if (count.all > 0) shares.push_back(count.share());
    }
    if (shares.empty()) return {};
    Judgement result = judge_runs(threshold, shares, shares.size());
    result.value = ratio_interval(replications, threshold.confidence);
    result.value_verdict = judge_interval(threshold, *result.value);
    result.verdict = both(result.value_verdict, result.runs_verdict);
    return result;
}

Judgement judge_values(const Threshold& threshold,
                       std::span<const std::optional<double>> replications) {
    if (replications.empty()) return {};
    const std::vector<double> values = present(replications);
    Judgement result = judge_runs(threshold, values, replications.size());
    result.value_verdict = Verdict::inconclusive;
    if (!values.empty()) judge_mean(threshold, values, result);
    if (result.missing > 0 && result.value_verdict == Verdict::met) {
        result.value_verdict = Verdict::inconclusive;
    }
    result.verdict = both(result.value_verdict, result.runs_verdict);
    return result;
}

Judgement judge_durations(const Threshold& threshold,
                          std::span<const std::optional<double>> replications) {
    if (replications.empty()) return {};
    std::vector<double> values;
    for (const auto& value : replications) values.push_back(value.value_or(kInfinity));
    Judgement result = judge_runs(threshold, values, values.size());
    result.missing = values.size() - present(replications).size();
    result.value = median_interval(values, threshold.confidence);
    result.value_verdict = judge_interval(threshold, *result.value);
    result.verdict = both(result.value_verdict, result.runs_verdict);
    return result;
}

Estimate share_present(std::span<const std::optional<double>> replications, double confidence) {
    SIM_ASSERT(!replications.empty());
    return share_of_runs(present(replications).size(), replications.size(), confidence);
}

}  // namespace sim
