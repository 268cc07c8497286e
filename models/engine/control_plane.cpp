// Who acts in a place, and whether there is anything to act with. A zone without its control plane
// goes on as it is: what runs, runs; nothing that was lost comes back, no loss of a primary there
// is acted upon, and what its observers believe of replicas stays what they believed. What has been
// decided before (a restart under way, a promotion) is carried through. The edge of a region, where
// its customers come in, stops seeing only when all of its zones are without.
#include <algorithm>

#include "models/engine/operators.hpp"

namespace models {

bool World::controls(ZoneId zone) const {
    return !zone.valid() || conditions_.control_off[zone.value] == 0;
}

/// Whether the observer's view may change.
bool World::sees(ObserverId observer) const {
    const auto zones = static_cast<std::uint32_t>(model_.topology.zones.size());
    if (observer.value < zones) return conditions_.control_off[observer.value] == 0;
    const auto& region = model_.topology[routing_.region_of(observer)];
    return std::any_of(region.zones.begin(), region.zones.end(),
                       [&](ZoneId zone) { return controls(zone); });
}

/// A process that has crashed starts again on the machine that it has; a machine that was lost has
/// to be had anew.
bool World::may_restart(InstanceId id) const {
    const auto zone = zone_of(id);
    if (!controls(zone)) return false;
    if (!zone.valid() || conditions_.capacity_off[zone.value] == 0) return true;
    return stations_[id.value].last_power != Power::lost;
}

/// What waited for somebody to decide is decided now.
void World::control_returns() {
    for (std::uint32_t i = 0; i < databases_.size(); ++i) {
        auto& database = databases_[i];
        if (!database.undecided || !controls(zone_of(database.primary))) continue;
        database.undecided = false;
        failover_detected(ServiceId{i});
    }
    Operators{*this}.control_returns();
}

}  // namespace models
