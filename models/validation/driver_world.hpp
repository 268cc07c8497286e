#pragma once

#include <vector>

#include "models/validation/driver.hpp"

// What a scenario's report does not say: one service of the engine, looked at from outside while it
// runs.
namespace models {

/// `replicas` of one slot each with exponential work, every one at `rate`; callers compare
/// `choices` of them (1: any replica). The share of replicas with at least `atLeast` requests, by
/// looks `every` so often.
std::vector<double> run_crowd(const DriverRun& run);
/// Customers of `rate` a replica come to `replicas` that are idle (`slots` 0: no bound). The mean
/// number of requests at one of them at the time `at`.
std::vector<double> run_transient(const DriverRun& run);
/// A server that `backlog` customers come to at once while others come at `rate`, both exponential
/// or (`fluid` 1) as regular as a fluid. Until it is idle: the mean of `worlds` runs and, unless
/// `fluid`, the standard deviation.
std::vector<double> run_drain(const DriverRun& run);

}  // namespace models
