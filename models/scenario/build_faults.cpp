#include <algorithm>
#include <cmath>

#include "models/scenario/build_parts.hpp"
#include "sim/core/assert.hpp"

namespace models {

namespace {

/// The zones that the target names; nothing when it does not speak of places.
std::vector<ZoneId> zones_of(const FaultTargetSpec& target, const Topology& topology,
                             const NameIndex& names) {
    if (target.zone) return {names.zone_id(target.zone->text)};
    if (!target.region) return {};
    const auto region = names.region(target.region->text);
    SIM_ASSERT(region);
    return topology.regions[*region].zones;
}

/// Replicas of one service, narrowed to the zones if there are any, and cut to the count or share.
std::vector<InstanceId> replicas_hit(const FaultTargetSpec& target, const Topology& topology,
                                     const std::vector<ZoneId>& zones, const NameIndex& names) {
    std::vector<InstanceId> hit;
    for (const InstanceId id : topology[names.service_id(target.service->text)].instances) {
        const ZoneId zone = topology[id].zone;
        const bool inside = std::any_of(zones.begin(), zones.end(),
                                        [&](ZoneId one) { return one.value == zone.value; });
        if (zones.empty() || inside) hit.push_back(id);
    }
    if (target.count || target.share) {
        std::erase_if(hit, [&](InstanceId id) { return topology[id].spare; });
    }
    std::size_t count = hit.size();
    if (target.count) count = *target.count;
    if (target.share) {
        // The epsilon keeps 60 % of 5 replicas at 3 whatever the last bit of the product is.
        count = static_cast<std::size_t>(
            std::ceil(*target.share * static_cast<double>(hit.size()) - 1e-9));
    }
    SIM_ASSERT(count <= hit.size());
    hit.resize(count);
    return hit;
}

/// Callers as a list of flags: instances, then groups.
using Callers = std::vector<std::uint8_t>;

class TargetBuilder {
  public:
    TargetBuilder(const SystemSpec& system, const Topology& topology, const NameIndex& names)
        : system_(system), topology_(topology), names_(names) {}

    [[nodiscard]] FaultTarget build(const FaultTargetSpec& target,
                                    const EffectPlaces& places) const {
        FaultTarget built;
        built.share = target.traffic_share;
        built.sticky = target.sticky;
        built.of_place = target.zone || target.region;
        if (target.group) {
            built.groups = groups_hit(*target.group);
            return built;
        }
        if (target.call) {
            built.traffic = {call_traffic(*target.call)};
        } else if (target.link) {
            built.traffic = link_traffic(*target.link);
        } else {
            built.instances = instances_hit(target);
            if (!target.service && !target.label) built.zones = zones_of(target, topology_, names_);
        }
        if (places.instances || target.is_traffic()) return built;
        built.traffic = traffic_at(topology_, topology_.instances.size() + system_.groups.size(),
                                   built.instances);  // of places that have only messages to strike
        if (target.border) leave_inside(built.traffic[0], built.instances);
        built.instances.clear();
        built.zones.clear();
        return built;
    }

  private:
    [[nodiscard]] std::vector<InstanceId> instances_hit(const FaultTargetSpec& target) const {
        const auto zones = zones_of(target, topology_, names_);
        if (target.service) return replicas_hit(target, topology_, zones, names_);
        if (target.label) return labelled(*target.label, zones);
        std::vector<InstanceId> hit;
        const auto everything = static_cast<std::uint32_t>(topology_.instances.size());
        for (InstanceId id{0}; id.value < everything; ++id.value) {
            const Instance& instance = topology_[id];
            const bool inside = std::any_of(zones.begin(), zones.end(), [&](ZoneId zone) {
                return zone.value == instance.zone.value;
            });
            if (target.replica ? instance.name == target.replica->text : inside) hit.push_back(id);
        }
        return hit;
    }

