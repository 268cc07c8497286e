#include "models/scenario/write_policies.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "models/scenario/complete.hpp"
#include "models/scenario/merge.hpp"
#include "models/scenario/names.hpp"
#include "models/scenario/policy_layers.hpp"
#include "sim/core/assert.hpp"
#include "sim/yaml/write_yaml.hpp"

namespace models {

using sim::MapEntry;
using sim::Node;

namespace {

bool names_preset(const Node& layer) { return layer.find("preset") != nullptr; }

bool any_names_preset(const std::vector<PolicyFor>& layers) {
    return std::any_of(layers.begin(), layers.end(),
                       [](const PolicyFor& layer) { return names_preset(layer.settings); });
}

/// The service of `services.NAME.preset`; empty: another path.
std::string_view service_with_preset(std::string_view path) {
    constexpr std::string_view kBefore = "services.";
    constexpr std::string_view kAfter = ".preset";
    if (!path.starts_with(kBefore) || !path.ends_with(kAfter)) return {};
    if (path.size() <= kBefore.size() + kAfter.size()) return {};
    return path.substr(kBefore.size(), path.size() - kBefore.size() - kAfter.size());
}

class PolicyWriter {
  public:
    explicit PolicyWriter(Scenario& scenario) : scenario_(scenario) {}

    void write() {
        const PresetPlaces use = presets_in_layers();
        write_groups();
        write_sets();
        if (use == PresetPlaces::none) {
            write_built_in();
        } else {
            put(scenario_.resolved, "policy", built_in_policy());
            for (std::size_t i = 0; i < scenario_.strategies.size(); ++i) {
                write_strategy(i, use == PresetPlaces::pairs);
            }
            if (use == PresetPlaces::pairs) remove_key(scenario_.resolved, "policyFor");
        }
        write_insides(use == PresetPlaces::pairs);
    }

  private:
    enum class PresetPlaces {
        none,
        strategies,  ///< `policy` or a strategy names one
        pairs,       ///< a `policyFor` does
    };

    [[nodiscard]] PresetPlaces presets_in_layers() const {
        bool any = false;
        for (const SystemSpec& system : scenario_.systems) {
            if (any_names_preset(system.policy_for)) return PresetPlaces::pairs;
            any = any || names_preset(system.policy);
        }
        for (const StrategySpec& strategy : scenario_.strategies) {
            if (any_names_preset(strategy.policy_for)) return PresetPlaces::pairs;
            any = any || names_preset(strategy.policy);
        }
        if (!any) return PresetPlaces::none;
        return any_cut_per_pair() ? PresetPlaces::pairs : PresetPlaces::strategies;
    }

    /// Whether a preset's perTryTimeout is cut by a timeout that `policyFor` may lengthen again:
    /// in one map for all the longer one would be lost.
    [[nodiscard]] bool any_cut_per_pair() const {
        for (std::size_t i = 0; i < scenario_.strategies.size(); ++i) {
            const StrategySpec& strategy = scenario_.strategies[i];
            const SystemSpec& system = scenario_.system(i);
            if (system.policy_for.empty() && strategy.policy_for.empty()) continue;
            sim::Diagnostics ignored;
            if (PolicyLayers(system, strategy, ignored).cuts_per_try()) return true;
        }
        return false;
    }

    void write_built_in() {
        Node& policy = *find_value(scenario_.resolved, "policy");
        policy = merge_policies(built_in_policy(), policy);
    }

    /// What the values of all layers do not say inside.
    void write_insides(bool flat) {
        Node& policy = *find_value(scenario_.resolved, "policy");
        fill_policy(policy);
        Layers below = {&policy};
        for_each_entry(scenario_.resolved, "strategies", [&](const std::string&, Node& strategy) {
            fill_layer(strategy, {&policy});
            below.push_back(&strategy);
        });
        for_each_entry(scenario_.resolved, "services",
                       [](const std::string&, Node& service) { fill_service(service); });
        if (flat) return;
        std::map<std::string, std::vector<Node>, std::less<>> before;
        for_each_policy_for([&](std::string_view callee, Node& layer) {
            before[std::string(callee)].push_back(layer);
        });
        std::map<std::string, std::size_t, std::less<>> seen;
        for_each_policy_for([&](std::string_view callee, Node& layer) {
            const std::size_t own = seen[std::string(callee)]++;
            fill_layer(layer, with_others(below, before.find(callee)->second, own));
        });
    }

    using Layers = std::vector<const Node*>;
    /// Of layers for the same callee any may lie under another.
    static Layers with_others(Layers below, const std::vector<Node>& layers, std::size_t own) {
        for (std::size_t i = 0; i < layers.size(); ++i) {
            if (i != own) below.push_back(&layers[i]);
        }
        return below;
    }

    /// Every layer of the file's `policyFor` and of those of strategies, with its callee.
    template <class Use>
    void for_each_policy_for(Use use) {
        const auto of_map = [&](Node& map) {
            for_each_entry(map, "policyFor", [&](const std::string& key, Node& layer) {
                const auto arrow = key.find("->");
                use(arrow == std::string::npos ? std::string_view(key)
                                               : std::string_view(key).substr(arrow + 2),
                    layer);
            });
        };
        of_map(scenario_.resolved);
        for_each_entry(scenario_.resolved, "strategies",
                       [&](const std::string&, Node& strategy) { of_map(strategy); });
    }

