#include "models/scenario/frame.hpp"
#include "sim/cli/session.hpp"

namespace sim::cli {

models::CapacityInput capacity_input(const models::SystemModel& model) {
    models::CapacityInput input{model.topology, model.endpoints, model.policies, model.groups, {}};
    for (const auto& service : model.services) {
        models::CapacityService out;
        const bool shares = service.server.cores > 0;
        out.slots = models::slots_of(service);
        // Cores are busy with own work only, whatever waits meanwhile.
        out.holds_while_calling = !shares && service.holds == models::Holds::while_calling;
        out.same_zone_first = models::prefers_own_zone(service.routing);
        if (service.database) out.primary = service.database->primary;
        if (service.cache) out.calls_share = 1 - service.cache->expected_hit_ratio();
        out.answers_first = service.delivery.has_value();
        input.services.push_back(out);
    }
    return input;
}

}  // namespace sim::cli
