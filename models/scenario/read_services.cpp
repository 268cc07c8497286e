#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

#include "models/policy/policy_families.hpp"
#include "models/scenario/distributions.hpp"
#include "models/scenario/merge.hpp"
#include "models/scenario/placement.hpp"
#include "models/scenario/policy_reader.hpp"
#include "models/scenario/read_levels.hpp"
#include "models/scenario/read_server.hpp"
#include "models/scenario/reading.hpp"
#include "sim/yaml/parameters.hpp"
#include "sim/yaml/scalars.hpp"

namespace models {

using sim::MapEntry;
using sim::MapReader;
using sim::Node;

namespace {

constexpr sim::Duration kMaxRestart = sim::whole_seconds(365 * 86'400);

constexpr std::array<sim::KeyHint, 22> kHints = {{
    {"serviceLevels", "levels", ""},
    {"workers", "concurrency", ""},
    {"slots", "concurrency", ""},
    {"maxInFlight", "concurrency", ""},
    {"instances", "replicas", ""},
    {"calls", "", "calls belong to an endpoint: `endpoints: {get: [other]}`"},
    {"timeout", "", "what callers wait is set under `policy` or `policyFor`"},
    {"retries", "", "what callers do is set under `policy` or `policyFor`"},
    {"perTryTimeout", "", "what callers wait is set under `policy` or `policyFor`"},
    {"connectTimeout", "", "what callers wait is set under `policy` or `policyFor`"},
    {"backoff", "", "what callers do is set under `policy` or `policyFor`"},
    {"retryBudget", "", "what callers do is set under `policy` or `policyFor`"},
    {"hedge", "", "what callers do is set under `policy` or `policyFor`"},
    {"circuitBreaker", "", "what callers do is set under `policy` or `policyFor`"},
    {"outlierDetection", "", "what callers do is set under `policy` or `policyFor`"},
    {"loadBalancing", "", "what callers do is set under `policy` or `policyFor`"},
    {"throttle", "", "what callers do is set under `policy` or `policyFor`"},
    {"pool", "", "what callers do is set under `policy` or `policyFor`"},
    {"bulkhead", "concurrencyLimit", "A `bulkhead` is a caller's: `policy` or `policyFor`."},
    {"policy", "", "what callers do is set under `policyFor`, by the callee's name"},
    {"serviceTime", "latency", ""},
    {"zones", "placement", "It says how many replicas each zone has: `placement: {eu-1: 3}`."},
}};

ServiceKind read_kind(const Node& node, sim::Diagnostics& diagnostics) {
    return sim::read_enum<ServiceKind>(node, diagnostics, "kind",
                                       {{"service", ServiceKind::service},
                                        {"database", ServiceKind::database},
                                        {"cache", ServiceKind::cache},
                                        {"external", ServiceKind::external},
                                        {"queue", ServiceKind::queue}})
        .value_or(ServiceKind::service);
}

struct Errors {
    double share = 0;
    ErrorReply as = ErrorReply::error;
};

/// `1%` or `{share: 1%, as: error}`.
Errors read_errors(const Node& node, sim::Diagnostics& diagnostics) {
    Errors errors;
    if (!node.is_map()) {
        errors.share = sim::read_percent(node, diagnostics).value_or(0);
        return errors;
    }
    MapReader reader(node, diagnostics, "errors");
    if (const Node* value = reader.require("share")) {
        errors.share = sim::read_percent(*value, diagnostics).value_or(0);
    }
    if (const Node* as = reader.take("as")) {
        errors.as = sim::read_enum<ErrorReply>(*as, diagnostics, "error reply",
                                               {{"error", ErrorReply::error},
                                                {"503", ErrorReply::status_503},
                                                {"reset", ErrorReply::reset}})
                        .value_or(ErrorReply::error);
    }
    reader.finish();
    return errors;
}

struct Latency {
    sim::Distribution distribution;
    double same_on_retry = 0;
    Scalability scalability;
};

/// A distribution, as a map perhaps with `sameOnRetry`, `contention` and `coherency`.
Latency read_latency(const Node& node, Reading& reading) {
    Latency latency;
    Node distribution = node;
    const auto take = [&](const char* key, double& share) {
        const Node* value = node.is_map() ? node.find(key) : nullptr;
        if (value == nullptr) return;
        share = sim::read_percent(*value, reading.diagnostics).value_or(0);
        remove_key(distribution, key);
    };
    take("sameOnRetry", latency.same_on_retry);
    take("contention", latency.scalability.contention);
    take("coherency", latency.scalability.coherency);
    latency.distribution =
        read_distribution_of(distribution, reading, "latency").value_or(sim::Distribution{});
    return latency;
}

void read_max_wait(MapReader& reader, ServiceSpec& service, Reading& reading) {
    const Node* node = reader.take("maxWait");
    if (node == nullptr || (node->is_scalar() && node->text == "none")) return;
    service.server.max_wait = read_distribution_of(*node, reading, "maxWait");
    if (service.queue == 0) {
        sim::report(reading.diagnostics, *node, "nobody waits in a queue of length 0",
                    "write `queue: N`, the requests that may wait at one replica");
    }
}

std::optional<HealthCheckConfig> read_health_check(const Node& node,
                                                   sim::Diagnostics& diagnostics) {
    if (node.is_scalar() && node.text == "none") return std::nullopt;
    HealthCheckConfig config;
    MapReader reader(node, diagnostics, "healthCheck");
    sim::ParameterReader parameters(reader);
    config.parameters(parameters);
    reader.finish({{"period", "interval", ""},
                   {"unhealthyThreshold", "failAfter", ""},
                   {"healthyThreshold", "passAfter", ""}});
    if (config.jitter >= config.interval) {
        sim::report(diagnostics, node.find("jitter") != nullptr ? *node.find("jitter") : node,
                    "`jitter` is not below `interval`: probes would overtake each other",
                    "write less than the interval");
    }
    return config;
}

/// How it gets a new version.
Rollout read_rollout(const Node& node, sim::Diagnostics& diagnostics) {
    Rollout rollout;
    MapReader reader(node, diagnostics, "rollout");
    sim::ParameterReader parameters(reader);
    rollout.parameters(parameters);
    reader.finish({{"bake", "", "a canary bakes: `canary: {share: 5%, bake: 5m}`"},
                   {"batch", "maxUnavailable", ""},
                   {"alarm", "rollback", ""}});
    if (const auto misfit = rollout.misfit()) {
        sim::report(diagnostics, *node.find(misfit->key), misfit->message, misfit->hint);
    }
    return rollout;
}

/// `30s`, or a map.
Restart read_restart(const Node& node, sim::Diagnostics& diagnostics) {
    Restart restart;
    if (!node.is_map()) {
        const auto time = sim::read_duration(node, diagnostics, {sim::Duration{0}, kMaxRestart});
        return time ? Restart(*time) : restart;
    }
    MapReader reader(node, diagnostics, "restart");
    sim::ParameterReader parameters(reader);
    restart.parameters(parameters);
    reader.finish();
    if (restart.backoff && restart.backoff->max < restart.backoff->base) {
        sim::report(diagnostics, *node.find("backoff"), "`max` is below `base`",
                    "the first delay would be the longest");
    }
    return restart;
}

Routing read_routing(const Node& node, sim::Diagnostics& diagnostics) {
    const auto& options = find_service_family("routing")->options;
    return sim::read_family<Routing>(node, diagnostics, "routing", options)
        .value_or(SameZoneFirst{});
}

ReplicationPolicy read_replication(const Node& node, sim::Diagnostics& diagnostics) {
    ReplicationPolicy policy;
    MapReader reader(node, diagnostics, "replication");
    sim::ParameterReader parameters(reader);
    policy.parameters(parameters);
    const MapEntry* lag = node.is_map() ? node.find_entry("lag") : nullptr;
    if (lag != nullptr && policy.mode == ReplicationMode::sync && policy.lag.ns > 0) {
        sim::report_key(diagnostics, *lag, "with `mode: sync` no write is behind",
                        "remove `lag`, or write `mode: async`");
    }
    reader.finish({{"delay", "lag", ""}});
    return policy;
}

/// Nobody can wait for more replicas than there are.
void check_quorum(const Node& node, const ServiceSpec& service, sim::Diagnostics& diagnostics) {
    if (!service.replication->quorum) return;
    std::uint32_t replicas = 0;
    for (const PlacementSpec& placement : service.placement) replicas += placement.replicas;
    const auto& quorum = *service.replication->quorum;
    if (std::max(quorum.write, quorum.read) <= replicas) return;
    sim::report(
        diagnostics, *node.find("quorum"),
        fmt::format("`{}` has {} replicas: fewer than its quorum", service.name.text, replicas),
        "a majority of n is n / 2 + 1");
}

void read_database(MapReader& reader, const MapEntry& entry, ServiceSpec& service) {
    sim::Diagnostics& diagnostics = reader.diagnostics();
    if (const Node* node = reader.take("primary")) {
        service.primary = read_placed_name(*node, diagnostics, "a zone");
    } else {
        sim::report_key(diagnostics, entry, fmt::format("database `{}` needs `primary`", entry.key),
                        "the zone of the replica that takes the writes: `primary: eu-1`");
    }
    if (const Node* node = reader.take("replication")) {
        service.replication = read_replication(*node, diagnostics);
        check_quorum(*node, service, diagnostics);
    }
    const Node* node = reader.take("failover");
    if (node == nullptr || (node->is_scalar() && node->text == "none")) return;
    const auto& options = find_service_family("failover")->options;
    const auto failover = sim::read_family<Failover>(*node, diagnostics, "failover", options);
    if (!failover) return;
    service.failover = std::get<TimedFailover>(*failover);
    const auto misfit = service.failover.misfit();
    if (!misfit) return;
    const Node* place = node->is_map() ? node->find(misfit->key) : nullptr;
    sim::report(diagnostics, place != nullptr ? *place : *node, misfit->message, misfit->hint);
}

/// What an endpoint inherits from its service.
struct Inherited {
    std::optional<Latency> latency;
    Errors errors;
    bool external = false;
};

void set_latency(EndpointSpec& endpoint, const Latency& latency) {
    endpoint.latency = latency.distribution;
    endpoint.same_on_retry = latency.same_on_retry;
    endpoint.scalability = latency.scalability;
}

/// The fallback of each call that the endpoint makes, unless the call has one of its own.
void give_fallback(EndpointSpec& endpoint, const Node& fallback, Reading& reading) {
    Node layer = map_node();
    layer.range = fallback.range;
    put(layer, "fallback", fallback);
    read_policy(layer, reading.diagnostics, "endpoint", PolicyPart::layer);
    for (auto& step : endpoint.steps) {
        for (CallEntry& call : step) {
            if (call.policy.find("fallback") == nullptr) put(call.policy, "fallback", fallback);
        }
    }
}

/// `{request: 2KiB, reply: 30KiB}`.
void read_message_size(const Node& node, EndpointSpec& endpoint, sim::Diagnostics& diagnostics) {
    constexpr std::int64_t kMostBytes = std::int64_t{1} << 30;
    MapReader reader(node, diagnostics, "size");
    const auto read = [&](const char* key, std::uint64_t& bytes) {
        const Node* value = reader.take(key);
        if (value == nullptr) return;
        const auto size = sim::read_size(*value, diagnostics, {0, kMostBytes});
        if (size) bytes = static_cast<std::uint64_t>(*size);
    };
    read("request", endpoint.request_bytes);
    read("reply", endpoint.reply_bytes);
    reader.finish({{"response", "reply", ""}});
}

EndpointSpec read_endpoint(const MapEntry& entry, const Inherited& inherited,
                           const std::string& service, Reading& reading) {
    sim::Diagnostics& diagnostics = reading.diagnostics;
    EndpointSpec endpoint;
    endpoint.name = {entry.key, entry.key_range};
    MapReader reader(entry.value, diagnostics, fmt::format("endpoint `{}.{}`", service, entry.key));
    if (const Node* calls = reader.take("calls")) {
        endpoint.steps = read_calls(*calls, reading);
        if (inherited.external && !endpoint.steps.empty()) {
            sim::report(diagnostics, *calls,
                        fmt::format("`{}` is external: what it calls is not ours", service),
                        "its `latency` and `errors` cover all that happens there");
        }
    }
    if (const Node* fallback = reader.take("fallback")) give_fallback(endpoint, *fallback, reading);
    const Node* latency = reader.take("latency");
    if (latency != nullptr) {
        set_latency(endpoint, read_latency(*latency, reading));
    } else if (inherited.latency) {
        set_latency(endpoint, *inherited.latency);
    } else {
        sim::report_key(diagnostics, entry,
                        fmt::format("endpoint `{}.{}` needs `latency`", service, entry.key),
                        fmt::format("write it here or for all endpoints of `{}`: "
                                    "`latency: {{p50: 10ms, p99: 50ms}}`",
                                    service));
    }
    const Node* written = reader.take("errors");
    const Errors errors =
        written != nullptr ? read_errors(*written, diagnostics) : inherited.errors;
    endpoint.errors = errors.share;
    endpoint.error_as = errors.as;
    if (const Node* priority = reader.take("priority")) {
        endpoint.priority = read_priority(*priority, diagnostics);
    }
    if (const Node* kind = reader.take("kind")) {
        endpoint.write =
            sim::read_enum<bool>(*kind, diagnostics, "kind", {{"read", false}, {"write", true}})
                .value_or(false);
    }
    if (const Node* idempotent = reader.take("idempotent")) {
        endpoint.idempotent = sim::read_bool(*idempotent, diagnostics).value_or(false);
    }
    if (const Node* size = reader.take("size")) {
        read_message_size(*size, endpoint, diagnostics);
        if (inherited.external) {
            sim::report(diagnostics, *size,
                        fmt::format("`{}` is external: it is in no zone", service),
                        "sizes count what goes from one zone to another; remove it");
        }
    }
    reader.finish({{"timeout", "", "what callers wait is set under `policyFor`, or beside `call:`"},
                   {"call", "calls", ""}});
    return endpoint;
}

/// Latency, errors and the endpoints that have them.
void read_endpoints(MapReader& reader, const MapEntry& entry, ServiceSpec& service,
                    Reading& reading) {
    Inherited inherited;
    inherited.external = service.kind == ServiceKind::external;
    const Node* latency = reader.take("latency");
    if (latency != nullptr) inherited.latency = read_latency(*latency, reading);
    if (const Node* errors = reader.take("errors")) {
        inherited.errors = read_errors(*errors, reading.diagnostics);
    }
    const Node* endpoints = reader.take("endpoints");
    if (endpoints == nullptr) return;
    for (const MapEntry& one : sim::read_entries(*endpoints, reading.diagnostics, "endpoints")) {
        // The implicit endpoint has no place of its own to complain at.
        if (!one.key_range.has_place() && latency == nullptr) {
            sim::report_key(reading.diagnostics, entry,
                            fmt::format("service `{}` needs `latency`", entry.key),
                            "its own work for one request on an idle replica: "
                            "`latency: {p50: 10ms, p99: 50ms}`");
            inherited.latency = Latency{};
        }
        if (one.key_range.has_place() &&
            !sim::check_key_name(one, reading.diagnostics, "an endpoint")) {
            continue;
        }
        service.endpoints.push_back(read_endpoint(one, inherited, entry.key, reading));
    }
}

/// Keys that a bought-in service does not have: they describe what is ours.
constexpr std::array<std::string_view, 25> kOursOnly = {
    "placement", "replicas",    "replicasPerZone", "regions",          "concurrency",
    "queue",     "queueOrder",  "queueDrop",       "discipline",       "cores",
    "threads",   "holds",       "shedding",        "concurrencyLimit", "rejectCost",
    "restart",   "healthCheck", "routing",         "spillWhen",        "autoscale",
    "levels",    "rollout",     "maxWait",         "contention",       "coherency"};

void finish_service(MapReader& reader, const ServiceSpec& service) {
    std::vector<sim::KeyHint> hints;
    if (service.kind == ServiceKind::external) {
        for (const std::string_view key : kOursOnly) {
            hints.push_back({key, "",
                             "an external service is not ours: it has `latency`, `errors` "
                             "and `rateLimit`"});
        }
    }
    hints.insert(hints.end(), kHints.begin(), kHints.end());
    if (service.kind != ServiceKind::database) {
        for (const std::string_view key : {"primary", "failover", "replication"}) {
            hints.push_back({key, "", "only a database has it: add `kind: database`"});
        }
    }
    if (service.kind != ServiceKind::service && service.kind != ServiceKind::external) {
        hints.push_back({"autoscale", "", "what has a state does not scale by itself"});
    }
    if (service.kind == ServiceKind::cache || service.kind == ServiceKind::queue) {
        hints.push_back(
            {"levels", "", "a store has one level: give levels to the services that use it"});
    }
    if (service.kind != ServiceKind::cache) {
        hints.push_back({"cache", "", "only a cache has it: add `kind: cache`"});
    }
    if (service.kind != ServiceKind::queue) {
        hints.push_back({"delivery", "", "only a queue has it: add `kind: queue`"});
    }
    reader.finish(hints);
}

/// How callers find a replica, and learn that one is gone.
void read_reaching(MapReader& reader, ServiceSpec& service) {
    sim::Diagnostics& diagnostics = reader.diagnostics();
    if (const Node* node = reader.take("routing")) {
        service.routing = read_routing(*node, diagnostics);
    }
    if (const Node* node = reader.take("spillWhen")) {
        service.spill_when =
            sim::read_enum<SpillWhen>(*node, diagnostics, "spillWhen",
                                      {{"never", SpillWhen::never}, {"full", SpillWhen::full}})
                .value_or(SpillWhen::never);
    }
    if (const Node* node = reader.take("healthCheck")) {
        service.health_check = read_health_check(*node, diagnostics);
    }
    if (const Node* node = reader.take("restart")) {
        service.restart = read_restart(*node, diagnostics);
    }
    if (const Node* node = reader.take("rollout")) {
        service.rollout = read_rollout(*node, diagnostics);
    }
}

/// `{ttl: 60s, …}` or `none`.
std::optional<DnsPolicy> read_dns(const Node& node, sim::Diagnostics& diagnostics) {
    if (node.is_scalar() && node.text == "none") return std::nullopt;
    DnsPolicy policy;
    MapReader reader(node, diagnostics, "dns");
    sim::ParameterReader parameters(reader);
    policy.parameters(parameters);
    reader.finish({{"negativeTTL", "negativeTtl", ""}, {"tries", "attempts", ""}});
    return policy;
}

std::uint32_t replicas_in(const ServiceSpec& service, const RegionSpec& region) {
    std::uint32_t sum = 0;
    for (const PlacementSpec& placement : service.placement) {
        for (const Name& zone : region.zones) {
            if (zone.text == placement.zone.text) sum += placement.replicas;
        }
    }
    return sum;
}

/// How many replicas there may be; those of the placement are there at the start.
void read_autoscale(MapReader& reader, ServiceSpec& service,
                    const std::vector<RegionSpec>& regions) {
    const Node* node = reader.take("autoscale");
    if (node == nullptr || (node->is_scalar() && node->text == "none")) return;
    sim::Diagnostics& diagnostics = reader.diagnostics();
    const auto& options = find_service_family("autoscale")->options;
    const auto rule = sim::read_family<Scaling>(*node, diagnostics, "autoscale", options);
    if (!rule) return;
    if (const auto misfit = sim::misfit_of(*rule)) {
        const Node* place = node->is_map() ? node->find(misfit->key) : nullptr;
        const bool written = place != nullptr && place->range.has_place();
        sim::report(diagnostics, written ? *place : *node, misfit->message, misfit->hint);
        return;
    }
    const ScalingBounds& bounds = bounds_of(*rule);
    for (const RegionSpec& region : regions) {
        const std::uint32_t replicas = replicas_in(service, region);
        if (replicas == 0 || bounds.clamp(replicas) == replicas) continue;
        sim::report(
            diagnostics, *node,
            fmt::format("`{}` begins with {} replicas in `{}`: not between {} and {}",
                        service.name.text, replicas, region.name.text, bounds.min, bounds.max),
            "`min` and `max` count the replicas of a region, all its zones together");
        return;
    }
    service.autoscale = rule;
}

std::vector<Name> read_labels(const Node& node, sim::Diagnostics& diagnostics) {
    std::vector<Name> labels;
    for (const Node& item : sim::read_list(node, diagnostics, "labels")) {
        if (const auto name = read_placed_name(item, diagnostics, "a label")) {
            labels.push_back(*name);
        }
    }
    return labels;
}

ServiceSpec read_service(const MapEntry& entry, const std::vector<RegionSpec>& regions,
                         Reading& reading) {
    sim::Diagnostics& diagnostics = reading.diagnostics;
    ServiceSpec service;
    service.name = {entry.key, entry.key_range};
    MapReader reader(entry.value, diagnostics, fmt::format("service `{}`", entry.key));
    if (const Node* node = reader.take("kind")) service.kind = read_kind(*node, diagnostics);
    if (const Node* node = reader.take("labels")) {
        service.labels = read_labels(*node, diagnostics);
    }
    if (service.kind != ServiceKind::external) {
        service.placement = read_placement(reader, regions);
        read_reaching(reader, service);
    }
    if (const Node* node = reader.take("dns")) service.dns = read_dns(*node, diagnostics);
    if (service.kind == ServiceKind::service) read_autoscale(reader, service, regions);
    if (service.kind == ServiceKind::service || service.kind == ServiceKind::database) {
        if (const Node* levels = reader.take("levels")) {
            service.levels = read_levels(*levels, diagnostics);
        }
    }
    read_server(reader, entry, service);
    if (service.kind != ServiceKind::external) read_max_wait(reader, service, reading);
    if (service.kind == ServiceKind::database) read_database(reader, entry, service);
    read_stores(reader, entry, service);
    read_endpoints(reader, entry, service, reading);
    check_stores(entry, service, diagnostics);
    finish_service(reader, service);
    return service;
}

}  // namespace

std::span<const sim::KeyHint> service_key_hints() { return kHints; }

std::vector<ServiceSpec> read_services(const Node& node, const std::vector<RegionSpec>& regions,
                                       Reading& reading) {
    std::vector<ServiceSpec> services;
    for (const MapEntry& entry : sim::read_entries(node, reading.diagnostics, "services")) {
        if (!sim::check_key_name(entry, reading.diagnostics, "a service")) continue;
        services.push_back(read_service(entry, regions, reading));
    }
    return services;
}

}  // namespace models
