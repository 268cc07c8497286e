#include "models/scenario/schema_fields.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <deque>
#include <string>
#include <vector>

#include "models/policy/call_policy.hpp"
#include "models/policy/policy_families.hpp"

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

    {"service", "preset", "name", "a named server: `firedrill help presets`"},
    {"service", "kind", "'service'|'database'|'cache'|'queue'",
     "a database sends writes to its primary, a queue answers first and works later"},
    {"service", "regions", "[name]", "where its replicas are; default: all regions"},
    {"service", "replicasPerZone", "count", "replicas in every zone of its regions"},
    {"service", "replicas", "count", "replicas in all, dealt out over the zones"},
    {"service", "placement", "{count}", "replicas by zone: `{eu-1: 3}`"},
    {"service", "concurrency", "count|'unlimited'", "requests that one replica works on at once"},
    {"service", "queue", "count|'unlimited'", "waiting requests per replica; then 503"},
    {"service", "queueOrder",
     "'fifo'|'lifo'|'adaptiveLifo'|'priority'|'edf'|'fair'|'codel'|queueOrder",
     "who is next for a slot"},
    {"service", "queueDrop", "'tail'|'head'", "whom a full queue refuses: the last or the first"},
    {"service", "discipline", "'slots'|'processorSharing'", "a slot each, or all share `cores`"},
    {"service", "cores", "count", "of one replica, with `discipline: processorSharing`"},
    {"service", "threads", "threads|'none'", "how a pool of `concurrency` threads grows"},
    {"service", "shedding", "shedding|name|'none'", "what it refuses before it is too late"},
    {"service", "rateLimit", "rateLimit|rate|name|'none'",
     "requests that one replica takes; then 429"},
    {"service", "concurrencyLimit", "concurrencyLimit|count|name|'none'",
     "requests waiting or at work in one replica; then 503"},
    {"service", "rejectCost", "duration", "a slot or core is busy so long to refuse one"},
    {"service", "retryAfter", "duration|'none'", "hint to callers in replies of 503 and 429"},
    {"service", "holds", "'whileCalling'|'ownWork'", "when a request gives its slot back"},
    {"service", "latency", "distribution", "own work of one request on an idle replica"},
    {"service", "errors", "errors", "share of requests answered with an error"},
    {"service", "routing", "routing|name", "which replicas callers prefer"},
    {"service", "spillWhen", "'never'|'full'", "when callers leave their zone all the same"},
    {"service", "healthCheck", "healthCheck|'none'|name",
     "how callers learn that a replica is gone"},
    {"service", "restart", "duration", "from the end of an outage to an empty, running replica"},
    {"service", "primary", "name", "zone of a database's primary"},
    {"service", "failover", "duration|'none'", "from the primary's loss to a new one"},
    {"service", "cache", "cache", "of a cache: what it answers itself"},
    {"service", "delivery", "delivery|name", "of a queue: how it hands its messages on"},
    {"service", "endpoints", "{endpoint}", "what it offers; default: one called `call`"},

    {"endpoint", "calls", "[step]", "calls in order; an inner list runs in parallel"},
    {"endpoint", "latency", "distribution", "own work; default: the service's"},
    {"endpoint", "errors", "errors", "default: the service's"},
    {"endpoint", "kind", "'read'|'write'", "writes go to a database's primary"},
    {"endpoint", "priority", "priority", "class of its requests; default: the caller's"},
    {"endpoint", "idempotent", "boolean", "whether a repeated execution does no harm"},
    {"endpoint", "fallback", "fallback|name|'none'", "of each call that has none of its own"},

    {"cache", "hitRatio", "percent", "of a warm cache; or keys"},
    {"cache", "keys", "cacheKeys", "what is asked for"},
    {"cache", "capacity", "count|'unlimited'", "keys that one replica stores (LRU)"},
    {"cache", "warmKeys", "count", "of a hitRatio: keys a cold cache must fetch once"},
    {"cache", "ttl", "duration|'none'", "life of an entry"},
    {"cache", "ttlJitter", "percent", "spreads it by so much either way"},
    {"cache", "coalesce", "boolean", "one fetch for all concurrent misses of a key"},
    {"cache", "staleWhileRevalidate", "duration", "expired for less: served, fetched meanwhile"},
    {"cache", "staleIfError", "duration", "expired for less: served when the fetch fails"},
    {"cache", "earlyRefresh", "earlyRefresh|'xfetch'|'none'", "fetches before entries expire"},
    {"cache", "coldStart", "boolean", "empty after a restart"},
    {"cache", "startsWarm", "boolean", "the run begins with the most popular keys stored"},

    {"cacheKeys", "count", "count", "how many keys there are"},
    {"cacheKeys", "zipf", "number", "exponent of their popularity"},

    {"earlyRefresh", "kind", "'xfetch'", "which rule"},
    {"earlyRefresh", "beta", "number", "above 1 earlier, below 1 later"},

    {"delivery", "consumers", "count", "deliveries at once, per replica of the queue", true},
    {"delivery", "visibility", "duration", "then an unacknowledged message is visible again"},
    {"delivery", "maxReceive", "count|'unlimited'", "deliveries of a message; then it is dead"},
    {"delivery", "order", "'fifo'|'lifo'", "which message is delivered next"},
    {"delivery", "capacity", "count|'unlimited'", "messages per replica; then 503"},
    {"delivery", "retention", "duration|'none'", "then a message is dropped"},
    {"delivery", "durable", "boolean", "messages survive a loss of power"},

    {"call", "call", "text", "`service`, `service.endpoint`, perhaps with ` (optional)`", true},
    {"call", "optional", "boolean", "may fail: the reply is then degraded"},
    {"call", "probability", "percent", "share of requests that make the call"},
    {"call", "times", "count", "so often, one after the other"},

    {"errors", "share", "percent", "of requests", true},
    {"errors", "as", "'error'|'503'|'reset'", "what the caller sees"},

    {"queueOrder", "kind", "'fifo'|'lifo'|'adaptiveLifo'|'priority'|'edf'|'fair'|'codel'",
     "who is next for a slot", true},
    {"queueOrder", "after", "duration", "adaptiveLifo: the queue stands so long, then lifo"},

    {"threads", "core", "count", "threads that start before anything waits, and never end", true},
    {"threads", "growBeforeQueue", "boolean", "up to `concurrency` before anything waits"},
    {"threads", "keepAlive", "duration|'forever'", "idle threads beyond `core` end after it"},

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
    {"group", "reclick", "reclick|'none'", "customers who ask again after a failure"},
    {"group", "priority", "priority", "class of their requests; default: critical"},
    {"group", "access", "duration", "last mile, added to each message"},
    {"group", "entry", "name", "service they call; default: the one that nobody calls"},
    {"group", "policy", "policy|'strategy'", "their own client; default: no retries"},

    {"reclick", "share", "percent", "of the failed requests that are asked again"},
    {"reclick", "after", "duration", "from the failure to the next press"},
    {"reclick", "most", "count", "presses after the first"},

    {"strategy", "policyFor", "{policy}", "laid over the file's `policyFor`"},
    {"strategy", "set", "{any}", "other paths: `{services.payment.queue: 20}`"},

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

