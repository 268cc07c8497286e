#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "models/engine/model.hpp"
#include "models/engine/replication.hpp"
#include "models/engine/shared_start.hpp"
#include "models/metrics/run_result.hpp"
#include "sim/core/simulator.hpp"
#include "sim/core/time.hpp"

namespace models {

/// Until when a replication and its twin are the same, and are run once: the first fault. Nothing:
/// a fault comes at once or recurs, or there is none.
std::optional<sim::SimTime> shared_until(const SystemModel& model);

/// One replication with the faults of a model and without them, on the same draws. What lies before
/// the first fault is run once where that can be shared. The results are those of two runs from
/// scratch, down to the last bit.
class RunPair {
  public:
    /// `twin` is `model` without its faults; both must outlive this.
    RunPair(const SystemModel& model, const SystemModel& twin, ReplicationKey key,
            const sim::Limits& limits);

    [[nodiscard]] RunResult run() const;
    [[nodiscard]] RunResult twin() const;

  private:
    const SystemModel& model_;
    const SystemModel& twin_;
    ReplicationKey key_;
    sim::Limits limits_;
    std::optional<SharedStart> start_;  ///< nothing: a fault comes at once, or recurs
    std::vector<std::uint32_t> faults_;
};

}  // namespace models
