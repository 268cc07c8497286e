#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "models/analysis/blast_story.hpp"
#include "models/analysis/certainty.hpp"
#include "models/analysis/digest.hpp"
#include "models/analysis/slo_cell.hpp"
#include "models/metrics/study_frame.hpp"
#include "models/scenario/experiment.hpp"
#include "models/scenario/journey_value.hpp"
#include "models/scenario/slo.hpp"
#include "sim/experiment/comparison.hpp"
#include "sim/experiment/threshold.hpp"

namespace models {

/// What is known about one strategy: its digests in replication order.
struct StrategyRuns {
    std::string name;
    StudyFrame frame;
    std::vector<SloCell> cells;
    std::vector<RunDigest> runs;
    SeriesSum series;
    std::vector<JourneyValue> values{};    ///< of the scenario
    std::optional<AutoState> automatic{};  ///< with `replications: auto`
};

/// An SLO cell of one strategy, judged over its replications.
struct JudgedCell {
    sim::Judgement judgement;
    /// For a percentile judged as "share within the limit": the percentile itself, in seconds.
    MeasureEstimate percentile;
    /// The limit of the judged value: the SLO's own, or 0.99 for a `p99 <= L`.
    double judged_limit = 0;
};

/// One SLO of one strategy: its worst group decides.
struct JudgedSlo {
    sim::Verdict verdict = sim::Verdict::none;
    std::vector<std::size_t> cells;  ///< indices into StrategyResult::cells
    std::size_t worst = 0;           ///< one of them
};

struct FlowLoss {
    std::uint32_t flow = 0;
    MeasureEstimate lost;  ///< requests that succeed in the twin and not in the run
    bool hit = false;      ///< by more than noise in some 10 s
    double lasts_s = 0;    ///< from the fault's start to the end of the last 10 s that are hit
    bool until_end = false;
};

/// A service that had no room left, over the replications that saw it.
struct ServiceStory {
    std::uint32_t service = 0;
    std::size_t runs = 0;         ///< replications in which it was full
    double after_s = 0;           ///< median seconds after the fault's start
    double length_s = 0;          ///< median
    std::size_t until_end = 0;    ///< replications in which it stays full to the end
    std::size_t own_retries = 0;  ///< ... by its own retries
    Measure amplification;        ///< attempts in that time over those of the twin
    Measure wasted;               ///< share of own work for callers that had given up
};

struct StrategyResult {
    std::string name;
    std::vector<JudgedCell> cells;  ///< parallel to StrategyRuns::cells
    std::vector<JudgedSlo> slos;
    sim::Verdict verdict = sim::Verdict::none;
    std::size_t slos_met = 0;
    std::vector<FlowLoss> losses;
    std::vector<ServiceStory> stories;  ///< the earliest first
};

/// Everything that reports say, computed from the digests and nothing else.
struct StudyResult {
    std::vector<StrategyResult> strategies;
    std::optional<sim::Comparison>
        comparison;  ///< with two and more strategies and something to decide by
    sim::Verdict verdict = sim::Verdict::none;  ///< of the strategies that count
    std::uint64_t fingerprint = 0;
    std::uint64_t events = 0;
    std::size_t replications = 0;  ///< complete ones; with `auto` the most of any strategy
};

/// Which strategies the verdict and the exit code follow (`--require`).
struct Require {
    enum class Kind : std::uint8_t { baseline, named, any, all };
    Kind kind = Kind::baseline;
    std::string name;
};

/// What the study is about, beside its runs.
struct StudySettings {
    Experiment experiment;
    std::vector<Slo> slos;
    std::size_t baseline = 0;  ///< index into the strategies
    Require require;
    /// With `auto`: relative half width that is wanted of values; without SLOs 5 % anyway.
    std::optional<double> precision{};
};

sim::ThresholdOp threshold_op(SloOp op);

/// What an SLO demands; for a `p99 <= L` that is a share of 0.99 within L.
sim::Threshold threshold_of(const StudySettings& settings, const Slo& slo);

/// What one replication says about a cell, as the number that SLOs are judged by: for a percentile
/// that is the share within the limit. A censored recovery is infinitely long.
Measure judged_value(const SloCell& cell, const SloValue& value);
/// The difference of that number from which it is worth naming.
sim::Matters matters_of(const Slo& slo, const DifferenceThatMatters& difference);

/// Strategies have the same number of replications, at least one; with `auto` their own numbers.
StudyResult analyse(const StudySettings& settings, const std::vector<StrategyRuns>& strategies);

/// The replications that have a twin and faults.
std::vector<BlastRun> blast_runs(const StrategyRuns& strategy);

/// What replications say about a limit: their values, and the counts behind those.
sim::Judgement judge_by(SloRule rule, const sim::Threshold& threshold,
                        std::span<const Measure> values, std::span<const sim::RatioCount> shares);

/// Whether the cell is met or missed at this confidence.
sim::Judgement judge_at(const StudySettings& settings, const StrategyRuns& runs, std::size_t cell,
                        double confidence);

/// The first rule of `decideBy` that compares values; nothing where none can.
std::optional<sim::DecisionRule> first_value_rule(const StudySettings& settings,
                                                  const std::vector<StrategyRuns>& strategies);

/// The steps of `analyse`, for tests.
StrategyResult judge_strategy(const StudySettings& settings, const StrategyRuns& runs);
std::optional<sim::Comparison> compare_strategies(const StudySettings& settings,
                                                  const std::vector<StrategyRuns>& strategies,
                                                  const std::vector<StrategyResult>& results);
std::vector<FlowLoss> losses_of(const StudySettings& settings, const StrategyRuns& runs);
std::vector<ServiceStory> stories_of(const StrategyRuns& runs);

/// 0 all met or nothing to judge, 1 missed, 3 inconclusive.
int exit_code(sim::Verdict verdict);

}  // namespace models
