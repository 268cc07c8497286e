#pragma once

#include <vector>

#include "models/validation/driver.hpp"

// Systems made of StationNetwork.
namespace models {

/// M/M/1 with the shortest job first, `shortestFirst` 1, or in order, 0. Mean wait.
std::vector<double> run_shortest_job_first(const DriverRun& run);
/// M/M/1 with two classes, preemptive-resume or (`preemptive` 0) in order. Mean sojourns.
std::vector<double> run_preemptive_priority(const DriverRun& run);
/// M^X/M/1, batches of geometric (`geometric` 1) or constant size. Mean number, mean sojourn.
std::vector<double> run_batch_arrivals(const DriverRun& run);
/// Six stations with feedback (`feedback` 0: those that would go back leave). By station the
/// arrival rates, then the mean numbers; the mean time in the network.
std::vector<double> run_jackson_network(const DriverRun& run);

}  // namespace models
