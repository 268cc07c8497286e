#include "models/engine/audit.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace models {

Books::Books(const SystemModel& model) {
    accounts.flows.resize(model.flows);
    accounts.edges.resize(model.edges.size());
    accounts.stations.resize(model.topology.instances.size());
    accounts.queues.resize(model.services.size());
    for (std::size_t i = 0; i < accounts.stations.size(); ++i) {
        const auto& config = model.services[model.topology.instances[i].service.value];
        auto& station = accounts.stations[i];
        station.shares_cores = config.server.cores > 0;
        station.hindered = !config.server.scalability.perfect();
        const auto bound = [&](Level level, std::uint64_t most) {
            station.levels[static_cast<std::size_t>(level)].bound = most;
        };
        if (config.capacity() > 0) bound(Level::busy, config.capacity());
        if (config.capacity() > 0) bound(Level::working, config.capacity());
        if (config.queue) bound(Level::queued, *config.queue);
    }
    found.flows.resize(accounts.flows.size());
    found.edges.resize(accounts.edges.size());
    found.stations.resize(accounts.stations.size());
    found.messages.resize(accounts.queues.size());
}

/// Own work done by now of a try that is in it; without shared cores also the time in which its
/// instance stood still.
std::uint64_t World::work_so_far(AttemptId id) const {
    const auto& attempt = attempts_[id];
    const auto& station = stations_[attempt.instance.value];
    if (!station.shares_cores()) return time_since(attempt.work_began);
    const bool still = books_.accounts.stations[attempt.instance.value].stands_still;
    const auto now = still ? paused_since_[attempt.instance.value] : simulator_.now();
    const auto left = station.server->cores->left(attempts_, id, now);
    return static_cast<std::uint64_t>((attempt.work - left).ns);
}

/// Time of cores that are at work while nothing moves, since that began.
std::uint64_t World::cores_stand_still(InstanceId id) const {
    const auto& station = stations_[id.value];
    if (!station.shares_cores() || !books_.accounts.stations[id.value].stands_still) return 0;
    return station.server->cores->busy() * time_since(paused_since_[id.value]);
}

/// Their process ends with them.
void World::close_accounts(const std::vector<AttemptId>& vanishing) {
    for (const AttemptId id : vanishing) {
        auto& attempt = attempts_[id];
        if (!attempt.inside) continue;
        if (attempt.state == AttemptState::queued) note_wait(attempt);
        if (attempt.state == AttemptState::working) account_of(attempt).work += work_so_far(id);
        if (attempt.holds_slot) note_hold(attempt);
        departs(attempt, Departure::vanished);
    }
}

void World::Audit::look() {
    count();
    check_accounts();
    check_counters();
    constexpr std::uint64_t kEventsPerRecord = 100;
    const auto records = world.attempts_.capacity() + world.calls_.capacity() +
                         world.requests_.capacity() + world.stations_.size();
    world.books_.next_look = world.simulator_.dispatched() + kEventsPerRecord * records;
}

void World::Audit::count() const {
    const auto clear = [](auto& counts) {
        for (auto& one : counts) one = {};
    };
    clear(found().flows);
    clear(found().edges);
    clear(found().stations);
    clear(found().messages);
    clear(found().tries);
    found().tries.resize(world.balancers_.size());
    for (std::uint32_t i = 0; i < world.attempts_.capacity(); ++i) {
        if (world.attempts_.is_live(AttemptId{i})) count_attempt(AttemptId{i});
    }
    for (std::uint32_t i = 0; i < world.calls_.capacity(); ++i) {
        if (world.calls_.is_live(CallId{i})) count_call(CallId{i});
    }
    for (std::uint32_t i = 0; i < world.requests_.capacity(); ++i) {
        if (!world.requests_.is_live(RequestId{i})) continue;
        const auto& request = world.requests_[RequestId{i}];
        auto& flow = found().flows[request.flow];
        ++flow.under_way;
        if (world.is_measured(request)) ++flow.measured;
    }
    for (std::uint32_t i = 0; i < world.stations_.size(); ++i) count_station(InstanceId{i});
}

void World::Audit::count_attempt(AttemptId id) const {
    const auto& attempt = world.attempts_[id];
    if (attempt.call.valid()) {
        require(waits_for(world.calls_[attempt.call], id),
                "a try belongs to the call that waits for it");
    }
    const bool outside =
        attempt.state == AttemptState::to_server || attempt.state == AttemptState::to_caller;
    require(attempt.inside == (!outside && !attempt.background),
            "a try is at its instance from its arrival until it leaves");
    if (!attempt.inside) return;
    auto& station = found().stations[attempt.instance.value];
    ++station.present;
    station.sojourns += world.time_since(attempt.arrived);
    if (attempt.state == AttemptState::queued) {
        ++station.queued;
        station.waits += world.time_since(attempt.since);
    }
    if (attempt.state == AttemptState::working) {
        ++station.working;
        station.work += world.work_so_far(id);
    }
    if (!attempt.holds_slot) return;
    ++station.holders;
    station.holds += world.time_since(attempt.since);
}

bool World::Audit::waits_for(const Call& call, AttemptId id) const {
    if (!call.live) return false;
    const auto lane = world.attempts_[id].lane;
    if (lane == 0) return call.current.attempt == id;
    if (!call.hedging.valid()) return false;
    const auto& hedging = world.hedgings_[call.hedging];
    return lane <= hedging.used && hedging.extra[lane - 1U].attempt == id;
}

