// Scalers: one for each service that has one, and region. It samples the utilisation of its
// replicas every second, looks at the mean of every period, perhaps late, and starts or takes away
// replicas. They go to the zone of the region that has the fewest, where there is somebody to start
// them and something to start them on. One that is taken away gets nothing new and finishes what it
// has.
#include <algorithm>

#include "models/engine/level_control.hpp"

namespace models {
namespace {

constexpr sim::Duration kSample = sim::whole_seconds(1);

}  // namespace

void World::build_fleets() {
    const auto& topology = model_.topology;
    for (std::uint32_t s = 0; s < model_.services.size(); ++s) {
        const auto& rule = model_.services[s].autoscale;
        if (!rule && !model_.services[s].grows_by_hand) continue;
        scaled_.resize(topology.instances.size());
        for (std::uint32_t r = 0; r < topology.regions.size(); ++r) {
            Fleet fleet;
            fleet.service = ServiceId{s};
            fleet.region = RegionId{r};
            if (rule) {
                fleet.rule = &*rule;
                fleet.state = initial_state(*rule);
                fleet.next_look = simulator_.now() + period_of(*rule);
            }
            for (const InstanceId id : topology.services[s].instances) {
                if (topology[topology[id].zone].region == fleet.region) fleet.members.push_back(id);
            }
            if (!fleet.members.empty()) fleets_.push_back(std::move(fleet));
        }
    }
    for (std::uint32_t f = 0; f < fleets_.size(); ++f) {
        for (const InstanceId id : fleets_[f].members) {
            auto& replica = scaled_[id.value];
            replica.paid = simulator_.now();
            if (!topology[id].spare) continue;
            replica.role = ReplicaRole::spare;
            routing_.set_listed(id, false, simulator_.now());
        }
        if (fleets_[f].rule != nullptr) after(kSample, {EventKind::fleet_sampled, f});
    }
}

void World::fleet_sampled(std::uint32_t index) {
    auto& fleet = fleets_[index];
    for (const InstanceId id : fleet.members) {
        if (!serves(id) || stations_[id.value].state != InstanceState::up) continue;
        fleet.sum += utilisation_of(id);
        ++fleet.samples;
    }
    after(kSample, {EventKind::fleet_sampled, index});
    const auto now = simulator_.now();
    if (now < fleet.next_look) return;
    fleet.next_look = now + period_of(*fleet.rule);
    if (fleet.samples > 0) fleet.points.push_back({now, fleet.sum / fleet.samples});
    fleet.sum = 0;
    fleet.samples = 0;
    scale(fleet);
}

/// By the newest point that is old enough to be known. Without a control plane nobody looks.
void World::scale(Fleet& fleet) {
    const auto now = simulator_.now();
    const auto known = now - metric_delay_of(*fleet.rule);
    auto& points = fleet.points;
    while (points.size() > 1 && points[1].at <= known) points.erase(points.begin());
    if (points.empty() || points.front().at > known) return;
    if (!sees(routing_.of_region(fleet.region)) || is_frozen(fleet)) return;
    const auto look = look_at_fleet(fleet, points.front());
    const auto current = look.current();
    const auto wanted = decide_replicas(*fleet.rule, fleet.state, look);
    std::uint32_t refused = 0;
    std::int32_t change = 0;
    for (auto count = current; count < wanted; ++count) {
        const InstanceId id = spare_of(fleet);
        if (id.valid()) {
            start_replica(id, start_up_of(*fleet.rule));
            ++change;
        } else {
            ++refused;
        }
    }
    for (auto count = current; count > wanted; --count) {
        take_replica_away(surplus_of(fleet));
        --change;
    }
    if (change == 0 && refused == 0) return;
    notify(metrics_, FleetScaled{fleet.service, now, change, refused});
}

bool World::is_frozen(const Fleet& fleet) const {
    return std::any_of(fleet.members.begin(), fleet.members.end(),
                       [&](InstanceId id) { return conditions_.instances[id.value].frozen; });
}

ScalingLook World::look_at_fleet(const Fleet& fleet, const Fleet::Point& point) const {
    ScalingLook look;
    look.now = simulator_.now();
    look.utilisation = point.utilisation;
    const auto since = point.at - period_of(*fleet.rule);
    for (const InstanceId id : fleet.members) {
        const auto& replica = scaled_[id.value];
        if (replica.role == ReplicaRole::spare) continue;
        const bool up = stations_[id.value].state == InstanceState::up;
        if (replica.role == ReplicaRole::starting || (up && replica.serving > since)) {
            ++look.unready;
        } else {
            ++(up ? look.measured : look.missing);
        }
    }
    return look;
}

/// Replicas of the fleet by zone, also those that start.
std::vector<std::uint32_t> World::replicas_by_zone(const Fleet& fleet) const {
    std::vector<std::uint32_t> counts(model_.topology.zones.size(), 0);
    for (const InstanceId id : fleet.members) {
        if (scaled_[id.value].role != ReplicaRole::spare) ++counts[zone_of(id).value];
    }
    return counts;
}

/// Where a new replica goes: the first spare of the zone with the fewest; none when there is
/// nothing to be had anywhere.
InstanceId World::spare_of(const Fleet& fleet) const {
    const auto counts = replicas_by_zone(fleet);
    InstanceId best;
    std::uint32_t fewest = 0;
    for (const InstanceId id : fleet.members) {
        const auto zone = zone_of(id);
        const bool possible = scaled_[id.value].role == ReplicaRole::spare && controls(zone) &&
                              conditions_.capacity_off[zone.value] == 0 &&
                              conditions_.zone_cut[zone.value] == 0 &&
                              conditions_.instances[id.value].power == Power::on;
        if (!possible || (best.valid() && zone_of(best) == zone)) continue;
        const auto there = counts[zone.value];
        if (best.valid() && there >= fewest) continue;
        best = id;
        fewest = there;
    }
    return best;
}

/// Which one goes: the last of the zone with the most, those first that do not serve yet.
InstanceId World::surplus_of(const Fleet& fleet) const {
    const auto counts = replicas_by_zone(fleet);
    const auto rank = [&](InstanceId id) {
        const bool idle = scaled_[id.value].role == ReplicaRole::starting ||
                          stations_[id.value].state != InstanceState::up;
        return std::pair(idle, counts[zone_of(id).value]);
    };
    InstanceId best;
    for (const InstanceId id : fleet.members) {
        if (scaled_[id.value].role == ReplicaRole::spare) continue;
        if (!best.valid() || rank(id) >= rank(best)) best = id;
    }
    SIM_ASSERT(best.valid());
    return best;
}

void World::start_replica(InstanceId id, sim::Duration start_up) {
    auto& replica = scaled_[id.value];
    replica.role = ReplicaRole::starting;
    replica.paid = simulator_.now();
    replica.due = false;
    replica.start = after(start_up, {EventKind::replica_started, id.value});
}

/// One that has no power at that time serves as soon as it has.
void World::replica_started(InstanceId id) {
    auto& replica = scaled_[id.value];
    replica.start = sim::EventHandle{};
    replica.due = true;
    if (stations_[id.value].state == InstanceState::up) list_replica(id);
}

void World::list_replica(InstanceId id) {
    auto& replica = scaled_[id.value];
    if (replica.role != ReplicaRole::starting || !replica.due) return;
    replica.role = ReplicaRole::serving;
    if (!replica_levels_.empty()) LevelControl{*this}.starts(id);
    replica.serving = simulator_.now();
    const auto service = service_of(id);
    change_capacity(service, static_cast<std::int32_t>(model_.services[service.value].capacity()));
    routing_.set_listed(id, true, simulator_.now());
    if (!all_quiet()) wake_checkers();
}

void World::take_replica_away(InstanceId id) {
    auto& replica = scaled_[id.value];
    const auto service = service_of(id);
    simulator_.cancel(replica.start);
    notify(metrics_, ReplicaRan{service, replica.paid, simulator_.now()});
    if (replica.role == ReplicaRole::serving) {
        if (!replica_levels_.empty()) LevelControl{*this}.stops(id);
        if (stations_[id.value].state == InstanceState::up) {
            const auto slots = static_cast<std::int32_t>(model_.services[service.value].capacity());
            change_capacity(service, -slots);
        }
        routing_.set_listed(id, false, simulator_.now());
        for (const auto& checker : checkers_) {
            if (!(checker.instance == id)) continue;
            routing_.set_health(checker.observer, id, true, simulator_.now());
        }
    }
    replica.role = ReplicaRole::spare;
}

/// At the end of the run: what those that are still there have cost.
void World::close_fleets() {
    for (const Fleet& fleet : fleets_) {
        for (const InstanceId id : fleet.members) {
            const auto& replica = scaled_[id.value];
            if (replica.role == ReplicaRole::spare) continue;
            notify(metrics_, ReplicaRan{fleet.service, replica.paid, simulator_.now()});
        }
    }
}

}  // namespace models
