#pragma once

#include <vector>

#include "models/analysis/forecast.hpp"
#include "models/analysis/trial.hpp"
#include "models/engine/model.hpp"
#include "models/scenario/scenario.hpp"
#include "sim/cli/io.hpp"
#include "sim/cli/options.hpp"

namespace sim::cli {

/// Strategies that a study would run, and what is known of them without running anything.
struct TrialTask {
    const std::vector<models::SystemModel>& models;
    std::vector<std::string> names;  ///< of the strategies, parallel to `models`
    std::size_t baseline = 0;        ///< index into `models`
    double events_per_s = 0;         ///< simulated second, from the static load
    std::uint64_t seed = 0;
    std::size_t replications = 1;  ///< no more than these are tried
};

/// Runs each strategy with its faults, shortened where whole runs would take too long, and measures
/// by the clock of the processor what each stretch takes. Ends after a few million events or, where
/// that takes long, some seconds, or when the user interrupts it; what it then has not seen of a
/// strategy is taken from the baseline, which comes first. Its events are the same on every machine
/// that is fast enough.
std::vector<models::StrategyTrial> run_time_trial(const TrialTask& task, const Options& options,
                                                  Io& io);

/// What else there is to run beside the replications, for these strategies.
models::StudyShape study_shape(const models::Scenario& scenario,
                               const models::SystemModel& baseline, const Options& options);

}  // namespace sim::cli
