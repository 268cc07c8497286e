// What the faults cost, and how the experiment ended: the lines above and below the verdicts.
#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "models/analysis/blast_text.hpp"
#include "models/analysis/blast_value.hpp"
#include "models/analysis/format.hpp"
#include "models/analysis/study_report.hpp"

namespace models {

namespace {

/// More strategies than this do not fit a line that anybody reads.
constexpr std::size_t kMostListed = 5;

/// Of many strategies the baseline, and those that the winner was found among.
std::vector<std::size_t> told_strategies(const StudyInput& input) {
    std::vector<std::size_t> told;
    for (std::size_t s = 0; s < input.strategies.size(); ++s) {
        const bool all = input.strategies.size() <= kMostListed;
        const auto& comparison = input.result.comparison;
        const bool wins = comparison && comparison->winner && *comparison->winner == s;
        if (all || wins || s == input.settings.baseline) told.push_back(s);
    }
    return told;
}

}  // namespace

std::vector<std::string> value_lines(const StudyInput& input) {
    if (input.scenario.values.empty()) return {};
    std::vector<std::string> parts;
    for (const auto s : told_strategies(input)) {
        const auto& strategy = input.strategies[s];
        const auto runs = blast_runs(strategy);
        if (runs.empty()) return {};
        const double confidence = input.settings.experiment.confidence;
        const auto stories = value_stories(strategy.frame, runs, input.scenario.values, confidence);
        const auto money = money_stories(strategy.frame, runs, input.scenario.values, confidence);
        parts.push_back(fmt::format("{} {}", strategy.name, value_text(stories, money)));
    }
    return {fmt::format("Lost to the fault: {}.", fmt::join(parts, ", "))};
}

std::vector<std::string> ending_lines(const StudyInput& input) {
    std::vector<std::pair<BlastVerdict, std::vector<std::string>>> endings;
    for (const auto s : told_strategies(input)) {
        const auto& strategy = input.strategies[s];
        const auto runs = blast_runs(strategy);
        if (runs.empty()) return {};
        std::array<std::size_t, kBlastVerdicts> counts{};
        for (const auto& run : runs) ++counts[static_cast<std::size_t>(run.digest->verdict)];
        const auto verdict = prevailing(counts);
        auto known = std::find_if(endings.begin(), endings.end(),
                                  [&](const auto& one) { return one.first == verdict; });
        if (known == endings.end()) known = endings.insert(known, {verdict, {}});
        const auto times = counts[static_cast<std::size_t>(verdict)];
        const bool always = times == runs.size();
        known->second.push_back(
            always ? strategy.name
                   : fmt::format("{} ({} of {} runs)", strategy.name, times, runs.size()));
    }
    std::vector<std::string> parts;
    for (const auto& [verdict, names] : endings) {
        parts.push_back(fmt::format("{} {}", listed(names), to_string(verdict)));
    }
    return {fmt::format("How it ends: {}.", fmt::join(parts, "; "))};
}

}  // namespace models
