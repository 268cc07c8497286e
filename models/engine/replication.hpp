#pragma once

#include <cstdint>

#include "models/engine/model.hpp"
#include "models/metrics/run_result.hpp"
#include "sim/core/simulator.hpp"

namespace models {

/// Names one replication; every draw is keyed by it.
struct ReplicationKey {
    std::uint64_t seed = 0;
    std::uint32_t replication = 0;
};

/// Runs one replication from the start of the warm-up to the end of the drain.
RunResult run_replication(const SystemModel& model, ReplicationKey key, const sim::Limits& limits);

}  // namespace models
