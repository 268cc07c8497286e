#pragma once

#include "models/scenario/sweep.hpp"
#include "sim/cli/session.hpp"

namespace sim::cli {

/// Runs the points of a sweep that its store does not have yet, and reports all of them. The store
/// is the `-o` that ends in .db; without one the results are only reported.
int run_sweep_points(const Options& options, Io& io, const Session& session,
                     const models::SweepPlan& plan);

/// True for the name of a store, not of a report.
bool is_store_name(const std::string& path);

/// Reports what a store holds: `firedrill report study.db`.
int report_store(const Options& options, Io& io);

}  // namespace sim::cli
