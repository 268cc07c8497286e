#include "models/engine/stepped_run.hpp"

#include "models/engine/world.hpp"

namespace models {

SteppedRun::SteppedRun(const SystemModel& model, ReplicationKey key, const sim::Limits& limits)
    : world_(std::make_unique<World>(model, key, limits)) {
    stopped_ = world_->too_many_users().has_value();
    if (!stopped_) world_->begin();
}

SteppedRun::~SteppedRun() = default;

bool SteppedRun::advance(sim::SimTime until) {
    if (!stopped_) stopped_ = world_->advance(until).has_value();
    return !stopped_;
}

sim::SimTime SteppedRun::now() const { return world_->now(); }

std::uint64_t SteppedRun::events() const { return world_->events(); }

}  // namespace models