    template <class Use>
    static void for_each_entry(Node& map, std::string_view key, Use use) {
        Node* section = find_value(map, key);
        if (section == nullptr || !section->is_map()) return;
        for (MapEntry& entry : section->entries) use(entry.key, entry.value);
    }

    /// A group's own client has one layer.
    void write_groups() {
        Node& workload = *find_value(scenario_.resolved, "workload");
        for (const GroupSpec& group : scenario_.systems[0].groups) {
            if (group.client != GroupSpec::Client::own) continue;
            const PolicyLayers layers(scenario_.systems[0], scenario_.strategies[0], ignored_);
            Node& policy =
                put(*find_value(workload, group.name.text), "policy", layers.flat_own(group));
            fill_policy(policy);
        }
    }

    void write_sets() {
        Node& strategies = *find_value(scenario_.resolved, "strategies");
        for (const StrategySpec& strategy : scenario_.strategies) {
            if (strategy.set.entries.empty()) continue;
            put(*find_value(strategies, strategy.name.text), "set", strategy.set);
        }
    }

    void write_strategy(std::size_t index, bool pairs) {
        const StrategySpec& strategy = scenario_.strategies[index];
        const SystemSpec& system = scenario_.system(index);
        const PolicyLayers layers(system, strategy, ignored_);
        Node& strategies = *find_value(scenario_.resolved, "strategies");
        Node& node = *find_value(strategies, strategy.name.text);
        const Node* policy_for = node.find("policyFor");
        Node flat = pairs ? map_node() : layers.flat("", "");
        flat.range = node.range;
        if (pairs) {
            put(flat, "policyFor", flat_pairs(system, layers));
        } else if (policy_for != nullptr) {
            put(flat, "policyFor", *policy_for);
        }
        Node set = rest_of_set(strategy);
        if (!set.entries.empty()) put(flat, "set", std::move(set));
        if (const Node* expect = node.find("expect")) put(flat, "expect", *expect);
        node = std::move(flat);
    }

    static void put_filled(Node& map, const std::string& key, Node settings) {
        fill_policy(put(map, key, std::move(settings)));
    }

    /// Of every call and every group that calls like a service.
    static Node flat_pairs(const SystemSpec& system, const PolicyLayers& layers) {
        Node pairs = map_node();
        for (const GroupSpec& group : system.groups) {
            if (group.client != GroupSpec::Client::strategy) continue;
            put_filled(pairs, group.name.text + "->" + group.entry.text,
                       layers.flat(group.name.text, group.entry.text));
        }
        const NameIndex index(system);
        for (const ServiceSpec& caller : system.services) {
            const auto called = callees_of(caller, index, layers);
            for (std::size_t i = 0; i < called.size(); ++i) {
                if (!called[i]) continue;
                const auto& callee = system.services[i].name.text;
                put_filled(pairs, caller.name.text + "->" + callee,
                           layers.flat(caller.name.text, callee));
            }
        }
        return pairs;
    }

    /// Services that it calls, those that its fallbacks call included.
    static std::vector<bool> callees_of(const ServiceSpec& caller, const NameIndex& index,
                                        const PolicyLayers& layers) {
        std::vector<bool> called(index.services().size(), false);
        const auto add_fallback = [&](const Node& settings) {
            const Node* fallback = settings.find("fallback");
            const Node* target = fallback == nullptr ? nullptr : fallback->find("call");
            if (target == nullptr) return;
            if (const auto found = find_target(target->text, index)) called[found->service] = true;
        };
        for (const EndpointSpec& endpoint : caller.endpoints) {
            for (const auto& step : endpoint.steps) {
                for (const CallEntry& call : step) {
                    called[*index.service(call.service.text)] = true;
                    add_fallback(layers.flat(caller.name.text, call.service.text));
                    add_fallback(call.policy);
                }
            }
        }
        return called;
    }

    /// Call settings of `set` are in the flat strategy already.
    static Node rest_of_set(const StrategySpec& strategy) {
        Node set = strategy.set;
        std::erase_if(set.entries, [](const MapEntry& entry) {
            return entry.key.starts_with("policy.") || entry.key.starts_with("policyFor.") ||
                   entry.key == "policy" || entry.key == "policyFor";
        });
        return set;
    }

    Scenario& scenario_;
    sim::Diagnostics ignored_;
};

}  // namespace

void write_out_presets(Node& set, const Node& base, const Node& changed) {
    std::vector<MapEntry> entries;
    for (const MapEntry& entry : set.entries) {
        const std::string service(service_with_preset(entry.key));
        const Node* before = base.find("services")->find(service);
        const Node* after = changed.find("services")->find(service);
        if (service.empty() || after == nullptr) {
            entries.push_back(entry);
            continue;
        }
        for (const MapEntry& key : after->entries) {
            const Node* old = before == nullptr ? nullptr : before->find(key.key);
            if (old != nullptr && write_flow(*old) == write_flow(key.value)) continue;
            entries.push_back({"services." + service + "." + key.key, entry.key_range, key.value});
        }
    }
    set.entries = std::move(entries);
}

void write_policies(Scenario& scenario) { PolicyWriter(scenario).write(); }

}  // namespace models