void World::Audit::count_call(CallId id) const {
    const auto& call = world.calls_[id];
    require(call.parent.valid() ? world.attempts_.is_live(call.parent)
                                : world.requests_.is_live(call.sender.request),
            "a call belongs to somebody who waits for it");
    ++found().edges[call.edge].calls;
    if (call.tries == 0) return;
    count_try(call, call.current);
    if (!call.hedging.valid()) return;
    const auto& hedging = world.hedgings_[call.hedging];
    for (std::uint32_t i = 0; i < hedging.used; ++i) count_try(call, hedging.extra[i]);
}

void World::Audit::count_try(const Call& call, const Try& one) const {
    if (one.open) ++found().edges[call.edge].tries;
    if (one.counted) ++found().tries[call.balancer.value];
    if (!one.attempt.valid()) return;
    require(world.attempts_.is_live(one.attempt) && world.attempts_[one.attempt].call == call.self,
            "a call waits for a try of its own");
}

void World::Audit::count_station(InstanceId id) const {
    const auto& station = world.stations_[id.value];
    auto& count = found().stations[id.value];
    count.station_busy = station.busy;
    count.station_queued = station.queued;
    if (station.shares_cores()) {
        count.cores = station.server->cores->busy();
        count.jobs = station.server->cores->jobs();
        count.work += world.cores_stand_still(id);
    }
    if (!world.queues_.empty() && world.queues_[id.value]) {
        found().messages[world.service_of(id).value] += world.queues_[id.value]->messages;
    }
}

void World::Audit::check_accounts() const {
    const auto& accounts = world.books_.accounts;
    const auto& model = world.model_;
    for (std::size_t i = 0; i < accounts.flows.size(); ++i) {
        require(check_flow(accounts.flows[i], found().flows[i].under_way), "flow", name_of_flow(i));
    }
    for (std::size_t i = 0; i < accounts.edges.size(); ++i) {
        require(check_edge(accounts.edges[i], found().edges[i]), "edge", name_of_edge(i));
    }
    for (std::size_t i = 0; i < accounts.queues.size(); ++i) {
        require(check_queue(accounts.queues[i], found().messages[i]), "queue",
                model.topology.services[i].name);
    }
    for (std::size_t i = 0; i < accounts.stations.size(); ++i) {
        const auto broken =
            check_station(accounts.stations[i], found().stations[i], world.simulator_.now());
        require(broken, "instance", model.topology.instances[i].name);
    }
}

/// What the engine counts to know quickly that nothing unusual is going on.
void World::Audit::check_counters() const {
    std::uint32_t off = 0;
    std::uint32_t paused = 0;
    std::uint32_t warming = 0;
    for (std::uint32_t i = 0; i < world.stations_.size(); ++i) {
        off += world.stations_[i].state != InstanceState::up ? 1 : 0;
        paused += world.conditions_.instances[i].paused ? 1 : 0;
        warming += world.processes_[i].warming ? 1 : 0;
    }
    require(off == world.instances_off_, "instances that are off are counted");
    require(paused == world.paused_, "instances that are paused are counted");
    require(warming == world.warming_, "processes that warm up are counted");
    require(!world.calm_ || world.is_calm(), "a scene is taken for calm when it is");
    for (std::size_t i = 0; i < world.balancers_.size(); ++i) {
        std::uint64_t in_flight = 0;
        for (const auto count : world.balancers_[i].in_flight) in_flight += count;
        require(in_flight == found().tries[i], "tries in flight are those that balancers count");
    }
    check_conditions();
}

/// Nominal again after the last fault, and whenever nothing strikes. A replica may still be leaving
/// for a deployment that is over.
void World::Audit::check_conditions() const {
    require(world.is_nominal_ == (world.conditions_ == world.nominal_),
            "nominal Conditions are known to be so");
    const bool struck = !world.present_strikes().empty() || !world.deployments_.empty();
    require(world.is_nominal_ || struck, "Conditions are nominal when nothing strikes");
}

void World::Audit::compare(const RunResult& result) const {
    for (std::size_t i = 0; i < world.model_.flows; ++i) {
        const auto broken =
            check_outcomes(world.books_.accounts.flows[i].measured,
                           result.flows[i].slices[0].outcomes, found().flows[i].measured);
        require(broken, "flow", name_of_flow(i));
    }
}

std::string World::Audit::name_of_flow(std::size_t flow) const {
    for (const auto& group : world.model_.groups) {
        for (const auto& journey : group.journeys) {
            if (journey.flow == flow) return group.name + "/" + journey.name;
        }
    }
    return fmt::format("{}", flow);
}

std::string World::Audit::name_of_edge(std::size_t edge) const {
    const auto& one = world.model_.edges[edge];
    const auto& endpoint = world.model_.endpoints[one.endpoint.value];
    return one.caller + "->" + world.model_.topology[endpoint.service].name + "." + endpoint.name;
}

void World::Audit::require(const BrokenLaw& broken, std::string_view what,
                           const std::string& whose) const {
    if (!broken) return;
    throw sim::InternalError(fmt::format("invariant violated at {:.9f} s, {} `{}`: {}",
                                         world.simulator_.now().seconds(), what, whose, *broken));
}

void World::Audit::require(bool holds, const char* law) const {
    if (holds) return;
    throw sim::InternalError(
        fmt::format("invariant violated at {:.9f} s: {}", world.simulator_.now().seconds(), law));
}

}  // namespace models
