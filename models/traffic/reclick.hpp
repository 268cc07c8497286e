#pragma once

#include <cstdint>

#include "sim/core/time.hpp"

namespace sim {
class Parameters;
}

namespace models {

/// Customers who press again when their request has failed, so that demand rises with failure. Each
/// press is a request of its own, with an arrival of its own, for the same journey.
struct Reclick {
    double share = 1.0;                           ///< of the failed requests that are asked again
    sim::Duration after = sim::whole_seconds(1);  ///< from the failure to the next press
    std::uint32_t most = 3;                       ///< presses after the first

    void parameters(sim::Parameters& p);
};

}  // namespace models
