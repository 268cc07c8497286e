#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "sim/core/time.hpp"

namespace sim {
class Parameters;
struct Misfit;
}  // namespace sim

namespace models {

/// How few and how many replicas there may be, in one region.
struct ScalingBounds {
    std::uint32_t min = 1;
    std::uint32_t max = 0;  ///< has to be written

    void parameters(sim::Parameters& p);
    [[nodiscard]] std::optional<sim::Misfit> misfit() const;
    [[nodiscard]] std::uint32_t clamp(std::uint32_t replicas) const {
        return std::clamp(replicas, min, max);
    }
};

/// What a scaler sees when it looks.
struct ScalingLook {
    sim::SimTime now;
    double utilisation = 0;      ///< mean over the replicas that were measured
    std::uint32_t measured = 0;  ///< of those that there are now
    std::uint32_t unready = 0;   ///< still starting, or too young to have been measured
    std::uint32_t missing = 0;   ///< down
    [[nodiscard]] std::uint32_t current() const { return measured + unready + missing; }
};

}  // namespace models
