#include "models/scenario/key_notes.hpp"

#include <algorithm>
#include <array>

#include "models/scenario/complete.hpp"
#include "models/scenario/merge.hpp"
#include "models/scenario/preset_catalog.hpp"
#include "models/scenario/schema_fields.hpp"
#include "sim/yaml/write_yaml.hpp"

namespace models {

using sim::Node;

namespace {

constexpr auto kNotes = std::to_array<KeyNote>({
    {"policy", "timeout",
     "starts when the caller decides to call and covers tries, backoffs and waiting; a reply at "
     "exactly the deadline counts",
     "a rule of firedrill itself", "policy: {timeout: 1s}"},
    {"policy", "perTryTimeout",
     "starts after the backoff, before bulkhead, pool and network; try k gets min(perTryTimeout, "
     "what is left of timeout and deadline). A percentile is found anew every `refresh` from the "
     "replies within `window`; until there are some, there is no limit",
     "FIN-BRF", "policy: {timeout: 1s, perTryTimeout: 300ms, retries: 2}"},
    {"policy", "connectTimeout",
     "when nobody answers at the other end the try ends `blackholed` after this, not after its "
     "timeout",
     "a rule of firedrill itself", "policy: {connectTimeout: 200ms}"},
    {"policy", "retries", "tries = 1 + retries; the first try is none of them",
     "a rule of firedrill itself", "policy: {timeout: 1s, perTryTimeout: 300ms, retries: 2}"},
    {"policy", "retryOn",
     "timeout = timeout, blackholed; connect-failure = refused, blackholed on connect, dns; "
     "503 = shed, noHealthyInstance, poolTimeout; 429 = throttled; 5xx = error + 503; reset; error",
     "a rule of firedrill itself", "policy: {retries: 2, retryOn: [timeout, 503, 429]}"},
    {"policy", "retryAfter",
     "with h the wait that the reply of 503 or 429 asks for and b the backoff: ignore b; replace "
     "h; "
     "clampMax min(h, max); clamp max(b, min(h, b + extra)); discardAbove h with 20 % jitter, b "
     "when h > max; exactThenReset h, and the backoff begins anew",
     "POLLY-RETRY, UNDICI, BOTO-STD, SMITHY, ENV-ROUTE, GO-STREAM",
     "policy: {retries: 2, retryAfter: {mode: clampMax, max: 30s}}"},
    {"policy", "backoffBeyondDeadline",
     "failFast ends the call at once with its last failure; wait sleeps until the time is up",
     "a rule of firedrill itself",
     "policy: {timeout: 1s, retries: 3, backoffBeyondDeadline: wait}"},
    {"policy", "pool",
     "a try takes a stream of the connection used last; else it opens one (a round trip + setup); "
     "with all open it waits in line for at most acquireTimeout, then poolTimeout. With one stream "
     "(HTTP/1) a try that is given up costs its connection",
     "HIKARI, AWSJ2, BOTO-CFG", "policy: {pool: {connections: 50, acquireTimeout: 1s}}"},
    {"policy", "previousHosts",
     "avoid: a retry goes to a replica that this call has not tried, as long as there is one", "",
     "policy: {retries: 2, previousHosts: avoid}"},
    {"fault", "ramp",
     "both ramps are inside the length of a visit; the strength is set in steps, at most 20 a ramp "
     "and at least 100ms long, each with the mean of its part of the line; at the end all is "
     "exactly "
     "as before",
     "", "faults: {slow-db: {at: 2m, for: 3m, service: db, slow: 5x, ramp: {in: 30s, out: 10s}}}"},
    {"fault", "correlation",
     "beta x the failures are common: their process strikes every part at once, at rate beta / "
     "mtbf; "
     "each part's own at (1 - beta) / mtbf",
     "beta factor: Fleming 1975",
     "faults: {power: {mtbf: 10h, mttr: 5m, region: local, per: zone, effect: down, correlation: "
     "{beta: 0.3}}}"},
    {"fault", "pick",
     "a fresh draw for every visit, among the parts that the fault does not strike already; none "
     "is "
     "left: nothing happens",
     "", "faults: {kill: {every: 10m, for: 30s, service: web, pick: one, effect: crash}}"},
    {"action", "when",
     "looked at once a second, from the start of the measured time, over a full window; of the "
     "customers those who were let in, all groups together; what has been noticed is done, even if "
     "it is over by then",
     "a rule of firedrill itself",
     "actions: {drop: {when: {condition: \"call.success < 50%\", for: 30s}, after: 2m, shed: "
     "50%, for: 1m}}"},
    {"action", "until", "", "a rule of firedrill itself",
     "actions: {drop: {at: 3m, shed: 50%, until: \"call.success > 99%\"}}"},
    {"action", "at", "", "", "actions: {again: {at: 3m, restart: web}}"},
    {"policy", "deadline",
     "passDown: the callee's calls have at most what its caller has left, and work that is expired "
     "when it would begin is dropped",
     "a rule of firedrill itself", "policy: {timeout: 1s, deadline: passDown}"},
    {"policy", "cancel",
     "none: the server is not told and works on. The others send a message after the try: queued "
     "work is dropped, and running work ends at once (immediate; propagate is the same), when its "
     "own work or a call ends (atPhaseEnd), or not (never)",
     "a rule of firedrill itself", "policy: {timeout: 1s, cancel: propagate}"},
    {"policy", "preset",
     "lies below all that is written; of the layers that name one, the strongest decides",
     "a rule of firedrill itself", "policy: {preset: envoy-default, retries: 1}"},

    {"service", "kind", "", "", "services: {web: {kind: database, primary: local-1}}"},
    {"service", "preset", "", "", "services: {api: {preset: tomcat, latency: 10ms}}"},
    {"service", "labels", "", "", "services: {web: {labels: [java, openssl-3]}}"},
    {"service", "regions", "", "", "services: {web: {regions: [local]}}"},
    {"service", "replicasPerZone", "", "", "services: {web: {replicasPerZone: 3}}"},
    {"service", "replicas", "", "", "services: {web: {replicas: 3}}"},
    {"service", "placement", "", "", "services: {web: {placement: {local-1: 3}}}"},
    {"service", "concurrency",
     "threads of a pool, or requests that an event loop works on; required, as everything depends "
     "on it",
     "a rule of firedrill itself", "services: {web: {concurrency: 8}}"},
    {"service", "queue", "a request that finds it full ends `shed` (503)",
     "a rule of firedrill itself", "services: {web: {queue: 100}}"},
    {"service", "queueOrder",
     "adaptiveLifo turns to the last when the queue has not been empty for `after`; edf takes the "
     "one with the earliest deadline; codel is short for fifo with `shedding: codel`",
     "a rule of firedrill itself", "services: {web: {queue: 100, queueOrder: adaptiveLifo}}"},
    {"service", "queueDrop", "", "a rule of firedrill itself",
     "services: {web: {queue: 100, queueDrop: head}}"},
    {"service", "maxWait",
     "drawn for each request that has to wait; it leaves the queue at that instant",
     "a rule of firedrill itself; constant: HAProxy's `timeout queue`",
     "services: {web: {queue: 100, maxWait: 500ms}}"},
    {"service", "discipline", "with processorSharing n jobs progress at min(1, cores / n) each",
     "a rule of firedrill itself", "services: {web: {discipline: processorSharing, cores: 4}}"},
    {"service", "cores", "", "a rule of firedrill itself",
     "services: {web: {discipline: processorSharing, cores: 4}}"},
    {"service", "contention",
     "n jobs at work progress at 1 / (1 + contention (n-1) + coherency n (n-1)) of what `cores` "
     "gives each: the universal scalability law",
     "Gunther, Guerrilla Capacity Planning, 2007",
     "services: {web: {discipline: processorSharing, cores: 64, contention: 5%}}"},
    {"service", "coherency",
     "n jobs at work progress at 1 / (1 + contention (n-1) + coherency n (n-1)) of what `cores` "
     "gives each: above sqrt((1-contention)/coherency) more of them get less done",
     "Gunther, Guerrilla Capacity Planning, 2007",
     "services: {web: {discipline: processorSharing, cores: 64, coherency: 0.04%}}"},
    {"service", "threads",
     "up to `core` threads start as requests come; beyond, the queue fills first and threads up to "
     "`concurrency` start when it is full (Java), or growBeforeQueue: the other way round (Tomcat)",
     "a rule of firedrill itself",
     "services: {web: {queue: 100, threads: {core: 4, growBeforeQueue: true}}}"},
    {"service", "shedding", "", "", "services: {web: {shedding: {kind: codel}}}"},
    {"service", "rateLimit", "one of its own for every replica", "",
     "services: {web: {rateLimit: 500/s}}"},
    {"service", "concurrencyLimit", "one of its own for every replica", "",
     "services: {web: {concurrencyLimit: 20}}"},
    {"service", "rejectCost", "", "", "services: {web: {queue: 10, rejectCost: 1ms}}"},
    {"service", "retryAfter", "what callers do with it their `policy.retryAfter` says", "",
     "services: {web: {queue: 10, retryAfter: 2s}}"},
    {"service", "holds",
     "whileCalling: the slot is held until the reply leaves; ownWork: it is free again at the end "
     "of own work and not taken again",
     "a rule of firedrill itself", "services: {web: {holds: ownWork}}"},
    {"service", "latency", "", "", "services: {web: {latency: {p50: 8ms, p99: 60ms}}}"},
    {"service", "errors", "at the end of own work", "a rule of firedrill itself",
     "services: {web: {errors: 1%}}"},
    {"service", "routing", "", "a rule of firedrill itself", "services: {web: {routing: any}}"},
    {"service", "spillWhen",
     "full: also leaves the zone on what the caller has seen itself, its tries in flight or a 503",
     "a rule of firedrill itself", "services: {web: {queue: 10, spillWhen: full}}"},
    {"service", "healthCheck",
     "one checker for each zone that calls and each replica; all callers of the zone share its "
     "view",
     "a rule of firedrill itself", "services: {web: {healthCheck: {interval: 2s, failAfter: 3}}}"},
    {"service", "restart",
     "time, then the back-off of a process that crashed by itself, then startUp",
     "Kubernetes: CrashLoopBackOff",
     "services: {web: {restart: {time: 1s, startUp: 9s, backoff: {base: 10s, max: 5m}}}}"},
    {"service", "rollout",
     "replica by replica: not ready, callers learn, the door closes, what it has is finished, it "
     "starts as the new version; never more than maxUnavailable away. Faults with `deploy` use it",
     "Kubernetes: Deployment; Argo Rollouts: canary and analysis",
     "services: {web: {replicas: 4, rollout: {canary: {share: 5%, bake: 5m}, rollback: {errors: "
     "2%}}}}"},
    {"service", "autoscale",
     "one scaler for each region; utilisation is sampled every second; a new replica goes to the "
     "zone with the fewest",
     "FAULTS P6", "services: {web: {replicas: 2, autoscale: {kind: hpa, min: 2, max: 6}}}"},
    {"service", "levels",
     "each replica decides by its own measure, once a second: down at once to the worst level "
     "whose "
     "`when` is met, up one at a time. A level holds for what begins while it lasts",
     "SRE: graceful degradation; Klein 2014: brownout",
     "services: {web: {levels: {degraded: {when: \"utilisation > 90%\", latency: 30%, quality: "
     "70%}, off: {when: \"queue > 100\", off: true}}}}"},
    {"level", "when", "looked at once a second, over a full window; a new process begins at full",
     "a rule of firedrill itself",
     "services: {web: {levels: {small: {when: {condition: \"p99 > 500ms\", over: 5s, for: 5s}, "
     "latency: 30%}}}}"},
    {"level", "until",
     "met for its `for`, and the level at least `stay` old; true when nothing can be measured", "",
     "services: {web: {levels: {small: {when: \"utilisation > 90%\", until: \"utilisation < "
     "50%\", latency: 30%}}}}"},
    {"level", "without",
     "a reply that had to do without a call is degraded, also without a required one", "",
     "services: {web: {levels: {small: {latency: 30%, without: []}}}}"},
    {"service", "primary", "", "a rule of firedrill itself",
     "services: {web: {kind: database, primary: local-1}}"},
    {"service", "failover",
     "writes go to the old primary until then, reads to the nearest live replica; a primary that "
     "is "
     "back in time keeps the role",
     "a rule of firedrill itself",
     "services: {web: {kind: database, primary: local-1, failover: 30s}}"},
    {"service", "replication",
     "lost writes = those acknowledged within `lag` before the loss of a primary that is replaced",
     "FAULTS R3",
     "services: {web: {kind: database, primary: local-1, failover: 30s, replication: {lag: 1s}}}"},
    {"service", "cache", "load of the origin = rate * (1 - hit ratio)",
     "a rule of firedrill itself",
     "services: {web: {kind: cache, cache: {hitRatio: 90%}, endpoints: {call: [db]}}}"},
    {"service", "delivery",
     "at least once: a message is visible again `visibility` after a delivery that did not "
     "succeed, "
     "and a dead letter when it would be received for the (maxReceive + 1)th time",
     "BOTO-API",
     "services: {web: {kind: queue, delivery: {consumers: 10}, endpoints: {call: [db]}}}"},
    {"service", "dns",
     "each caller keeps an answer for `ttl`, of another age at the start; whoever has to ask waits "
     "for it, beside the others of its replica. With a pool only a new connection asks",
     "RFC 1035 and 2308 and 8767; resolv.conf and the JVM for the defaults",
     "services: {web: {dns: {ttl: 60s, negativeTtl: 30s}}}"},
    {"service", "endpoints", "", "", "services: {web: {endpoints: {call: [db]}}}"},

    {"endpoint", "calls",
     "in order; an inner list starts its calls at one instant and ends with the last of them; "
     "`(optional)` behind a name makes the reply degraded, not failed",
     "a rule of firedrill itself",
     "services: {web: {endpoints: {call: {calls: [db, [cache, db (optional)]]}}}}"},
    {"endpoint", "latency", "", "", "services: {web: {endpoints: {call: {latency: 20ms}}}}"},
    {"endpoint", "errors", "", "", "services: {web: {endpoints: {call: {errors: 1%}}}}"},
    {"endpoint", "kind", "", "", "services: {web: {endpoints: {call: {kind: write}}}}"},
    {"endpoint", "priority", "", "", "services: {web: {endpoints: {call: {priority: sheddable}}}}"},
    {"endpoint", "idempotent",
     "a retried or hedged write that is not counts duplicates; hedges on it are refused",
     "a rule of firedrill itself", "services: {web: {endpoints: {call: {idempotent: true}}}}"},
    {"endpoint", "size",
     "bytes between zones = sum over the requests, and the replies of successes, that go from one "
     "zone to another; replication and health checks are not counted",
     "BLAST_RADIUS B21", "services: {web: {endpoints: {call: {size: {reply: 30KiB}}}}}"},
    {"endpoint", "fallback", "", "",
     "services: {web: {endpoints: {call: {fallback: {kind: static, quality: 60%}}}}}"},

    {"call", "call", "", "", "services: {web: {endpoints: {call: [{call: db, timeout: 1s}]}}}"},
    {"call", "optional", "", "",
     "services: {web: {endpoints: {call: [{call: db, optional: true}]}}}"},
    {"call", "probability", "", "",
     "services: {web: {endpoints: {call: [{call: db, probability: 30%}]}}}"},
    {"call", "times", "", "", "services: {web: {endpoints: {call: [{call: db, times: 3}]}}}"},

    {"scenario", "expect",
     "a finding of the lint that is expected is not shown, but listed with its reason; what is "
     "expected and not found is noted. A list of rules, `[F15, F26]`, gives no reasons",
     "a rule of firedrill itself", "expect: {F15: one zone is all that we have}"},
    {"strategy", "expect", "the same, of the findings of one strategy",
     "a rule of firedrill itself",
     "strategies: {naive: {retries: 3, expect: {F08: what the code does today}}}"},

    {"group", "from", "", "a rule of firedrill itself", "workload: {users: {from: local}}"},
    {"group", "rate", "they come whether or not the system is slow", "",
     "workload: {users: {rate: "
     "200/s}}"},
    {"group", "users", "each waits for its reply, thinks, and asks again", "",
     "workload: {people: {users: 100, thinkTime: 1s, mix: {call: 100%}}}"},
    {"group", "thinkTime", "", "",
     "workload: {people: {users: 100, thinkTime: {mean: 1s, shape: exponential}, mix: {call: "
     "100%}}}"},
    {"group", "shape",
     "day: rate x (1 + swing cos(2 pi (t - peak) / period)), t from the end of the warm-up; the "
     "rate of the file is the mean",
     "Lewis and Shedler 1979, non-homogeneous Poisson processes",
     "workload: {users: {rate: 100/s, shape: {kind: day, period: 24h, swing: 50%, peak: 14h}}}"},
    {"group", "mix", "", "", "workload: {users: {mix: {call: 100%}}}"},
    {"group", "patience", "a customer who left counts as a failure (abandoned)",
     "a rule of firedrill itself", "workload: {users: {patience: 5s}}"},
    {"group", "reclick",
     "every failed press is followed by another with probability `share`, `after` later, up to "
     "`most` times: demand that rises with failure",
     "a rule of firedrill itself",
     "workload: {users: {reclick: {share: 50%, after: 2s, most: 3}}}"},
    {"group", "steering",
     "a region is left out after `failAfter` looks that find no live entry replica; resolvers keep "
     "their answer for `ttl`, each of another age, so customers move within failAfter x interval + "
     "ttl",
     "FAULTS R1; Route 53: failover records with fast checks",
     "{regions: {eu: {zones: [eu-1]}, us: {zones: [us-1]}}, workload: {users: {from: eu, "
     "steering: {interval: 10s, ttl: 60s}}}}"},
    {"group", "priority", "criticalPlus > critical > sheddablePlus > sheddable", "SRE",
     "workload: {users: {priority: sheddable}}"},
    {"group", "access", "", "", "workload: {users: {access: 20ms}}"},
    {"group", "entry", "", "a rule of firedrill itself", "workload: {users: {entry: web}}"},
    {"group", "policy",
     "settings of their own client, or `strategy`: they call like a service, and strategies reach "
     "them",
     "a rule of firedrill itself", "workload: {users: {policy: {retries: 1, timeout: 3s}}}"},
    {"group", "customers", "", "", "workload: {users: {customers: 5000}}"},
});

constexpr std::array<std::pair<std::string_view, std::string_view>, 9> kPlaces = {
    {{"service", "services.web"},
     {"endpoint", "services.web.endpoints.call"},
     {"healthCheck", "services.web.healthCheck"},
     {"threads", "services.web.threads"},
     {"group", "workload.users"},
     {"network", "network"},
     {"experiment", "experiment"},
     {"difference", "experiment.differenceThatMatters"},
     {"scenario", ""}}};

/// A scenario that says nothing, with everything written out.
const Node& plain_scenario() {
    static const Node completed = [] {
        Node web = map_node();
        put(web, "threads", map_node());
        Node services = map_node();
        put(services, "web", std::move(web));
        Node users = map_node();
        put(users, "rate", scalar_node("1/s"));
        Node workload = map_node();
        put(workload, "users", std::move(users));
        Node root = map_node();
        put(root, "services", std::move(services));
        put(root, "workload", std::move(workload));
        Node tree = complete_tree(root);
        Node* service = find_value(*find_value(tree, "services"), "web");
        remove_key(*service, "healthCheck");
        Node probed = map_node();
        put(probed, "services", map_node());
        Node one = map_node();
        put(one, "healthCheck", map_node());
        put(*find_value(probed, "services"), "web", std::move(one));
        const Node with_check = complete_tree(probed);
        put(*service, "healthCheck", *find_path(with_check, "services.web.healthCheck"));
        return tree;
    }();
    return completed;
}

}  // namespace

const KeyNote* find_key_note(std::string_view section, std::string_view key) {
    const auto found = std::find_if(kNotes.begin(), kNotes.end(), [&](const KeyNote& note) {
        return note.section == section && note.key == key;
    });
    return found == kNotes.end() ? nullptr : &*found;
}

std::string default_text(std::string_view section, std::string_view key) {
    for (const SchemaField& field : schema_fields()) {
        if (field.section == section && field.key == key && field.doc != nullptr) {
            return field.doc->otherwise;
        }
    }
    if (section == "service" && key == "healthCheck") return "none";
    for (const auto& [name, place] : kPlaces) {
        if (name != section) continue;
        const Node* map = find_path(plain_scenario(), place);
        const Node* value = map == nullptr ? nullptr : map->find(key);
        // A map as a default would be its own keys' defaults.
        if (value == nullptr || value->is_map()) return {};
        return write_flow(*value);
    }
    return {};
}

}  // namespace models
