#pragma once

#include <vector>

#include "models/scenario/scenario.hpp"
#include "sim/yaml/map_reader.hpp"

namespace models {

/// When a fault strikes: `at` and `for`, or a schedule (`every`, `mtbf`, `cron`, `monkey`) with the
/// keys that go with it; and its `ramp`. Sets the effect of a monkey, which has one of its own.
void take_schedule(sim::MapReader& reader, const sim::MapEntry& entry, FaultSpec& fault);

/// Where the keys of schedules belong that this fault does not have.
void add_schedule_hints(const FaultSpec& fault, std::vector<sim::KeyHint>& hints);

}  // namespace models
