// Which replica a try goes to. State is per (caller service, caller zone, callee), and per group
// for customers: what those callers together have in flight at each replica, and what else their
// rules remember (balancing_rules.cpp). Callers of a zone share it, as behind a proxy of that zone,
// so one of them losing its power forgets nothing of it.
#include "models/engine/world.hpp"

namespace models {

/// A call for a hot key goes where that key is, whatever its rules have chosen.
template <Scene scene>
InstanceId World::choose_instance(const Call& call) {
    const InstanceId chosen = choose_nominal(call);
    if (!rarely<scene>(!is_nominal_) || conditions_.hot.empty()) return chosen;
    const InstanceId hot = hot_replica(call);
    return hot.valid() ? hot : chosen;
}

template InstanceId World::choose_instance<Scene::calm>(const Call&);
template InstanceId World::choose_instance<Scene::any>(const Call&);

InstanceId World::choose_nominal(const Call& call) {
    const auto& endpoint = model_.endpoints[call.endpoint.value];
    const auto& database = databases_[endpoint.service.value];
    if (database.address.valid() && (endpoint.write || database.reads_primary)) {
        return strays_ || names_.any() ? address_for(call) : database.address;
    }
    const ObserverId observer = observer_of(call);
    if (!call.site->plain_balancing) {
        const InstanceId chosen = choose_by_rules(call, observer);
        return chosen.valid() ? chosen : behind_dark_edge(call);
    }
    const auto& local = routing_.candidates(observer, endpoint.service);
    if (local.empty()) return behind_dark_edge(call);
    const auto& elsewhere = routing_.spill_over(observer, endpoint.service);
    const bool spills = !elsewhere.empty() && seems_full(call, local);
    const auto& candidates = spills ? elsewhere : local;
    if (candidates.size() == 1) return candidates[0];
    return choose_replica(call, candidates);
}

ObserverId World::observer_of(const Call& call) const {
    if (call.steered_to.valid()) return routing_.of_steered(call.steered_to);
    const auto& sender = call.sender;
    if (sender.outside) return routing_.of_region(model_.groups[sender.group].region);
    return routing_.of_zone(sender.caller_zone);
}

/// Only what the callers have seen themselves counts: asking the queues would be an oracle.
bool World::seems_full(const Call& call, const std::vector<InstanceId>& replicas) const {
    if (call.saw_503) return true;
    const auto& balancer = balancers_[call.balancer.value];
    const auto slots = stations_[replicas.front().value].slots;
    for (const InstanceId id : replicas) {
        if (balancer.tries_at(id) < slots) return false;
    }
    return true;
}

/// By a rule that needs nothing but tries in flight: the same choice as the rule's own `pick`,
/// without a list of replica numbers.
InstanceId World::choose_replica(const Call& call, const std::vector<InstanceId>& candidates) {
    auto& balancer = balancers_[call.balancer.value];
    const auto count = static_cast<std::uint32_t>(candidates.size());
    const auto& rule = call.policy->load_balancing;
    if (std::holds_alternative<RoundRobin>(rule)) {
        balancer.cursor = (balancer.cursor + 1) % count;
        return candidates[balancer.cursor];
    }
    sim::KeyedRng rng(edge_streams_[call.edge].balance, call.number,
                      call.path + static_cast<std::uint64_t>(call.tries));
    const auto places = two_places(rng(), count);
    if (std::holds_alternative<RandomBalancing>(rule)) return candidates[places.first];
    // Two different replicas, the one with fewer tries in flight; a tie goes to the first drawn.
    const auto load = [&](std::uint32_t i) { return balancer.tries_at(candidates[i]); };
    return load(places.second) < load(places.first) ? candidates[places.second]
                                                    : candidates[places.first];
}

BalancerId World::balancer_for(const Call& call) {
    // Customers are outside every zone.
    std::size_t zone = call.sender.outside ? 0 : call.sender.caller_zone.value;
    if (call.steered_to.valid()) zone = model_.topology[call.steered_to].zones.front().value;
    auto& id = balancer_of_[first_edge_[call.edge] * zones_ + zone];
    if (!id.valid()) make_balancer(call, id);
    return id;
}

void World::make_balancer(const Call& call, BalancerId& id) {
    const auto callee = model_.endpoints[call.endpoint.value].service;
    id = BalancerId{static_cast<std::uint32_t>(balancers_.size())};
    const auto& instances = model_.topology[callee].instances;
    auto& balancer = balancers_.emplace_back();
    balancer.in_flight.resize(instances.size());
    if (!instances.empty()) balancer.first = instances.front().value;
}

}  // namespace models
