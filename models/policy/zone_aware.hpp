#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace models {

/// What one zone has of callers and of healthy replicas to call.
struct ZoneHosts {
    std::uint32_t callers = 0;
    std::uint32_t replicas = 0;
};

/// Envoy's zone-aware routing (ENV-ZONE): how callers of zone `own` spread their requests, as a
/// probability by zone. A zone with at least its share of the replicas keeps its requests; another
/// keeps p_replicas / p_callers and sends the rest to zones with more replicas than callers, in
/// proportion to what they have over. Shares are in 1/10000, rounded down, as Envoy has them.
/// Empty when the rule does not apply: fewer than two zones, no replica or no caller in `own`, or
/// fewer than `least_replicas` replicas in all.
std::vector<double> zone_aware_shares(std::span<const ZoneHosts> zones, std::size_t own,
                                      std::uint32_t least_replicas);

/// Locality-weighted load balancing: a zone's weight counts in full while 1/overprovisioning of its
/// replicas are healthy: weight * min(1, overprovisioning * healthy / all) (ENV-LB).
double locality_weight(double weight, std::uint32_t healthy, std::uint32_t all,
                       double overprovisioning);

}  // namespace models
