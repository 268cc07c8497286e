#include "models/lint/lint.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <compare>
#include <map>
#include <optional>
#include <tuple>

namespace models {

namespace {

/// Hits of one rule that are one finding.
struct Lump {
    LintHit worst;
    std::vector<std::string> subjects;
    std::vector<std::string> strategies;
    std::optional<std::size_t> expected_by{};  ///< index of the first expectation
};

std::string key_of(const LintHit& hit) {
    if (!hit.lump.empty()) return hit.lump;
    return fmt::format("{}:{}:{}", hit.range.file, hit.range.line, hit.range.column);
}

void add_once(std::vector<std::string>& words, const std::string& word) {
    if (!word.empty() && std::find(words.begin(), words.end(), word) == words.end()) {
        words.push_back(word);
    }
}

/// "; so have a, b and 3 more".
std::string others_text(const Lump& lump) {
    constexpr std::size_t kNamed = 3;
    std::vector<std::string> others;
    for (const std::string& one : lump.subjects) {
        if (one != lump.worst.subject) others.push_back(one);
    }
    if (others.empty()) return {};
    std::string text = "; also ";
    for (std::size_t i = 0; i < std::min(kNamed, others.size()); ++i) {
        text += (i == 0 ? "" : ", ") + others[i];
    }
    if (others.size() > kNamed) text += fmt::format(" and {} more", others.size() - kNamed);
    return text;
}

class Linter {
  public:
    Linter(const Scenario& scenario, const std::vector<LintSystem>& systems)
        : scenario_(scenario), systems_(systems) {
        for (const ExpectedRule& rule : scenario.expect) result_.expected.push_back({rule});
        for (const StrategySpec& strategy : scenario.strategies) {
            for (const ExpectedRule& rule : strategy.expect) {
                result_.expected.push_back({rule, strategy.name.text});
            }
        }
    }

    LintResult run() {
        for (std::size_t i = 0; i < systems_.size(); ++i) {
            const LintContext context(scenario_, i, systems_[i]);
            for (const LintRule& rule : lint_rules()) apply(rule, context, i);
        }
        for (const auto& [key, lump] : lumps_) add_finding(key, lump);
        note_idle_expectations();
        const auto comes_first = [](const LintFinding& a, const LintFinding& b) {
            return std::tie(a.range.file, a.range.line, a.range.column) <
                   std::tie(b.range.file, b.range.line, b.range.column);
        };
        std::stable_sort(result_.findings.begin(), result_.findings.end(), comes_first);
        std::stable_sort(result_.as_expected.begin(), result_.as_expected.end(),
                         [&](const ExpectedFinding& a, const ExpectedFinding& b) {
                             return comes_first(a.finding, b.finding);
                         });
        return std::move(result_);
    }

  private:
    /// What hits share that are one finding: the rule, the place or the lump, and why they are
    /// expected, if they are.
    struct Key {
        std::string rule;
        std::string place;
        std::optional<std::string> reason;

        auto operator<=>(const Key&) const = default;
    };

    void apply(const LintRule& rule, const LintContext& context, std::size_t strategy) {
        LintHits hits;
        rule.check(context, hits);
        const std::string& name = scenario_.strategies[strategy].name.text;
        for (const LintHit& hit : hits.all()) {
            const auto expected = expected_by(rule.id, name);
            std::optional<std::string> reason;
            if (expected) reason = result_.expected[*expected].what.reason;
            Lump& lump = lumps_[{std::string(rule.id), key_of(hit), std::move(reason)}];
            if (!lump.expected_by) lump.expected_by = expected;
            add_once(lump.subjects, hit.subject);
            add_once(lump.strategies, name);
            if (lump.worst.message.empty() || hit.weight > lump.worst.weight) lump.worst = hit;
        }
    }

    /// Counts every expectation that the hit meets; the first of them.
    std::optional<std::size_t> expected_by(std::string_view rule, const std::string& strategy) {
        std::optional<std::size_t> first;
        for (std::size_t i = 0; i < result_.expected.size(); ++i) {
            LintExpectation& one = result_.expected[i];
            const bool meant =
                one.what.rule.text == rule && (one.strategy.empty() || one.strategy == strategy);
            if (!meant) continue;
            ++one.met;
            if (!first) first = i;
        }
        return first;
    }

    void add_finding(const Key& key, const Lump& lump) {
        LintFinding finding;
        finding.rule = find_lint_rule(key.rule);
        finding.severity = lump.worst.severity.value_or(finding.rule->severity);
        finding.range = lump.worst.range;
        finding.message = lump.worst.message + others_text(lump);
        finding.strategies = lump.strategies;
        finding.everywhere = lump.strategies.size() == scenario_.strategies.size();
        if (lump.expected_by) {
            const ExpectedRule& what = result_.expected[*lump.expected_by].what;
            result_.as_expected.push_back({std::move(finding), what.reason, what.rule.range});
        } else {
            result_.findings.push_back(std::move(finding));
        }
    }

    void note_idle_expectations() {
        for (const LintExpectation& one : result_.expected) {
            if (one.met > 0) continue;
            LintFinding finding;
            const std::string& rule = one.what.rule.text;
            finding.severity = sim::Severity::note;
            finding.range = one.what.rule.range;
            finding.message =
                find_lint_rule(rule) == nullptr
                    ? fmt::format("there is no rule `{}`: `firedrill check --explain` lists them",
                                  rule)
                    : fmt::format("`{}` is expected{}, and is not found", rule,
                                  one.strategy.empty() ? "" : " of `" + one.strategy + "`");
            finding.everywhere = true;
            result_.findings.push_back(std::move(finding));
        }
    }

    const Scenario& scenario_;
    const std::vector<LintSystem>& systems_;
    std::map<Key, Lump> lumps_;
    LintResult result_;
};

}  // namespace

LintResult lint(const Scenario& scenario, const std::vector<LintSystem>& systems) {
    return Linter(scenario, systems).run();
}

}  // namespace models
