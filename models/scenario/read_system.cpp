#include "models/scenario/read_system.hpp"

#include <array>
#include <string_view>

#include "models/scenario/merge.hpp"
#include "models/scenario/policy_reader.hpp"
#include "models/scenario/read_actions.hpp"
#include "models/scenario/validate.hpp"

namespace models {

using sim::MapEntry;
using sim::Node;

namespace {

constexpr std::array<std::string_view, 33> kDefaultKeys = {
    "preset",     "kind",        "regions",  "replicasPerZone", "replicas",
    "placement",  "concurrency", "queue",    "queueOrder",      "queueDrop",
    "maxWait",    "discipline",  "cores",    "contention",      "coherency",
    "threads",    "holds",       "shedding", "rateLimit",       "concurrencyLimit",
    "rejectCost", "retryAfter",  "latency",  "errors",          "routing",
    "spillWhen",  "healthCheck", "restart",  "failover",        "replication",
    "rollout",    "dns",         "labels"};

void read_policies(const Node& tree, SystemSpec& system, Reading& reading) {
    system.policy = *tree.find("policy");
    read_policy(system.policy, reading.diagnostics, "policy", PolicyPart::layer);
    if (const Node* layers = tree.find("policyFor")) {
        system.policy_for = read_policy_for(*layers, reading);
    }
}

}  // namespace

SystemSpec read_system(const Node& tree, Reading& reading) {
    SystemSpec system;
    system.regions = read_regions(*tree.find("regions"), reading);
    system.network = read_network(*tree.find("network"), system.regions, reading);
    if (const Node* services = tree.find("services")) {
        system.services = read_services(*services, system.regions, reading);
    }
    if (const Node* workload = tree.find("workload")) {
        system.groups = read_workload(*workload, reading);
    }
    read_policies(tree, system, reading);
    if (const Node* actions = tree.find("actions")) {
        system.actions = read_actions(*actions, reading);
    }
    validate_system(system, reading.diagnostics);
    resolve_calls(system, reading.diagnostics);
    resolve_levels(system, reading.diagnostics);
    resolve_entries(system, reading.diagnostics);
    validate_call_graph(system, tree, reading.diagnostics);
    validate_policy_for(system, system.policy_for, reading.diagnostics);
    return system;
}

void check_defaults(Node& root, sim::Diagnostics& diagnostics) {
    Node* defaults = find_value(root, "defaults");
    if (defaults == nullptr) return;
    sim::MapReader reader(*defaults, diagnostics, "defaults");
    for (const std::string_view key : kDefaultKeys) reader.take(key);
    std::vector<sim::KeyHint> hints(service_key_hints().begin(), service_key_hints().end());
    hints.push_back({"endpoints", "", "every service has its own: write them under `services`"});
    hints.push_back({"primary", "", "every database has its own: write it under `services`"});
    for (const MapEntry& entry : defaults->entries) {
        if (is_policy_key(entry.key) && entry.key != "preset") {
            hints.insert(hints.begin(),
                         {entry.key, "", "how calls are made is set under `policy`"});
        }
    }
    reader.finish(hints);
    std::erase_if(defaults->entries, [](const MapEntry& entry) {
        for (const std::string_view key : kDefaultKeys) {
            if (key == entry.key) return false;
        }
        return true;
    });
}

}  // namespace models
