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
        group.second.push_back(one.what.rule.text);
    }
    std::string text;
    for (const auto& [strategy, rules] : groups) {
        if (!text.empty()) text += "; ";
        text += listed(rules) + (strategy.empty() ? "" : " in " + strategy);
    }
    return text.empty() ? text : wrapped("  expected: ", text, 4);
}

std::string expected_lines(const LintResult& result) {
    std::string text;
    for (const LintExpectation& one : result.expected) {
        if (one.met == 0) continue;
        auto label = "  expected: " + one.what.rule.text;
        if (!one.strategy.empty()) label += " in " + one.strategy;
        if (!one.what.reason.empty()) label += ": ";
        text += wrapped(label, one.what.reason, 4);
    }
    return text;
}

}  // namespace models
