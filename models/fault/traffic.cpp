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

std::vector<Traffic> traffic_at(const Topology& topology, std::size_t callers,
                                const std::vector<InstanceId>& instances) {
    Traffic to;
    to.callers.assign(callers, 1);
    to.replicas.assign(topology.instances.size(), 0);
    for (const InstanceId id : instances) to.replicas[id.value] = 1;
    Traffic from;
    from.callers = to.replicas;
    from.replicas.assign(topology.instances.size(), 1);
    for (const InstanceId id : instances) from.replicas[id.value] = 0;
    return {to, from};
}

}  // namespace models
