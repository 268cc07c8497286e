#include "models/scenario/templates.hpp"

#include <array>

namespace models {

namespace {

// The texts of `init`. Two of them are scenarios/webshop.yaml and scenarios/mm1.yaml: a test
// compares them.

constexpr std::string_view kWebShop =
    "# Web shop in 2 regions x 3 zones. Zone eu-1, home of the orders primary, goes "
    "dark for 3 minutes.\n"
    "# Which retry strategy keeps checkout alive, who is hit, and is it over when "
    "the zone is back?\n"
    R"yaml(version: 1
name: web-shop-zone-outage

regions:
  eu: {zones: [eu-1, eu-2, eu-3]}
  us: {zones: [us-1, us-2, us-3]}

network:                          # one-way delay between two services
  sameZone: 0.3ms
  crossZone: 1ms
  crossRegion: 40ms

defaults:                         # every service, unless it says otherwise
  regions: [eu, us]
  replicasPerZone: 2
  concurrency: 8                  # requests one replica works on at once
  queue: 100                      # waiting requests per replica (Tomcat's acceptCount); then 503
  holds: whileCalling
  routing: sameZoneFirst
)yaml"
    "  spillWhen: full                 # callers that find their zone full try the "
    "others; try `never`, too\n"
    R"yaml(  healthCheck: {interval: 2s, failAfter: 2}

services:                         # latency: one request on an idle replica, without its calls
  gateway:
    concurrency: 200
    queue: 400
    latency: {p50: 1ms, p99: 4ms}
    endpoints:
      browse: [catalog, recommend (optional)]
      checkout: [auth, checkout-api]
  checkout-api:                   # two layers retry: gateway -> checkout-api -> payment, orders
    concurrency: 100
    latency: {p50: 5ms, p99: 20ms}
    endpoints:
      place: {calls: [[cart, stock], payment, orders], idempotent: true}
  auth:      {latency: {p50: 4ms, p99: 20ms}}
  catalog:   {latency: {p50: 12ms, p99: 60ms}}
  recommend: {replicasPerZone: 4, latency: {p50: ~25ms, p99: ~150ms}}
  cart:      {latency: {p50: 6ms, p99: 30ms}}
  stock:     {latency: {p50: 10ms, p99: 80ms}}
  payment:                        # our adapter: 8 connections per replica to a bought-in provider
    latency: {p50: ~100ms, p99: ~500ms}     # EU: 49% busy, 73% with a zone lost
    errors: ~1%                   # transient, worth a retry
    endpoints:
      charge: {calls: [], idempotent: true} # idempotency key: a retry does not charge twice
  orders:
    kind: database                # all writes go to the primary
    primary: eu-1
    failover: ~20s
    replicasPerZone: 1
    concurrency: 40
    latency: {p50: 8ms, p99: 60ms}
    endpoints:
      place: {kind: write, idempotent: true}

workload:                         # customers keep arriving when the shop is slow (open model)
)yaml"
    "  eu-shoppers: {from: eu, rate: 1200/s, customers: 200000, patience: 10s, mix: "
    "{browse: 88%, checkout: 12%}}\n"
    "  us-shoppers: {from: us, rate: 500/s, customers: 90000, patience: 10s, mix: "
    "{browse: 90%, checkout: 10%}}\n"
    "  partners:    {from: eu, rate: 40/s, customers: 300, patience: 10s, mix: "
    "{checkout: 100%}}\n"
    R"yaml(
policy:                           # for every call between services; customers do not retry
  timeout: 3s                     # one call, all its tries
  perTryTimeout: 800ms
  retryOn: [timeout, 503, connect-failure, error]
  loadBalancing: leastRequest
policyFor:
  checkout-api: {timeout: 5s, perTryTimeout: 2s}
  recommend:    {perTryTimeout: 100ms, retries: 0}

strategies:
  none:     {retries: 0, expect: {F04: "three calls may take 800 ms each", F20: "the errors of payment stay"}}
  naive:    {retries: 3, backoff: none, expect: {F07: "two layers retry", F08: "at once", F10: "without bounds"}}  # what the code does today
  jittered: {retries: 3, backoff: {base: 50ms, max: 2s, jitter: full}, expect: {F07: "jitter changes when, not how many", F10: "jitter bounds nothing"}}
  budgeted: {retries: 3, backoff: {base: 50ms, max: 2s, jitter: full}, retryBudget: 10%}

faults:
  eu-1-outage: {at: 3m, for: 3m, zone: eu-1, effect: down}

slos:                             # judged per customer group and overall
  normal-day:     checkout.success >= 99.5% before eu-1-outage
  outage-limited: checkout.success >= 80% during eu-1-outage
  checkout-fast:  checkout.p99 <= 1200ms before eu-1-outage
  browse-works:   browse.success >= 99.5%
  back-to-normal: recovery <= 30s                # from the end of the fault, against the twin

