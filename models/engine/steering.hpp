#pragma once

#include <cstdint>

#include "models/topology/topology.hpp"
#include "sim/core/time.hpp"

namespace models {

/// What is known from outside of a region that customers of a group may be sent to.
struct SteeredRegion {
    std::uint32_t group = 0;
    RegionId region;
    bool well = true;
    int in_a_row = 0;  ///< looks against the present belief
};

}  // namespace models
