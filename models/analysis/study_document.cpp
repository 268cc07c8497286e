#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "models/analysis/deployment_digest.hpp"
#include "models/analysis/format.hpp"
#include "models/analysis/recovery.hpp"
#include "models/analysis/study_report.hpp"
#include "models/analysis/study_tables.hpp"
#include "sim/core/assert.hpp"
#include "sim/report/render.hpp"

namespace models {

namespace {

constexpr std::size_t kColumns = 100;

sim::Cell verdict_cell(sim::Verdict verdict, std::string text) {
    if (verdict == sim::Verdict::none) return {"nothing to judge", sim::Tone::quiet};
    return {std::move(text), tone_of(verdict), mark_of(verdict)};
}

/// A recovery that was not seen is longer than what the run could see.
std::string beyond_text(const StrategyRuns& strategy, const SloCell& cell) {
    if (rule_of(cell.rule) != SloRule::durations) {
        return "> patience";
    }
    double seen = 0;
    for (std::size_t f = 0; f < strategy.frame.faults.size(); ++f) {
        seen = std::max(seen, seconds_after(strategy.frame, f));
    }
    return "> " + seconds_text(seen);
}

std::string value_text(const StrategyRuns& strategy, std::size_t cell, const JudgedCell& judged) {
    const auto& definition = strategy.cells[cell];
    const auto& value = judged.judgement.value;
    if (!value) return "not estimable";
    if (std::isinf(value->value)) return beyond_text(strategy, definition);
    if (rule_of(definition.rule) == SloRule::within) return percent_text(value->value, 1) + " in";
    if (rule_of(definition.rule) == SloRule::durations) return seconds_text(value->value);
    return estimate_text(unit_of(definition.rule.metric), *value);
}

std::string subject_text(const SloCell& cell) {
    if (cell.rule.service) return *cell.rule.service;
    return cell.subject.group;
}

/// The SLOs under strategies [first, last).
sim::Table verdict_table_of(const StudySettings& settings,
                            const std::vector<StrategyRuns>& strategies, const StudyResult& result,
                            std::size_t first, std::size_t last) {
    sim::Table table;
    table.columns = {{"SLO"}, {"worst group"}, {"limit"}};
    for (std::size_t s = first; s < last; ++s) table.columns.push_back({strategies[s].name});
    for (std::size_t slo = 0; slo < settings.slos.size(); ++slo) {
        const auto& base = result.strategies[settings.baseline].slos[slo];
        std::vector<sim::Cell> row = {
            {settings.slos[slo].name},
            {subject_text(strategies[settings.baseline].cells[base.worst])},
            {limit_text(settings.slos[slo])}};
        for (std::size_t s = first; s < last; ++s) {
            const auto& judged = result.strategies[s].slos[slo];
            const auto text =
                value_text(strategies[s], judged.worst, result.strategies[s].cells[judged.worst]);
            row.push_back(verdict_cell(judged.verdict, text));
        }
        table.rows.push_back(std::move(row));
    }
    return table;
}

}  // namespace

/// As many strategies beside each other as fit; the rest in further tables.
std::vector<sim::Table> verdict_tables(const StudySettings& settings,
                                       const std::vector<StrategyRuns>& strategies,
                                       const StudyResult& result) {
    std::vector<sim::Table> tables;
    std::size_t first = 0;
    while (first < strategies.size()) {
        std::size_t last = strategies.size();
        auto table = verdict_table_of(settings, strategies, result, first, last);
        while (last > first + 1 && sim::table_width(table) > kColumns) {
            table = verdict_table_of(settings, strategies, result, first, --last);
        }
        tables.push_back(std::move(table));
        first = last;
    }
    return tables;
}

namespace {

/// Runs that fall into two groups make the mean describe no run: say so.
std::vector<std::string> two_worlds_lines(const StudyInput& input) {
    std::vector<std::string> lines;
    for (std::size_t slo = 0; slo < input.settings.slos.size(); ++slo) {
        const bool low_is_bad = threshold_of(input.settings, input.settings.slos[slo]).low_is_bad();
        for (std::size_t s = 0; s < input.strategies.size(); ++s) {
            const auto& strategy = input.result.strategies[s];
            const auto& worlds = strategy.cells[strategy.slos[slo].worst].judgement.two_worlds;
            if (!worlds) continue;
            lines.push_back(fmt::format("{}, {}: {}.", input.settings.slos[slo].name, strategy.name,
                                        sim::describe(*worlds, low_is_bad)));
        }
    }
    return lines;
}

std::string title_of(const StudyInput& input) {
    const bool twins = !input.strategies.front().frame.faults.empty();
    return fmt::format(
        "{}   {} {} x {} {}{}   (given these inputs)", input.scenario.name, input.strategies.size(),
        input.strategies.size() == 1 ? "strategy" : "strategies", input.result.replications,
        input.result.replications == 1 ? "run" : "runs", twins ? ", with and without faults" : "");
}

std::string verdict_word(sim::Verdict verdict) {
    switch (verdict) {
        case sim::Verdict::met:
            return "MET";
        case sim::Verdict::missed:
            return "MISSED";
        case sim::Verdict::inconclusive:
            return "INCONCLUSIVE";
        case sim::Verdict::none:
            return "NO SLOS";
    }
    SIM_ASSERT(false);
}

/// "the baseline (naive)"; one that is called `baseline` needs no name.
std::string baseline_text(const std::string& name) {
    return name == "baseline" ? "the baseline" : fmt::format("the baseline ({})", name);
}

std::string subject_of_verdict(const StudyInput& input) {
    switch (input.settings.require.kind) {
        case Require::Kind::baseline:
            return baseline_text(input.strategies[input.settings.baseline].name);
        case Require::Kind::named:
            return input.settings.require.name;
        case Require::Kind::any:
            return "the best strategy";
        case Require::Kind::all:
            return "the worst strategy";
    }
    SIM_ASSERT(false);
}

/// The strategy whose SLOs the last line counts.
const StrategyResult& counted_strategy(const StudyInput& input) {
    const auto& require = input.settings.require;
    for (const auto& strategy : input.result.strategies) {
        if (require.kind == Require::Kind::named ? strategy.name == require.name
                                                 : require.kind != Require::Kind::baseline &&
                                                       strategy.verdict == input.result.verdict) {
            return strategy;
        }
    }
    return input.result.strategies[input.settings.baseline];
}

}  // namespace

std::string verdict_sentence(const StudyInput& input) {
    const auto& strategy = counted_strategy(input);
    const auto subject = subject_of_verdict(input);
    const auto count = [&](sim::Verdict verdict) {
        return std::count_if(strategy.slos.begin(), strategy.slos.end(),
                             [&](const JudgedSlo& slo) { return slo.verdict == verdict; });
    };
    const auto slos = strategy.slos.size();
    switch (input.result.verdict) {
        case sim::Verdict::met:
            return fmt::format("{} meets {} of {} SLOs", subject, count(sim::Verdict::met), slos);
        case sim::Verdict::missed:
            return fmt::format("{} misses {} of {} SLOs", subject, count(sim::Verdict::missed),
                               slos);
        case sim::Verdict::inconclusive:
            return fmt::format("{}: {} of {} SLOs cannot be decided with {} runs", subject,
                               count(sim::Verdict::inconclusive), slos, input.result.replications);
        case sim::Verdict::none:
            return "nothing to judge";
    }
    SIM_ASSERT(false);
}

std::vector<std::string> finding_lines(const StudyInput& input) {
    auto findings = two_worlds_lines(input);
    for (auto& line : winner_lines(input)) findings.push_back(std::move(line));
    for (auto& line : ending_lines(input)) findings.push_back(std::move(line));
    for (auto& line : rule_lines(input)) findings.push_back(std::move(line));
    for (const auto& strategy : input.strategies) {
        for (auto& line : deployment_lines(strategy)) findings.push_back(std::move(line));
    }
    for (auto& line : why_lines(input)) findings.push_back(std::move(line));
    return findings;
}

sim::Mark mark_of(sim::Verdict verdict) {
    switch (verdict) {
        case sim::Verdict::met:
            return sim::Mark::good;
        case sim::Verdict::missed:
            return sim::Mark::bad;
        case sim::Verdict::inconclusive:
            return sim::Mark::unsure;
        case sim::Verdict::none:
            return sim::Mark::none;
    }
    SIM_ASSERT(false);
}

sim::Tone tone_of(sim::Verdict verdict) {
    switch (verdict) {
        case sim::Verdict::met:
            return sim::Tone::good;
        case sim::Verdict::missed:
            return sim::Tone::bad;
        case sim::Verdict::inconclusive:
            return sim::Tone::unsure;
        case sim::Verdict::none:
            return sim::Tone::plain;
    }
    SIM_ASSERT(false);
}

namespace {

void add_footer(const StudyInput& input, sim::Document& document) {
    document.blocks.emplace_back(sim::BlankLine{});
    document.blocks.emplace_back(sim::Paragraph{
        fmt::format("seed {} · fingerprint {:016x} · repeat:", input.settings.experiment.seed,
                    input.result.fingerprint)});
    document.blocks.emplace_back(
        sim::Paragraph{input.repeat_command, sim::Tone::plain, 2, 0, false});
    document.blocks.emplace_back(
        sim::Paragraph{std::string("how this was computed: ") + std::string(kMethodCommand) +
                           " · is it right: " + std::string(kValidationCommand),
                       sim::Tone::quiet});
    const auto tone = tone_of(input.result.verdict);
    document.blocks.emplace_back(sim::Banner{
        {"every number: add -o result.json"},
        {verdict_word(input.result.verdict) + "  " + verdict_sentence(input), tone},
        {fmt::format("exit {}", input.exit_code.value_or(exit_code(input.result.verdict)))}});
}

}  // namespace

sim::Document study_document(const StudyInput& input) {
    sim::Document document;
    document.title = title_of(input);
    const auto value = value_lines(input);
    for (const auto& line : value) {
        document.blocks.emplace_back(sim::Paragraph{line, sim::Tone::strong, 0, 2});
    }
    if (!value.empty()) document.blocks.emplace_back(sim::BlankLine{});
    if (!input.scenario.question.empty()) {
        document.blocks.emplace_back(sim::Paragraph{input.scenario.question, sim::Tone::quiet});
        document.blocks.emplace_back(sim::BlankLine{});
    }
    if (input.settings.slos.empty()) {
        document.blocks.emplace_back(plain_table(input));
    } else {
        bool first = true;
        for (auto& table : verdict_tables(input.settings, input.strategies, input.result)) {
            if (!first) document.blocks.emplace_back(sim::BlankLine{});
            first = false;
            document.blocks.emplace_back(std::move(table));
        }
    }
    const auto add_lines = [&](const std::vector<std::string>& lines) {
        for (const auto& line : lines) {
            document.blocks.emplace_back(sim::Paragraph{line, sim::Tone::plain, 0, 2});
        }
    };
    const auto findings = finding_lines(input);
    if (!findings.empty()) document.blocks.emplace_back(sim::BlankLine{});
    add_lines(findings);
    add_warnings(input.warnings, document);
    for (auto& table :
         {recovery_table(input), action_table(input), cache_table(input), queue_table(input)}) {
        if (table.rows.empty()) continue;
        document.blocks.emplace_back(sim::BlankLine{});
        document.blocks.emplace_back(table);
    }
    const auto first_detail = document.blocks.size();
    for (auto& table : {service_table(input), rule_table(input)}) {
        if (table.rows.empty()) continue;
        document.blocks.emplace_back(sim::BlankLine{});
        document.blocks.emplace_back(table);
    }
    add_lines({fmt::format("{} events in all runs.",
                           number_text(static_cast<double>(input.result.events)))});
    const auto last_detail = document.blocks.size();
    if (!input.notes.empty()) {
        document.blocks.emplace_back(sim::BlankLine{});
        document.blocks.emplace_back(sim::Notes{input.notes});
    }
    add_footer(input, document);
    document.data = study_json(input);
    document.data["report"] = sim::blocks_json(document, first_detail, last_detail);
    if (!input.verbose) {
        document.blocks.erase(document.blocks.begin() + static_cast<std::ptrdiff_t>(first_detail),
                              document.blocks.begin() + static_cast<std::ptrdiff_t>(last_detail));
    }
    return document;
}

}  // namespace models
