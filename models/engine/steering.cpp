// Customers who are sent to a region. Somebody outside looks at the entry of every region that the
// group may be sent to; the name is answered with the best one that is well, and the group's
// resolvers keep that answer (names.cpp). A region that has lost all of its zones answers nobody,
// not even that no replica is healthy.
#include <algorithm>

#include "models/engine/world.hpp"

namespace models {

void World::build_steering() {
    for (std::uint32_t group = 0; group < model_.groups.size(); ++group) {
        const auto& config = model_.groups[group];
        if (!config.steering) continue;
        const sim::RngStream stream(key_.seed, key_.replication, config.name, "steering");
        for (const auto& tier : config.steered_to) {
            for (const RegionId region : tier) {
                const auto index = static_cast<std::uint32_t>(steered_regions_.size());
                steered_regions_.push_back({group, region});
                sim::KeyedRng rng(stream, 0, sim::hash_text(model_.topology[region].name));
                const double phase = rng.unit() * config.steering->interval.seconds();
                after(sim::from_seconds(phase), {EventKind::region_looked_at, index});
            }
        }
    }
}

void World::region_looked_at(std::uint32_t index) {
    auto& one = steered_regions_[index];
    const auto& rule = *model_.groups[one.group].steering;
    after(rule.interval, {EventKind::region_looked_at, index});
    if (entry_answers(model_.groups[one.group].entry, one.region) == one.well) {
        one.in_a_row = 0;
        return;
    }
    if (++one.in_a_row < (one.well ? rule.fail_after : rule.pass_after)) return;
    one.in_a_row = 0;
    one.well = !one.well;
    if (!one.well)
        notify(metrics_, RegionLeftOut{model_.groups[one.group].entry, simulator_.now()});
}

/// Some replica there listens, as far as anybody outside can see.
bool World::entry_answers(ServiceId entry, RegionId region) const {
    const auto& seen = seen_by_checks_ ? *seen_by_checks_ : conditions_;
    const auto& replicas = model_.topology[entry].instances;
    return std::any_of(replicas.begin(), replicas.end(), [&](InstanceId id) {
        const auto zone = zone_of(id);
        if (!zone.valid() || !(model_.topology[zone].region == region)) return false;
        const auto& conditions = seen.instances[id.value];
        const bool dark = seen.zone_cut[zone.value] != 0 || conditions.closed || conditions.paused;
        return !dark && serves(id) && runs_for_checks(id);
    });
}

/// The same resolver has the same favourite among regions that share the customers. When no region
/// is well the name is answered as if all were.
RegionId World::best_region(std::uint32_t group, std::uint64_t resolver) const {
    const auto& config = model_.groups[group];
    const auto is_well = [&](RegionId region) {
        return std::any_of(steered_regions_.begin(), steered_regions_.end(), [&](const auto& one) {
            return one.group == group && one.region == region && one.well;
        });
    };
    for (const bool any : {false, true}) {
        for (const auto& tier : config.steered_to) {
            RegionId best;
            std::uint64_t most = 0;
            for (const RegionId region : tier) {
                if (!any && !is_well(region)) continue;
                const auto name = sim::hash_text(model_.topology[region].name);
                const auto rank = sim::mix64(sim::hash_combine(resolver, name));
                if (best.valid() && rank <= most) continue;
                best = region;
                most = rank;
            }
            if (best.valid()) return best;
        }
    }
    return config.region;
}

/// Of several open tries of one call all go to the region of the first.
void World::follow(Call& call, const KnownName& name) {
    if (!name.region.valid()) return;
    if (call.hedging.valid() && hedgings_[call.hedging].used > 0) return;
    call.steered_to = name.region;
    call.balancer = balancer_for(call);
}

bool World::steers_to(RegionId region, ServiceId entry) const {
    return std::any_of(model_.groups.begin(), model_.groups.end(), [&](const Group& group) {
        if (!group.steering || !(group.entry == entry)) return false;
        return std::any_of(group.steered_to.begin(), group.steered_to.end(), [&](const auto& tier) {
            return std::find(tier.begin(), tier.end(), region) != tier.end();
        });
    });
}

/// Without any healthy replica the region's edge says so, unless it has no power itself: then the
/// message goes to where somebody should be.
InstanceId World::behind_dark_edge(const Call& call) const {
    if (!call.steered_to.valid()) return InstanceId{};
    const auto& zones = model_.topology[call.steered_to].zones;
    const bool dark = std::all_of(zones.begin(), zones.end(), [&](ZoneId zone) {
        return conditions_.zone_cut[zone.value] != 0;
    });
    if (!dark) return InstanceId{};
    const auto service = model_.endpoints[call.endpoint.value].service;
    for (const InstanceId id : model_.topology[service].instances) {
        const auto zone = zone_of(id);
        if (zone.valid() && model_.topology[zone].region == call.steered_to) return id;
    }
    return InstanceId{};
}

}  // namespace models
