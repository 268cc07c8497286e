#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/policy/call_policy.hpp"
#include "models/topology/topology.hpp"
#include "models/traffic/traffic.hpp"

namespace models {

/// What capacity needs to know about a service beyond the topology.
struct CapacityService {
    double slots = 1;       ///< of one replica, or the cores that its work shares; may be infinite
    bool external = false;  ///< bought in: in no zone, reached at once from everywhere
    bool holds_while_calling = true;
    bool same_zone_first = true;
    std::optional<ZoneId> primary;  ///< a database: all its writes go there
    double calls_share = 1;         ///< of its executions that make their calls: a cache's misses
    bool answers_first = false;     ///< a queue: its calls are made after the reply
};

/// One strategy's system, without the engine's view of it. The references must outlive it.
struct CapacityInput {
    const Topology& topology;
    const std::vector<Endpoint>& endpoints;
    const std::vector<CallPolicy>& policies;
    const std::vector<Group>& groups;
    std::vector<CapacityService> services;  ///< parallel to topology.services
};

/// The static answer for one service, at its busiest place.
struct ServiceLoad {
    double per_s = 0;           ///< tries that reach it, all its replicas together
    double slots = 0;           ///< of the region where it is busiest
    double busy = 0;            ///< share of slots held today, in its busiest zone
    double busy_zone_lost = 0;  ///< the same with the worst single zone lost; +infinity: no replica
    std::optional<ZoneId> worst_zone;  ///< the zone whose loss does that
    double tries_per_call = 1;         ///< expected today, from errors alone
    /// Tries per call at which its busiest slots would all be held with that zone lost (one zone
    /// only: today's). +infinity without load.
    double tries_that_fit = 0;
};

/// Offered load of every service: the traffic equations x = b + P'x over (endpoint, zone), where b
/// are the customers' requests and P the expected tries of each call under its policy, spread over
/// zones as the routing does. The call graph has no cycles, so P is nilpotent and the series of its
/// powers ends. Holding times are those of an idle system: own work, plus the calls where the slot
/// is held meanwhile, a parallel step counting as the slowest mean of its calls. Errors stop a
/// caller's remaining steps; timeouts are not seen. Exact for open load whenever services do not
/// wait for each other.
std::vector<ServiceLoad> service_loads(const CapacityInput& input);

/// The most tries that a call makes; a budget that ties retries to calls counts as its share.
double most_tries(const CallPolicy& policy);

/// The most tries that one customer request may cause at a service: the product over the layers
/// that retry on the worst path.
struct TriesUpTo {
    double product = 0;          ///< 0: no journey reaches the service
    std::vector<double> layers;  ///< factors above 1, from the customer on
    std::string journey;
};
TriesUpTo tries_up_to(const CapacityInput& input, ServiceId service);

/// Events that one simulated second takes, roughly: for forecasts of run times.
double events_per_second(const std::vector<ServiceLoad>& loads);

}  // namespace models
