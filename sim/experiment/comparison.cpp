#include "sim/experiment/comparison.hpp"

#include <algorithm>
#include <numeric>
#include <span>

#include "sim/core/assert.hpp"

namespace sim {

namespace {

/// Pairs are listed (0,1), (0,2), ..., (1,2), ...; `count` is the number of strategies.
std::size_t pair_index(std::size_t a, std::size_t b, std::size_t count) {
    return a * count - a * (a + 1) / 2 + (b - a - 1);
}

class PairTable {
  public:
    PairTable(const std::vector<PairResult>& pairs, std::size_t count)
        : pairs_(pairs), count_(count) {}

    [[nodiscard]] bool beats(std::size_t x, std::size_t y) const {
        if (x == y) return false;
        const PairVerdict verdict = between(x, y).verdict;
        return verdict == (x < y ? PairVerdict::better : PairVerdict::worse);
    }
    [[nodiscard]] bool tied(std::size_t x, std::size_t y) const {
        return x == y || between(x, y).verdict == PairVerdict::tied;
    }

  private:
    [[nodiscard]] const PairResult& between(std::size_t x, std::size_t y) const {
        return pairs_[pair_index(std::min(x, y), std::max(x, y), count_)];
    }

    const std::vector<PairResult>& pairs_;
    std::size_t count_;
};

std::optional<std::size_t> sole_winner(const PairTable& table, std::size_t count) {
    for (std::size_t x = 0; count > 1 && x < count; ++x) {
        bool beats_all = true;
        for (std::size_t y = 0; y < count; ++y)
            beats_all = beats_all && (x == y || table.beats(x, y));
        if (beats_all) return x;
    }
    return std::nullopt;
}

/// Positive when x has the better point value.
double point_lead(const DecisionRule& rule, std::size_t x, std::size_t y) {
    const double mine = point_value(rule, x);
    const double others = point_value(rule, y);
    if (mine == others) return 0;  // both may be infinite
    return rule.better == Better::higher ? mine - others : others - mine;
}

std::size_t leader_by(std::span<const DecisionRule> rules) {
    std::size_t leader = 0;
    for (std::size_t x = 1; x < rules.front().values.size(); ++x) {
        for (const DecisionRule& rule : rules) {
            const double lead = point_lead(rule, x, leader);
            if (lead > 0) leader = x;
            if (lead != 0) break;
        }
    }
    return leader;
}

bool is_ahead(const DecisionRule& rule, const PairResult& pair, std::size_t leader,
              std::size_t replication) {
    const std::size_t other = pair.a == leader ? pair.b : pair.a;
    return lead_of(rule, leader, other, replication) > pair.matters;
}

/// Replications that every strategy has.
std::size_t common_length(const DecisionRule& rule) {
    std::size_t length = rule.values.front().size();
    for (const auto& row : rule.values) length = std::min(length, row.size());
    return length;
}

std::size_t runs_that_agree(const DecisionRule& rule, const std::vector<PairResult>& pairs,
                            std::size_t leader) {
    std::size_t agree = 0;
    for (std::size_t r = 0; r < common_length(rule); ++r) {
        const bool ahead_of_all = std::all_of(pairs.begin(), pairs.end(), [&](const auto& pair) {
            return (pair.a != leader && pair.b != leader) || is_ahead(rule, pair, leader, r);
        });
        agree += ahead_of_all ? 1 : 0;
    }
    return agree;
}

RuleOutcome apply_alone(const DecisionRule& rule, double confidence) {
    RuleOutcome outcome;
    outcome.name = rule.name;
    outcome.pairs = compare_pairs(rule, confidence);
    outcome.winner = sole_winner(PairTable(outcome.pairs, rule.values.size()), rule.values.size());
    outcome.leader = leader_by({&rule, 1});
    outcome.runs_agree = runs_that_agree(rule, outcome.pairs, outcome.leader);
    return outcome;
}

/// Without those that lose against a candidate whom nobody beats.
std::vector<std::size_t> surviving(const PairTable& table,
                                   const std::vector<std::size_t>& candidates) {
    const auto loses = [&](std::size_t x, const std::vector<std::size_t>& rivals) {
        return std::any_of(rivals.begin(), rivals.end(),
                           [&](std::size_t rival) { return table.beats(rival, x); });
    };
    std::vector<std::size_t> unbeaten;
    for (const std::size_t x : candidates) {
        if (!loses(x, candidates)) unbeaten.push_back(x);
    }
    std::vector<std::size_t> survivors;
    for (const std::size_t x : candidates) {
        if (!loses(x, unbeaten)) survivors.push_back(x);
    }
    return survivors;
}

bool all_tied(const PairTable& table, const std::vector<std::size_t>& members) {
    for (const std::size_t x : members) {
        for (const std::size_t y : members) {
            if (!table.tied(x, y)) return false;
        }
    }
    return true;
}

void decide(Comparison& result, std::size_t count) {
    for (std::size_t rule = 0; rule < result.rules.size(); ++rule) {
        const PairTable table(result.rules[rule].pairs, count);
        result.candidates = surviving(table, result.candidates);
        if (result.candidates.size() == 1) {
            result.winner = result.candidates.front();
            result.decided_by = rule;
            return;
        }
        if (!all_tied(table, result.candidates)) return;
    }
}

std::vector<std::vector<std::size_t>> tied_groups(const std::vector<RuleOutcome>& rules,
                                                  std::size_t count) {
    const auto tied = [&](std::size_t x, std::size_t y) {
        return std::all_of(rules.begin(), rules.end(), [&](const RuleOutcome& rule) {
            return PairTable(rule.pairs, count).tied(x, y);
        });
    };
    std::vector<std::vector<std::size_t>> groups;
    for (std::size_t x = 0; x < count; ++x) {
        const auto fitting = std::find_if(groups.begin(), groups.end(), [&](const auto& group) {
            return std::all_of(group.begin(), group.end(),
                               [&](std::size_t member) { return tied(x, member); });
        });
        if (fitting == groups.end()) {
            groups.push_back({x});
        } else {
            fitting->push_back(x);
        }
    }
    groups.erase(std::remove_if(groups.begin(), groups.end(),
                                [](const auto& group) { return group.size() < 2; }),
                 groups.end());
    return groups;
}

std::optional<double> median_pairing_gain(const std::vector<RuleOutcome>& rules) {
    std::vector<double> gains;
    for (const RuleOutcome& rule : rules) {
        for (const PairResult& pair : rule.pairs) {
            if (pair.pairing_gain) gains.push_back(*pair.pairing_gain);
        }
    }
    if (gains.empty()) return std::nullopt;
    std::sort(gains.begin(), gains.end());
    return (gains[(gains.size() - 1) / 2] + gains[gains.size() / 2]) / 2;
}

}  // namespace

Comparison compare(const std::vector<DecisionRule>& rules, double confidence) {
    SIM_ASSERT(!rules.empty());
    const std::size_t count = rules.front().values.size();
    Comparison result;
    result.confidence = confidence;
    for (const DecisionRule& rule : rules) {
        SIM_ASSERT(rule.values.size() == count);
        result.rules.push_back(apply_alone(rule, confidence));
    }
    result.replications = common_length(rules.front());
    result.candidates.resize(count);
    std::iota(result.candidates.begin(), result.candidates.end(), std::size_t{0});
    result.leader = leader_by(rules);
    if (count > 1) decide(result, count);
    result.tied = tied_groups(result.rules, count);
    result.pairing_gain = median_pairing_gain(result.rules);
    return result;
}

}  // namespace sim
