#pragma once

#include <cstdint>
#include <vector>

#include "models/topology/topology.hpp"
#include "sim/core/time.hpp"

namespace models {

/// Whether the machine under an instance runs, and how its absence shows.
enum class Power : std::uint8_t {
    on,
    lost,     ///< power loss: silence
    crashed,  ///< process gone: connections are reset, new ones refused
};

/// What faults may change about one instance.
struct InstanceConditions {
    Power power = Power::on;
    double slow_factor = 1.0;    ///< multiplies own work
    sim::Duration extra_work{};  ///< added to own work
    double error_share = 0;      ///< share of own work that ends in an error reply

    friend bool operator==(const InstanceConditions&, const InstanceConditions&) = default;
};

/// What faults may change about the messages from one service to another (both directions).
struct EdgeConditions {
    bool lost = false;            ///< silence
    bool refused = false;         ///< connections are refused
    sim::Duration extra_delay{};  ///< added to each message
    double error_share = 0;       ///< share of calls answered with an error instead of being sent

    friend bool operator==(const EdgeConditions&, const EdgeConditions&) = default;
};

/// The whole of what a fault may touch. Rebuilt from nominal whenever the active set changes, so
/// overlaps compose and restoring is exact.
struct Conditions {
    std::vector<InstanceConditions> instances;
    std::vector<std::uint8_t> zone_cut;  ///< messages to and from the zone are lost
    /// caller service * services + callee service; empty while no call is a target, because it
    /// grows with the square of the services
    std::vector<EdgeConditions> edges;

    static Conditions nominal(const Topology& topology);
    friend bool operator==(const Conditions&, const Conditions&) = default;
};

}  // namespace models
