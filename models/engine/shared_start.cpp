#include "models/engine/shared_start.hpp"

#include <algorithm>
#include <utility>

#include "models/engine/world.hpp"

namespace models {
namespace {

/// A model has results of every version that is deployed in its plan.
std::vector<DeploymentResult> only_of(std::span<const std::uint32_t> faults,
                                      const SystemModel& model,
                                      std::vector<DeploymentResult> deployments) {
    std::vector<DeploymentResult> kept;
    std::size_t next = 0;
    for (std::uint32_t i = 0; i < model.faults.size(); ++i) {
        if (!is_deployed(model.faults[i])) continue;
        auto& one = deployments[next++];
        if (std::count(faults.begin(), faults.end(), i) > 0) kept.push_back(std::move(one));
    }
    return kept;
}

}  // namespace

SharedStart::SharedStart(const SystemModel& model, ReplicationKey key, const sim::Limits& limits,
                         sim::SimTime at)
    : model_(model) {
    SIM_ASSERT(at > sim::SimTime{} - model.warmup);
    SIM_ASSERT(at <= sim::SimTime{} + model.duration);
    SIM_ASSERT(std::all_of(
        model.faults.begin(), model.faults.end(),
        [&](const ScheduledFault& fault) { return fault.at >= at && !fault.recurrence; }));
    auto world = std::make_unique<World>(model, key, limits);
    stopped_ = world->too_many_users();
    if (stopped_) return;
    world->begin();
    stopped_ = world->advance(at - sim::Duration{1});
    start_ = std::move(world);
}

SharedStart::~SharedStart() = default;

RunResult SharedStart::go_on(std::span<const std::uint32_t> faults,
                             std::span<const Watch> watched) const {
    if (!start_) {
        RunResult result;
        result.stopped = stopped_;
        return result;
    }
    World world(*start_);
    if (!stopped_) world.strike_only(faults);
    if (!watched.empty()) world.watch(watched);
    auto result = world.run_to_end(stopped_);
    result.deployments = only_of(faults, model_, std::move(result.deployments));
    return result;
}

}  // namespace models
