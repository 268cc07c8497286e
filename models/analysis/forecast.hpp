#pragma once

#include <cstddef>
#include <string>

#include "models/analysis/capacity.hpp"
#include "models/scenario/experiment.hpp"

namespace models {

/// What the runs of an experiment will take, roughly: from the static load, on common machines.
/// With `replications: auto` that is the first look; how many more it takes, luck says.
struct Forecast {
    double events_each = 0;    ///< of one run
    double runs = 0;           ///< of all strategies, twins included
    double seconds = 0;        ///< of all runs on these cores
    double most_seconds = 0;   ///< with `auto`: should it take the most that it may; else the same
    double first_table_s = 0;  ///< until two runs of every strategy are there
};

/// `loads` are those of the baseline; `jobs` is the number of cores.
Forecast forecast(const Experiment& experiment, std::size_t strategies, bool has_faults,
                  const std::vector<ServiceLoad>& loads, std::size_t jobs);

/// `17 M`, `250 k`, `12`.
std::string events_text(double events);

/// `40 s`, `33 min`, `4.4 h`, `12 days`: forecasts are rough.
std::string forecast_text(double seconds);

/// `1 run`, `10 runs`; with `replications: auto` `10 to 200 runs`.
std::string replications_text(const Experiment& experiment);

/// `1 strategy`, `4 strategies`.
std::string plural(std::size_t count, const char* noun);

}  // namespace models
