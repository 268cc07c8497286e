#include <fmt/format.h>

#include <cmath>

#include "models/scenario/distributions.hpp"
#include "models/scenario/policy_reader.hpp"
#include "models/scenario/reading.hpp"
#include "sim/yaml/parameters.hpp"
#include "sim/yaml/scalars.hpp"

namespace models {

using sim::MapEntry;
using sim::MapReader;
using sim::Node;

namespace {

constexpr double kMaxRate = 1e7;
constexpr std::int64_t kMaxUsers = 10'000'000;
constexpr std::int64_t kMaxCustomers = 100'000'000'000;

std::vector<MixEntry> read_mix(const Node& node, const std::string& group, Reading& reading) {
    std::vector<MixEntry> mix;
    double sum = 0;
    bool clean = node.is_map() || node.is_null();
    for (const MapEntry& entry : sim::read_entries(node, reading.diagnostics, "journeys")) {
        const auto share = sim::read_percent(entry.value, reading.diagnostics, {0, 1, true});
        clean = clean && share;
        sum += share.value_or(0);
        mix.push_back({{entry.key, entry.key_range}, share.value_or(0)});
    }
    if (mix.empty() && clean) {
        sim::report(reading.diagnostics, node, fmt::format("the mix of `{}` is empty", group),
                    "name what they ask for: `mix: {browse: 90%, checkout: 10%}`");
    } else if (clean && std::abs(sum - 1.0) > 1e-6) {
        sim::report(reading.diagnostics, node,
                    fmt::format("the mix of `{}` adds up to {:.10g}%, not 100%", group, sum * 100),
                    "every request follows exactly one journey");
    }
    return mix;
}

void read_load(MapReader& reader, const MapEntry& entry, GroupSpec& group, Reading& reading) {
    sim::Diagnostics& diagnostics = reading.diagnostics;
    const Node* rate = reader.take("rate");
    const MapEntry* users = reader.take_entry("users");
    const Node* think = reader.take("thinkTime");
    if (rate != nullptr) group.rate_per_s = sim::read_rate(*rate, diagnostics, {0, kMaxRate, true});
    if (users != nullptr) {
        const auto count = sim::read_count(users->value, diagnostics, {1, kMaxUsers});
        group.users = static_cast<std::uint32_t>(count.value_or(1));
    }
    if (think != nullptr) {
        const auto value = read_distribution_of(*think, reading, "thinkTime");
        if (value) group.think_time = *value;
    }
    if (rate != nullptr && users != nullptr) {
        sim::report_key(diagnostics, *users, "`rate` and `users` cannot both be given",
                        "`rate` for customers who come anyway, `users` for a fixed number of them");
    } else if (rate == nullptr && users == nullptr && reader.valid()) {
        sim::report_key(diagnostics, entry,
                        fmt::format("group `{}` needs `rate` or `users`", entry.key),
                        "`rate: 100/s` for customers who come anyway, `users: 50` with "
                        "`thinkTime: 1s` for a fixed number");
    } else if (think != nullptr && users == nullptr) {
        sim::report(diagnostics, *think, "`thinkTime` needs `users`",
                    "customers with a `rate` come anyway and do not think");
    }
}

/// `steady`, or `{kind: day, …}`.
void read_shape(MapReader& reader, GroupSpec& group) {
    const MapEntry* entry = reader.take_entry("shape");
    if (entry == nullptr) return;
    sim::Diagnostics& diagnostics = reader.diagnostics();
    const Node& node = entry->value;
    const Node* written = node.is_map() ? node.find("kind") : &node;
    const Node& kind = written == nullptr ? node : *written;
    const auto swings = sim::read_enum<bool>(kind, diagnostics, "shape",
                                             {{"steady", false}, {DayShape::name, true}});
    if (!swings) return;
    if (*swings) group.day.emplace();
    if (*swings && !group.rate_per_s) {
        sim::report_key(diagnostics, *entry, "only a `rate` can have a `shape`",
                        "users come again when they have thought");
    }
    if (node.is_scalar()) return;
    MapReader shape(node, diagnostics, "shape");
    shape.take("kind");
    sim::ParameterReader parameters(shape);
    if (*swings) group.day->parameters(parameters);
    shape.finish();
}

void read_client(MapReader& reader, const MapEntry& entry, GroupSpec& group) {
    sim::Diagnostics& diagnostics = reader.diagnostics();
    const Node* policy = reader.take("policy");
    if (policy == nullptr) return;
    if (policy->is_scalar()) {
        if (policy->text == "strategy") {
            group.client = GroupSpec::Client::strategy;
        } else {
            sim::report(diagnostics, *policy,
                        fmt::format("unknown policy {}", sim::quote(policy->text)),
                        "write `strategy`, or the customers' own settings as a map");
        }
        return;
    }
    group.client = GroupSpec::Client::own;
    group.policy = *policy;
    read_policy(*policy, diagnostics, fmt::format("policy of `{}`", entry.key), PolicyPart::layer);
}

/// `[eu, [us, ap]]`: first eu, then the other two alike.
std::vector<std::vector<Name>> read_tiers(const Node& node, sim::Diagnostics& diagnostics) {
    std::vector<std::vector<Name>> tiers;
    for (const Node& item : sim::read_list(node, diagnostics, "regions")) {
        std::vector<Name> tier;
        for (const Node& one : sim::read_list_or_one(item)) {
            if (const auto name = read_placed_name(one, diagnostics, "a region")) {
                tier.push_back(*name);
            }
        }
        if (!tier.empty()) tiers.push_back(std::move(tier));
    }
    return tiers;
}

std::optional<SteeringSpec> read_steering(const Node& node, sim::Diagnostics& diagnostics) {
    if (node.is_scalar() && node.text == "none") return std::nullopt;
    SteeringSpec steering;
    steering.range = node.range;
    MapReader reader(node, diagnostics, "steering");
    if (const Node* regions = reader.take("regions")) {
        steering.regions = read_tiers(*regions, diagnostics);
    }
    sim::ParameterReader parameters(reader);
    steering.rule.parameters(parameters);
    reader.finish({{"detect", "", "a region is out after `failAfter` looks, one each `interval`"},
                   {"zones", "regions", ""}});
    return steering;
}

void read_customers(MapReader& reader, GroupSpec& group) {
    sim::Diagnostics& diagnostics = reader.diagnostics();
    if (const Node* node = reader.take("customers")) {
        group.customers = static_cast<std::uint64_t>(
            sim::read_count(*node, diagnostics, {1, kMaxCustomers}).value_or(1));
    }
    sim::ParameterReader parameters(reader);
    parameters.optional_group("reclick", group.reclick, "");
    if (const Node* node = reader.take("steering")) {
        group.steering = read_steering(*node, diagnostics);
    }
    const Node* patience = reader.take("patience");
    if (patience != nullptr && patience->is_scalar() && patience->text == "none") {
        group.patience = sim::kForever;
    } else if (patience != nullptr) {
        group.patience =
            sim::read_duration(*patience, diagnostics, {sim::Duration{1}, sim::kForever})
                .value_or(group.patience);
    }
    if (const Node* node = reader.take("priority")) {
        group.priority = read_priority(*node, diagnostics).value_or(group.priority);
    }
    if (const Node* node = reader.take("access")) {
        group.access =
            sim::read_duration(*node, diagnostics, {sim::Duration{0}, sim::whole_seconds(3600)})
                .value_or(group.access);
    }
}

GroupSpec read_group(const MapEntry& entry, Reading& reading) {
    sim::Diagnostics& diagnostics = reading.diagnostics;
    GroupSpec group;
    group.name = {entry.key, entry.key_range};
    MapReader reader(entry.value, diagnostics, fmt::format("group `{}`", entry.key));
    if (const Node* from = reader.take("from")) {
        const auto name = read_placed_name(*from, diagnostics, "a region or zone");
        group.from = name.value_or(Name{"", from->range});
    }
    read_load(reader, entry, group, reading);
    if (const Node* arrivals = reader.take("arrivals")) {
        group.regular = sim::read_enum<bool>(*arrivals, diagnostics, "arrivals",
                                             {{"poisson", false}, {"regular", true}})
                            .value_or(false);
        if (group.regular && group.users > 0) {
            sim::report(diagnostics, *arrivals, "`arrivals` needs `rate`",
                        "a fixed number of users come when they have thought: `thinkTime`");
        }
    }
    read_shape(reader, group);
    if (const Node* mix = reader.take("mix")) {
        group.mix = read_mix(*mix, entry.key, reading);
    } else if (reader.valid()) {
        sim::report_key(diagnostics, entry, fmt::format("group `{}` needs `mix`", entry.key),
                        "name what they ask for: `mix: {browse: 90%, checkout: 10%}`");
    }
    read_customers(reader, group);
    if (const Node* entry_service = reader.take("entry")) {
        const auto name = read_placed_name(*entry_service, diagnostics, "a service");
        if (name) group.entry = *name;
    }
    read_client(reader, entry, group);
    reader.finish({{"reclick", "", kPlanned},
                   {"timeout", "patience", ""},
                   {"retries", "", "write `policy: {retries: …}`: the customers' own client"},
                   {"journeys", "mix", ""},
                   {"region", "from", ""},
                   {"zone", "from", ""},
                   {"rps", "rate", ""}});
    return group;
}

}  // namespace

std::vector<GroupSpec> read_workload(const Node& node, Reading& reading) {
    std::vector<GroupSpec> groups;
    for (const MapEntry& entry : sim::read_entries(node, reading.diagnostics, "customer groups")) {
        if (!sim::check_key_name(entry, reading.diagnostics, "a customer group")) continue;
        groups.push_back(read_group(entry, reading));
    }
    return groups;
}

}  // namespace models
