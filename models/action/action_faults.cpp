#include "models/action/action_faults.hpp"

#include "sim/yaml/parameters.hpp"

namespace models {

void EndFaultsAction::parameters(sim::Parameters& p) {
    name_parameter(p, "fault", fault, "that ends, or `all` of them");
}

std::optional<sim::Misfit> EndFaultsAction::misfit() const {
    if (fault.written()) return std::nullopt;
    return sim::Misfit{"fault", "`endFaults` needs a fault", "write `endFaults: all`"};
}

}  // namespace models
