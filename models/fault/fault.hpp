#pragma once

#include <string>
#include <vector>

#include "models/fault/effect.hpp"
#include "sim/core/time.hpp"

namespace models {

/// What a named fault does besides its effect, at the same times. It draws for itself.
struct BesideEffect {
    FaultTarget target;
    FaultEffect effect;
};

/// One fault of the plan: what, where, when.
struct ScheduledFault {
    std::string name;
    sim::SimTime at;
    sim::Duration duration;
    FaultTarget target;
    FaultEffect effect;
    bool seen_by_checks = true;     ///< false: health checks pass whatever it does
    std::vector<ZoneId> control{};  ///< zones whose control plane it takes as well
    std::vector<BesideEffect> also = {};

    [[nodiscard]] sim::SimTime end() const { return sim::saturated_add(at, duration); }
};

/// Names of the draws: those of every fault, then those of what they do besides, in plan order.
std::vector<std::string> fault_draw_names(const std::vector<ScheduledFault>& plan);

/// Conditions while the faults with `active[i]` hold, applied in plan order.
Conditions conditions_under(const Topology& topology, const std::vector<ScheduledFault>& plan,
                            const std::vector<bool>& active);

}  // namespace models
