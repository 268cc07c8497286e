#pragma once

#include <vector>

#include "models/scenario/scenario.hpp"
#include "sim/yaml/map_reader.hpp"

namespace models {

/// Where the replicas of a service are: `placement: {eu-1: 3}`, or `replicasPerZone` or `replicas`
/// (in all, dealt out zone by zone) over the zones of `regions`. Takes these keys.
std::vector<PlacementSpec> read_placement(sim::MapReader& reader,
                                          const std::vector<RegionSpec>& regions);

}  // namespace models
