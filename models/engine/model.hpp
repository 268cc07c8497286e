#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/action/action.hpp"
#include "models/action/service_level.hpp"
#include "models/engine/server_config.hpp"
#include "models/fault/fault.hpp"
#include "models/metrics/slice.hpp"
#include "models/policy/cache.hpp"
#include "models/policy/call_policy.hpp"
#include "models/policy/client_rule.hpp"
#include "models/policy/delivery.hpp"
#include "models/policy/dns.hpp"
#include "models/policy/failover.hpp"
#include "models/policy/health_check.hpp"
#include "models/policy/restart.hpp"
#include "models/policy/rollout.hpp"
#include "models/policy/routing_rule.hpp"
#include "models/policy/scaling.hpp"
#include "models/topology/topology.hpp"
#include "models/traffic/traffic.hpp"
#include "sim/core/time.hpp"

namespace models {

/// When a request's slot is given back.
enum class Holds : std::uint8_t {
    while_calling,  ///< when the reply leaves
    own_work,       ///< at the end of own work
};

/// When callers with sameZoneFirst routing leave their zone although a replica there is healthy.
enum class SpillWhen : std::uint8_t {
    never,
    full,  ///< on what they have seen themselves: every local replica has as many of their tries in
           ///< flight as it has slots, or an earlier try of the call was answered with 503
};

/// Where a database's primary is, and what its loss costs.
struct FailoverConfig {
    ZoneId primary;
    TimedFailover failover{sim::kForever};
    std::optional<ReplicationPolicy> replication{};  ///< nothing: replicas are never behind
};

/// What the engine needs to know about a service beyond the topology.
struct ServiceConfig {
    std::uint32_t concurrency = 1;       ///< slots of one replica, or kUnlimited
    std::optional<std::uint32_t> queue;  ///< waiting requests per replica; nothing: unlimited
    ServerConfig server;
    Holds holds = Holds::while_calling;
    Routing routing = SameZoneFirst{};
    SpillWhen spill_when = SpillWhen::never;
    std::optional<HealthCheckConfig> health_check;
    Restart restart;
    Rollout rollout;
    std::optional<Scaling> autoscale;  ///< how many of the replicas there are
    bool grows_by_hand = false;        ///< operators may add replicas
    std::optional<FailoverConfig> database;
    std::optional<CachePolicy> cache;        ///< answers hits without making its calls
    std::optional<DeliveryPolicy> delivery;  ///< answers first, makes its calls later
    std::vector<ServiceLevel> levels;        ///< below full service, from best to worst
    std::optional<DnsPolicy> dns;            ///< nothing: callers always know where it is

    [[nodiscard]] bool stores() const { return cache || delivery; }
    /// What utilisation is measured against: cores when work shares them; 0 without bound.
    [[nodiscard]] std::uint32_t capacity() const {
        if (server.cores > 0) return server.cores;
        return concurrency == kUnlimited ? 0 : concurrency;
    }
};

/// One kind of call: who calls which endpoint (reports count per edge).
struct Edge {
    std::string caller;        ///< service or group name
    ServiceId caller_service;  ///< none for customers
    EndpointId endpoint;
};

/// What the rules of one policy about replicas ask of the engine.
struct ReplicaRules {
    /// First policy with the same balancing, outlier detection and breakers per replica.
    std::uint32_t balancing = 0;
    std::uint32_t detection = 0;  ///< first policy with the same outlier detection
    BalancingNeeds needs;
};

/// A call that a fallback makes in place of one that has failed.
struct StandIn {
    std::uint32_t caller = 0;  ///< services, then groups
    CallSpec call;
};

/// What somebody wants to know of a run: which requests have a try at these calls in that time.
struct Watch {
    std::vector<Traffic> calls;
    std::vector<std::uint8_t> groups;  ///< of customers all of whose requests count; by group
    sim::SimTime from{};
    sim::SimTime to = sim::kNever;

    [[nodiscard]] bool is_on(sim::SimTime now) const { return now >= from && now < to; }
};

/// Everything about one strategy that is fixed before the first event: the engine's only input
/// besides seed and replication. Immutable, shared by all threads.
struct SystemModel {
    // Compiled once (model.cpp), not in every file that has one.
    SystemModel();
    SystemModel(const SystemModel&);
    SystemModel(SystemModel&&) noexcept;
    SystemModel& operator=(const SystemModel&);
    SystemModel& operator=(SystemModel&&) noexcept;
    ~SystemModel();

    Topology topology;
    std::vector<ServiceConfig> services;  ///< parallel to topology.services
    std::vector<Endpoint> endpoints;
    std::vector<CallPolicy> policies;
    std::vector<CallSite> sites;  ///< of calls and journeys; made by `finish_model`
    /// For each caller (services, then groups) and rule: by slot, the policy whose rule the state
    /// follows. Made by `finish_model`.
    std::vector<std::array<std::vector<std::uint32_t>, kClientRules>> client_rules;
    std::vector<ReplicaRules> replica_rules;  ///< by policy; made by `finish_model`
    std::vector<Edge> edges;
    std::vector<StandIn> stand_ins;
    std::vector<Group> groups;
    std::uint32_t flows = 0;  ///< group x journey pairs
    std::vector<ScheduledFault> faults;
    std::vector<PlannedAction> actions;  ///< of operators
    std::vector<Slice> slices;           ///< what to measure; slices[0] is `all`
    std::vector<Watch> watched;          ///< marks requests (RequestDone::touched)
    bool logs_customers = false;         ///< it is compared with a twin, or is one
    sim::Duration warmup{};
    sim::Duration duration{};
    sim::Duration drain{};
    sim::Duration window{};  ///< of what is recorded, as in WindowGrid
};

/// Whether it says of some endpoint how large its messages are.
bool knows_sizes(const SystemModel& model);

/// Finds which calls share the states of their rules. The last step of making a model.
void finish_model(SystemModel& model);

/// The edge at which the time of a breaker (or, as `host`, of outlier detection) is counted that
/// the calls of `edge` share: the first of those that do.
std::uint32_t counting_edge(const SystemModel& model, std::uint32_t edge, BreakerScope scope);

}  // namespace models
