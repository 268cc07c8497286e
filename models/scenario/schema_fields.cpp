#include "models/scenario/schema_fields.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <deque>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "models/fault/fault.hpp"
#include "models/policy/cache.hpp"
#include "models/policy/call_policy.hpp"
#include "models/policy/delivery.hpp"
#include "models/policy/dns.hpp"
#include "models/policy/failover.hpp"
#include "models/policy/health_check.hpp"
#include "models/policy/policy_families.hpp"
#include "models/policy/restart.hpp"
#include "models/policy/rollout.hpp"
#include "models/scenario/fault_catalog.hpp"
#include "models/scenario/preset_catalog.hpp"
#include "models/scenario/read_actions.hpp"
#include "models/scenario/read_effect.hpp"
#include "models/traffic/reclick.hpp"
#include "models/traffic/steering.hpp"

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
    {"scenario", "actions", "{plannedAction}", "what operators do, and when"},
    {"scenario", "slos", "{slo}", "objectives to judge"},
    {"scenario", "value", "{worth}", "what a success of a journey is worth: `checkout: 65 EUR`"},
    {"scenario", "experiment", "experiment", "how long and how often it is run"},
    {"scenario", "expect", "[name]|{text}",
     "rules of the design lint that it breaks on purpose, and why: `{F15: one zone is all we "
     "have}`"},
    {"scenario", "predictions", "any", "ignored in this version"},
    {"scenario", "sweep", "sweep", "what to vary, for `firedrill sweep`: values by path"},

    {"sweep", "where", "text|[text]",
     "conditions that every point must meet: `policy.retries <= 3`"},
    {"sweep", "samples", "count", "so many values are drawn from ranges without a step"},
    {"sweep", "method", "'latinHypercube'|'sobol'", "how they are drawn"},
    {"range", "from", "text", "the first value, with its unit", true},
    {"range", "to", "text", "the last value", true},
    {"range", "step", "text", "from one value to the next"},
    {"range", "points", "count", "so many values, both ends among them"},
    {"range", "scale", "'linear'|'log'", "equal distances, or equal ratios"},

    {"journeyValue", "is", "text", "what one success is, for reports: `order`"},
    {"journeyValue", "worth", "text", "of one success: a number and a currency, `65 EUR`"},

    {"region", "zones", "[name]", "failure domains", true},

    {"network", "sameZone", "distribution", "inside a zone"},
    {"network", "crossZone", "distribution", "between zones of a region"},
    {"network", "crossRegion", "distribution", "between regions"},
    {"network", "between", "{distribution}", "between two regions, both ways: `eu-us: 40ms`"},

    {"service", "preset", "?service", "a named server: `firedrill help presets`"},
    {"service", "kind", "'service'|'database'|'cache'|'queue'|'external'",
     "a database sends writes to its primary, a queue answers first and works later"},
    {"service", "labels", "[name]", "what it has in common with others: `fault: {label: java}`"},
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
    {"service", "maxWait", "distribution|'none'",
     "longest time in the queue of a replica; then 503"},
    {"service", "discipline", "'slots'|'processorSharing'", "a slot each, or all share `cores`"},
    {"service", "cores", "count", "of one replica, with `discipline: processorSharing`"},
    {"service", "contention", "percent", "what each other request that shares `cores` costs"},
    {"service", "coherency", "percent", "what each pair of requests that share `cores` costs"},
    {"service", "threads", "threads|'none'", "how a pool of `concurrency` threads grows"},
    {"service", "shedding", "shedding|?shedding|'none'", "what it refuses before it is too late"},
    {"service", "rateLimit", "rateLimit|rate|?rateLimit|'none'",
     "requests that one replica takes; then 429"},
    {"service", "concurrencyLimit", "concurrencyLimit|count|?concurrencyLimit|'none'",
     "requests waiting or at work in one replica; then 503"},
    {"service", "rejectCost", "duration", "a slot or core is busy so long to refuse one"},
    {"service", "retryAfter", "duration|'none'", "hint to callers in replies of 503 and 429"},
    {"service", "holds", "'whileCalling'|'ownWork'", "when a request gives its slot back"},
    {"service", "latency", "distribution", "own work of one request on an idle replica"},
    {"service", "errors", "errors", "share of requests answered with an error"},
    {"service", "routing", "routing|?routing", "which replicas callers prefer"},
    {"service", "spillWhen", "'never'|'full'", "when callers leave their zone all the same"},
    {"service", "healthCheck", "healthCheck|'none'|?healthCheck",
     "how callers learn that a replica is gone"},
    {"service", "restart", "duration|restart",
     "from the end of an outage to an empty, running replica"},
    {"service", "rollout", "rollout", "how it gets a new version"},
    {"service", "autoscale", "autoscale|?autoscale|'none'", "how many replicas there are"},
    {"service", "primary", "name", "zone of a database's primary"},
    {"service", "failover", "failover|duration|?failover|'none'",
     "from the primary's loss to a new one, perhaps in parts"},
    {"service", "replication", "replication", "how writes reach a database's replicas"},
    {"service", "cache", "cache", "of a cache: what it answers itself"},
    {"service", "delivery", "delivery|?delivery", "of a queue: how it hands its messages on"},
    {"service", "dns", "dns|'none'", "how callers find out where it is; default: they know"},
    {"service", "levels", "{level}|'none'",
     "how little it still does when it must, from best to worst, by name"},
    {"service", "endpoints", "{endpoint}", "what it offers; default: one called `call`"},

    {"level", "when", "text|levelAlarm|'none'",
     "a replica is in it when it sees this: `utilisation > 90%`; default: only by hand or fault"},
    {"level", "until", "text|levelAlarm|'none'",
     "it leaves when it sees this; default: `when` has been false for `stay`"},
    {"level", "without", "[text]", "calls that are left out: `service` or `service.endpoint`"},
    {"levelAlarm", "condition", "text", "a metric of the replica, an operator and a value", true},
    {"levelAlarm", "over", "duration", "whole seconds that the metric is measured over"},
    {"levelAlarm", "for", "duration", "how long it must be true"},

    {"endpoint", "calls", "[step]", "calls in order; an inner list runs in parallel"},
    {"endpoint", "latency", "distribution", "own work; default: the service's"},
    {"endpoint", "errors", "errors", "default: the service's"},
    {"endpoint", "kind", "'read'|'write'", "writes go to a database's primary"},
    {"endpoint", "priority", "priority", "class of its requests; default: the caller's"},
    {"endpoint", "idempotent", "boolean", "whether a repeated execution does no harm"},
    {"endpoint", "size", "messageSize", "of its messages, for the bytes between zones"},
    {"endpoint", "fallback", "fallback|name|'none'", "of each call that has none of its own"},

    {"messageSize", "request", "text", "`2KiB`; default: not known"},
    {"messageSize", "reply", "text", "of a success; default: not known"},

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

    {"group", "from", "name", "region or zone of its customers"},
    {"group", "rate", "rate", "customers who come anyway (open, Poisson)"},
    {"group", "users", "count", "a fixed number of users, each waiting for its reply (closed)"},
    {"group", "thinkTime", "distribution", "of a user between reply and next request"},
    {"group", "arrivals", "'poisson'|'regular'",
     "how customers with a rate come: at random, or one every 1 / rate"},
    {"group", "shape", "'steady'|'day'|dayShape", "how the rate changes in time"},
    {"dayShape", "kind", "'day'", "rate x (1 + swing cos(2 pi (t - peak) / period))", true},
    {"group", "mix", "{percent}", "journeys: endpoints of the entry service", true},
    {"group", "customers", "count", "population behind the rate, for reports"},
    {"group", "patience", "duration|'none'", "then they leave"},
    {"group", "reclick", "reclick|'none'", "customers who ask again after a failure"},
    {"group", "steering", "steering|'none'", "how they are sent to a region; default: at once"},
    {"steering", "regions", "any", "in order; an inner list shares: `[eu, [us, ap]]`"},
    {"group", "priority", "priority", "class of their requests; default: critical"},
    {"group", "access", "duration", "last mile, added to each message"},
    {"group", "entry", "name", "service they call; default: the one that nobody calls"},
    {"group", "policy", "policy|'strategy'", "their own client; default: no retries"},

    {"strategy", "policyFor", "{policy}", "laid over the file's `policyFor`"},
    {"strategy", "set", "{any}", "other paths: `{services.payment.queue: 20}`"},
    {"strategy", "expect", "[name]|{text}",
     "rules of the design lint that it breaks on purpose, and why: `{F08: what the code does "
     "today}`"},

    {"fault", "at", "duration",
     "start, from the end of the warm-up; of one that comes again, when that begins"},
    {"fault", "for", "duration", "length; of one that comes again, of each visit"},
    {"fault", "recover", "'auto'|'restart'|'never'",
     "what ends it: its time; at each replica a restart; nothing"},
    {"fault", "until", "duration", "of one that comes again: no visit begins later"},
    {"fault", "per", "'target'|'replica'|'zone'|'region'|'service'",
     "of one that comes again: each such part of the target at times of its own"},
    {"fault", "pick", "'one'|'all'|percent",
     "of one that comes again: so many parts, chosen anew for every visit"},
    {"fault", "among", "'replica'|'zone'|'region'|'service'", "the parts that `pick` chooses from"},
    {"fault", "ramp", "ramp", "how its strength rises and falls"},
    {"fault", "correlation", "correlation", "of `mtbf`: failures with a common cause"},
    {"fault", "zone", "name", "target: everything in the zone"},
    {"fault", "region", "name", "target: everything in the region"},
    {"fault", "service", "name", "target: a service, perhaps narrowed to a zone or region"},
    {"fault", "replicas", "replicas", "target: some replicas of a service"},
    {"fault", "replica", "text", "target: one replica, `payment/eu-1/0`"},
    {"fault", "call", "callTarget", "target: the messages of one service to another"},
    {"fault", "link", "linkTarget", "target: messages between two places"},
    {"fault", "group", "name", "target: a group of customers, or `all`"},
    {"fault", "label", "name",
     "target: all services with the label, perhaps in one zone or region"},
    {"fault", "share", "percent", "of the tries on a call or link"},
    {"fault", "sticky", "boolean", "... chosen by connection: the same callers always suffer"},
    {"fault", "effect", "?effect|effect|namedFault|[effect]", "what happens to the target"},
    {"fault", "affects", "affects", "what else is lost with the target"},
    {"fault", "slow", "factor", "short for `effect: {slow: 5x}`"},
    {"fault", "delay", "duration", "short for `effect: {delay: 200ms}`"},
    {"fault", "errors", "percent", "short for `effect: {errors: 30%}`"},

    {"fault", "visibleTo", "visibleTo", "who notices it, beside those whom it hurts"},

    {"visibleTo", "healthCheck", "boolean", "false: probes pass whatever it does", true},
    {"affects", "controlPlane", "boolean", "nobody acts there while it lasts"},

    {"replicas", "service", "name", "whose replicas", true},
    {"replicas", "zone", "name", "only those in this zone"},
    {"replicas", "count", "count", "how many, in their order"},
    {"replicas", "share", "percent", "of them, rounded up"},

    {"correlation", "beta", "number", "share of the failures that strike all at once", true},
    {"correlation", "group", "[text]", "parts of the target, or other faults; default: all parts"},

    {"callTarget", "from", "name", "calling service, or a group of customers", true},
    {"callTarget", "to", "name", "called service", true},
    {"callTarget", "endpoint", "name", "only calls to this endpoint"},

    {"linkTarget", "from", "name", "a zone, region, service or group of customers", true},
    {"linkTarget", "to", "name", "the other place", true},
    {"linkTarget", "direction", "'both'|'to'", "both, or only messages that go to `to`"},

    {"action", "at", "duration", "when it is done, from the end of the warm-up; or"},
    {"action", "when", "text|alarm", "what has to be seen first: `checkout.success < 50%`"},
    {"action", "after", "duration", "from noticing it to doing it: to wake up, look and type"},
    {"action", "repeat", "boolean", "whether `when` may start it again once it is over"},
    {"action", "for", "duration|'none'", "how long it stays; default: to the end"},
    {"action", "until", "text|alarm", "it ends when this is seen, or with `for`"},

    {"alarm", "condition", "text", "a metric, an operator and a value", true},
    {"alarm", "over", "duration", "whole seconds that the metric is measured over"},
    {"alarm", "for", "duration", "how long it must be true"},

    {"objective", "objective", "text", "`checkout.success >= 99.5% before outage`", true},
    {"objective", "in", "percent", "share of the runs that must meet it"},

    {"experiment", "duration", "duration", "measured time"},
    {"experiment", "warmup", "duration|'auto'", "run before it and not measured"},
    {"experiment", "drain", "duration", "run after it, for requests still open"},
    {"experiment", "windows", "duration",
     "whole seconds of a point of a curve; default: 1s, in a run of more than 2h more"},
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

