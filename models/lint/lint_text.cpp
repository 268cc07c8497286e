#include <fmt/format.h>

#include <map>

#include "models/analysis/format.hpp"
#include "models/lint/lint.hpp"

namespace models {

namespace {

constexpr std::size_t kColumns = 96;

/// `text` in lines of at most kColumns, each after `indent` spaces; the first after `label`.
std::string wrapped(std::string_view label, std::string_view text, std::size_t indent) {
    std::string out(label);
    std::size_t column = label.size();
    std::size_t at = 0;
    bool first = true;
    while (at < text.size()) {
        const std::size_t end = std::min(text.find(' ', at), text.size());
        const std::string_view word = text.substr(at, end - at);
        if (!first && column + 1 + word.size() > kColumns) {
            out += "\n" + std::string(indent, ' ');
            column = indent;
        } else if (!first) {
            out += " ";
            ++column;
        }
        out += word;
        column += word.size();
        first = false;
        at = end + 1;
    }
    return out + "\n";
}

/// The lines of a snippet, each after `indent` spaces.
std::string indented(std::string_view text, std::size_t indent) {
    std::string out;
    for (std::size_t at = 0; at <= text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        out += std::string(indent, ' ') + std::string(text.substr(at, end - at)) + "\n";
        at = end + 1;
    }
    return out;
}

}  // namespace

std::string finding_text(const LintFinding& finding) {
    if (finding.everywhere) return finding.message;
    return fmt::format("{} (in {})", finding.message, listed(finding.strategies));
}

std::string render_finding(const LintFinding& finding, const sim::SourceMap& sources) {
    sim::Diagnostics one;
    const std::string id = finding.rule == nullptr ? "" : std::string(finding.rule->id) + ": ";
    one.add({finding.severity, finding.range, id + finding_text(finding), "", {}, ""});
    std::string text = one.render(sources);
    if (finding.rule == nullptr) return text;
    text += wrapped("   why: ", finding.rule->why, 8);
    text += wrapped("   source: ", finding.rule->source, 11);
    text += fmt::format("   demo: firedrill run {}\n", finding.rule->demo);
    return text;
}

std::string expected_line(const LintResult& result) {
    std::vector<std::pair<std::string, std::vector<std::string>>> groups;
    for (const LintExpectation& one : result.expected) {
        if (one.met == 0) continue;
        const auto found = std::find_if(groups.begin(), groups.end(), [&](const auto& group) {
            return group.first == one.strategy;
        });
        auto& group = found == groups.end()
                          ? groups.emplace_back(one.strategy, std::vector<std::string>{})
                          : *found;
        group.second.push_back(one.rule.text);
    }
    std::string text;
    for (const auto& [strategy, rules] : groups) {
        if (!text.empty()) text += "; ";
        text += listed(rules) + (strategy.empty() ? "" : " in " + strategy);
    }
    return text.empty() ? text : wrapped("  expected: ", text, 4);
}

std::string explain_rule(const LintRule& rule) {
    std::string text = fmt::format("{}  {} ({}, {})\n\n", rule.id, rule.title,
                                   sim::name_of(rule.severity), to_string(rule.category));
    text += wrapped("  when    ", rule.condition, 10);
    text += wrapped("  why     ", rule.why, 10);
    text += wrapped("  source  ", rule.source, 10);
    text += "\n  bad\n" + indented(rule.bad, 4);
    text += "  good\n" + indented(rule.good, 4);
    text += fmt::format("\n  see it  firedrill run {}\n", rule.demo);
    text += fmt::format("  on purpose: `expect: [{}]` in a strategy, or at the top of the file\n",
                        rule.id);
    return text;
}

std::string list_rules() {
    std::string text;
    for (const LintRule& rule : lint_rules()) {
        text += fmt::format("  {}  {:<7}  {}\n", rule.id, sim::name_of(rule.severity), rule.title);
    }
    return text;
}

}  // namespace models
