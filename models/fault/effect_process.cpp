#include "models/fault/effect_process.hpp"

#include "sim/yaml/parameters.hpp"

namespace models {

void PauseEffect::parameters(sim::Parameters& /*p*/) {}

void PauseEffect::apply(Conditions& conditions, const Topology& /*topology*/,
                        const ActiveFault& fault) const {
    for (const InstanceId id : fault.target.instances) {
        conditions.instances[id.value].paused = true;
    }
}

}  // namespace models