/// The sections that declarations make, beside those of the table. Texts live as long as the
/// program.
class DeclaredFields {
  public:
    DeclaredFields() {
        for (const SchemaField& field : kFields) {
            fields_.push_back(field);
            fields_.back().type = keep(with_names(field.type));
        }
        add_policy();
        for (const PolicyFamily& family : service_families()) {
            add_kinds(keep(std::string(family.key)), family.kinds(), family.options.default_kind,
                      preset_family_of_service_key(family.key));
        }
        add_effects();
        add_schedules();
        add_actions();
        add_named_faults();
        add_keys("cache", sim::list_parameters<CachePolicy>());
        add_keys("replication", sim::list_parameters<ReplicationPolicy>());
        add_keys("dns", sim::list_parameters<DnsPolicy>());
        add_keys("delivery", sim::list_parameters<DeliveryPolicy>());
        add_keys("healthCheck", sim::list_parameters<HealthCheckConfig>());
        add_keys("restart", sim::list_parameters<Restart>());
        add_keys("rollout", sim::list_parameters<Rollout>());
        add_keys("level", sim::list_parameters<ServiceLevel>());
        add_keys("steering", sim::list_parameters<Steering>());
        add_keys("reclick", sim::list_parameters<Reclick>());
        add_keys("dayShape", sim::list_parameters<DayShape>());
        for (SchemaField& field : fields_) {
            if (field.section == "delivery" && field.key == "consumers") field.required = true;
        }
    }
    [[nodiscard]] std::span<const SchemaField> fields() const { return fields_; }

