#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/stats/estimate.hpp"

namespace sim {

/// The smallest difference worth naming: below it strategies are tied, however sure it is.
struct Matters {
    double amount = 0;
    /// `amount` is a share of the smaller of the two means (of absolute values).
    bool relative = false;
};
inline constexpr Matters kRatioMatters{0.001, false};    ///< 0.1 point
inline constexpr Matters kLatencyMatters{0.05, true};    ///< 5 %
inline constexpr Matters kRecoveryMatters{10.0, false};  ///< 10 s

enum class Better { higher, lower };

/// How a rule compares. `slos_met`: counts of verdicts. `mean_value`: mean of the paired
/// differences, Student t. `median_value`: median of the paired differences with the sign test, for
/// durations that may be +infinity (censored); a pair of strategies with an infinite value is
/// compared so by mean_value too.
enum class RuleKind { slos_met, mean_value, median_value };

/// A rule of `decideBy` with its data, `[strategy][replication]`.
struct DecisionRule {
    std::string name;
    RuleKind kind = RuleKind::mean_value;
    Better better = Better::higher;
    Matters matters;
    /// The metric per replication; for slos_met the number of SLO x group that the replication
    /// meets on its own. No row is empty; of two of different length, as `auto` leaves them, those
    /// replications are compared that both have.
    std::vector<std::vector<double>> values;
    /// slos_met only: SLO x group judged met, and those judged inconclusive, per strategy.
    std::vector<std::size_t> met;
    std::vector<std::size_t> inconclusive;
};

enum class PairVerdict { better, worse, tied, inconclusive };
/// "better", "worse", "tied", "inconclusive".
std::string_view name_of(PairVerdict verdict);

/// Strategy a against strategy b (a < b) by one rule.
struct PairResult {
    std::size_t a = 0;
    std::size_t b = 0;
    std::string metric;
    /// a - b over paired replications; for slos_met the difference of the counts, without bounds.
    Estimate difference;
    bool identical = false;
    /// The difference from which it matters, in the unit of the value.
    double matters = 0;
    /// Two-sided p of "the difference does not matter" (|a - b| <= matters), and Holm's adjustment
    /// of it over all pairs of the rule. Empty without bounds, when identical, and for slos_met.
    std::optional<double> p;
    std::optional<double> p_holm;
    /// Of a, seen from b. better or worse: p_holm <= 1 - confidence. tied: identical, or the whole
    /// interval lies within +-matters. For slos_met: better when `met` exceeds the other's met +
    /// inconclusive, tied when both counts are equal, else inconclusive.
    PairVerdict verdict = PairVerdict::inconclusive;
    /// Replications in which a (b) is ahead by more than `matters`.
    std::size_t runs_a_ahead = 0;
    std::size_t runs_b_ahead = 0;
    /// See pairing_gain() in sim/stats/difference.hpp.
    std::optional<double> pairing_gain;
};

/// What one rule says on its own.
struct RuleOutcome {
    std::string name;
    /// Better than every other strategy.
    std::optional<std::size_t> winner;
    /// Best point value, whether or not it is established; the first of equals.
    std::size_t leader = 0;
    /// Replications in which the leader is ahead of every other strategy by more than `matters`.
    std::size_t runs_agree = 0;
    std::vector<PairResult> pairs;
};

struct Comparison {
    /// Empty: tied or inconclusive.
    std::optional<std::size_t> winner;
    /// Index into `rules` of the rule that decided; empty without a winner.
    std::optional<std::size_t> decided_by;
    /// Best by point values in the order of the rules, whether or not it is established (what to
    /// show while runs are still going on); the first of equals.
    std::size_t leader = 0;
    /// The strategies that are still in the race when the rules end; one when there is a winner.
    std::vector<std::size_t> candidates;
    double confidence = 0.95;
    std::size_t replications = 0;
    /// One per rule, in the order of decideBy: also who would win under the others.
    std::vector<RuleOutcome> rules;
    /// Strategies tied with each other under every rule; groups of two and more, disjoint.
    std::vector<std::vector<std::size_t>> tied;
    /// Median over all pairs of all value rules; empty when nowhere defined.
    std::optional<double> pairing_gain;
};

/// All pairs of one rule. Pure; usable for metrics that decide nothing. `confidence` in (0, 1).
std::vector<PairResult> compare_pairs(const DecisionRule& rule, double confidence);

/// The number that a rule ranks a strategy by: its count of met, its mean or its median (which also
/// stands in for a mean when a value is infinite).
double point_value(const DecisionRule& rule, std::size_t strategy);

/// How far a is ahead of b in one replication: positive is better, whatever the direction; 0 when
/// both are equally infinite.
double lead_of(const DecisionRule& rule, std::size_t a, std::size_t b, std::size_t replication);

/// Applies the rules in order. The strategies that remain are first all; a rule drops those that
/// lose against one that remains, and decides when only one is left; when all that are left are
/// tied the next rule is asked, otherwise there is no winner. A single strategy wins nothing.
Comparison compare(const std::vector<DecisionRule>& rules, double confidence);

}  // namespace sim
