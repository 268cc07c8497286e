#include "models/policy/zone_aware.hpp"

#include <algorithm>

#include "sim/core/assert.hpp"

namespace models {

std::vector<double> zone_aware_shares(std::span<const ZoneHosts> zones, std::size_t own,
                                      std::uint32_t least_replicas) {
    constexpr std::uint64_t kWhole = 10'000;
    SIM_ASSERT(own < zones.size());
    std::uint64_t callers = 0;
    std::uint64_t replicas = 0;
    for (const ZoneHosts& zone : zones) {
        callers += zone.callers;
        replicas += zone.replicas;
    }
    const bool none_here = zones[own].callers == 0 || zones[own].replicas == 0;
    if (zones.size() < 2 || none_here || replicas < least_replicas) return {};
    std::vector<std::uint64_t> over(zones.size(), 0);  // of its share of the callers
    std::uint64_t all_over = 0;
    for (std::size_t i = 0; i < zones.size(); ++i) {
        const std::uint64_t of_callers = kWhole * zones[i].callers / callers;
        const std::uint64_t of_replicas = kWhole * zones[i].replicas / replicas;
        if (i != own && of_replicas > of_callers) over[i] = of_replicas - of_callers;
        all_over += over[i];
    }
    const std::uint64_t here = kWhole * zones[own].replicas / replicas;
    const std::uint64_t asked = kWhole * zones[own].callers / callers;
    std::vector<double> shares(zones.size(), 0.0);
    shares[own] = 1.0;
    if (here >= asked || all_over == 0) return shares;
    const std::uint64_t kept = here * kWhole / asked;
    shares[own] = static_cast<double>(kept) / kWhole;
    for (std::size_t i = 0; i < zones.size(); ++i) {
        if (i == own) continue;
        shares[i] = static_cast<double>(kWhole - kept) / kWhole * static_cast<double>(over[i]) /
                    static_cast<double>(all_over);
    }
    return shares;
}

double locality_weight(double weight, std::uint32_t healthy, std::uint32_t all,
                       double overprovisioning) {
    if (all == 0) return 0;
    return weight * std::min(1.0, overprovisioning * healthy / all);
}

}  // namespace models
