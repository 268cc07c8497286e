#include "models/action/action_load.hpp"

#include "sim/yaml/parameters.hpp"

namespace models {

void ShedAction::parameters(sim::Parameters& p) {
    p.percent("share", share, "of the requests", {0, 1, true});
    name_parameter(p, "group", group, "only customers of this group");
    name_parameter(p, "journey", journey, "only those who ask for this journey");
    name_parameter(p, "service", service,
                   "instead of customers: tries that reach its replicas, those of the same "
                   "customers' requests everywhere");
}

std::optional<sim::Misfit> ShedAction::misfit() const {
    if (!service.written() || (!group.written() && !journey.written())) return std::nullopt;
    return sim::Misfit{"service", "`shed` has two places, a service and customers",
                       "write two actions with the same trigger"};
}

}  // namespace models
