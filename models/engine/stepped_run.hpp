#pragma once

#include <cstdint>
#include <memory>

#include "models/engine/model.hpp"
#include "models/engine/replication.hpp"
#include "sim/core/simulator.hpp"
#include "sim/core/time.hpp"

namespace models {

class World;

/// One replication that is run step by step, for those who want to know what each step takes. The
/// events are those of `run_replication`. The model must outlive it.
class SteppedRun {
  public:
    /// At the start of the warm-up, nothing having happened.
    SteppedRun(const SystemModel& model, ReplicationKey key, const sim::Limits& limits);
    ~SteppedRun();
    SteppedRun(const SteppedRun&) = delete;
    SteppedRun& operator=(const SteppedRun&) = delete;

    /// Runs to `until`, which is not before `now`. False when a limit has stopped it, now or
    /// before: it then stands still.
    bool advance(sim::SimTime until);
    [[nodiscard]] sim::SimTime now() const;
    /// That have been handled so far.
    [[nodiscard]] std::uint64_t events() const;

  private:
    std::unique_ptr<World> world_;
    bool stopped_ = false;
};

}  // namespace models