  private:
    std::string_view keep(std::string text) { return texts_.emplace_back(std::move(text)); }

    /// `?routing` as the names that may be the value of that key of a service: `'any'|…`.
    static std::string with_names(std::string_view type) {
        const auto mark = type.find('?');
        if (mark == std::string_view::npos) return std::string(type);
        const auto end = std::min(type.size(), type.find('|', mark));
        const auto key = type.substr(mark + 1, end - mark - 1);
        const auto names = key == "service"  ? service_preset_names()
                           : key == "effect" ? bare_effects()
                                             : service_key_names(key);
        return std::string(type.substr(0, mark)) + constants(names) + std::string(type.substr(end));
    }

    static std::string constants(const std::vector<std::string_view>& names) {
        return names.empty() ? "name" : fmt::format("'{}'", fmt::join(names, "'|'"));
    }

    void add_policy() {
        add("policy", "preset", constants(policy_preset_names()),
            "a named client or proxy: `firedrill help presets`");
        add_keys("policy", sim::list_parameters<CallPolicy>());
    }

    static std::vector<std::string_view> bare_effects() {
        std::vector<std::string_view> names;
        for (const EffectForm& form : effect_forms()) {
            if (form.spelling.bare) names.push_back(form.kind);
        }
        const auto named = fault_names();
        names.insert(names.end(), named.begin(), named.end());
        return names;
    }

