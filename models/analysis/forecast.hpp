#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "models/analysis/trial.hpp"
#include "models/scenario/experiment.hpp"

namespace models {

/// What will be run besides the replications of the strategies, and what is run once only.
struct StudyShape {
    bool twins = false;        ///< each run has one without the faults
    double shared_s = 0;       ///< simulated seconds that a run and its twin have in common
    std::size_t baseline = 0;  ///< index into the strategies
    std::size_t parts = 0;     ///< runs of parts of the fault, under the baseline
};

/// What the runs of an experiment will take, and between what bounds. With `replications: auto`
/// that is the first look; how many more it takes, luck says.
struct Forecast {
    double events_each = 0;    ///< of one run; the mean over strategies, runs and twins
    double runs = 0;           ///< of all strategies, twins included, parts not
    double seconds = 0;        ///< of everything on these cores
    double least_seconds = 0;  ///< ... should all that was not tried be as calm as it may be
    double most_seconds = 0;   ///< ... as bad as it was at its worst
    double all_seconds = 0;    ///< with `auto`: should it take the most runs; else `seconds`
    double first_table_s = 0;  ///< until two runs of every strategy are there
    double report_s = 0;       ///< at most, for a report that explains a request
};

/// `trials` are those of the strategies; `jobs` is the number of cores.
Forecast forecast(const Experiment& experiment, const std::vector<StrategyTrial>& trials,
                  const StudyShape& shape, std::size_t jobs);

/// `17 M`, `250 k`, `12`.
std::string events_text(double events);

/// `40 s`, `33 min`, `4.4 h`, `12 days`: forecasts are rough.
std::string forecast_text(double seconds);

/// `1 run`, `10 runs`; with `replications: auto` `10 to 200 runs`.
std::string replications_text(const Experiment& experiment);

/// `1 strategy`, `4 strategies`.
std::string plural(std::size_t count, const char* noun);

}  // namespace models
