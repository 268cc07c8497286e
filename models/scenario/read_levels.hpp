#pragma once

#include <vector>

#include "models/scenario/reading.hpp"
#include "models/scenario/slo.hpp"

namespace models {

/// How the value of a metric is written.
MetricUnit unit_of(SelfMetric metric);

/// The value of a service's `levels`, in its order.
std::vector<LevelSpec> read_levels(const sim::Node& node, sim::Diagnostics& diagnostics);

}  // namespace models
