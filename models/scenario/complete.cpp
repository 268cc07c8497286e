#include "models/scenario/complete.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "models/scenario/merge.hpp"
#include "models/scenario/scenario.hpp"
#include "sim/yaml/parameters.hpp"

namespace models {

using sim::MapEntry;
using sim::Node;

namespace {

constexpr std::array<std::string_view, 3> kPlacementKeys = {"replicasPerZone", "replicas",
                                                            "placement"};

/// An empty value where a map may stand counts as an empty map.
void null_to_map(Node& node) {
    if (node.is_null()) node.kind = Node::Kind::map;
}

void complete_regions(Node& root) {
    if (root.find("regions") != nullptr) return;
    Node region = map_node();
    put(region, "zones", list_node({"local-1"}));
    Node regions = map_node();
    put(regions, "local", std::move(region));
    put(root, "regions", std::move(regions));
}

void complete_network(Node& root) {
    put_default(root, "network", map_node());
    Node& network = *find_value(root, "network");
    null_to_map(network);
    if (!network.is_map()) return;
    for (const std::string_view key : {"sameZone", "crossZone", "crossRegion"}) {
        put_default(network, key, "0ms");
    }
}

/// The ways to place replicas exclude each other: one that is written beats another of `defaults`.
Node without_other_placement(Node defaults, const Node& service) {
    bool written = false;
    for (const std::string_view key : kPlacementKeys) written |= service.find(key) != nullptr;
    if (!written) return defaults;
    for (const std::string_view key : kPlacementKeys) remove_key(defaults, key);
    if (service.find("placement") != nullptr) remove_key(defaults, "regions");
    return defaults;
}

void complete_placement(Node& service, const Node& regions) {
    if (service.find("placement") != nullptr) return;
    if (regions.is_map() && service.find("regions") == nullptr) {
        Node all = list_node({});
        for (const MapEntry& region : regions.entries) all.items.push_back(scalar_node(region.key));
        put(service, "regions", std::move(all));
    }
    if (service.find("replicas") == nullptr) put_default(service, "replicasPerZone", "1");
}

void complete_endpoint(Node& endpoint, bool database) {
    if (endpoint.is_list()) {
        Node calls = std::move(endpoint);
        endpoint = map_node();
        endpoint.range = calls.range;
        endpoint.alias = calls.alias;
        put(endpoint, "calls", std::move(calls));
    }
    null_to_map(endpoint);
    if (!endpoint.is_map()) return;
    put_default(endpoint, "calls", list_node({}));
    put_default(endpoint, "kind", database ? "write" : "read");
    put_default(endpoint, "idempotent", "false");
}

void complete_endpoints(Node& service, bool database) {
    put_default(service, "endpoints", map_node());
    Node& endpoints = *find_value(service, "endpoints");
    null_to_map(endpoints);
    if (!endpoints.is_map()) return;
    if (endpoints.entries.empty()) put(endpoints, kImplicitEndpoint, map_node());
    for (MapEntry& endpoint : endpoints.entries) complete_endpoint(endpoint.value, database);
}

/// `defaults` under what the service writes, and under both the preset that the service names, or
/// else `defaults`.
void lay_under(Node& service, const Node& defaults) {
    const Node* named = service.find("preset");
    if (named == nullptr) named = defaults.find("preset");
    const Node preset = named == nullptr ? Node{} : *named;
    if (defaults.is_map()) {
        service = merge_nodes(without_other_placement(defaults, service), service);
    }
    remove_key(service, "preset");
    if (preset.is_map()) service = merge_nodes(preset, service);
}

void complete_threads(Node& service) {
    Node* threads = find_value(service, "threads");
    if (threads == nullptr || !threads->is_map()) return;
    put_default(*threads, "growBeforeQueue", "false");
    put_default(*threads, "keepAlive", "60s");
}

/// What was not written of a map with declared parameters.
template <class Policy>
void complete_declared(Node& map, std::initializer_list<std::string_view> except) {
    for (const sim::ParameterDoc& doc : sim::list_parameters<Policy>()) {
        if (std::find(except.begin(), except.end(), doc.key) != except.end()) continue;
        put_default(map, doc.key, scalar_node(doc.otherwise));
    }
}

void complete_dns(Node& service) {
    Node* dns = find_value(service, "dns");
    if (dns == nullptr) return;
    null_to_map(*dns);
    if (dns->is_map()) complete_declared<DnsPolicy>(*dns, {});
}

/// A bought-in service has no replicas of ours: of `defaults` it takes what it can have.
void complete_external(Node& service, const Node& defaults) {
    for (const std::string_view key : {"latency", "errors", "rateLimit", "retryAfter", "dns"}) {
        const Node* lower = defaults.is_map() ? defaults.find(key) : nullptr;
        if (lower != nullptr && service.find(key) == nullptr) put(service, key, *lower);
    }
    put_default(service, "errors", "0%");
    complete_dns(service);
    complete_endpoints(service, false);
}

bool is_kind(const Node& service, std::string_view kind) {
    const Node* node = service.find("kind");
    return node != nullptr && node->is_scalar() && node->text == kind;
}

void complete_health_check(Node& service) {
    put_default(service, "healthCheck", "none");
    Node& check = *find_value(service, "healthCheck");
    if (check.is_map()) complete_declared<HealthCheckConfig>(check, {});
}

void complete_restart(Node& service) {
    put_default(service, "restart", "30s");
    Node& restart = *find_value(service, "restart");
    if (!restart.is_map()) return;
    complete_declared<Restart>(restart, {});
    Node& backoff = *find_value(restart, "backoff");
    if (backoff.is_map()) complete_declared<RestartBackoff>(backoff, {});
    Node& warm_up = *find_value(restart, "warmUp");
    if (warm_up.is_map()) complete_declared<WarmUp>(warm_up, {});
}

/// What nobody deploys needs no words about how.
void complete_rollout(Node& service) {
    Node* rollout = find_value(service, "rollout");
    if (rollout == nullptr) return;
    null_to_map(*rollout);
    if (!rollout->is_map()) return;
    complete_declared<Rollout>(*rollout, {});
    Node& canary = *find_value(*rollout, "canary");
    if (canary.is_map()) complete_declared<Canary>(canary, {});
    Node& rollback = *find_value(*rollout, "rollback");
    if (rollback.is_map()) complete_declared<RolloutAlarm>(rollback, {});
}

void complete_stores(Node& service, std::string_view kind) {
    Node* cache = find_value(service, "cache");
    if (kind == "cache" && cache != nullptr && cache->is_map()) {
        if (cache->find("keys") == nullptr) {
            put_default(*cache, "warmKeys", "1000");
            put_default(*cache, "coldStart", "true");
            put_default(*cache, "startsWarm", "true");
        } else {
            complete_declared<CachePolicy>(*cache, {"hitRatio", "keys", "warmKeys"});
        }
    }
    if (kind != "queue") return;
    put_default(service, "delivery", map_node());
    Node& delivery = *find_value(service, "delivery");
    null_to_map(delivery);
    if (delivery.is_map()) complete_declared<DeliveryPolicy>(delivery, {"consumers"});
}

void complete_database(Node& service) {
    put_default(service, "failover", "none");
    Node& failover = *find_value(service, "failover");
    if (failover.is_map()) complete_declared<TimedFailover>(failover, {});
    Node* replication = find_value(service, "replication");
    if (replication == nullptr) return;
    null_to_map(*replication);
    if (!replication->is_map()) return;
    complete_declared<ReplicationPolicy>(*replication, {});
    Node& quorum = *find_value(*replication, "quorum");
    if (quorum.is_map()) complete_declared<Quorum>(quorum, {});
}

void complete_autoscale(Node& service) {
    Node* scaling = find_value(service, "autoscale");
    if (scaling == nullptr || !scaling->is_map()) return;
    if (is_kind(*scaling, "targetTracking")) {
        complete_declared<TargetScaling>(*scaling, {"max"});
    } else {
        complete_declared<HpaScaling>(*scaling, {"max", "scaleUp", "scaleDown"});
    }
}

void complete_service(Node& service, const Node& defaults, const Node& regions) {
    null_to_map(service);
    if (!service.is_map()) return;
    if (is_kind(service, "external")) return complete_external(service, defaults);
    lay_under(service, defaults);
    put_default(service, "kind", "service");
    if (is_kind(service, "external")) return complete_external(service, defaults);
    const Node* kind = service.find("kind");
    const std::string kind_name = kind->is_scalar() ? kind->text : "";
    const bool database = kind_name == "database";
    complete_placement(service, regions);
    put_default(service, "queue", "unlimited");
    put_default(service, "queueOrder", "fifo");
    put_default(service, "discipline", "slots");
    put_default(service, "holds", "whileCalling");
    put_default(service, "routing", "sameZoneFirst");
    put_default(service, "spillWhen", "never");
    complete_health_check(service);
    complete_threads(service);
    complete_restart(service);
    complete_rollout(service);
    put_default(service, "errors", "0%");
    if (database) complete_database(service);
    complete_autoscale(service);
    complete_levels(service);
    complete_dns(service);
    complete_stores(service, kind_name);
    complete_endpoints(service, database);
}

void complete_services(Node& root) {
    const Node defaults = root.find("defaults") != nullptr ? *root.find("defaults") : Node{};
    const Node regions = *root.find("regions");
    remove_key(root, "defaults");
    Node* services = find_value(root, "services");
    if (services == nullptr || !services->is_map()) return;
    for (MapEntry& service : services->entries) complete_service(service.value, defaults, regions);
}

/// Where all customers are when there is one region.
const std::string* only_region(const Node& root) {
    const Node* regions = root.find("regions");
    return regions->is_map() && regions->entries.size() == 1 ? &regions->entries[0].key : nullptr;
}

/// Where customers are: the region that they come from, or that of their zone.
std::string home_region(const Node& regions, const Node* from) {
    if (from == nullptr || !from->is_scalar() || !regions.is_map()) return {};
    for (const MapEntry& region : regions.entries) {
        const Node* zones = region.value.is_map() ? region.value.find("zones") : nullptr;
        const bool inside = zones != nullptr &&
                            std::any_of(zones->items.begin(), zones->items.end(),
                                        [&](const Node& zone) { return zone.text == from->text; });
        if (region.key == from->text || inside) return region.key;
    }
    return {};
}

/// Without `regions`: their own, then all the others alike.
void complete_steering(Node& group, const Node& regions) {
    Node* steering = find_value(group, "steering");
    if (steering == nullptr) return;
    null_to_map(*steering);
    if (!steering->is_map()) return;
    complete_declared<Steering>(*steering, {});
    const std::string home = home_region(regions, group.find("from"));
    if (home.empty() || steering->find("regions") != nullptr) return;
    Node tiers = list_node({home});
    Node others = list_node({});
    for (const MapEntry& region : regions.entries) {
        if (region.key != home) others.items.push_back(scalar_node(region.key));
    }
    if (!others.items.empty()) tiers.items.push_back(std::move(others));
    put(*steering, "regions", std::move(tiers));
}

void complete_workload(Node& root) {
    Node* workload = find_value(root, "workload");
    if (workload == nullptr || !workload->is_map()) return;
    for (MapEntry& entry : workload->entries) {
        Node& group = entry.value;
        null_to_map(group);
        if (!group.is_map()) continue;
        if (group.find("users") != nullptr) {
            put_default(group, "thinkTime", "0ms");
        } else {
            put_default(group, "arrivals", "poisson");
        }
        if (only_region(root) != nullptr) put_default(group, "from", *only_region(root));
        put_default(group, "shape", "steady");
        put_default(group, "patience", "10s");
        put_default(group, "reclick", "none");
        Node& reclick = *find_value(group, "reclick");
        null_to_map(reclick);
        if (reclick.is_map()) complete_declared<Reclick>(reclick, {});
        put_default(group, "access", "0ms");
        complete_steering(group, *root.find("regions"));
    }
}

void complete_policy(Node& root) {
    put_default(root, "policy", map_node());
    null_to_map(*find_value(root, "policy"));
}

void complete_strategies(Node& root) {
    put_default(root, "strategies", map_node());
    Node& strategies = *find_value(root, "strategies");
    null_to_map(strategies);
    if (!strategies.is_map()) return;
    if (strategies.entries.empty()) put(strategies, kOnlyStrategy, map_node());
    for (MapEntry& strategy : strategies.entries) null_to_map(strategy.value);
}

void complete_experiment(Node& root) {
    put_default(root, "experiment", map_node());
    Node& experiment = *find_value(root, "experiment");
    null_to_map(experiment);
    if (!experiment.is_map()) return;
    put_default(experiment, "duration", "5m");
    put_default(experiment, "warmup", "1m");
    put_default(experiment, "drain", "30s");
    const Node& strategies = *root.find("strategies");
    if (strategies.is_map()) put_default(experiment, "baseline", strategies.entries.front().key);
    put_default(experiment, "seed", "1");
    put_default(experiment, "replications", "10");
    put_default(experiment, "confidence", "95%");
    const Node* slos = root.find("slos");
    if (slos != nullptr && slos->is_map() && !slos->entries.empty()) {
        put_default(experiment, "decideBy", list_node({"slosMet", slos->entries.front().key}));
    }
    put_default(experiment, "differenceThatMatters", map_node());
    Node& difference = *find_value(experiment, "differenceThatMatters");
    if (!difference.is_map()) return;
    put_default(difference, "ratio", "0.1%");
    put_default(difference, "relative", "5%");
    put_default(difference, "recovery", "10s");
}

/// What an action does, as a map with everything that has a default.
template <class Kind>
void complete_deed(Node& action) {
    Node* deed = find_value(action, Kind::name);
    if (deed == nullptr) return;
    if (deed->is_scalar() && !Kind::spelling.main.empty()) {
        Node map = map_node();
        map.range = deed->range;
        put(map, Kind::spelling.main, *deed);
        *deed = std::move(map);
    }
    if (!deed->is_map()) return;
    for (const sim::ParameterDoc& doc : sim::list_parameters<Kind>()) {
        if (!doc.otherwise.empty()) put_default(*deed, doc.key, scalar_node(doc.otherwise));
    }
    if (Kind::lasts) put_default(action, "for", "none");
}

void complete_actions(Node& root) {
    Node* actions = find_value(root, "actions");
    if (actions == nullptr || !actions->is_map()) return;
    for (MapEntry& entry : actions->entries) {
        Node& action = entry.value;
        if (!action.is_map()) continue;
        if (action.find("when") != nullptr) {
            put_default(action, "after", "0s");
            put_default(action, "repeat", "false");
        }
        complete_condition(action, "when", "10s");
        complete_condition(action, "until", "10s");
        [&]<class... Kinds>(std::in_place_type_t<std::variant<Kinds...>>) {
            (complete_deed<Kinds>(action), ...);
        }(std::in_place_type<ActionKind>);
    }
}

/// Known sections in one order, then whatever else there is.
Node in_order(const Node& root) {
    constexpr std::array<std::string_view, 15> kOrder = {
        "version",  "name",     "question", "regions",   "network",
        "services", "workload", "policy",   "policyFor", "strategies",
        "faults",   "actions",  "slos",     "value",     "experiment"};
    Node ordered = root;
    ordered.entries.clear();
    for (const std::string_view key : kOrder) {
        if (const MapEntry* entry = root.find_entry(key)) ordered.entries.push_back(*entry);
    }
    for (const MapEntry& entry : root.entries) {
        if (ordered.find(entry.key) == nullptr) ordered.entries.push_back(entry);
    }
    return ordered;
}

}  // namespace

Node complete_tree(const Node& root) {
    Node tree = root;
    complete_regions(tree);
    complete_network(tree);
    complete_services(tree);
    complete_workload(tree);
    complete_policy(tree);
    complete_strategies(tree);
    complete_actions(tree);
    complete_experiment(tree);
    return in_order(tree);
}

}  // namespace models
