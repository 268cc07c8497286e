#pragma once

#include <cstdint>
#include <string_view>

#include "sim/core/time.hpp"

namespace sim {
class Parameters;
}

namespace models {

/// How customers are sent to a region: their entry's name is answered with one that is well, seen
/// from outside, and their resolvers keep the answer. (FAULTS R1; Route 53 failover records: fast
/// health checks every 10 s, 3 in a row.)
struct Steering {
    static constexpr std::string_view name = "steering";

    sim::Duration interval = sim::whole_seconds(10);  ///< between looks at a region's entry
    int fail_after = 3;  ///< looks in a row that found nobody: the region is left out
    int pass_after = 3;  ///< ... that found somebody: it is back
    sim::Duration ttl = sim::whole_seconds(60);  ///< customers' resolvers keep an answer so long
    double ignore_ttl = 0;                       ///< share of them that keep it for ever
    std::uint32_t resolvers = 50;                ///< of the group

    void parameters(sim::Parameters& p);
};

}  // namespace models
