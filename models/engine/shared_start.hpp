#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "models/engine/model.hpp"
#include "models/engine/replication.hpp"
#include "models/metrics/run_result.hpp"
#include "sim/core/simulator.hpp"
#include "sim/core/time.hpp"

namespace models {

class World;

/// One replication that is run once up to an instant, and goes on from there as often as one likes:
/// without any fault, or with some of the model's. Every result is that of a run from scratch of a
/// model with just these faults in its plan, in this order: the same events at the same times and
/// the same numbers, down to the last bit. Two things tell them apart. The fingerprint hashes
/// faults by their number in the plan, so it is that of a run in which the plan's other faults come
/// after its end. And `Limits::pending` counts the starts and ends of the plan's other faults until
/// the instant.
///
/// The model must outlive it. Several threads may go on from one start at the same time.
class SharedStart {
  public:
    /// Runs to just before `at`: all of the model's faults come then or later, each once (none
    /// recurs), and no event of that very instant has happened yet. `at` is after the start of the
    /// warm-up and not after the end of the measured time.
    SharedStart(const SystemModel& model, ReplicationKey key, const sim::Limits& limits,
                sim::SimTime at);
    ~SharedStart();
    SharedStart(const SharedStart&) = delete;
    SharedStart& operator=(const SharedStart&) = delete;

    /// Without any fault, but with an eye on what the twin's model watches from the instant on.
    [[nodiscard]] RunResult twin(std::span<const Watch> watched = {}) const {
        return go_on({}, watched);
    }
    /// With these of the model's faults, by number.
    [[nodiscard]] RunResult with_faults(std::span<const std::uint32_t> faults) const {
        return go_on(faults, {});
    }
    [[nodiscard]] RunResult with_fault(std::uint32_t fault) const {
        return with_faults({&fault, 1});
    }

  private:
    [[nodiscard]] RunResult go_on(std::span<const std::uint32_t> faults,
                                  std::span<const Watch> watched) const;

    const SystemModel& model_;
    std::unique_ptr<const World> start_;         ///< nothing: it could not begin
    std::optional<sim::LimitExceeded> stopped_;  ///< before the instant
};

}  // namespace models
