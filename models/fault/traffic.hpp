#pragma once

#include <cstdint>
#include <vector>

#include "models/topology/topology.hpp"

namespace models {

/// Which messages a fault strikes: those between these callers and these replicas. A link between
/// two places is two of them, because each side both calls and is called.
struct Traffic {
    std::vector<std::uint8_t> callers;    ///< by caller: instances, then groups of customers
    std::vector<std::uint8_t> replicas;   ///< by instance: who is called
    std::vector<std::uint8_t> endpoints;  ///< by endpoint; empty: all of them
    bool requests = true;
    bool replies = true;

    /// Whether it has calls of this caller to that endpoint of that replica.
    [[nodiscard]] bool has(std::uint32_t caller, InstanceId replica, EndpointId endpoint) const {
        const auto listed = [](const std::vector<std::uint8_t>& list, std::uint32_t index) {
            return index < list.size() && list[index] != 0;
        };
        return listed(callers, caller) && listed(replicas, replica.value) &&
               (endpoints.empty() || listed(endpoints, endpoint.value));
    }
    [[nodiscard]] bool has_direction(bool to_server) const {
        return to_server ? requests : replies;
    }

    friend bool operator==(const Traffic&, const Traffic&) = default;
};

/// All messages between the replicas of two services.
Traffic traffic_between(const Topology& topology, ServiceId caller, ServiceId callee);

/// All messages to and from the instances, each once. `callers`: instances and groups of customers.
std::vector<Traffic> traffic_at(const Topology& topology, std::size_t callers,
                                const std::vector<InstanceId>& instances);

}  // namespace models
