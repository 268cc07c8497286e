// What makes a service a cache or a queue.
#include <fmt/format.h>

#include "models/scenario/reading.hpp"
#include "sim/yaml/parameters.hpp"

namespace models {

using sim::MapEntry;
using sim::MapReader;
using sim::Node;

namespace {

/// A map with declared parameters that must make sense together.
template <class Policy>
Policy read_declared_map(const Node& node, sim::Diagnostics& diagnostics) {
    Policy policy;
    MapReader reader(node, diagnostics, std::string(Policy::name));
    sim::ParameterReader parameters(reader);
    policy.parameters(parameters);
    reader.finish();
    return policy;
}

CachePolicy read_cache(const Node& node, sim::Diagnostics& diagnostics) {
    const std::size_t before = diagnostics.error_count();
    const auto cache = read_declared_map<CachePolicy>(node, diagnostics);
    if (diagnostics.error_count() > before) return cache;
    const Node* ratio = node.find("hitRatio");
    if (ratio != nullptr && cache.has_keys()) {
        sim::report(diagnostics, *ratio, "a cache has a `hitRatio` or `keys`, not both",
                    "with `keys` the hit ratio follows from `capacity` and `ttl`: remove one");
    } else if (ratio == nullptr && !cache.has_keys()) {
        sim::report(diagnostics, node, "the cache does not say what it hits",
                    "write `hitRatio: 95%`, or `keys: {count: 1000000, zipf: 1.0}` and a "
                    "`capacity`");
    } else if (const auto misfit = cache.misfit()) {
        const Node* place = node.find(misfit->key);
        sim::report(diagnostics, place != nullptr ? *place : node, misfit->message, misfit->hint);
    }
    return cache;
}

}  // namespace

void read_stores(MapReader& reader, const MapEntry& entry, ServiceSpec& service) {
    sim::Diagnostics& diagnostics = reader.diagnostics();
    if (service.kind == ServiceKind::cache) {
        if (const Node* node = reader.take("cache")) service.cache = read_cache(*node, diagnostics);
    }
    if (service.kind != ServiceKind::queue) return;
    const Node* node = reader.take("delivery");
    if (node != nullptr) service.delivery = read_declared_map<DeliveryPolicy>(*node, diagnostics);
    const bool counted = node != nullptr && node->is_map() && node->find("consumers") != nullptr;
    if (counted || (node != nullptr && !node->is_map())) return;
    sim::report_key(diagnostics, entry, fmt::format("queue `{}` needs `consumers`", entry.key),
                    "deliveries at once, per replica of the queue: `delivery: {consumers: 10}`");
}

void check_stores(const MapEntry& entry, const ServiceSpec& service,
                  sim::Diagnostics& diagnostics) {
    if (!service.cache && !service.delivery) return;
    for (const EndpointSpec& endpoint : service.endpoints) {
        if (!endpoint.steps.empty()) continue;
        const bool queue = service.delivery.has_value();
        const std::string name = entry.key + "." + endpoint.name.text;
        sim::report_key(diagnostics, entry,
                        queue ? fmt::format("nobody gets the messages of `{}`", name)
                              : fmt::format("`{}` has nowhere to go on a miss", name),
                        queue ? "name the consumer: `endpoints: {put: [worker]}`"
                              : "name the origin: `endpoints: {get: [database.read]}`");
    }
}

}  // namespace models
