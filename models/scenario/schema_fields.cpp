#include "models/scenario/schema_fields.hpp"

#include <array>

namespace models {

namespace {

constexpr auto kFields = std::to_array<SchemaField>({
    {"scenario", "version", "'1'", "format of the file", true},
    {"scenario", "name", "text", "title of reports; default: the file's name"},
    {"scenario", "question", "text", "what the scenario is to answer"},
    {"scenario", "include", "text|[text]", "files laid under this one"},
    {"scenario", "regions", "{region}", "places; default: one region with one zone"},
    {"scenario", "network", "network", "one-way delays between services"},
    {"scenario", "defaults", "defaults", "keys of every service that does not write its own"},
    {"scenario", "services", "{service}", "what is simulated", true},
    {"scenario", "workload", "{group}", "customer groups", true},
    {"scenario", "policy", "policy", "how services call each other"},
    {"scenario", "policyFor", "{policy}", "the same for `callee` or `caller->callee`"},
    {"scenario", "strategies", "{strategy}", "variants of `policy` to compare"},
    {"scenario", "faults", "{fault}", "what goes wrong, when and where"},
    {"scenario", "slos", "{slo}", "objectives to judge"},
    {"scenario", "experiment", "experiment", "how long and how often it is run"},
    {"scenario", "predictions", "any", "ignored in this version"},
    {"scenario", "sweep", "any", "ignored in this version"},

    {"region", "zones", "[name]", "failure domains", true},

    {"network", "sameZone", "distribution", "inside a zone"},
    {"network", "crossZone", "distribution", "between zones of a region"},
    {"network", "crossRegion", "distribution", "between regions"},
    {"network", "between", "{distribution}", "between two regions, both ways: `eu-us: 40ms`"},

    {"service", "kind", "'service'|'database'|'cache'", "a database sends writes to its primary"},
    {"service", "regions", "[name]", "where its replicas are; default: all regions"},
    {"service", "replicasPerZone", "count", "replicas in every zone of its regions"},
    {"service", "replicas", "count", "replicas in all, dealt out over the zones"},
    {"service", "placement", "{count}", "replicas by zone: `{eu-1: 3}`"},
    {"service", "concurrency", "count", "requests that one replica works on at once"},
    {"service", "queue", "count|'unlimited'", "waiting requests per replica; then 503"},
    {"service", "queueOrder", "'fifo'", "first come, first served"},
    {"service", "discipline", "'slots'", "each request has a slot of its own"},
    {"service", "holds", "'whileCalling'|'ownWork'", "when a request gives its slot back"},
    {"service", "latency", "distribution", "own work of one request on an idle replica"},
    {"service", "errors", "errors", "share of requests answered with an error"},
    {"service", "routing", "routing", "which replicas callers prefer"},
    {"service", "spillWhen", "'never'|'full'", "when callers leave their zone all the same"},
    {"service", "healthCheck", "healthCheck|'none'", "how callers learn that a replica is gone"},
    {"service", "restart", "duration", "from the end of an outage to an empty, running replica"},
    {"service", "primary", "name", "zone of a database's primary"},
    {"service", "failover", "duration|'none'", "from the primary's loss to a new one"},
    {"service", "endpoints", "{endpoint}", "what it offers; default: one called `call`"},

    {"endpoint", "calls", "[step]", "calls in order; an inner list runs in parallel"},
    {"endpoint", "latency", "distribution", "own work; default: the service's"},
    {"endpoint", "errors", "errors", "default: the service's"},
    {"endpoint", "kind", "'read'|'write'", "writes go to a database's primary"},
    {"endpoint", "idempotent", "boolean", "whether a repeated execution does no harm"},

    {"call", "call", "text", "`service`, `service.endpoint`, perhaps with ` (optional)`", true},
    {"call", "optional", "boolean", "may fail: the reply is then degraded"},
    {"call", "probability", "percent", "share of requests that make the call"},
    {"call", "times", "count", "so often, one after the other"},

    {"errors", "share", "percent", "of requests", true},
    {"errors", "as", "'error'", "what the caller sees"},

    {"healthCheck", "interval", "duration", "between probes of a replica"},
    {"healthCheck", "failAfter", "count", "failed probes in a row until it counts as gone"},
    {"healthCheck", "passAfter", "count", "good probes in a row until it counts as back"},
    {"healthCheck", "timeout", "duration", "of a probe"},
    {"healthCheck", "failOpen", "boolean", "with no healthy replica, use them all"},

    {"group", "from", "name", "region or zone of its customers"},
    {"group", "rate", "rate", "customers who come anyway (open, Poisson)"},
    {"group", "users", "count", "a fixed number of users, each waiting for its reply (closed)"},
    {"group", "thinkTime", "distribution", "of a user between reply and next request"},
    {"group", "arrivals", "'poisson'", "how customers with a rate come"},
    {"group", "shape", "'steady'", "how the rate changes in time"},
    {"group", "mix", "{percent}", "journeys: endpoints of the entry service", true},
    {"group", "customers", "count", "population behind the rate, for reports"},
    {"group", "patience", "duration|'none'", "then they leave"},
    {"group", "access", "duration", "last mile, added to each message"},
    {"group", "entry", "name", "service they call; default: the one that nobody calls"},
    {"group", "policy", "policy|'strategy'", "their own client; default: no retries"},

    {"policy", "timeout", "duration|'none'", "of the whole call, all its tries"},
    {"policy", "perTryTimeout", "duration|'none'", "of one try"},
    {"policy", "retries", "count", "additional tries"},
    {"policy", "retryOn", "condition|[condition]", "failures that are worth another try"},
    {"policy", "backoff", "backoff|'none'", "delay before a retry"},
    {"policy", "retryBudget", "retryBudget|percent|'none'", "how many retries a caller may make"},
    {"policy", "loadBalancing", "loadBalancing", "which replica is called"},
    {"policy", "connectTimeout", "'none'", "in this version"},
    {"policy", "deadline", "'none'", "in this version"},
    {"policy", "cancel", "'none'", "in this version"},
    {"policy", "hedge", "'none'", "in this version"},
    {"policy", "circuitBreaker", "'none'", "in this version"},
    {"policy", "outlierDetection", "outlierDetection|'none'",
     "replicas that do badly are left out"},
    {"policy", "previousHosts", "'allow'|'avoid'", "where a retry may go"},
    {"policy", "bulkhead", "'none'", "in this version"},
    {"policy", "rateLimit", "'none'", "in this version"},
    {"policy", "fallback", "'none'", "in this version"},

    {"strategy", "policyFor", "{policy}", "laid over the file's `policyFor`"},
    {"strategy", "set", "{any}", "other paths: `{services.payment.queue: 20}`"},

    {"backoff", "kind", "'none'|'constant'|'exponential'", "default: exponential"},
    {"backoff", "base", "duration", "delay before the first retry"},
    {"backoff", "factor", "number|factor", "growth from retry to retry"},
    {"backoff", "max", "duration", "longest delay"},
    {"backoff", "jitter", "'none'|'full'|'equal'|'decorrelated'", "how the delay is spread"},

    {"retryBudget", "kind", "'windowedTokens'", "every call pays in, every retry takes out"},
    {"retryBudget", "percent", "percent", "retries per call"},
    {"retryBudget", "ttl", "duration", "how long calls and retries count"},
    {"retryBudget", "minPerSecond", "number", "retries that are always allowed"},

    {"fault", "at", "duration", "start, from the end of the warm-up", true},
    {"fault", "for", "duration", "length", true},
    {"fault", "zone", "name", "target: everything in the zone"},
    {"fault", "region", "name", "target: everything in the region"},
    {"fault", "service", "name", "target: a service, perhaps narrowed to a zone or region"},
    {"fault", "replicas", "replicas", "target: some replicas of a service"},
    {"fault", "replica", "text", "target: one replica, `payment/eu-1/0`"},
    {"fault", "call", "callTarget", "target: the messages of one service to another"},
    {"fault", "effect", "'down'|'crash'|effect", "what happens to the target"},
    {"fault", "slow", "factor", "short for `effect: {slow: 5x}`"},
    {"fault", "delay", "duration", "short for `effect: {delay: 200ms}`"},
    {"fault", "errors", "percent", "short for `effect: {errors: 30%}`"},

    {"effect", "slow", "factor", "own work takes so many times as long"},
    {"effect", "delay", "duration", "added to each message of a call, or to own work"},
    {"effect", "errors", "percent", "share of requests answered with an error"},
    {"effect", "kind", "'down'|'crash'|'slow'|'delay'|'errors'", "the long form of the effects"},
    {"effect", "factor", "factor", "of `kind: slow`"},
    {"effect", "share", "percent", "of `kind: errors`"},

    {"replicas", "service", "name", "whose replicas", true},
    {"replicas", "zone", "name", "only those in this zone"},
    {"replicas", "count", "count", "how many, in their order"},
    {"replicas", "share", "percent", "of them, rounded up"},

    {"callTarget", "from", "name", "calling service", true},
    {"callTarget", "to", "name", "called service", true},

    {"objective", "objective", "text", "`checkout.success >= 99.5% before outage`", true},
    {"objective", "in", "percent", "share of the runs that must meet it"},

    {"experiment", "duration", "duration", "measured time"},
    {"experiment", "warmup", "duration", "run before it and not measured"},
    {"experiment", "drain", "duration", "run after it, for requests still open"},
    {"experiment", "baseline", "name", "the strategy that the verdict is about"},
    {"experiment", "seed", "count", "of all random draws"},
    {"experiment", "replications", "count|'auto'", "runs per strategy"},
    {"experiment", "confidence", "percent", "of the intervals"},
    {"experiment", "decideBy", "[name]", "what makes a winner: `slosMet` and names of SLOs"},
    {"experiment", "differenceThatMatters", "difference", "smaller ones are ties"},

    {"difference", "ratio", "percent", "of shares"},
    {"difference", "relative", "percent", "of latencies and other positive values"},
    {"difference", "recovery", "duration", "of recovery times"},
});

}  // namespace

std::span<const SchemaField> schema_fields() { return kFields; }

}  // namespace models
