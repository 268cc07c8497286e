#pragma once

#include <cstdint>
#include <vector>

#include "models/topology/topology.hpp"
#include "sim/core/simulator.hpp"
#include "sim/core/time.hpp"

namespace models {

/// A primary that is paused or cut off, and does not know what the others make of that: they may
/// have replaced it. While it is away callers on its side of a partition know no other; back again
/// it goes on as it was until it hears of the new one.
struct StrayPrimary {
    InstanceId instance;
    bool away = true;      ///< still paused or cut off
    bool deposed = false;  ///< its lease is over, and it knows: it takes no writes
    sim::EventHandle lease;
    sim::EventHandle notice;
    std::vector<std::uint8_t> followers;  ///< by caller: who knows no other primary
    /// When another became the primary while it still took itself for it; never: has not.
    sim::SimTime second_since = sim::kNever;

    [[nodiscard]] bool follows(std::uint32_t caller) const {
        return caller < followers.size() && followers[caller] != 0;
    }
};

}  // namespace models
