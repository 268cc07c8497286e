// How the services of a random scenario call each other, the strategies, and how it is run.
#include <fmt/format.h>

#include <algorithm>

#include "models/action/action.hpp"
#include "models/fault/fault.hpp"
#include "models/policy/call_policy.hpp"
#include "models/policy/policy_families.hpp"
#include "models/scenario/fault_catalog.hpp"
#include "models/scenario/preset_catalog.hpp"
#include "tests/swarm/generator.hpp"

namespace swarm {
namespace {

template <class Names>
void add(std::vector<Feature>& all, const std::string& family, const Names& names) {
    for (const auto& name : names) all.push_back({family, std::string(name)});
}

std::vector<std::string> names_of(const std::vector<sim::KindDoc>& kinds) {
    std::vector<std::string> names;
    for (const auto& kind : kinds) names.emplace_back(kind.name);
    return names;
}

std::vector<Feature> collect_features() {
    std::vector<Feature> all;
    for (const auto& family : models::policy_families()) {
        const std::string key(family.key);
        add(all, key, names_of(family.kinds()));
        add(all, key + " preset",
            models::preset_names(models::preset_family_of_policy_key(family.key)));
    }
    for (const auto& family : models::service_families()) {
        const std::string key(family.key);
        if (models::find_policy_family(key) != nullptr) continue;
        add(all, key, names_of(family.kinds()));
        add(all, key + " preset",
            models::preset_names(models::preset_family_of_service_key(family.key)));
    }
    add(all, "policy preset", models::policy_preset_names());
    add(all, "service preset", models::service_preset_names());
    add(all, "effect", names_of(sim::describe_kinds<models::FaultEffect>()));
    add(all, "fault", models::fault_names());
    add(all, "schedule", names_of(sim::describe_kinds<models::FaultSchedule>()));
    add(all, "monkey", names_of(sim::describe_kinds<models::Monkey>()));
    add(all, "action", names_of(sim::describe_kinds<models::ActionKind>()));
    return all;
}

}  // namespace

const std::vector<Feature>& all_features() {
    static const auto features = collect_features();
    return features;
}

Scenario generate(std::uint64_t seed) {
    constexpr std::uint64_t kFeatures = 3;
    std::vector<Feature> featured;
    const auto& all = all_features();
    for (std::uint64_t i = 0; i < kFeatures; ++i) {
        featured.push_back(all[(seed + i * all.size() / kFeatures) % all.size()]);
    }
    return Generator(seed, std::move(featured)).take();
}

Generator::Generator(std::uint64_t seed, std::vector<Feature> featured)
    : dice_(seed), featured_(std::move(featured)), values_(dice_, names_) {}

std::vector<std::string> Generator::featured(std::string_view family) const {
    std::vector<std::string> names;
    for (const auto& one : featured_) {
        if (one.family == family) names.push_back(one.name);
    }
    return names;
}

Scenario Generator::take() {
    write_places();
    plan_services();
    plan_faults();
    write_services();
    write_groups();
    write_policies();
    write_strategies();
    write_faults();
    write_actions();
    write_slos();
    write_experiment();
    return std::move(scenario_);
}

void Generator::write_policy_key(Place place, std::string_view key, std::string_view featured) {
    for (const auto& doc : sim::list_parameters<models::CallPolicy>()) {
        if (doc.key != key) continue;
        const auto* family = models::find_policy_family(key);
        if (family == nullptr) {
            line(place, fmt::format("{}: {}", key, values_.of(doc)));
        } else if (featured.empty() && dice_.once_in(3)) {
            const auto presets = models::preset_names(models::preset_family_of_policy_key(key));
            line(place, fmt::format("{}: {}", key, values_.of(doc, presets)));
        } else {
            const auto kinds = family->kinds();
            const auto kind = featured.empty() ? dice_.one_of(kinds).name : featured;
            const auto value = fmt::format("{}: {}", key, values_.kind_of(kinds, kind));
            uses(std::string(key), std::string(kind), line(place, value));
        }
    }
}

/// What every second policy has comes often: without retries and timeouts little happens.
void Generator::write_policy(Place place, unsigned chance) {
    if (dice_.once_in(2)) {
        line(place, "timeout: " + dice_.one_of({"100ms", "500ms", "1s", "3s"}));
    }
    if (dice_.once_in(2)) {
        line(place, "perTryTimeout: " + dice_.one_of({"20ms", "100ms", "300ms"}));
    }
    if (dice_.once_in(2)) line(place, fmt::format("retries: {}", dice_.between(0, 4)));
    if (dice_.once_in(8)) {
        const auto preset = std::string(dice_.one_of(models::policy_preset_names()));
        uses("policy preset", preset, line(place, "preset: " + preset));
    }
    for (const auto& doc : sim::list_parameters<models::CallPolicy>()) {
        const bool written =
            doc.key == "timeout" || doc.key == "perTryTimeout" || doc.key == "retries";
        if (!written && dice_.percent(chance)) write_policy_key(place, doc.key, "");
    }
}

void Generator::write_featured_policies(Place place) {
    for (const auto& family : models::policy_families()) {
        const std::string key(family.key);
        for (const auto& kind : featured(key)) write_policy_key(place, key, kind);
        for (const auto& preset : featured(key + " preset")) {
            uses(key + " preset", preset, line(place, fmt::format("{}: {}", key, preset)));
        }
    }
    for (const auto& preset : featured("policy preset")) {
        uses("policy preset", preset, line(place, "preset: " + preset));
    }
}

/// A few keys that stand in a call or a group.
std::string Generator::inline_policy() {
    std::string all = "retries: " + std::to_string(dice_.between(0, 3));
    if (dice_.once_in(2)) all += ", perTryTimeout: " + dice_.one_of({"20ms", "100ms", "500ms"});
    if (dice_.once_in(3)) all += ", timeout: 1s";
    if (dice_.once_in(3)) all += ", backoff: {base: 5ms, max: 100ms}";
    if (dice_.once_in(4)) all += ", hedge: 30ms";
    if (dice_.once_in(4)) all += ", cancel: propagate";
    if (dice_.once_in(4)) all += ", deadline: passDown";
    return all;
}

/// What is featured stands where nothing else can be in its way: below everything or above it.
void Generator::write_policies() {
    write_policy(header("policy:"), 12);
    const auto places = header("policyFor:");
    const auto payment = header(dice_.once_in(2) ? "payment:" : "web->payment:", places);
    write_featured_policies(payment);
    if (wants_everything() && dice_.once_in(2)) line(payment, "pool: {connections: 3}");
    for (const auto& name : names_.services) {
        if (name == "payment" || name == "web" || !dice_.once_in(3)) continue;
        write_policy(header(name + ":", places), 10);
    }
}

void Generator::write_strategies() {
    if (dice_.once_in(3)) return;
    const auto strategies = header("strategies:");
    const auto count = dice_.between(1, 3);
    for (std::uint64_t i = 0; i < count; ++i) {
        const auto name = fmt::format("plan-{}", i);
        names_.strategies.push_back(name);
        const auto place = line(strategies, name + ":");
        line(place, fmt::format("retries: {}", dice_.between(0, 4)), Role::fixed);
        if (dice_.once_in(2)) line(place, "backoff: {base: 10ms, max: 1s}");
        for (const auto& doc : sim::list_parameters<models::CallPolicy>()) {
            if (doc.key == "retries" || doc.key == "backoff" || !dice_.percent(8)) continue;
            write_policy_key(place, doc.key, "");
        }
        if (dice_.once_in(4)) {
            line(place, fmt::format("set: {{services.payment.queue: {}}}", dice_.between(0, 50)));
        }
        if (dice_.once_in(4)) line(place, "policyFor: {payment: {" + inline_policy() + "}}");
    }
}

/// Short: a case is to take some tens of milliseconds.
void Generator::write_experiment() {
    line(Draft::kTop,
         fmt::format("experiment: {{duration: {}s, warmup: {}s, drain: {}, replications: {}, "
                     "seed: {}}}",
                     dice_.between(6, 9), dice_.below(3), dice_.one_of({"0s", "500ms", "2s"}),
                     dice_.between(1, 2), dice_.below(1000)),
         Role::fixed);
}

}  // namespace swarm
