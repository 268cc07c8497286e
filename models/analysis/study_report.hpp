#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "models/analysis/capacity.hpp"
#include "models/analysis/explained.hpp"
#include "models/analysis/remedy.hpp"
#include "models/analysis/study.hpp"
#include "models/analysis/warm_up.hpp"
#include "models/analysis/warnings.hpp"
#include "models/analysis/why.hpp"
#include "models/analysis/written.hpp"
#include "models/scenario/resolved.hpp"
#include "models/scenario/scenario.hpp"
#include "sim/core/source_map.hpp"
#include "sim/report/document.hpp"

namespace models {

/// Everything that a report about a study may say. The references must outlive it.
struct StudyInput {
    const Scenario& scenario;
    const StudySettings& settings;
    const std::vector<StrategyRuns>& strategies;
    const StudyResult& result;
    std::string engine_version;
    std::string resolved;                         ///< the effective scenario, as YAML
    std::string repeat_command;                   ///< as typed
    std::vector<std::string> notes;               ///< ignored sections, stopped early
    std::size_t planned = 0;                      ///< replications that were asked for
    bool verbose = false;                         ///< the text report lists services too
    std::optional<int> exit_code;                 ///< when it is not the verdict's (interrupted)
    std::optional<Why> why{};                     ///< of the baseline
    std::optional<HelpingStrategy> help{};        ///< what would have helped it
    std::optional<ExplainedRequest> explained{};  ///< one request of it, where somebody sees it
    WrittenSettings written{};                    ///< of strategies and faults; may be empty
    StudyWarmUp warm_up{};                        ///< when it was looked for
    std::vector<Warning> warnings{};              ///< of find_warnings
    const sim::SourceMap* sources = nullptr;      ///< where SLOs stand, if anybody wants to know
};

/// Every report says where its numbers come from: the method, and how it agrees with what is known.
inline constexpr std::string_view kMethodCommand = "firedrill help method";
inline constexpr std::string_view kValidationCommand = "firedrill validate";

/// A result may travel: it names the file, never the machine's folders.
std::string portable_name(const std::string& file);

/// Where something stands; nothing when that is no file, such as `--set` or standard input.
std::optional<sim::CheckPlace> portable_place(const sim::SourceMap& sources,
                                              const sim::SourceRange& range);

/// The contract of DESIGN 8: no clock, host, jobs or absolute path; null for what is missing.
nlohmann::ordered_json study_json(const StudyInput& input);

/// What was measured under one strategy, as it is in `study_json`, without verdicts and series.
nlohmann::ordered_json measures_json(const StrategyRuns& strategy, double confidence);

/// What happened second by second, on average over the runs, as it is in `study_json`.
nlohmann::ordered_json series_json(const StrategyRuns& strategy);

/// The report of a run (SCREENS.md): verdicts, winner, why, who is hit, how to repeat it.
sim::Document study_document(const StudyInput& input);

/// Successes that the faults cost, all journeys of a run together; nothing without faults.
MeasureEstimate total_loss(const StrategyRuns& strategy, double confidence);

/// Parts of it, for the provisional report on a terminal and for tests.
std::vector<sim::Table> verdict_tables(const StudySettings& settings,
                                       const std::vector<StrategyRuns>& strategies,
                                       const StudyResult& result);
/// Good, bad, unsure or plain.
sim::Tone tone_of(sim::Verdict verdict);
sim::Mark mark_of(sim::Verdict verdict);
/// "the baseline (naive) misses 2 of 5 SLOs".
std::string verdict_sentence(const StudyInput& input);
/// Everything that was found, in the order in which it matters: two worlds, the winner, what rules
/// did, deployments, and why.
std::vector<std::string> finding_lines(const StudyInput& input);
std::vector<std::string> winner_lines(const StudyInput& input);
/// How many requests the fault cost under each strategy; of many strategies the extremes and the
/// baseline.
std::vector<std::string> loss_lines(const StudyInput& input);
/// "Lost to the fault: naive 74 200 ±900 orders (4 820 000 ±60 000 EUR), …"; of what has a value.
std::vector<std::string> value_lines(const StudyInput& input);
/// "How it ends: naive NO_RECOVERY; budgeted DEVIATED_TRANSIENT".
std::vector<std::string> ending_lines(const StudyInput& input);
/// What rules did under the winner, or else under one of those that it is between or the baseline:
/// the first where they did anything. Empty when there is none.
std::vector<std::string> rule_lines(const StudyInput& input);
std::vector<std::string> why_lines(const StudyInput& input);
/// "guesses (~): …" (so many at most), "defaults that matter: …" and "windows of 1min: …".
std::vector<std::string> note_lines(const Scenario& scenario,
                                    const std::vector<EffectiveSetting>& settings,
                                    std::size_t most_guesses);

/// `{"value", "low", "high"}`; null when there is nothing; flags for what is not finite.
nlohmann::ordered_json estimate_json(const MeasureEstimate& estimate);
nlohmann::ordered_json estimate_json(const std::optional<sim::Estimate>& estimate);

}  // namespace models
