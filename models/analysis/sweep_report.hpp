#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "models/analysis/forecast.hpp"
#include "models/scenario/scenario.hpp"
#include "models/scenario/sweep.hpp"
#include "sim/report/document.hpp"

namespace models {

/// One point that was looked at before anything runs.
struct PointForecast {
    std::size_t number = 0;
    Forecast forecast;    ///< on one core
    double bytes = 0;     ///< of the store
    std::string problem;  ///< why it cannot run; empty: it can
};

/// Points that were tried out before: what they take, over what their forecasts say.
struct TriedPoints {
    std::size_t count = 0;  ///< 0: none, the factors are 1
    double events = 1;
    double seconds = 1;
};

/// What `sweep --dry-run` knows. The references must outlive it.
struct SweepReportInput {
    const Scenario& scenario;  ///< without a point's values
    const SweepPlan& plan;
    std::vector<std::string> strategies;   ///< that run at every point
    std::vector<PointForecast> forecasts;  ///< of all points, or of some from first to last
    std::size_t jobs = 1;
    std::string next;  ///< the command that runs it
    TriedPoints tried;
};

/// Inputs with their values, the first and last points, how many runs that makes, and what they
/// take. `data` holds all points, and nothing about the machine.
sim::Document sweep_plan_document(const SweepReportInput& input);

}  // namespace models
