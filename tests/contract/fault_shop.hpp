#pragma once

#include <string>

#include "models/scenario/build.hpp"
#include "models/scenario/load.hpp"
#include "tests/catch.hpp"

/// Something for every example of the catalogue to strike. Replies are quick and replicas many, so
/// that a fault is all that goes wrong.
inline const std::string kShop = R"yaml(version: 1
regions:
  eu: {zones: [eu-1, eu-2]}
  us: {zones: [us-1]}
network: {sameZone: 1ms, crossZone: 2ms, crossRegion: 40ms}
defaults:
  concurrency: 8
  latency: 10ms
  regions: [eu]
  restart: 3s
  healthCheck: {interval: 1s, timeout: 500ms, failAfter: 2}
services:
  web:
    concurrency: 400
    endpoints:
      browse: [store.get, {call: tax, optional: true}]
      checkout:
        - {call: catalog, optional: true}
        - payment.charge
        - {call: orders.put, optional: true}
        - {call: orders.get, optional: true}
        - {call: mail.send, optional: true}
  store: {kind: cache, cache: {hitRatio: 90%}, endpoints: {get: [catalog]}}
  catalog: {}
  tax: {regions: [us]}
  orders:
    kind: database
    primary: eu-1
    failover: {detect: 2s, promote: 1s}
    dns: {ttl: 2s}
    endpoints: {put: [], get: {kind: read}}
  mail:
    kind: queue
    delivery: {consumers: 4, visibility: 2s, maxReceive: 3}
    endpoints: {send: [clerk]}
  clerk: {}
  payment:
    replicasPerZone: 2
    routing: any
    latency: {p50: 8ms, p99: 60ms}
    dns: {ttl: 5s}
    levels: {"off": {"off": true}}
    autoscale: {kind: hpa, target: 2%, min: 4, max: 12, period: 5s, metricDelay: 0s, startUp: 5s}
    endpoints:
      charge: {idempotent: true}
      refund: []
workload:
  shoppers: {from: eu, rate: 60/s, customers: 20, mix: {browse: 50%, checkout: 50%}}
  bots: {from: us-1, users: 5, thinkTime: 500ms, mix: {browse: 100%}}
policy: {timeout: 2s, pool: POOL}
policyFor:
  catalog: {loadBalancing: random}
experiment: {duration: DURATION, warmup: 5s, drain: 5s}
faults: {FAULTS}
)yaml";

inline std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const auto at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

/// `pooled`: calls over connections that are kept, and run out.
inline models::SystemModel shop_with(const std::string& faults, int seconds, bool pooled,
                                     const std::string& text_of_shop = kShop,
                                     models::Twin twin = models::Twin::no) {
    const auto shop =
        replaced(text_of_shop, "POOL", pooled ? "{connections: 20, acquireTimeout: 1s}" : "none");
    const auto text =
        replaced(replaced(shop, "FAULTS", faults), "DURATION", std::to_string(seconds) + "s");
    sim::SourceMap sources;
    sim::Diagnostics diagnostics;
    models::LoadRequest request;
    request.path = "shop.yaml";
    request.loader = [&](const std::string&, std::size_t) { return sim::FileContent{text, {}}; };
    const auto scenario = models::load_scenario(request, sources, diagnostics);
    INFO(diagnostics.render(sources));
    REQUIRE(scenario);
    return models::build_model(*scenario, 0, twin);
}
