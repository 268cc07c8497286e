#include "models/analysis/certainty.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>

#include <fmt/format.h>

#include "models/analysis/format.hpp"
#include "models/analysis/study.hpp"
#include "sim/core/assert.hpp"
#include "sim/experiment/looks.hpp"
#include "sim/stats/selection.hpp"
#include "sim/stats/sequential.hpp"
#include "sim/stats/summary.hpp"

namespace models {

namespace {

using State = CellCertainty::State;

/// Wanted of measures where there are no verdicts to be certain of.
constexpr double kPrecision = 0.05;

/// A cell of a strategy that is still open.
struct OpenCell {
    std::size_t strategy = 0;
    std::size_t cell = 0;
};

std::vector<OpenCell> judging_cells(const std::vector<StrategyRuns>& strategies) {
    std::vector<OpenCell> cells;
    for (std::size_t s = 0; s < strategies.size(); ++s) {
        for (std::size_t c = 0; c < strategies[s].cells.size(); ++c) {
            if (strategies[s].cells[c].judges) cells.push_back({s, c});
        }
    }
    return cells;
}

bool is_decided(sim::Verdict verdict) {
    return verdict == sim::Verdict::met || verdict == sim::Verdict::missed;
}

/// The value is nearer to its limit than anybody minds, and is known to be about there.
bool is_too_close(const StudySettings& settings, const StrategyRuns& runs, std::size_t cell) {
    if (runs.runs.size() < sim::kPatientReplications) return false;
    const auto threshold = threshold_of(settings, runs.cells[cell].rule);
    const auto judgement = judge_at(settings, runs, cell, settings.experiment.confidence);
    if (judgement.verdict == sim::Verdict::none) return true;
    if (!judgement.value || std::isinf(judgement.value->value)) return false;
    return std::abs(judgement.value->value - threshold.limit) <= threshold.matters;
}

/// Every cell counts in the family, also those that were decided before: what a look may get wrong
/// is then at most its level, whatever was decided when.
void judge_open_cells(const StudySettings& settings, std::size_t look,
                      std::vector<StrategyRuns>& strategies) {
    const auto cells = judging_cells(strategies);
    const double alpha = sim::alpha_of_look(look, 1 - settings.experiment.confidence);
    const auto decided_at = [&](std::size_t index, double confidence) {
        const auto& runs = strategies[cells[index].strategy];
        if (runs.automatic->cells[cells[index].cell].state == State::certain) return true;
        if (confidence >= 1) return false;  // a double cannot tell: nothing is that sure
        return is_decided(judge_at(settings, runs, cells[index].cell, confidence).verdict);
    };
    const auto decided = sim::decide_together(cells.size(), alpha, decided_at);
    for (std::size_t i = 0; i < cells.size(); ++i) {
        auto& runs = strategies[cells[i].strategy];
        auto& certainty = runs.automatic->cells[cells[i].cell];
        if (certainty.state == State::certain) continue;
        if (decided[i]) {
            // The verdict at any lower confidence is the same.
            const auto verdict =
                judge_at(settings, runs, cells[i].cell, settings.experiment.confidence).verdict;
            certainty = {State::certain, verdict, runs.runs.size()};
        } else if (is_too_close(settings, runs, cells[i].cell)) {
            certainty = {State::too_close, sim::Verdict::inconclusive, runs.runs.size()};
        } else {
            certainty.state = State::open;
        }
    }
}

/// How the SLOs of a strategy stand.
struct Standing {
    std::size_t met = 0;
    std::size_t open = 0;  ///< more replications may decide them
};

/// One group that misses it decides an SLO; until then every group counts.
Standing standing_of(const StudySettings& settings, const StrategyRuns& runs) {
    Standing standing;
    for (std::uint32_t slo = 0; slo < settings.slos.size(); ++slo) {
        bool missed = false;
        bool open = false;
        bool met = true;
        for (std::size_t c = 0; c < runs.cells.size(); ++c) {
            if (runs.cells[c].slo != slo || !runs.cells[c].judges) continue;
            const auto& certainty = runs.automatic->cells[c];
            missed = missed || certainty.verdict == sim::Verdict::missed;
            open = open || certainty.state == State::open;
            met = met && certainty.verdict == sim::Verdict::met;
        }
        standing.open += open && !missed ? 1 : 0;
        standing.met += met ? 1 : 0;
    }
    return standing;
}

/// Those that may meet as many SLOs as any; all of them where that decides nothing.
std::vector<std::size_t> racers(const StudySettings& settings,
                                const std::vector<Standing>& standings) {
    const auto& decide_by = settings.experiment.decide_by;
    const bool by_slos = decide_by.empty() || decide_by.front() == "slosMet";
    std::size_t most = 0;
    for (const auto& one : standings) most = std::max(most, one.met);
    std::vector<std::size_t> found;
    for (std::size_t s = 0; s < standings.size(); ++s) {
        if (!by_slos || standings[s].met + standings[s].open >= most) found.push_back(s);
    }
    return found;
}

bool is_finite(const std::vector<double>& row) {
    return std::all_of(row.begin(), row.end(), [](double value) { return std::isfinite(value); });
}

/// The indifference of the selection, in the unit of the rule.
double indifference_of(const sim::DecisionRule& rule) {
    if (!rule.matters.relative) return rule.matters.amount;
    double smallest = std::numeric_limits<double>::infinity();
    for (const auto& row : rule.values) {
        smallest = std::min(smallest, std::abs(sim::summarise(row).mean));
    }
    return rule.matters.amount * smallest;
}

/// Selection among those in the race: says of each how it stands. Where nothing can be selected by
/// (no values, or some without end) nobody waits for it.
void run_race(const StudySettings& settings, const std::vector<std::size_t>& race,
              std::vector<StrategyRuns>& strategies) {
    for (const auto s : race) strategies[s].automatic->end = AutoEnd::tied;
    std::vector<StrategyRuns> runs;
    for (const auto s : race) runs.push_back(strategies[s]);
    const auto rule = first_value_rule(settings, runs);
    if (!rule || rule->kind != sim::RuleKind::mean_value) return;
    const bool finite = std::all_of(rule->values.begin(), rule->values.end(), is_finite);
    const double indifference = finite ? indifference_of(*rule) : 0;
    if (!(indifference > 0)) return;
    const auto selection =
        sim::select_best(rule->values, {.indifference = indifference,
                                        .alpha = 1 - settings.experiment.confidence,
                                        .first_stage = sim::kLooks.front(),
                                        .larger_is_better = rule->better == sim::Better::higher});
    for (std::size_t i = 0; i < race.size(); ++i) {
        auto& end = strategies[race[i]].automatic->end;
        const bool remains = std::find(selection.remaining.begin(), selection.remaining.end(), i) !=
                             selection.remaining.end();
        if (!remains) {
            end = AutoEnd::dropped;
        } else if (selection.remaining.size() == 1) {
            end = AutoEnd::chosen;
        } else if (selection.verdict == sim::SelectionVerdict::exhausted) {
            end = AutoEnd::running;
        }
    }
}

/// A measure that has to be precise, over the replications so far.
struct PreciseMeasure {
    std::vector<double> values;
    double absolute = 0;  ///< a half width of so much will do
};

void add_measure(std::vector<Measure> values, double absolute, std::vector<PreciseMeasure>& all) {
    PreciseMeasure measure{{}, absolute};
    for (const auto& value : values) {
        // What is not there, or has no end, gets no more precise by more replications.
        if (!value || std::isinf(*value)) return;
        measure.values.push_back(*value);
    }
    all.push_back(std::move(measure));
}

/// The values of the SLOs; without any, success and mean latency of every journey.
std::vector<PreciseMeasure> precise_measures(const StudySettings& settings,
                                             const StrategyRuns& runs) {
    std::vector<PreciseMeasure> all;
    const auto& difference = settings.experiment.difference;
    for (std::size_t c = 0; c < runs.cells.size(); ++c) {
        if (!runs.cells[c].judges) continue;
        const auto matters = matters_of(runs.cells[c].rule, difference);
        std::vector<Measure> values;
        for (const auto& run : runs.runs) {
            values.push_back(judged_value(runs.cells[c], run.slos[c]));
        }
        add_measure(std::move(values), matters.relative ? 0 : matters.amount, all);
    }
    if (!settings.slos.empty()) return all;
    for (std::size_t flow = 0; flow < runs.frame.flows.size(); ++flow) {
        std::vector<Measure> success;
        std::vector<Measure> mean;
        for (const auto& run : runs.runs) {
            const auto& slice = run.flows[flow].front();
            success.push_back(
                ratio(static_cast<double>(slice.success), static_cast<double>(slice.offered)));
            mean.push_back(slice.mean);
        }
        add_measure(std::move(success), difference.ratio, all);
        add_measure(std::move(mean), 0, all);
    }
    return all;
}

/// Strategies with a measure that is not precise enough go on (Law and Kelton's stopping rule, with
/// Bonferroni over all measures of all strategies).
void ask_for_precision(const StudySettings& settings, std::vector<StrategyRuns>& strategies) {
    const double wanted = settings.precision.value_or(settings.slos.empty() ? kPrecision : 0);
    if (wanted <= 0) return;
    std::vector<std::vector<PreciseMeasure>> measures;
    sim::PrecisionGoal goal;
    goal.relative = wanted;
    goal.confidence = settings.experiment.confidence;
    goal.fewest = sim::kLooks.front();
    goal.most = sim::kMostReplications;
    goal.metrics = 0;
    for (const auto& strategy : strategies) {
        measures.push_back(precise_measures(settings, strategy));
        goal.metrics += measures.back().size();
    }
    goal.metrics = std::max<std::size_t>(1, goal.metrics);
    for (std::size_t s = 0; s < strategies.size(); ++s) {
        for (const auto& measure : measures[s]) {
            goal.absolute = measure.absolute;
            const auto check = sim::check_precision(measure.values, goal);
            if (check.reason != sim::StopReason::going_on) continue;
            strategies[s].automatic->end = AutoEnd::running;
        }
    }
}

}  // namespace

std::string_view to_string(CellCertainty::State state) {
    switch (state) {
        case State::open:
            return "open";
        case State::certain:
            return "certain";
        case State::too_close:
            return "too close to call";
    }
    SIM_ASSERT(false);
}

std::string_view to_string(AutoEnd end) {
    switch (end) {
        case AutoEnd::running:
            return "running";
        case AutoEnd::certain:
            return "certain";
        case AutoEnd::chosen:
            return "chosen";
        case AutoEnd::tied:
            return "tied";
        case AutoEnd::dropped:
            return "dropped";
        case AutoEnd::most:
            return "at the most";
    }
    SIM_ASSERT(false);
}

bool is_running(const StrategyRuns& strategy) {
    return !strategy.automatic || strategy.automatic->end == AutoEnd::running;
}

void look_at_verdicts(const StudySettings& settings, std::size_t look,
                      std::vector<StrategyRuns>& strategies) {
    for (auto& strategy : strategies) {
        if (!strategy.automatic) strategy.automatic.emplace();
        strategy.automatic->cells.resize(strategy.cells.size());
    }
    judge_open_cells(settings, look, strategies);
    std::vector<Standing> standings;
    for (const auto& strategy : strategies) standings.push_back(standing_of(settings, strategy));
    std::vector<std::size_t> race;
    for (const auto s : racers(settings, standings)) {
        if (strategies[s].automatic->end == AutoEnd::running) race.push_back(s);
    }
    if (race.size() > 1) run_race(settings, race, strategies);
    for (std::size_t s = 0; s < strategies.size(); ++s) {
        auto& end = strategies[s].automatic->end;
        const bool raced = std::find(race.begin(), race.end(), s) != race.end();
        if (end == AutoEnd::running && (!raced || race.size() < 2)) end = AutoEnd::certain;
        if (standings[s].open > 0) end = AutoEnd::running;
    }
    ask_for_precision(settings, strategies);
    for (auto& strategy : strategies) {
        auto& end = strategy.automatic->end;
        if (end == AutoEnd::running && strategy.runs.size() >= sim::kMostReplications) {
            end = AutoEnd::most;
        }
    }
}

std::string automatic_text(const StudySettings& settings,
                           const std::vector<StrategyRuns>& strategies) {
    if (!strategies.front().automatic) return "";
    std::map<std::string_view, std::vector<std::string>> names;
    std::size_t too_close = 0;
    for (const auto& strategy : strategies) {
        names[to_string(strategy.automatic->end)].push_back(
            fmt::format("{} after {}", strategy.name, strategy.runs.size()));
        for (const auto& cell : strategy.automatic->cells) {
            too_close += cell.state == State::too_close ? 1 : 0;
        }
    }
    const auto sure = percent_text(settings.experiment.confidence);
    std::string text =
        settings.slos.empty()
            ? fmt::format("auto, means within {}, {} sure:",
                          percent_text(settings.precision.value_or(kPrecision)), sure)
            : fmt::format("auto, all verdicts together {} sure:", sure);
    for (const auto& [end, who] : names) text += fmt::format(" {} {};", end, listed(who));
    if (too_close > 0) text += fmt::format(" {} too close to call;", too_close);
    text.back() = '.';
    return text;
}

}  // namespace models
