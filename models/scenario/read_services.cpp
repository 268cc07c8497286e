#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

#include "models/scenario/distributions.hpp"
#include "models/scenario/merge.hpp"
#include "models/scenario/placement.hpp"
#include "models/scenario/policy_reader.hpp"
#include "models/scenario/reading.hpp"
#include "sim/yaml/scalars.hpp"

namespace models {

using sim::MapEntry;
using sim::MapReader;
using sim::Node;

namespace {

constexpr std::int64_t kMaxConcurrency = 1'000'000;
constexpr std::int64_t kMaxQueue = 1'000'000'000;
constexpr std::int64_t kMaxChecks = 1'000;
constexpr sim::Duration kMaxRestart = sim::whole_seconds(365 * 86'400);

constexpr std::array<sim::KeyHint, 16> kHints = {{
    {"cores", "", kPlanned},
    {"autoscale", "", kPlanned},
    {"shedding", "", kPlanned},
    {"rateLimit", "", kPlanned},
    {"replication", "", kPlanned},
    {"preset", "", kPlanned},
    {"threads", "concurrency", ""},
    {"workers", "concurrency", ""},
    {"slots", "concurrency", ""},
    {"instances", "replicas", ""},
    {"calls", "", "calls belong to an endpoint: `endpoints: {get: [other]}`"},
    {"timeout", "", "what callers wait is set under `policy` or `policyFor`"},
    {"retries", "", "what callers do is set under `policy` or `policyFor`"},
    {"policy", "", "what callers do is set under `policyFor`, by the callee's name"},
    {"serviceTime", "latency", ""},
    {"zones", "placement", "It says how many replicas each zone has: `placement: {eu-1: 3}`."},
}};

ServiceKind read_kind(const Node& node, sim::Diagnostics& diagnostics) {
    if (node.is_scalar() && node.text == "external") {
        sim::report(diagnostics, node, fmt::format("kind `{}` is {}", node.text, kPlanned),
                    "known: service, database, cache, queue");
        return ServiceKind::service;
    }
    return sim::read_enum<ServiceKind>(node, diagnostics, "kind",
                                       {{"service", ServiceKind::service},
                                        {"database", ServiceKind::database},
                                        {"cache", ServiceKind::cache},
                                        {"queue", ServiceKind::queue}})
        .value_or(ServiceKind::service);
}

std::optional<std::uint32_t> read_queue(const Node& node, sim::Diagnostics& diagnostics) {
    if (node.is_scalar() && node.text == "unlimited") return std::nullopt;
    const auto count = sim::read_count(node, diagnostics, {0, kMaxQueue});
    return static_cast<std::uint32_t>(count.value_or(0));
}

/// `1%` or `{share: 1%, as: error}`.
double read_errors(const Node& node, sim::Diagnostics& diagnostics) {
    if (!node.is_map()) return sim::read_percent(node, diagnostics).value_or(0);
    MapReader reader(node, diagnostics, "errors");
    double share = 0;
    if (const Node* value = reader.require("share")) {
        share = sim::read_percent(*value, diagnostics).value_or(0);
    }
    takes_only(reader, "as", "error");
    reader.finish();
    return share;
}

int read_checks(const Node& node, sim::Diagnostics& diagnostics) {
    return static_cast<int>(sim::read_count(node, diagnostics, {1, kMaxChecks}).value_or(1));
}

std::optional<HealthCheckConfig> read_health_check(const Node& node,
                                                   sim::Diagnostics& diagnostics) {
    if (node.is_scalar() && node.text == "none") return std::nullopt;
    HealthCheckConfig config;
    MapReader reader(node, diagnostics, "healthCheck");
    const auto read_time = [&](std::string_view key, sim::Duration& value) {
        if (const Node* time = reader.take(key)) {
            value = sim::read_duration(*time, diagnostics,
                                       {sim::milliseconds(1), sim::whole_seconds(86'400)})
                        .value_or(value);
        }
    };
    read_time("interval", config.interval);
    if (const Node* value = reader.take("failAfter")) {
        config.fail_after = read_checks(*value, diagnostics);
    }
    if (const Node* value = reader.take("passAfter")) {
        config.pass_after = read_checks(*value, diagnostics);
    }
    read_time("timeout", config.timeout);
    if (const Node* value = reader.take("failOpen")) {
        config.fail_open = sim::read_bool(*value, diagnostics).value_or(false);
    }
    reader.finish({{"period", "interval", ""},
                   {"unhealthyThreshold", "failAfter", ""},
                   {"healthyThreshold", "passAfter", ""}});
    return config;
}

void read_database(MapReader& reader, const MapEntry& entry, ServiceSpec& service) {
    sim::Diagnostics& diagnostics = reader.diagnostics();
    if (const Node* node = reader.take("primary")) {
        service.primary = read_placed_name(*node, diagnostics, "a zone");
    } else {
        sim::report_key(diagnostics, entry, fmt::format("database `{}` needs `primary`", entry.key),
                        "the zone of the replica that takes the writes: `primary: eu-1`");
    }
    const Node* failover = reader.take("failover");
    if (failover == nullptr || (failover->is_scalar() && failover->text == "none")) return;
    if (failover->is_map()) {
        sim::report(diagnostics, *failover, fmt::format("a failover in parts is {}", kPlanned),
                    "write the time from the loss to the new primary: `failover: 20s`");
        return;
    }
    service.failover = sim::read_duration(*failover, diagnostics).value_or(sim::kForever);
}

/// What an endpoint inherits from its service.
struct Inherited {
    std::optional<sim::Distribution> latency;
    double errors = 0;
};

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

EndpointSpec read_endpoint(const MapEntry& entry, const Inherited& inherited,
                           const std::string& service, Reading& reading) {
    sim::Diagnostics& diagnostics = reading.diagnostics;
    EndpointSpec endpoint;
    endpoint.name = {entry.key, entry.key_range};
    MapReader reader(entry.value, diagnostics, fmt::format("endpoint `{}.{}`", service, entry.key));
    if (const Node* calls = reader.take("calls")) endpoint.steps = read_calls(*calls, reading);
    if (const Node* fallback = reader.take("fallback")) give_fallback(endpoint, *fallback, reading);
    const Node* latency = reader.take("latency");
    if (latency != nullptr) {
        endpoint.latency =
            read_distribution_of(*latency, reading, "latency").value_or(sim::Distribution{});
    } else if (inherited.latency) {
        endpoint.latency = *inherited.latency;
    } else {
        sim::report_key(diagnostics, entry,
                        fmt::format("endpoint `{}.{}` needs `latency`", service, entry.key),
                        fmt::format("write it here or for all endpoints of `{}`: "
                                    "`latency: {{p50: 10ms, p99: 50ms}}`",
                                    service));
    }
    const Node* errors = reader.take("errors");
    endpoint.errors = errors != nullptr ? read_errors(*errors, diagnostics) : inherited.errors;
    if (const Node* kind = reader.take("kind")) {
        endpoint.write =
            sim::read_enum<bool>(*kind, diagnostics, "kind", {{"read", false}, {"write", true}})
                .value_or(false);
    }
    if (const Node* idempotent = reader.take("idempotent")) {
        endpoint.idempotent = sim::read_bool(*idempotent, diagnostics).value_or(false);
    }
    reader.finish({{"timeout", "", "what callers wait is set under `policyFor`, or beside `call:`"},
                   {"call", "calls", ""}});
    return endpoint;
}

/// Latency, errors and the endpoints that have them.
void read_endpoints(MapReader& reader, const MapEntry& entry, ServiceSpec& service,
                    Reading& reading) {
    Inherited inherited;
    const Node* latency = reader.take("latency");
    if (latency != nullptr) {
        inherited.latency =
            read_distribution_of(*latency, reading, "latency").value_or(sim::Distribution{});
    }
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
            inherited.latency = sim::Distribution{};
        }
        if (one.key_range.has_place() &&
            !sim::check_key_name(one, reading.diagnostics, "an endpoint")) {
            continue;
        }
        service.endpoints.push_back(read_endpoint(one, inherited, entry.key, reading));
    }
}

void read_capacity(MapReader& reader, const MapEntry& entry, ServiceSpec& service) {
    sim::Diagnostics& diagnostics = reader.diagnostics();
    if (const Node* node = reader.take("concurrency")) {
        service.concurrency = static_cast<std::uint32_t>(
            sim::read_count(*node, diagnostics, {1, kMaxConcurrency}).value_or(1));
    } else if (reader.valid()) {
        sim::report_key(diagnostics, entry,
                        fmt::format("service `{}` needs `concurrency`", entry.key),
                        "the requests that one replica works on at once: `concurrency: 8`");
    }
    if (const Node* node = reader.take("queue")) service.queue = read_queue(*node, diagnostics);
    takes_only(reader, "queueOrder", "fifo");
    takes_only(reader, "discipline", "slots");
    if (const Node* node = reader.take("holds")) {
        service.holds = sim::read_enum<Holds>(
                            *node, diagnostics, "holds",
                            {{"whileCalling", Holds::while_calling}, {"ownWork", Holds::own_work}})
                            .value_or(Holds::while_calling);
    }
}

/// Keys that only another kind of service has.
std::vector<sim::KeyHint> hints_for(ServiceKind kind) {
    std::vector<sim::KeyHint> hints(kHints.begin(), kHints.end());
    if (kind != ServiceKind::database) {
        for (const std::string_view key : {"primary", "failover"}) {
            hints.push_back({key, "", "only a database has it: add `kind: database`"});
        }
    }
    if (kind != ServiceKind::cache) {
        hints.push_back({"cache", "", "only a cache has it: add `kind: cache`"});
    }
    if (kind != ServiceKind::queue) {
        hints.push_back({"delivery", "", "only a queue has it: add `kind: queue`"});
    }
    return hints;
}

ServiceSpec read_service(const MapEntry& entry, const std::vector<RegionSpec>& regions,
                         Reading& reading) {
    sim::Diagnostics& diagnostics = reading.diagnostics;
    ServiceSpec service;
    service.name = {entry.key, entry.key_range};
    MapReader reader(entry.value, diagnostics, fmt::format("service `{}`", entry.key));
    if (const Node* node = reader.take("kind")) service.kind = read_kind(*node, diagnostics);
    service.placement = read_placement(reader, regions);
    read_capacity(reader, entry, service);
    if (const Node* node = reader.take("routing")) {
        service.routing = sim::read_enum<Routing>(
                              *node, diagnostics, "routing",
                              {{"sameZoneFirst", Routing::same_zone_first}, {"any", Routing::any}})
                              .value_or(Routing::same_zone_first);
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
        service.restart = sim::read_duration(*node, diagnostics, {sim::Duration{0}, kMaxRestart})
                              .value_or(service.restart);
    }
    if (service.kind == ServiceKind::database) read_database(reader, entry, service);
    read_stores(reader, entry, service);
    read_endpoints(reader, entry, service, reading);
    check_stores(entry, service, diagnostics);
    reader.finish(hints_for(service.kind));
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
