#pragma once

#include "models/scenario/sweep.hpp"
#include "sim/cli/session.hpp"
#include "sim/experiment/store.hpp"

namespace sim::cli {

/// Runs the points of a sweep that its store does not have yet, and reports all of them. The store
/// is the `-o` that ends in .db; without one the results are only reported.
int run_sweep_points(const Options& options, Io& io, const Session& session,
                     const models::SweepPlan& plan);

/// True for the name of a store, not of a report.
bool is_store_name(const std::string& path);
/// Whether the suffixes of `-o` are those of reports, and of one store. `study` is what has them:
/// "a sweep". False with a message when they are not.
bool study_outputs_are_known(const Options& options, Io& io, const std::string& study);
/// The store among the `-o`; empty: none.
std::string store_of(const Options& options);
/// The number of a plan: the same one goes on; another one is new, and finds what it shares.
std::int64_t plan_in(Store& store, const std::string& text);

/// Reports what a store holds: `firedrill report study.db`.
int report_store(const Options& options, Io& io);

}  // namespace sim::cli
