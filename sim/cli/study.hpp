#pragma once

#include <optional>
#include <string>
#include <vector>

#include "models/analysis/study.hpp"
#include "sim/cli/progress.hpp"
#include "sim/cli/session.hpp"
#include "sim/cli/study_parts.hpp"
#include "sim/experiment/plan.hpp"

namespace sim::cli {

/// Why a study ended before all of its runs.
enum class StudyEnd { complete, interrupted, time_limit, event_limit };

/// A study that is being run: models, plan, and what its runs left so far.
struct Study {
    models::StudySettings settings;
    RunPlan plan;
    std::vector<std::size_t> chosen;          ///< of the scenario's strategies
    std::vector<models::SystemModel> models;  ///< per strategy ...
    std::vector<models::SystemModel> twins;   ///< ... and its twin; empty without faults
    std::vector<models::StrategyRuns> strategies;
    StudyParts parts;  ///< of what strikes the baseline
    StudyEnd end = StudyEnd::complete;
    std::optional<LimitExceeded> limit;  ///< that ended a run
    RunTask limited;                     ///< which one
    std::vector<RunTask> tasks;          ///< all; with `auto` those of the rounds so far
    std::size_t tasks_done = 0;

    /// Whether nothing ended it early.
    [[nodiscard]] bool all_done() const { return !tasks.empty() && tasks_done == tasks.size(); }
};

/// Prepares the study of the selected strategies. False when an option names something unknown:
/// then `io.err` says so.
bool prepare_study(const Session& session, const Options& options, Io& io, Study& study);

/// Runs all of it on worker threads, and then the parts of what strikes the baseline; digests
/// arrive in replication order whatever the number of jobs. With `auto` in rounds, after each of
/// which the verdicts say which strategies go on. Throws TaskError when a run hits a
/// bug.
void run_study(const Options& options, Io& io, Study& study);

/// Drops replications that are not complete for every strategy that was still running.
void keep_complete_replications(Study& study);

}  // namespace sim::cli
