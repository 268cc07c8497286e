#include <algorithm>
#include <cmath>

#include "sim/core/assert.hpp"
#include "sim/experiment/comparison.hpp"
#include "sim/stats/difference.hpp"
#include "sim/stats/distributions.hpp"
#include "sim/stats/interval.hpp"
#include "sim/stats/summary.hpp"

namespace sim {

namespace {

using Row = std::vector<double>;

bool all_finite(const Row& row) {
    return std::all_of(row.begin(), row.end(), [](double value) { return std::isfinite(value); });
}

bool compares_medians(const DecisionRule& rule, const Row& a, const Row& b) {
    return rule.kind == RuleKind::median_value || !all_finite(a) || !all_finite(b);
}

std::size_t common_length(const Row& a, const Row& b) { return std::min(a.size(), b.size()); }

Row first_of(const Row& row, std::size_t count) {
    return {row.begin(), row.begin() + static_cast<std::ptrdiff_t>(count)};
}

/// Two runs that both never recovered do not differ.
double difference_of(double a, double b) { return a == b ? 0 : a - b; }

double typical(const DecisionRule& rule, const Row& row) {
    if (rule.kind == RuleKind::median_value || !all_finite(row)) {
        return median_interval(row, 0.5).value;
    }
    return summarise(row).mean;
}

double matters_between(const DecisionRule& rule, const Row& a, const Row& b) {
    if (!rule.matters.relative) return rule.matters.amount;
    const double smaller = std::min(std::abs(typical(rule, a)), std::abs(typical(rule, b)));
    return std::isinf(smaller) ? 0 : rule.matters.amount * smaller;
}

PairResult start_pair(const DecisionRule& rule, std::size_t a, std::size_t b, double matters) {
    PairResult pair;
    pair.a = a;
    pair.b = b;
    pair.metric = rule.name;
    pair.matters = matters;
    for (std::size_t i = 0; i < common_length(rule.values[a], rule.values[b]); ++i) {
        const double lead = lead_of(rule, a, b, i);
        pair.runs_a_ahead += lead > matters ? 1 : 0;
        pair.runs_b_ahead += lead < -matters ? 1 : 0;
    }
    return pair;
}

void compare_means(const Row& a, const Row& b, double confidence, PairResult& pair) {
    const Difference difference = paired_difference(a, b, confidence, pair.matters);
    pair.difference = difference.estimate;
    pair.p = difference.p;
    pair.pairing_gain = pairing_gain(a, b);
}

/// Sign test of "the median difference lies within the margin" (David and Nagaraja, section 7.1:
/// the twin of the order-statistic interval); ties and infinities are no obstacle.
void compare_medians(const Row& a, const Row& b, double confidence, PairResult& pair) {
    Row differences(a.size());
    for (std::size_t i = 0; i < a.size(); ++i) differences[i] = difference_of(a[i], b[i]);
    pair.difference = median_interval(differences, confidence);
    if (differences.size() < 2) return;
    const std::size_t most = std::max(pair.runs_a_ahead, pair.runs_b_ahead);
    pair.p = std::min(1.0, 2 * binomial_upper_tail(most, differences.size(), 0.5));
}

PairResult compare_values(const DecisionRule& rule, std::size_t a, std::size_t b,
                          double confidence) {
    const auto both = common_length(rule.values[a], rule.values[b]);
    const Row left = first_of(rule.values[a], both);
    const Row right = first_of(rule.values[b], both);
    PairResult pair = start_pair(rule, a, b, matters_between(rule, left, right));
    pair.identical = left == right;
    if (pair.identical) {
        pair.difference = {.value = 0,
                           .low = {},
                           .high = {},
                           .method = IntervalMethod::identical,
                           .n = left.size()};
    } else if (compares_medians(rule, left, right)) {
        compare_medians(left, right, confidence, pair);
    } else {
        compare_means(left, right, confidence, pair);
    }
    return pair;
}

PairVerdict verdict_of_counts(const DecisionRule& rule, std::size_t a, std::size_t b) {
    if (rule.met[a] > rule.met[b] + rule.inconclusive[b]) return PairVerdict::better;
    if (rule.met[b] > rule.met[a] + rule.inconclusive[a]) return PairVerdict::worse;
    const bool equal = rule.met[a] == rule.met[b] && rule.inconclusive[a] == rule.inconclusive[b];
    return equal ? PairVerdict::tied : PairVerdict::inconclusive;
}

PairResult compare_counts(const DecisionRule& rule, std::size_t a, std::size_t b) {
    PairResult pair = start_pair(rule, a, b, 0);
    pair.difference.value = static_cast<double>(rule.met[a]) - static_cast<double>(rule.met[b]);
    pair.difference.n = common_length(rule.values[a], rule.values[b]);
    pair.verdict = verdict_of_counts(rule, a, b);
    pair.identical = pair.verdict == PairVerdict::tied && rule.values[a] == rule.values[b];
    return pair;
}

/// Every pair counts in the family, identical ones too, so that it does not depend on the data.
void adjust_by_holm(std::vector<PairResult>& pairs) {
    std::vector<double> p_values;
    p_values.reserve(pairs.size());
    for (const PairResult& pair : pairs) p_values.push_back(pair.p.value_or(1.0));
    const std::vector<double> adjusted = holm_adjust(p_values);
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        if (pairs[i].p) pairs[i].p_holm = adjusted[i];
    }
}

bool is_tied(const PairResult& pair) {
    if (pair.identical) return pair.difference.n > 1;
    return pair.difference.has_bounds() && *pair.difference.low >= -pair.matters &&
           *pair.difference.high <= pair.matters;
}

bool a_is_ahead(const DecisionRule& rule, const PairResult& pair) {
    const auto both = common_length(rule.values[pair.a], rule.values[pair.b]);
    if (compares_medians(rule, first_of(rule.values[pair.a], both),
                         first_of(rule.values[pair.b], both))) {
        return pair.runs_a_ahead > pair.runs_b_ahead;
    }
    return (pair.difference.value > 0) == (rule.better == Better::higher);
}

PairVerdict verdict_of_values(const DecisionRule& rule, const PairResult& pair, double confidence) {
    if (pair.p_holm && *pair.p_holm <= 1 - confidence) {
        return a_is_ahead(rule, pair) ? PairVerdict::better : PairVerdict::worse;
    }
    return is_tied(pair) ? PairVerdict::tied : PairVerdict::inconclusive;
}

void check_shape(const DecisionRule& rule) {
    SIM_ASSERT(!rule.values.empty() && !rule.values.front().empty());
    for (const Row& row : rule.values) {
        SIM_ASSERT(!row.empty());
        for (const double value : row) SIM_ASSERT(!std::isnan(value));
    }
    if (rule.kind != RuleKind::slos_met) return;
    SIM_ASSERT(rule.better == Better::higher);
    SIM_ASSERT(rule.met.size() == rule.values.size());
    SIM_ASSERT(rule.inconclusive.size() == rule.values.size());
}

}  // namespace

