#pragma once

#include <vector>

#include "models/scenario/scenario.hpp"

namespace models {

/// When arrivals "after F + delay" end: at the next fault's start or the end of the run.
sim::SimTime after_end(const Scenario& scenario, const FaultSpec& fault);

/// `all`, then before, caught, during and after each fault, then one slice for every other delay
/// that an SLO asks about. Sets each SLO's slice_index, and the latency limits that its slice
/// counts exactly. The SLOs must be valid.
std::vector<Slice> make_slices(const Scenario& scenario, std::vector<Slo>& slos);

}  // namespace models