    /// `{preset: toxiproxy.latency, latency: 100ms}`, with keys of the effect beside them.
    void add_named_faults() {
        add("namedFault", "preset", constants(fault_names()),
            "a fault by its name: `firedrill help faults`");
        fields_.back().required = true;
        std::set<std::string_view> known;
        const auto add_key = [&](std::string_view key, std::string_view summary) {
            if (known.insert(key).second) add("namedFault", key, "any", summary);
        };
        for (const NamedFault& fault : named_faults()) {
            for (const FaultParameter& one : fault.parameters) add_key(one.key, one.summary);
        }
        for (const auto& doc : sim::keys_of_kinds(sim::describe_kinds<FaultEffect>())) {
            if (known.contains(doc.key)) continue;
            add_key(keep(doc.key), keep(std::string(doc.summary)));
        }
    }

    /// `{kind: slow, factor: 5x}` and `{slow: 5x}`.
    void add_effects() {
        const auto kinds = sim::describe_kinds<FaultEffect>();
        add_kinds("effect", kinds, "", "");
        for (const EffectForm& form : effect_forms()) {
            const bool known =
                std::any_of(fields_.begin(), fields_.end(), [&](const SchemaField& field) {
                    return field.section == "effect" && field.key == form.kind;
                });
            if (form.spelling.main.empty() || known) continue;
            for (const sim::KindDoc& kind : kinds) {
                if (kind.name != form.kind) continue;
                for (const sim::ParameterDoc& doc : kind.parameters) {
                    if (doc.key == form.spelling.main)
                        add("effect", form.kind, doc.type, form.summary);
                }
            }
        }
    }