std::string_view name_of(PairVerdict verdict) {
    switch (verdict) {
        case PairVerdict::better:
            return "better";
        case PairVerdict::worse:
            return "worse";
        case PairVerdict::tied:
            return "tied";
        case PairVerdict::inconclusive:
            return "inconclusive";
    }
    fail_assertion("a known pair verdict", __FILE__, __LINE__);
}

double lead_of(const DecisionRule& rule, std::size_t a, std::size_t b, std::size_t replication) {
    const double difference =
        difference_of(rule.values[a][replication], rule.values[b][replication]);
    return rule.better == Better::higher ? difference : -difference;
}

double point_value(const DecisionRule& rule, std::size_t strategy) {
    if (rule.kind == RuleKind::slos_met) return static_cast<double>(rule.met[strategy]);
    return typical(rule, rule.values[strategy]);
}

std::vector<PairResult> compare_pairs(const DecisionRule& rule, double confidence) {
    SIM_ASSERT(confidence > 0 && confidence < 1);
    check_shape(rule);
    std::vector<PairResult> pairs;
    const bool counts = rule.kind == RuleKind::slos_met;
    for (std::size_t a = 0; a < rule.values.size(); ++a) {
        for (std::size_t b = a + 1; b < rule.values.size(); ++b) {
            pairs.push_back(counts ? compare_counts(rule, a, b)
                                   : compare_values(rule, a, b, confidence));
        }
    }
    if (counts) return pairs;
    adjust_by_holm(pairs);
    for (PairResult& pair : pairs) pair.verdict = verdict_of_values(rule, pair, confidence);
    return pairs;
}

}  // namespace sim
