#include "models/fault/effect_control.hpp"

#include "sim/yaml/parameters.hpp"

namespace models {

void ControlPlaneEffect::parameters(sim::Parameters& /*p*/) {}

void ControlPlaneEffect::apply(Conditions& conditions, const Topology& /*topology*/,
                               const ActiveFault& fault) const {
    for (const ZoneId id : fault.target.zones) conditions.control_off[id.value] = 1;
}

void CapacityEffect::parameters(sim::Parameters& /*p*/) {}

void CapacityEffect::apply(Conditions& conditions, const Topology& /*topology*/,
                           const ActiveFault& fault) const {
    for (const ZoneId id : fault.target.zones) conditions.capacity_off[id.value] = 1;
}

void FailProbesEffect::parameters(sim::Parameters& /*p*/) {}

void FailProbesEffect::apply(Conditions& conditions, const Topology& /*topology*/,
                             const ActiveFault& fault) const {
    for (const InstanceId id : fault.target.instances) {
        conditions.instances[id.value].fails_probes = true;
    }
}

void FreezeEffect::parameters(sim::Parameters& /*p*/) {}

void FreezeEffect::apply(Conditions& conditions, const Topology& /*topology*/,
                         const ActiveFault& fault) const {
    for (const InstanceId id : fault.target.instances) {
        conditions.instances[id.value].frozen = true;
    }
}

}  // namespace models
