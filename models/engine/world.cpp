#include <algorithm>
#include <map>

#include "models/engine/audit.hpp"
#include "models/engine/level_control.hpp"
#include "models/engine/operators.hpp"

namespace models {
namespace {

/// How many different ones there are; 0: nobody knows who comes.
std::uint64_t known_customers(const Group& group) {
    return group.users > 0 ? group.users : group.customers;
}

MeasurementPlan plan_of(const SystemModel& model) {
    MeasurementPlan plan;
    plan.slices = model.slices;
    plan.flows = model.flows;
    plan.services = static_cast<std::uint32_t>(model.topology.services.size());
    plan.edges = static_cast<std::uint32_t>(model.edges.size());
    plan.duration = model.duration;
    plan.window = model.window;
    if (model.logs_customers) {
        for (const auto& group : model.groups) {
            // Of a closed group nobody knows before how often its users come; they come as they
            // can.
            const double expected = group.rate_per_s.value_or(0) * model.duration.seconds();
            plan.customers.push_back({known_customers(group), expected, group.journeys.front().flow,
                                      group.journeys.size() <= CustomerLog::kMostJourneys});
        }
        plan.zones = static_cast<std::uint32_t>(model.topology.zones.size());
        plan.instances = static_cast<std::uint32_t>(model.topology.instances.size());
    }
    plan.actions = static_cast<std::uint32_t>(model.actions.size());
    bool levels = false;
    for (const auto& service : model.services) {
        levels = levels || !service.levels.empty();
        plan.levels.push_back(static_cast<std::uint32_t>(service.levels.size()));
        plan.caches = plan.caches || service.cache;
        plan.databases = plan.databases || service.database;
        plan.scalers = plan.scalers || service.autoscale || service.grows_by_hand;
        plan.queues = plan.queues || service.delivery;
        plan.names = plan.names || service.dns;
    }
    for (const auto& fault : model.faults) plan.deployments += is_deployed(fault) ? 1 : 0;
    for (const auto& group : model.groups) plan.names = plan.names || group.steering;
    if (!levels) plan.levels.clear();
    return plan;
}

std::string edge_name(const SystemModel& model, const Edge& edge) {
    const auto service = model.endpoints[edge.endpoint.value].service;
    return edge.caller + "->" + model.topology[service].name;
}

}  // namespace

World::World(const SystemModel& model, ReplicationKey key, const sim::Limits& limits)
    : model_(model),
      key_(key),
      simulator_(sim::SimTime{} - model.warmup, limits),
      metrics_(metrics_for(plan_of(model))),
      routing_(model),
      stations_(model.topology.instances.size()),
      budgets_(model, ClientRule::retry_budget),
      breakers_(model, ClientRule::circuit_breaker),
      throttles_(model, ClientRule::throttle),
      rate_limits_(model, ClientRule::rate_limit),
      bulkheads_(model, ClientRule::bulkhead),
      connections_(model, ClientRule::pool),
      hedge_states_(model, ClientRule::hedge),
      try_times_(model, ClientRule::try_time),
      fallbacks_(model, ClientRule::fallback),
      told_levels_(model),
      names_(model),
      databases_(model.topology.services.size()),
      nominal_(Conditions::nominal(model.topology)),
      conditions_(nominal_),
      visits_(model.faults.size()),
      processes_(model.topology.instances.size()),
      paused_since_(model.topology.instances.size()),
      network_(key.seed, key.replication, "network", "delay"),
      books_(model),
      level_marks_(model.topology.services.size()) {
    const auto stream = [&](std::string_view entity, std::string_view purpose) {
        return sim::RngStream(key.seed, key.replication, entity, purpose);
    };
    for (const auto& service : model.topology.services) {
        service_streams_.push_back(
            {stream(service.name, "work"), stream(service.name, "errors"),
             stream(service.name, "fault errors"), stream(service.name, "branches"),
             stream(service.name, "shedding"), stream(service.name, "limit"),
             stream(service.name, "same work"), stream(service.name, "cache key"),
             stream(service.name, "cache refresh"), stream(service.name, "cache life"),
             stream(service.name, "max wait")});
    }
    for (const auto& edge : model.edges) {
        const auto name = edge_name(model, edge);
        edge_streams_.push_back(
            {stream(name, "balance"), stream(name, "backoff"), stream(name, "rules")});
    }
    for (const auto& name : fault_draw_names(model.faults)) {
        fault_streams_.push_back(stream(name, "fault"));
    }
    links_.resize(fault_streams_.size());
    wear_.resize(fault_streams_.size());
    next_hangs_.resize(fault_streams_.size());
    ended_since_.resize(fault_streams_.size());
    zones_ = model.topology.zones.size();
    first_group_ = static_cast<std::uint32_t>(model.topology.instances.size());
    for (const auto index : model.topology.delay_between) {
        const auto& delay = model.topology.delays[index];
        const bool fixed = delay.is_constant();
        fixed_delay_.push_back(fixed ? sim::from_seconds(delay.mean_seconds()) : sim::Duration{-1});
    }
    expect_usual_delays();
    for (std::uint32_t i = 0; i < stations_.size(); ++i) {
        const auto& instance = model.topology.instances[i];
        stations_[i].service = instance.service;
        stations_[i].zone = instance.zone;
        stations_[i].position = i - model.topology[instance.service].instances.front().value;
        const auto& config = config_at(InstanceId{i});
        stations_[i].slots = config.concurrency;
        stations_[i].most_queued = config.queue.value_or(kUnlimited);
        reset_server(InstanceId{i});
    }
    std::map<std::string, std::uint32_t> parties;
    for (std::uint32_t i = 0; i < model.edges.size(); ++i) {
        first_edge_.push_back(parties.emplace(edge_name(model, model.edges[i]), i).first->second);
    }
    for (const auto& instance : model.topology.instances) {
        instance_names_.push_back(sim::hash_text(instance.name));
    }
    for (const auto& rules : model.replica_rules) {
        if (rules.needs.load_reports) load_meters_.resize(model.topology.instances.size());
    }
    watch(model.watched);
    balancer_of_.resize(model.edges.size() * model.topology.zones.size());
    build_databases();
    build_deployments();
    build_steering();
    learn_names();
}

World::World(const World& other) = default;

void World::expect_usual_delays() {
    for (const auto delay : fixed_delay_) {
        if (delay.ns >= 0) simulator_.expect(delay);
    }
    for (const auto& policy : model_.policies) {
        simulator_.expect(policy.per_try_timeout);
        simulator_.expect(policy.timeout);
    }
    for (const auto& group : model_.groups) simulator_.expect(group.patience);
}

RunResult World::run() {
    RunResult result;
    result.stopped = too_many_users();
    if (result.stopped) return result;
    begin();
    return run_to_end();
}

RunResult World::run_to_end(std::optional<sim::LimitExceeded> stopped) {
    RunResult result;
    result.stopped = std::move(stopped);
    if (!result.stopped) {
        result.stopped = advance(sim::SimTime{} + model_.duration + model_.drain);
    }
    finish(result);
    return result;
}

void World::begin() {
    schedule_faults();
    watch_deployments();
    Operators{*this}.take_post();
    simulator_.at(sim::SimTime{}, {EventKind::second_begins, 0});
    build_fleets();
    for (const auto& instance : model_.topology.instances) {
        if (instance.spare) continue;
        const auto slots = model_.services[instance.service.value].capacity();
        change_capacity(instance.service, static_cast<std::int32_t>(slots));
    }
    build_stores();
    build_checkers();
    LevelControl{*this}.begin();
    start_workloads();
    calm_ = is_calm();
}

std::uint32_t World::requests_at(InstanceId id) const {
    const auto& station = stations_[id.value];
    return station.busy + station.queued;
}

void World::finish(RunResult& result) {
    Audit{*this}.look();
    close_open_requests();
    close_rule_times();
    close_fleets();
    close_strays();
    LevelControl{*this}.close();
    std::apply([&](auto&... metric) { (metric.finish(result), ...); }, metrics_);
    Audit{*this}.compare(result);
    result.events = simulator_.dispatched();
    result.fingerprint = simulator_.fingerprint();
    result.peak_in_flight = peak_in_flight_;
}

void World::begin_second(std::uint32_t second) {
    sample_queues();
    if (books_.next_look <= simulator_.dispatched()) Audit{*this}.look();
    measure_levels();
    notify(metrics_, SecondBegins{second, simulator_.now()});
    if (!board_.states.empty()) Operators{*this}.look();
    const sim::SimTime end = sim::SimTime{} + model_.duration;
    if (simulator_.now() >= end) return;
    const auto next = simulator_.now() + sim::whole_seconds(1);
    simulator_.at(std::min(next, end), {EventKind::second_begins, second + 1});
}

/// The stations keep the integrals of their levels anyway, as sums that only grow (modulo 2^64).
void World::measure_levels() {
    for (std::uint32_t i = 0; i < level_marks_.size(); ++i) {
        LevelsMeasured fact{ServiceId{i}, {}};
        auto& mark = level_marks_[i];
        for (std::size_t level = 0; level < mark.size(); ++level) {
            std::uint64_t sum = 0;
            for (const auto id : model_.topology.services[i].instances) {
                const auto& station = books_.accounts.stations[id.value];
                sum += station.levels[level].until(simulator_.now());
            }
            fact.level_ns[level] = sum - mark[level];
            mark[level] = sum;
        }
        notify(metrics_, fact);
    }
}

bool World::turned_away(std::uint32_t group, RequestKey key, std::uint32_t flow) {
    return Operators{*this}.turns_away(group, key, flow);
}

bool World::shed_by_hand(const Attempt& attempt) { return Operators{*this}.sheds(attempt); }

bool World::left_out(const Call& call) { return Operators{*this}.leaves_out(call); }

void World::change_capacity(ServiceId service, std::int32_t change) {
    notify(metrics_, CapacityChanged{service, change, simulator_.now()});
}

void World::tell_meter(InstanceId instance, Level level, std::int32_t change) {
    replica_levels_[instance.value].meter.change(level, change, simulator_.now());
}

void World::work_at_level(Attempt& attempt) { LevelControl{*this}.work_begins(attempt); }

bool World::refused_by_level(const Attempt& attempt) {
    return LevelControl{*this}.refuses(attempt);
}

/// The reply has to do without it.
bool World::left_out_by_level(Attempt& attempt, const CallSpec& call) {
    if (!LevelControl{*this}.leaves_out(attempt, call)) return false;
    attempt.degraded = true;
    return true;
}

RunResult run_replication(const SystemModel& model, ReplicationKey key, const sim::Limits& limits) {
    return World(model, key, limits).run();
}

}  // namespace models
