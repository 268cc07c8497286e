// Warnings about what the replications can say of the SLOs.
#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include <fmt/format.h>

#include "models/analysis/format.hpp"
#include "models/analysis/warnings.hpp"
#include "sim/stats/interval.hpp"
#include "sim/stats/sequential.hpp"

namespace models {

namespace {

/// Counts of one cell over the replications.
struct Pooled {
    std::uint64_t good = 0;
    std::uint64_t all = 0;
};
Pooled pooled_share(const StrategyRuns& strategy, std::size_t cell) {
    Pooled pooled;
    for (const auto& run : strategy.runs) {
        pooled.good += run.slos[cell].share.good;
        pooled.all += run.slos[cell].share.all;
    }
    return pooled;
}

std::string cell_text(const SloCell& cell) {
    const auto& subject = cell.rule.service ? *cell.rule.service : cell.subject.group;
    return subject.empty() ? cell.rule.name : cell.rule.name + ", " + subject;
}

/// One number for the command line, never one that cannot be run.
std::string runs_remedy(double runs) {
    if (runs > 100'000) {
        return fmt::format(
            "it would take {} runs: a longer `experiment.duration` or more load "
            "shows more in each, or ask for less",
            number_text(runs));
    }
    return fmt::format("--runs {:.0f}", runs);
}

void add_too_few_runs(const WarningInput& input, std::vector<Warning>& warnings) {
    const auto runs = input.result.replications;
    if (runs < 2) {
        warnings.push_back({WarningKind::too_few_runs,
                            "one run has no interval: nothing can be judged or compared",
                            "--runs 10", ""});
        return;
    }
    const auto least = sim::order_statistic_minimum(0.5, input.settings.experiment.confidence);
    for (const auto& slo : input.settings.slos) {
        if (rule_of(slo) != SloRule::durations || runs >= least) continue;
        if (input.strategies.front().frame.faults.empty()) continue;
        warnings.push_back(
            {WarningKind::too_few_runs,
             fmt::format("the median of {} runs has no interval at {}: it takes {}", runs,
                         percent_text(input.settings.experiment.confidence, 0), least),
             fmt::format("--runs {}", least), slo.name});
    }
}

/// What a strategy says of a cell, as the first that says it; others are counted by name.
template <class Find>
void add_per_cell(const WarningInput& input, const Find& find, std::vector<Warning>& warnings) {
    const auto& cells = input.strategies.front().cells;
    for (std::size_t cell = 0; cell < cells.size(); ++cell) {
        if (!cells[cell].judges) continue;
        std::optional<Warning> first;
        std::vector<std::string> names;
        for (std::size_t s = 0; s < input.strategies.size(); ++s) {
            auto found = find(s, cell);
            if (!found) continue;
            names.push_back(input.strategies[s].name);
            if (!first) first = std::move(found);
        }
        if (!first) continue;
        first->where = cell_text(cells[cell]);
        if (names.size() < input.strategies.size()) first->where += ", under " + listed(names);
        warnings.push_back(std::move(*first));
    }
}

/// A percentile for which some run had too few requests.
std::optional<Warning> missing_percentile(const WarningInput& input, std::size_t strategy,
                                          std::size_t cell) {
    const auto& runs = input.strategies[strategy];
    const auto& judged = input.result.strategies[strategy].cells[cell];
    const double p = quantile_of(runs.cells[cell].rule.metric);
    const bool within = rule_of(runs.cells[cell].rule) == SloRule::within;
    const auto missing = within ? judged.percentile.missing : judged.judgement.missing;
    if (p == 0 || missing == 0) return std::nullopt;
    std::uint64_t fewest = std::numeric_limits<std::uint64_t>::max();
    for (const auto& run : runs.runs) fewest = std::min(fewest, run.slos[cell].share.all);
    const double needed = std::ceil(10 / (1 - p) - 1e-6);
    return Warning{
        WarningKind::percentile,
        fmt::format("{} of {} runs have too few requests for it: {} needs {}, the fewest are {}",
                    missing, runs.runs.size(), to_string(runs.cells[cell].rule.metric),
                    number_text(needed), number_text(static_cast<double>(fewest))),
        "more load, a longer `experiment.duration` or phase, or a lower percentile", ""};
}

/// Nothing has happened, and that is not enough to say that it is as rare as it has to be.
std::optional<Warning> never_seen(const WarningInput& input, std::size_t strategy,
                                  std::size_t cell) {
    const auto& runs = input.strategies[strategy];
    const auto& rule = runs.cells[cell].rule;
    const auto& judged = input.result.strategies[strategy].cells[cell];
    const auto kind = rule_of(rule);
    if (kind != SloRule::ratio && kind != SloRule::within) return std::nullopt;
    if (judged.judgement.value_verdict != sim::Verdict::inconclusive) return std::nullopt;
    const auto pooled = pooled_share(runs, cell);
    const bool wants_much = threshold_of(input.settings, rule).low_is_bad();
    const auto events = wants_much ? pooled.all - pooled.good : pooled.good;
    if (pooled.all == 0 || events > 0 || runs.runs.size() < 2) return std::nullopt;
    const double confidence = input.settings.experiment.confidence;
    const double allowed = wants_much ? 1 - judged.judged_limit : judged.judged_limit;
    const auto n = static_cast<double>(pooled.all);
    Warning warning{
        WarningKind::rare_event,
        fmt::format("none of {} requests {}: at {} that shows at most {}", number_text(n),
                    wants_much ? "missed it" : "were so", percent_text(confidence, 0),
                    percent_text(sim::zero_events_bound(pooled.all, confidence), 4)),
        "", ""};
    if (allowed <= 0) {
        warning.remedy = "no number of runs shows that something never happens: ask for less";
        return warning;
    }
    // The interval of a verdict is two-sided.
    const auto needed = sim::trials_for_bound(allowed, 1 - (1 - confidence) / 2);
    const double per_run = n / static_cast<double>(runs.runs.size());
    warning.text += fmt::format(", and {} is asked for", percent_text(allowed, 4));
    warning.remedy = runs_remedy(std::ceil(static_cast<double>(needed) / per_run));
    return warning;
}

}  // namespace

std::vector<Warning> find_slo_warnings(const WarningInput& input) {
    std::vector<Warning> warnings;
    add_too_few_runs(input, warnings);
    add_per_cell(
        input, [&](std::size_t s, std::size_t cell) { return missing_percentile(input, s, cell); },
        warnings);
    add_per_cell(
        input, [&](std::size_t s, std::size_t cell) { return never_seen(input, s, cell); },
        warnings);
    return warnings;
}

}  // namespace models