/// The sections that the declarations of policies make: `policy` and one for each family. Texts
/// live as long as the program.
class DeclaredFields {
  public:
    DeclaredFields() {
        fields_.assign(kFields.begin(), kFields.end());
        add_policy();
        for (const PolicyFamily& family : policy_families()) add_family(family);
        for (const PolicyFamily& family : service_families()) add_family(family);
    }
    [[nodiscard]] std::span<const SchemaField> fields() const { return fields_; }

  private:
    void add(std::string_view section, const std::string& key, const std::string& type,
             const std::string& summary) {
        fields_.push_back({section, keep(key), keep(type), keep(summary)});
    }

    std::string_view keep(const std::string& text) { return texts_.emplace_back(text); }

    void add_policy() {
        add("policy", "preset", "name", "a named client or proxy: `firedrill help presets`");
        for (const sim::ParameterDoc& doc : sim::list_parameters<CallPolicy>()) {
            add("policy", doc.key, doc.type + short_types(doc.key), doc.summary);
        }
    }

    /// A family's key also takes the name of a kind or preset, and perhaps one number.
    static std::string short_types(std::string_view key) {
        for (const PolicyFamily& family : policy_families()) {
            if (family.key != key) continue;
            std::string types = "|name";
            for (const sim::ParameterDoc& doc : parameters_of(family)) {
                if (doc.key == family.options.short_key) types += "|" + doc.type;
            }
            return types;
        }
        return {};
    }

    /// Of all kinds, each key once, with the types that it has in any of them.
    static std::vector<sim::ParameterDoc> parameters_of(const PolicyFamily& family) {
        std::vector<sim::ParameterDoc> all;
        for (const sim::KindDoc& kind : family.kinds()) {
            for (const sim::ParameterDoc& doc : kind.parameters) {
                const auto known = std::find_if(all.begin(), all.end(), [&](const auto& other) {
                    return other.key == doc.key;
                });
                if (known == all.end()) {
                    all.push_back(doc);
                } else if (known->type != doc.type) {
                    known->type += "|" + doc.type;
                }
            }
        }
        return all;
    }

    void add_family(const PolicyFamily& family) {
        std::string kinds;
        for (const sim::KindDoc& kind : family.kinds()) {
            kinds += fmt::format("{}'{}'", kinds.empty() ? "" : "|", kind.name);
        }
        const auto otherwise = family.options.default_kind;
        add(family.key, "kind", kinds,
            otherwise.empty() ? "required" : fmt::format("default: {}", otherwise));
        add(family.key, "preset", "name", "its settings, under those beside it");
        for (const sim::ParameterDoc& doc : parameters_of(family)) {
            add(family.key, doc.key, doc.type, doc.summary);
        }
    }

    std::vector<SchemaField> fields_;
    std::deque<std::string> texts_;
};

}  // namespace

std::span<const SchemaField> schema_fields() {
    static const DeclaredFields declared;
    return declared.fields();
}

}  // namespace models