    /// What is done, as a map or as its main parameter alone.
    void add_actions() {
        for (const sim::KindDoc& kind : sim::describe_kinds<ActionKind>()) {
            const auto section = keep(fmt::format("action.{}", kind.name));
            std::string type(section);
            for (const ActionForm& form : action_forms()) {
                if (form.kind != kind.name || form.main.empty()) continue;
                for (const sim::ParameterDoc& doc : kind.parameters) {
                    if (doc.key == form.main) type = fmt::format("{}|{}", doc.type, section);
                }
            }
            add("action", kind.name, type, kind.summary);
            add_keys(section, kind.parameters);
        }
    }

    /// The keys of all schedules stand beside the target.
    void add_schedules() {
        auto keys = sim::keys_of_kinds(sim::describe_kinds<FaultSchedule>());
        std::erase_if(keys, [](const sim::ParameterDoc& doc) { return doc.key == "for"; });
        add_keys("fault", keys);
        add_keys("ramp", sim::list_parameters<Ramp>());
    }

    void add(std::string_view section, std::string_view key, std::string type,
             std::string_view summary) {
        fields_.push_back({section, key, keep(std::move(type)), summary});
    }

    /// The keys of one map, each followed by the sections of what may stand inside it.
    void add_keys(std::string_view section, const std::vector<sim::ParameterDoc>& docs) {
        for (const sim::ParameterDoc& one : docs) {
            const sim::ParameterDoc& doc = docs_.emplace_back(one);
            const bool of_policy = section == "policy" && doc.kinds != nullptr;
            const std::string_view inside =
                keep(of_policy ? doc.key : fmt::format("{}.{}", section, doc.key));
            const auto names = of_policy ? policy_key_names(doc.key) : kind_names(doc);
            const auto type = declared_type(doc, inside, names);
            fields_.push_back({section, doc.key, keep(type), doc.summary, false, &doc});
            if (!doc.nested.empty()) add_keys(inside, doc.nested);
            if (doc.kinds != nullptr) {
                add_kinds(inside, doc.kinds(), doc.family.default_kind,
                          of_policy ? preset_family_of_policy_key(doc.key) : "");
            }
        }
    }

    static std::vector<std::string_view> kind_names(const sim::ParameterDoc& doc) {
        std::vector<std::string_view> names;
        if (doc.kinds == nullptr) return names;
        for (const sim::KindDoc& kind : doc.kinds()) names.push_back(kind.name);
        return names;
    }

    /// `@` and `name` become the section of what is inside, and the names of its kinds.
    static std::string declared_type(const sim::ParameterDoc& doc, std::string_view inside,
                                     const std::vector<std::string_view>& names) {
        std::string types;
        for (const std::string_view one : sim::split_types(doc.type)) {
            if (!types.empty()) types += '|';
            const bool is_name = one == "name" && doc.kinds != nullptr;
            types += one == "@" ? std::string(inside)
                     : is_name  ? constants(names)
                                : std::string(one);
        }
        return types;
    }

    void add_kinds(std::string_view section, const std::vector<sim::KindDoc>& kinds,
                   std::string_view otherwise, std::string_view presets) {
        std::vector<std::string_view> names;
        for (const sim::KindDoc& kind : kinds) names.push_back(kind.name);
        add(section, "kind", constants(names),
            keep(otherwise.empty() ? "which rule" : fmt::format("default: {}", otherwise)));
        if (!presets.empty()) {
            add(section, "preset", constants(preset_names(presets)),
                "its settings, under those beside it");
        }
        add_keys(section, sim::keys_of_kinds(kinds));
    }

    std::vector<SchemaField> fields_;
    std::deque<std::string> texts_;
    std::deque<sim::ParameterDoc> docs_;
};

}  // namespace

std::span<const SchemaField> schema_fields() {
    static const DeclaredFields declared;
    return declared.fields();
}

}  // namespace models
