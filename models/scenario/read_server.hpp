#pragma once

#include "models/scenario/scenario.hpp"
#include "sim/yaml/map_reader.hpp"

namespace models {

/// How one replica serves: `concurrency`, `queue`, `queueOrder`, `queueDrop`, `discipline`,
/// `cores`, `threads`, `holds`, `shedding`, `rateLimit`, `concurrencyLimit`, `rejectCost` and
/// `retryAfter`. Takes these keys; an external service has only `rateLimit` and `retryAfter`.
void read_server(sim::MapReader& reader, const sim::MapEntry& entry, ServiceSpec& service);

}  // namespace models
