#pragma once

#include <optional>

#include "models/analysis/warm_up.hpp"
#include "sim/cli/io.hpp"
#include "sim/cli/options.hpp"
#include "sim/cli/session.hpp"

namespace sim::cli {

/// Runs the pilot of a scenario that says `warmup: auto`, and puts what it finds into the scenario.
/// `runner` says how many threads, what stops it and what is called while it waits. Empty when it
/// did not come to its end: then `limit` says which limit was reached, if one was.
std::optional<models::StudyWarmUp> find_warm_up(models::Scenario& scenario, const Limits& limits,
                                                RunnerOptions runner,
                                                std::optional<LimitExceeded>& limit);

/// Finds the warm-up of a scenario that says `warmup: auto`, from a pilot of its own draws, and
/// puts it into the scenario; others are left as they are. All strategies are looked at, also those
/// that are not run, so that they do not change by leaving one out. The same in every verb, with
/// any number of jobs. Returns the exit code when the pilot was interrupted or reached a limit,
/// which `io.err` says.
std::optional<int> settle_warm_up(const Options& options, Io& io, Session& session);

}  // namespace sim::cli
