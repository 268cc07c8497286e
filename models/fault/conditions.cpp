#include "models/fault/conditions.hpp"

namespace models {

Conditions Conditions::nominal(const Topology& topology) {
    Conditions conditions;
    conditions.instances.resize(topology.instances.size());
    conditions.zone_cut.resize(topology.zones.size(), 0);
    conditions.control_off.resize(topology.zones.size(), 0);
    conditions.capacity_off.resize(topology.zones.size(), 0);
    return conditions;
}

}  // namespace models
