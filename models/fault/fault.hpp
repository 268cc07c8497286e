#pragma once

#include <string>
#include <vector>

#include "models/fault/effect.hpp"
#include "sim/core/time.hpp"

namespace models {

/// One fault of the plan: what, where, when.
struct ScheduledFault {
    std::string name;
    sim::SimTime at;
    sim::Duration duration;
    FaultTarget target;
    FaultEffect effect;
    bool seen_by_checks = true;     ///< false: health checks pass whatever it does
    std::vector<ZoneId> control{};  ///< zones whose control plane it takes as well

    [[nodiscard]] sim::SimTime end() const { return sim::saturated_add(at, duration); }
};

/// Conditions while the faults with `active[i]` hold, applied in plan order.
Conditions conditions_under(const Topology& topology, const std::vector<ScheduledFault>& plan,
                            const std::vector<bool>& active);

}  // namespace models
