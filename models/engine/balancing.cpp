// Which replica a try goes to. State is per (caller service, caller zone, callee), and per group
// for customers: what those callers together have in flight at each replica.
#include "models/engine/world.hpp"

namespace models {
namespace {

std::uint32_t position_of(const Topology& topology, InstanceId instance) {
    const auto& siblings = topology[topology[instance].service].instances;
    return instance.value - siblings.front().value;  // a service's instances are numbered in a row
}

}  // namespace

InstanceId World::choose_instance(CallId id) {
    const auto& call = calls_[id];
    const auto& endpoint = model_.endpoints[call.endpoint.value];
    const auto& database = databases_[endpoint.service.value];
    if (endpoint.write && database.primary.valid()) return database.primary;
    const ObserverId observer = observer_of(call);
    const auto& local = routing_.candidates(observer, endpoint.service);
    if (local.empty()) return InstanceId{};
    const auto& elsewhere = routing_.spill_over(observer, endpoint.service);
    const bool spills = !elsewhere.empty() && seems_full(call, local);
    const auto& candidates = spills ? elsewhere : local;
    if (candidates.size() == 1) return candidates[0];
    return choose_replica(id, candidates);
}

ObserverId World::observer_of(const Call& call) const {
    if (call.request.valid()) {
        return routing_.of_region(model_.groups[requests_[call.request].group].region);
    }
    return routing_.of_zone(model_.topology[attempts_[call.parent].instance].zone);
}

/// Only what the callers have seen themselves counts: asking the queues would be an oracle.
bool World::seems_full(const Call& call, const std::vector<InstanceId>& replicas) {
    if (call.saw_503) return true;
    const auto& balancer = balancers_[call.balancer.value];
    const auto service = model_.topology[replicas.front()].service;
    const auto slots = model_.services[service.value].concurrency;
    for (const InstanceId id : replicas) {
        if (balancer.in_flight[position_of(model_.topology, id)] < slots) return false;
    }
    return true;
}

InstanceId World::choose_replica(CallId id, const std::vector<InstanceId>& candidates) {
    const auto& call = calls_[id];
    auto& balancer = balancers_[call.balancer.value];
    const auto count = static_cast<std::uint32_t>(candidates.size());
    if (call.policy->load_balancing == LoadBalancing::round_robin) {
        balancer.cursor = (balancer.cursor + 1) % count;
        return candidates[balancer.cursor];
    }
    sim::KeyedRng rng(edge_streams_[call.edge].balance, call.number,
                      call.path + static_cast<std::uint64_t>(call.tries));
    const auto word = rng();
    const auto first = static_cast<std::uint32_t>(((word >> 32) * count) >> 32);
    if (call.policy->load_balancing == LoadBalancing::random) return candidates[first];
    // Two different replicas, the one with fewer tries in flight; a tie goes to the first drawn.
    auto second = static_cast<std::uint32_t>(((word & 0xFFFFFFFFU) * (count - 1)) >> 32);
    if (second >= first) ++second;
    const auto load = [&](std::uint32_t i) {
        return balancer.in_flight[position_of(model_.topology, candidates[i])];
    };
    return load(second) < load(first) ? candidates[second] : candidates[first];
}

BalancerId World::balancer_for(const Call& call) {
    const auto callee = model_.endpoints[call.endpoint.value].service;
    std::size_t zone = 0;  // customers are outside every zone
    if (call.parent.valid()) zone = model_.topology[attempts_[call.parent].instance].zone.value;
    auto& id = balancer_of_[first_edge_[call.edge] * model_.topology.zones.size() + zone];
    if (!id.valid()) {
        id = BalancerId{static_cast<std::uint32_t>(balancers_.size())};
        balancers_.push_back({});
        balancers_.back().in_flight.resize(model_.topology[callee].instances.size());
    }
    return id;
}

void World::count_try(const Call& call, Try& one, InstanceId instance) {
    one.instance = instance;
    one.counted = true;
    ++balancers_[call.balancer.value].in_flight[position_of(model_.topology, instance)];
}

void World::forget_try(const Call& call, Try& one) {
    if (!one.counted) return;
    one.counted = false;
    --balancers_[call.balancer.value].in_flight[position_of(model_.topology, one.instance)];
}

}  // namespace models