    /// Replicas of all services with the label, in the zones if there are any.
    [[nodiscard]] std::vector<InstanceId> labelled(const Name& label,
                                                   const std::vector<ZoneId>& zones) const {
        std::vector<InstanceId> hit;
        for (const ServiceSpec& service : system_.services) {
            if (!service.has_label(label.text)) continue;
            FaultTargetSpec one;
            one.service = service.name;
            const auto replicas = replicas_hit(one, topology_, zones, names_);
            hit.insert(hit.end(), replicas.begin(), replicas.end());
        }
        return hit;
    }

    [[nodiscard]] std::vector<std::uint8_t> groups_hit(const Name& name) const {
        const auto one = names_.group(name.text);
        std::vector<std::uint8_t> listed(system_.groups.size(), one ? 0 : 1);
        if (one) listed[*one] = 1;
        return listed;
    }

    /// Messages among the instances stay as they are.
    static void leave_inside(Traffic& to, const std::vector<InstanceId>& instances) {
        for (const InstanceId id : instances) to.callers[id.value] = 0;
    }

    /// Who has the name: a group of customers, or the replicas of a service, zone or region.
    [[nodiscard]] Callers callers_at(const Name& place) const {
        Callers listed(topology_.instances.size() + system_.groups.size(), 0);
        if (const auto group = names_.group(place.text)) {
            listed[topology_.instances.size() + *group] = 1;
            return listed;
        }
        FaultTargetSpec target;
        if (names_.service(place.text)) {
            target.service = place;
        } else if (names_.zone(place.text)) {
            target.zone = place;
        } else {
            target.region = place;
        }
        for (const InstanceId id : instances_hit(target)) listed[id.value] = 1;
        return listed;
    }

    [[nodiscard]] Traffic call_traffic(const CallTargetSpec& call) const {
        Traffic traffic;
        traffic.callers = callers_at(call.from);
        traffic.replicas = callers_at(call.to);
        if (!call.endpoint) return traffic;
        const auto service = *names_.service(call.to.text);
        std::size_t first = 0;
        for (std::size_t i = 0; i < service; ++i) first += system_.services[i].endpoints.size();
        const auto found = find_endpoint(system_.services[service], call.endpoint->text);
        SIM_ASSERT(found);
        traffic.endpoints.resize(first + *found + 1, 0);
        traffic.endpoints.back() = 1;
        return traffic;
    }

    /// A message from one place to the other is a request one way and a reply the other.
    [[nodiscard]] std::vector<Traffic> link_traffic(const LinkTargetSpec& link) const {
        const auto from = callers_at(link.from);
        const auto to = callers_at(link.to);
        Traffic there;
        there.callers = from;
        there.replicas = to;
        there.replies = link.both;
        Traffic back;
        back.callers = to;
        back.replicas = from;
        back.requests = link.both;
        if (there.callers == back.callers) return {there};
        return {there, back};
    }

    const SystemSpec& system_;
    const Topology& topology_;
    const NameIndex& names_;
};

}  // namespace

std::vector<ScheduledFault> build_faults(const std::vector<FaultSpec>& faults,
                                         const SystemSpec& system, const Topology& topology,
                                         const NameIndex& names) {
    const TargetBuilder targets(system, topology, names);
    std::vector<ScheduledFault> built;
    for (const FaultSpec& fault : faults) {
        const auto target_of = [&](const FaultEffect& effect) {
            const auto places = std::visit([](const auto& kind) { return kind.places; }, effect);
            return targets.build(fault.target, places);
        };
        const auto& effects = fault.effects;
        built.push_back({fault.name.text, fault.at, fault.duration, target_of(effects.front()),
                         effects.front(), fault.seen_by_checks});
        for (std::size_t i = 1; i < effects.size(); ++i) {
            built.back().also.push_back({target_of(effects[i]), effects[i]});
        }
        if (fault.takes_control) built.back().control = zones_of(fault.target, topology, names);
        built.back().ramp = fault.ramp;
        built.back().cured_by_restart = fault.recovery == FaultRecovery::restart;
        built.back().recurrence =
            build_recurrence(fault, targets.build(fault.target, {true, true}), topology);
        if (fault.recurrence) {
            const auto until = fault.recurrence->until;
            built.back().duration = until == sim::kNever ? sim::kForever : until - fault.at;
        }
    }
    join_causes(faults, built);
    return built;
}

}  // namespace models
