#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "sim/experiment/two_worlds.hpp"
#include "sim/stats/estimate.hpp"
#include "sim/stats/ratio.hpp"

namespace sim {

/// `none`: there is nothing to judge.
enum class Verdict { met, missed, inconclusive, none };
/// "met", "missed", "inconclusive", "none".
std::string_view name_of(Verdict verdict);
/// The worse of two: missed, then inconclusive, then met, then none.
Verdict worst(Verdict a, Verdict b);

enum class ThresholdOp { at_least, greater, at_most, less };
/// ">=", ">", "<=", "<".
std::string_view symbol_of(ThresholdOp op);
/// The other way round; nothing: it is none of them.
std::optional<ThresholdOp> threshold_op(std::string_view symbol);

/// A limit on a number, with what it takes to be sure.
struct Threshold {
    ThresholdOp op = ThresholdOp::at_least;
    double limit = 0;
    double confidence = 0.95;
    /// The share of runs that have to meet the limit (`in: 90%`).
    double in_share = 0.9;
    /// Differences up to this are noise when runs are split into two worlds (unit of the value).
    double matters = 0;

    [[nodiscard]] bool holds(double value) const;
    /// Whether a smaller value is worse (>= and >).
    [[nodiscard]] bool low_is_bad() const {
        return op == ThresholdOp::at_least || op == ThresholdOp::greater;
    }
};

/// The two results of an SLO (value, share of runs) and what follows from them.
///
/// value_verdict: met or missed when the whole interval lies on one side of the limit, inconclusive
/// otherwise and without bounds. runs_verdict: met when at least `in_share` of the runs meet the
/// limit, missed when the whole interval of that share lies below `in_share`, else inconclusive; a
/// run without an estimable value does not meet it, and the miss has to hold if it did. verdict:
/// missed when either is missed, met when both are met, else inconclusive.
struct Judgement {
    Verdict verdict = Verdict::none;
    /// Empty when it is not estimable. May be +infinity (see Estimate).
    std::optional<Estimate> value;
    Verdict value_verdict = Verdict::none;
    /// Share of runs that meet the limit, with its Clopper-Pearson interval (no bounds for one
    /// run); empty without runs.
    std::optional<Estimate> runs;
    Verdict runs_verdict = Verdict::none;
    std::size_t runs_met = 0;
    std::size_t runs_judged = 0;
    /// Runs whose value was missing (too few requests), or censored for durations.
    std::size_t missing = 0;
    std::optional<TwoWorlds> two_worlds;
};

/// A ratio such as success: pooled value and interval as ratio_interval(). Replications with
/// `all` = 0 have nothing to judge and are left out; when all are, the verdict is none.
Judgement judge_ratio(const Threshold& threshold, std::span<const RatioCount> replications);

/// A value per replication (mean, utilisation, a quantile over successes), with the Student t
/// interval of its mean. An empty value is not estimable: it is left out of the interval, its run
/// does not meet the limit and the value cannot be judged met. +infinity makes the value +infinity
/// without bounds; it is judged only when all of them are infinite.
Judgement judge_values(const Threshold& threshold,
                       std::span<const std::optional<double>> replications);

/// Durations such as recovery, which may not have ended within the run: empty means censored and
/// counts as +infinity. The value is the median with its order-statistic interval (below 6 runs at
/// 95 % there are no bounds, hence inconclusive), never a mean. `<=` is met when the upper end of
/// that interval is at or below the limit and missed when the lower end is above it; the share of
/// runs as everywhere. Runs split into recovered and censored are two worlds.
Judgement judge_durations(const Threshold& threshold,
                          std::span<const std::optional<double>> replications);

/// Share of runs with a value (recovered), with its Clopper-Pearson interval; not empty.
Estimate share_present(std::span<const std::optional<double>> replications, double confidence);

}  // namespace sim
