#pragma once

#include "models/scenario/sweep.hpp"
#include "sim/cli/io.hpp"
#include "sim/cli/options.hpp"
#include "sim/cli/session.hpp"

namespace sim::cli {

/// Runs the points of a sweep into a store and reports them; returns the exit code. A point's
/// scenario is `load_scenario(*session.tree, …)` with `overrides_of(plan, point)` behind the
/// options' own overrides.
int run_sweep_points(const Options& options, Io& io, const Session& session,
                     const models::SweepPlan& plan);

}  // namespace sim::cli
