// Places, services and customers of a random scenario. The names are those that the examples of the
// catalogue of faults use.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "models/policy/policy_families.hpp"
#include "models/scenario/preset_catalog.hpp"
#include "models/scenario/schema_fields.hpp"
#include "tests/swarm/generator.hpp"

namespace swarm {
namespace {

constexpr std::array<std::string_view, 8> kServices = {"web",  "payment", "orders", "store",
                                                       "mail", "catalog", "search", "bank"};
/// Keys of a service that are written here with what they need, or in the same line as others.
constexpr std::array<std::string_view, 15> kStructural = {
    "queue",    "preset",    "kind",        "regions",   "replicasPerZone",
    "replicas", "placement", "concurrency", "latency",   "primary",
    "cache",    "delivery",  "levels",      "endpoints", "labels"};

bool is_section(std::string_view type) {
    const auto fields = models::schema_fields();
    return std::any_of(fields.begin(), fields.end(),
                       [&](const auto& field) { return field.section == type; });
}

}  // namespace

void Generator::write_places() {
    line(Draft::kTop, "version: 1", Role::fixed);
    line(Draft::kTop, "name: swarm", Role::fixed);
    const bool second = dice_.once_in(2);
    names_.regions = {"eu"};
    names_.zones = {"eu-1", "eu-2"};
    const auto regions = line(Draft::kTop, "regions:", Role::fixed);
    line(regions, "eu: {zones: [eu-1, eu-2]}", Role::fixed);
    if (second) {
        line(regions, "us: {zones: [us-1]}", Role::fixed);
        names_.regions.emplace_back("us");
        names_.zones.emplace_back("us-1");
    }
    const auto network = header("network:");
    line(network, "sameZone: " + dice_.one_of({"0ms", "0.3ms", "0.1ms"}));
    line(network, "crossZone: " + (dice_.once_in(3) ? values_.distribution() : "1ms"));
    if (second) line(network, "crossRegion: 30ms");
    if (second && dice_.once_in(3)) line(network, "between: {eu-us: 40ms}");
}

/// What strikes a database, a queue or a cache needs one.
bool Generator::wants_everything() const {
    return std::any_of(featured_.begin(), featured_.end(), [](const Feature& one) {
        return one.family == "effect" || one.family == "fault" || one.family == "action" ||
               one.family.starts_with("failover") || one.family.starts_with("delivery");
    });
}

/// The service that has a key for its own sake: a database its failover, a queue its delivery.
std::size_t Generator::place_of_key(std::string_view key) const {
    const auto first = [&](std::string_view kind) {
        const auto found = std::find_if(services_.begin(), services_.end(),
                                        [&](const Planned& one) { return one.kind == kind; });
        return found == services_.end() ? 1 : static_cast<std::size_t>(found - services_.begin());
    };
    if (key == "failover") return first("database");
    if (key == "delivery") return first("queue");
    return 1;
}

/// A tree with shared leaves: everybody calls only those that come later.
void Generator::plan_services() {
    const bool all = wants_everything();
    const auto count = all ? kServices.size() : 2 + dice_.below(kServices.size() - 1);
    for (std::size_t i = 0; i < count; ++i) {
        Planned one;
        one.name = std::string(kServices[i]);
        one.endpoints = {i == 0 ? "checkout" : i == 1 ? "charge" : "get"};
        if (i == 0) one.endpoints.emplace_back("browse");
        if (i > 0 && dice_.once_in(3)) one.endpoints.emplace_back("put");
        one.kind = "service";
        const bool often = all || !dice_.once_in(4);
        if (one.name == "orders" && often) one.kind = "database";
        if (one.name == "store" && often) one.kind = "cache";
        if (one.name == "mail" && often) one.kind = "queue";
        if (one.name == "bank" && often) one.kind = "external";
        if (!all && i > 1 && dice_.once_in(12)) {
            one.kind = dice_.one_of({"database", "cache", "queue", "external"});
        }
        services_.push_back(std::move(one));
    }
    for (std::size_t i = 0; i < count; ++i) {
        auto& one = services_[i];
        names_.services.push_back(one.name);
        for (std::size_t callee = i + 1; callee < count; ++callee) {
            const bool needed = i == 0 && callee == 1;
            if (needed || dice_.percent(35)) one.callees.push_back(callee);
        }
        const bool passes_on = one.kind == "cache" || one.kind == "queue";
        if (one.callees.empty() && passes_on && i + 1 < count) one.callees.push_back(i + 1);
        if (one.callees.empty() && passes_on) one.kind = "service";
        if (one.kind == "external") one.callees.clear();
        if (one.kind == "queue") names_.queues.push_back(one.name);
        if (one.kind == "database") names_.databases.push_back(one.name);
        if (one.kind == "cache") names_.caches.push_back(one.name);
        for (const auto callee : one.callees) {
            names_.calls.push_back(
                fmt::format("from: {}, to: {}", one.name, services_[callee].name));
        }
        if (i == 0) continue;
        names_.endpoints.push_back(one.name + "." + one.endpoints.front());
    }
    names_.journeys = services_.front().endpoints;
    names_.groups = {"shoppers", "people"};
    names_.levels = {"lean", "readOnly", "off"};
}

void Generator::write_services() {
    const auto defaults = header("defaults:");
    write_service_keys(0, defaults);
    const auto place = line(Draft::kTop, "services:", Role::fixed);
    for (std::size_t i = 0; i < services_.size(); ++i) {
        line(place, services_[i].name + ":", Role::fixed);
        write_service(i);
    }
}

void Generator::write_service(std::size_t index) {
    const auto place = scenario_.draft.size() - 1;
    const auto& one = services_[index];
    write_kind(index, place);
    line(place,
         "latency: " + (dice_.once_in(2) ? values_.distribution()
                                         : fmt::format("{}ms", dice_.between(1, 15))),
         Role::fixed);
    if (one.kind != "external") {
        if (dice_.once_in(3)) {
            line(place, fmt::format("replicasPerZone: {}", dice_.between(1, 3)));
        } else if (index > 0 && dice_.once_in(3)) {
            line(place, fmt::format("replicas: {}", dice_.between(1, 5)));
        } else if (index > 0 && dice_.once_in(6)) {
            line(place, fmt::format("placement: {{eu-1: {}, eu-2: 1}}", dice_.between(1, 3)));
        }
        line(place, fmt::format("concurrency: {}", dice_.between(1, 20)), Role::fixed);
        line(place, fmt::format("queue: {}", dice_.between(0, 60)));
    }
    if (dice_.once_in(3)) line(place, "labels: [java]");
    if (dice_.once_in(5)) {
        const auto preset = dice_.one_of(models::service_preset_names());
        uses("service preset", std::string(preset), line(place, fmt::format("preset: {}", preset)));
    }
    if (index == 1) {
        for (const auto& preset : featured("service preset")) {
            uses("service preset", preset, line(place, "preset: " + preset));
        }
    }
    const bool all = index == 1 && wants_everything();
    if (all || dice_.once_in(4)) write_levels(place, one.kind == "database");
    if (all) line(place, "dns: {ttl: 1s, lookup: 5ms}");
    write_service_keys(index, place);
    write_endpoints(index, place);
}

void Generator::write_kind(std::size_t index, Place place) {
    const auto& one = services_[index];
    if (one.kind == "service") return;
    line(place, "kind: " + one.kind, Role::fixed);
    if (one.kind == "database") {
        line(place, "primary: eu-1", Role::fixed);
    }
    if (one.kind == "queue") {
        const auto delivery = line(place, "delivery:", Role::fixed);
        line(delivery, fmt::format("consumers: {}", dice_.between(1, 8)), Role::fixed);
        write_section("delivery", delivery, 30);
    }
    if (one.kind == "cache") {
        const auto cache = line(place, "cache:", Role::fixed);
        line(cache, dice_.once_in(2) ? "hitRatio: 80%" : "keys: {count: 500, zipf: 1.0}",
             Role::fixed);
        write_section("cache", cache, 30);
    }
}

/// Some keys of a section of the schema, each in a line of its own.
void Generator::write_section(std::string_view section, Place place, unsigned chance) {
    for (const auto& field : models::schema_fields()) {
        constexpr std::array<std::string_view, 4> kWritten = {"preset", "consumers", "hitRatio",
                                                              "keys"};
        const bool written =
            std::find(kWritten.begin(), kWritten.end(), field.key) != kWritten.end();
        if (field.section != section || written || !dice_.percent(chance)) continue;
        const auto value = field.doc != nullptr ? values_.of(*field.doc)
                                                : field_value(section, field.key, field.type);
        line(place, fmt::format("{}: {}", field.key, value));
    }
}

/// Some of the keys that the schema knows.
void Generator::write_service_keys(std::size_t index, Place place) {
    for (const auto& field : models::schema_fields()) {
        if (field.section != "service") continue;
        const bool structural =
            std::find(kStructural.begin(), kStructural.end(), field.key) != kStructural.end();
        const bool written = field.key == "dns" && index == 1 && wants_everything();
        if (structural || written) continue;
        const bool here = index == place_of_key(field.key);
        const auto wanted = featured(field.key);
        const auto presets = featured(fmt::format("{} preset", field.key));
        if (here && !wanted.empty()) {
            write_family_key(field.key, wanted.front(), place);
        } else if (here && !presets.empty()) {
            const auto value = field.key == "autoscale"
                                   ? fmt::format("{{preset: {}, max: 8}}", presets.front())
                                   : presets.front();
            uses(fmt::format("{} preset", field.key), presets.front(),
                 line(place, fmt::format("{}: {}", field.key, value)));
        } else if (dice_.percent(9)) {
            write_service_key(field.key, field.type, place);
        }
    }
}

void Generator::write_service_key(std::string_view key, std::string_view types, Place place) {
    if (key == "discipline") {
        line(place, "discipline: processorSharing");
        line(place, fmt::format("cores: {}", dice_.between(1, 4)));
        return;
    }
    if (key == "cores") return;
    if (key == "threads") {
        line(place, fmt::format("threads: {{core: {}, growBeforeQueue: {}, keepAlive: {}}}",
                                dice_.between(1, 4), dice_.one_of({"true", "false"}),
                                dice_.one_of({"100ms", "2s", "forever"})));
        return;
    }
    if (models::find_service_family(key) != nullptr) return write_family_key(key, "", place);
    line(place, fmt::format("{}: {}", key, field_value("service", key, types)));
}

void Generator::write_family_key(std::string_view key, std::string_view featured, Place place) {
    const auto* family = models::find_service_family(key);
    if (family == nullptr) family = models::find_policy_family(key);
    if (family == nullptr) return;
    const auto kinds = family->kinds();
    const std::string kind(featured.empty() ? dice_.one_of(kinds).name : featured);
    auto value = values_.kind_of(kinds, kind);
    if (key == "autoscale") {  // which needs to know how many there may be
        value = fmt::format("{{kind: {}, min: 1, max: {}, startUp: {}}}", kind, dice_.between(4, 8),
                            dice_.one_of({"100ms", "1s", "3s"}));
    }
    uses(std::string(key), kind, line(place, fmt::format("{}: {}", key, value)));
}

void Generator::write_levels(Place place, bool writes) {
    const auto when = [&] {
        return dice_.one_of({"utilisation > 50%", "queue > 1", "wait > 5ms", "errors > 10%",
                             "p99 > 50ms", "utilisation > 10%"});
    };
    const auto over = dice_.once_in(2)
                          ? fmt::format("\"{}\"", when())
                          : fmt::format("{{condition: \"{}\", over: 2s, for: 1s}}", when());
    const auto read_only = writes ? "readOnly: {readOnly: true}, " : "";
    line(place,
         fmt::format("levels: {{lean: {{when: {}, stay: {}, latency: {}, quality: {}}}, {}off: "
                     "{{when: \"{}\", off: true, stay: 1s}}}}",
                     over, dice_.one_of({"1s", "3s"}), dice_.one_of({"50%", "80%"}),
                     dice_.one_of({"40%", "70%", "100%"}), read_only, when()));
}

std::string Generator::call_to(std::size_t callee) {
    const auto& one = services_[callee];
    const auto name = one.name + "." + dice_.one_of(one.endpoints);
    if (dice_.once_in(4)) return name + " (optional)";
    if (!dice_.once_in(4)) return name;
    std::string map = "{call: " + name;
    if (dice_.once_in(2)) map += ", optional: true";
    if (dice_.once_in(2)) map += ", probability: " + values_.percent();
    if (dice_.once_in(3)) map += fmt::format(", times: {}", dice_.between(1, 3));
    if (dice_.once_in(2)) map += ", " + inline_policy();
    return map + "}";
}

/// Each step in a line of its own.
void Generator::write_calls(std::size_t index, Place endpoint) {
    const auto calls = header("calls:", endpoint);
    const auto& callees = services_[index].callees;
    const auto& kind = services_[index].kind;
    std::size_t first_spare = 0;
    if (kind == "cache" || kind == "queue") {  // they are nothing without
        const auto& callee = services_[callees.front()];
        line(calls, fmt::format("- {}.{}", callee.name, callee.endpoints.front()), Role::fixed);
        first_spare = 1;
    }
    for (std::size_t i = first_spare; i < callees.size(); ++i) {
        if (dice_.once_in(5)) continue;
        if (i + 1 < callees.size() && dice_.once_in(3)) {
            const auto first = call_to(callees[i]);
            line(calls, fmt::format("- [{}, {}]", first, call_to(callees[i + 1])));
            ++i;
        } else {
            line(calls, "- " + call_to(callees[i]));
        }
    }
}

void Generator::write_endpoints(std::size_t index, Place place) {
    const auto& one = services_[index];
    const auto endpoints = line(place, "endpoints:", Role::fixed);
    for (const auto& name : one.endpoints) {
        const auto endpoint = line(endpoints, name + ":", Role::fixed);
        line(endpoint, "idempotent: " + dice_.one_of({"true", "false"}), Role::fixed);
        if (one.kind != "external") write_calls(index, endpoint);
        if (dice_.once_in(6)) line(endpoint, "latency: " + values_.distribution());
        if (dice_.once_in(6)) line(endpoint, "errors: " + values_.of_type("errors"));
        if (dice_.once_in(6)) line(endpoint, "priority: " + values_.of_type("priority"));
        if (dice_.once_in(6)) line(endpoint, "fallback: " + values_.percent());
        const bool stores = one.kind == "database" || one.kind == "cache";
        if (stores && dice_.once_in(2)) line(endpoint, "kind: " + dice_.one_of({"read", "write"}));
    }
}

/// Some keys of a section of the schema, and those that have to be there.
std::string Generator::map_of(std::string_view section, unsigned chance) {
    std::string all;
    for (const auto& field : models::schema_fields()) {
        if (field.section != section || field.key == "preset") continue;
        if (!field.required && !dice_.percent(chance)) continue;
        const auto value = field.doc != nullptr ? values_.of(*field.doc)
                                                : field_value(section, field.key, field.type);
        all += fmt::format("{}{}: {}", all.empty() ? "" : ", ", field.key, value);
    }
    return all;
}

std::string Generator::field_value(std::string_view section, std::string_view key,
                                   std::string_view types) {
    const auto all = sim::split_types(types);
    const auto type = dice_.one_of(all);
    if (is_section(type) && type != "errors") return "{" + map_of(type, 40) + "}";
    if (section == "service" && key == "regions") return "[eu]";
    return values_.of_type(type);
}

void Generator::write_groups() {
    const auto place = line(Draft::kTop, "workload:", Role::fixed);
    for (std::size_t i = 0; i < names_.groups.size(); ++i) write_group(i, place);
}

void Generator::write_group(std::size_t index, Place parent) {
    const auto group =
        line(parent, names_.groups[index] + ":", index == 0 ? Role::fixed : Role::spare);
    line(group, "entry: web", Role::fixed);
    line(group, "from: " + (index == 0 ? "eu" : dice_.one_of(names_.regions)), Role::fixed);
    line(group, "mix: {checkout: 60%, browse: 40%}", Role::fixed);
    if (index == 0 || dice_.once_in(2)) {
        line(group, fmt::format("rate: {}/s", dice_.between(2, index == 0 ? 40 : 15)), Role::fixed);
        if (dice_.once_in(2)) line(group, fmt::format("customers: {}", dice_.between(5, 5000)));
    } else {
        line(group, fmt::format("users: {}", dice_.between(1, 12)), Role::fixed);
        line(group, "thinkTime: " + dice_.one_of({"100ms", "{mean: 300ms, shape: exponential}"}),
             Role::fixed);
    }
    line(group, "patience: " + dice_.one_of({"500ms", "2s", "10s", "none"}));
    for (const auto& field : models::schema_fields()) {
        constexpr std::array<std::string_view, 8> kWritten = {
            "from", "rate", "users", "thinkTime", "mix", "customers", "patience", "entry"};
        const bool written =
            std::find(kWritten.begin(), kWritten.end(), field.key) != kWritten.end();
        if (field.section != "group" || written || !dice_.once_in(5)) continue;
        const auto value = field.key == "policy"
                               ? (dice_.once_in(3) ? "strategy" : "{" + inline_policy() + "}")
                           : field.key == "steering" ? "{ttl: 1s, interval: 1s, failAfter: 1}"
                                                     : field_value("group", field.key, field.type);
        line(group, fmt::format("{}: {}", field.key, value));
    }
}

}  // namespace swarm
