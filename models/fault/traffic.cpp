#include "models/fault/traffic.hpp"

namespace models {
namespace {

std::vector<std::uint8_t> instances_of(const Topology& topology, ServiceId service) {
    std::vector<std::uint8_t> listed(topology.instances.size(), 0);
    for (const InstanceId id : topology[service].instances) listed[id.value] = 1;
    return listed;
}

}  // namespace

Traffic traffic_between(const Topology& topology, ServiceId caller, ServiceId callee) {
    Traffic traffic;
    traffic.callers = instances_of(topology, caller);
    traffic.replicas = instances_of(topology, callee);
    return traffic;
}

}  // namespace models