value:                            # what a success is worth: orders and money lost are line two of the report
  checkout: {is: order, worth: ~65 EUR}

experiment: {duration: 12m, warmup: 1m, baseline: naive, seed: 42, replications: auto}

predictions:
  - {who: payments team, says: naive misses back-to-normal, sure: 60%}
  - {who: web team, says: jittered meets back-to-normal, sure: 80%}   # the surprise

sweep:
  services.payment.queue: [10, 20, 40, 60, 100]  # the other cure: a queue shorter than the timeout
  services.orders.failover: [1s, 5s, 20s, 60s]

expect:  # findings of `firedrill check` that are here on purpose
  F02: "checkout has 2 s for a try, and nothing shorter for connecting: nobody has asked"
  F03: "today's timeouts: the layers do not know of each other"
  F05: "payment and recommend are slower than their timeouts allow: a known compromise"
  F06: "one time of a try for all: long for the fast ones"
  F24: replicas that fail at once are not among the faults
  F26: "today's queue of payment is longer than anybody waits: `sweep` tries shorter ones"
  F27: "today's queue of payment is first in, first out: `sweep` tries shorter ones"
  F30: the gateway has no bulkheads today
)yaml";

constexpr std::string_view kRetryStorm =
    "# A backend is five times slower for 15 seconds. Its callers give up after 200 "
    "ms and try again: do\n"
    "# the retries carry the customers over the stumble, or do they turn it into an "
    "outage?\n"
    R"yaml(version: 1
name: retry-storm
question: Which retry strategy survives a short stumble of the backend?

services:                         # latency: one request on an idle replica, without its calls
  api:
    concurrency: 400
    queue: 100                    # waiting requests per replica; then 503
    healthCheck: none             # the backend is slow, not gone: nothing to detect
    latency: {p50: 2ms, p99: 8ms}
    endpoints:
      order: [backend]
  backend:
    replicas: 2
    concurrency: 10               # 20 slots of about 24 ms each: some 840 requests per second
    queue: 100
    healthCheck: none
    latency: {p50: ~20ms, p99: ~80ms}
    endpoints:
      work: {calls: [], idempotent: true}

workload:
  customers: {rate: 620/s, patience: 5s, mix: {order: 100%}}

policy: {timeout: 2s, perTryTimeout: 200ms, loadBalancing: leastRequest}

strategies:
  none:     {retries: 0}
  naive:    {retries: 3, backoff: none, expect: {F08: "at once", F10: "without bounds"}}
  jittered: {retries: 3, backoff: {base: 50ms, max: 1s, jitter: full}, expect: {F10: "jitter bounds nothing"}}
  budgeted: {retries: 3, backoff: {base: 50ms, max: 1s, jitter: full}, retryBudget: 10%}

faults:
  stumble: {at: 30s, for: 15s, service: backend, effect: {slow: 5x}}

slos:
  normal-day:     order.success >= 99.5% before stumble
  back-to-normal: recovery <= 30s

experiment: {duration: 3m, warmup: 20s, baseline: naive, seed: 7, replications: 10}

expect:  # findings of `firedrill check` that are here on purpose
  F24: no replica fails at once here
  F26: "the storm: a queue full of requests that nobody waits for"
  F27: "the storm: the oldest request is served first"
)yaml";

constexpr std::string_view kQueue =
    "# M/M/1 at 80 % load: one server, Poisson arrivals, exponential work of 10 ms "
    "on average, a queue\n"
    "# without bound and no network. Theory: utilisation 0.8, mean time in the "
    "system 50 ms, mean wait\n"
    R"yaml(# 40 ms, 80 % of the requests wait, 4 in the system on average.
version: 1
name: mm1
question: Does the simulator agree with the oldest formula of queueing theory?

services:
  queue:
    concurrency: 1
    queue: unlimited
    latency: {shape: exponential, mean: 10ms}
    endpoints:
      serve: []

workload:
  customers: {rate: 80/s, patience: none, mix: {serve: 100%}}

experiment: {duration: 2h, warmup: 1m, seed: 1, replications: 10}

expect:  # findings of `firedrill check` that are here on purpose
  F26: the formula's queue has no end, and nobody leaves it
)yaml";

constexpr std::array<ScenarioTemplate, 3> kTemplates = {{
    {"webshop", "a shop in two regions loses a zone, under four retry strategies", kWebShop},
    {"retry-storm", "one backend stumbles for 15 seconds; do retries make it an outage?",
     kRetryStorm},
    {"queue", "the smallest scenario: one server and its queue (M/M/1)", kQueue},
}};

}  // namespace

std::span<const ScenarioTemplate> scenario_templates() { return kTemplates; }

}  // namespace models
