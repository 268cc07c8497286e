#include "models/scenario/load.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "models/scenario/complete.hpp"
#include "models/scenario/expand_presets.hpp"
#include "models/scenario/include.hpp"
#include "models/scenario/merge.hpp"
#include "models/scenario/override.hpp"
#include "models/scenario/read_system.hpp"
#include "models/scenario/reading.hpp"
#include "models/scenario/resolved.hpp"
#include "models/scenario/sections.hpp"
#include "models/scenario/sha256.hpp"
#include "models/scenario/slices.hpp"
#include "models/scenario/sweep_section.hpp"
#include "models/scenario/validate.hpp"
#include "models/scenario/write_policies.hpp"
#include "sim/yaml/map_reader.hpp"
#include "sim/yaml/scalars.hpp"

namespace models {

using sim::MapEntry;
using sim::Node;

namespace {

/// Two strategies can be compared number by number only when they have the same numbers.
bool same_shape(const SystemSpec& a, const SystemSpec& b) {
    const auto same_call = [](const CallEntry& x, const CallEntry& y) {
        return x.service.text == y.service.text && x.endpoint->text == y.endpoint->text;
    };
    const auto same_endpoint = [&](const EndpointSpec& x, const EndpointSpec& y) {
        return x.name.text == y.name.text &&
               std::equal(x.steps.begin(), x.steps.end(), y.steps.begin(), y.steps.end(),
                          [&](const auto& s, const auto& t) {
                              return std::equal(s.begin(), s.end(), t.begin(), t.end(), same_call);
                          });
    };
    const auto same_service = [&](const ServiceSpec& x, const ServiceSpec& y) {
        return x.name.text == y.name.text &&
               std::equal(x.endpoints.begin(), x.endpoints.end(), y.endpoints.begin(),
                          y.endpoints.end(), same_endpoint);
    };
    const auto same_journey = [](const MixEntry& x, const MixEntry& y) {
        return x.journey.text == y.journey.text;
    };
    const auto same_group = [&](const GroupSpec& x, const GroupSpec& y) {
        return x.name.text == y.name.text && x.entry.text == y.entry.text &&
               std::equal(x.mix.begin(), x.mix.end(), y.mix.begin(), y.mix.end(), same_journey);
    };
    return std::equal(a.services.begin(), a.services.end(), b.services.begin(), b.services.end(),
                      same_service) &&
           std::equal(a.groups.begin(), a.groups.end(), b.groups.begin(), b.groups.end(),
                      same_group);
}

class ScenarioLoader {
  public:
    ScenarioLoader(const ScenarioTree& tree, const LoadRequest& request, sim::SourceMap& sources,
                   sim::Diagnostics& diagnostics)
        : request_(request),
          diagnostics_(diagnostics),
          reading_{sources, diagnostics, request.loader},
          presets_(sources, diagnostics),
          root_(tree.root) {
        scenario_.file = tree.name;
        scenario_.sha256 = tree.sha256;
    }

    std::optional<Scenario> load() {
        for (const std::string& argument : request_.overrides) {
            apply_override(root_, argument, request_.limits, reading_.sources, diagnostics_);
        }
        if (!check_sections(root_, reading_)) return std::nullopt;
        check_defaults(root_, diagnostics_);
        sim::for_each_guess(root_, [&](const std::string& path, const Node& node) {
            scenario_.guesses.push_back({path, node.text, node.range});
        });
        put_default(root_, "name", scenario_name(scenario_.file));
        scenario_.resolved = completed(root_);
        read();
        if (!diagnostics_.has_errors()) read_variants();
        if (!diagnostics_.has_errors()) validate_policies(scenario_, diagnostics_);
        if (diagnostics_.has_errors()) return std::nullopt;
        scenario_.slices = make_slices(scenario_, scenario_.slos);
        scenario_.presets = presets_.used();
        write_out_names();
        write_policies(scenario_);
        return std::move(scenario_);
    }

  private:
    Node completed(Node tree) {
        presets_.expand(tree);
        return complete_tree(tree);
    }

    void read() {
        const Node& tree = scenario_.resolved;
        read_head(tree);
        scenario_.systems.push_back(read_system(tree, reading_));
        scenario_.strategies = read_strategies(*tree.find("strategies"), reading_);
        for (const StrategySpec& strategy : scenario_.strategies) {
            validate_policy_for(scenario_.systems[0], strategy.policy_for, diagnostics_);
        }
        const std::size_t before = diagnostics_.error_count();
        scenario_.experiment = models::read_experiment(*tree.find("experiment"), reading_);
        if (const Node* faults = tree.find("faults")) {
            scenario_.faults = read_faults(*faults, reading_);
        }
        // A time that could not be read would only cause more complaints.
        const bool times_known = diagnostics_.error_count() == before;
        if (const Node* slos = tree.find("slos")) scenario_.slos = read_slos(*slos, reading_);
        if (const Node* value = tree.find("value")) {
            scenario_.values = read_values(*value, scenario_.systems[0], diagnostics_);
        }
        validate_faults(scenario_.systems[0], scenario_.faults, diagnostics_);
        validate_actions(scenario_, scenario_.systems[0], diagnostics_);
        validate_slos(scenario_, diagnostics_);
        if (times_known) validate_times(scenario_, diagnostics_);
        validate_experiment(scenario_, tree, diagnostics_);
    }

    void read_head(const Node& tree) {
        scenario_.name = sim::read_string(*tree.find("name"), diagnostics_, "a name").value_or("");
        if (const Node* question = tree.find("question")) {
            scenario_.question =
                sim::read_string(*question, diagnostics_, "a question").value_or("");
        }
        if (const Node* expect = tree.find("expect")) {
            scenario_.expect = read_expected_rules(*expect, diagnostics_);
        }
    }

    /// The systems of strategies with a `set:`.
    void read_variants() {
        for (StrategySpec& strategy : scenario_.strategies) {
            if (strategy.set.entries.empty()) continue;
            Node changed = root_;
            for (const MapEntry& setting : strategy.set.entries) {
                apply_setting(changed, setting, diagnostics_);
            }
            const Node tree = completed(std::move(changed));
            SystemSpec system = read_system(tree, reading_);
            if (diagnostics_.has_errors()) continue;
            if (!same_shape(scenario_.systems[0], system)) {
                diagnostics_.error(strategy.set.entries[0].key_range,
                                   fmt::format("strategy `{}` changes which services, calls or "
                                               "customers there are",
                                               strategy.name.text),
                                   "strategies are compared number by number: change how they "
                                   "work, and write another file for another system");
                continue;
            }
            validate_faults(system, scenario_.faults, diagnostics_);
            validate_actions(scenario_, system, diagnostics_);
            write_out_presets(strategy.set, scenario_.resolved, tree);
            strategy.system = scenario_.systems.size();
            scenario_.systems.push_back(std::move(system));
        }
    }

    /// What was found out by looking at several sections becomes part of the resolved tree.
    void write_out_names() {
        Node* workload = find_value(scenario_.resolved, "workload");
        for (const GroupSpec& group : scenario_.systems[0].groups) {
            Node* node = find_value(*workload, group.name.text);
            if (node != nullptr) put_default(*node, "entry", group.entry.text);
        }
    }

    const LoadRequest& request_;
    sim::Diagnostics& diagnostics_;
    Reading reading_;
    PresetExpander presets_;
    Node root_;
    Scenario scenario_;
};

}  // namespace

std::optional<ScenarioTree> read_scenario_tree(const LoadRequest& request, sim::SourceMap& sources,
                                               sim::Diagnostics& diagnostics) {
    auto read = load_with_includes(request, sources, diagnostics);
    if (!read) return std::nullopt;
    ScenarioTree tree{std::move(read->root), std::nullopt, std::move(read->name),
                      sha256(read->bytes)};
    if (const MapEntry* sweep = tree.root.find_entry("sweep")) tree.sweep = *sweep;
    remove_key(tree.root, "sweep");
    return tree;
}

void check_sweep_section(const ScenarioTree& tree, const LoadRequest& request,
                         sim::Diagnostics& diagnostics) {
    if (tree.sweep) read_sweep(tree.sweep->value, request.limits.points, diagnostics);
}

std::optional<Scenario> load_scenario(const ScenarioTree& tree, const LoadRequest& request,
                                      sim::SourceMap& sources, sim::Diagnostics& diagnostics) {
    return ScenarioLoader(tree, request, sources, diagnostics).load();
}

std::optional<Scenario> load_scenario(const LoadRequest& request, sim::SourceMap& sources,
                                      sim::Diagnostics& diagnostics) {
    const auto tree = read_scenario_tree(request, sources, diagnostics);
    if (!tree) return std::nullopt;
    check_sweep_section(*tree, request, diagnostics);
    return load_scenario(*tree, request, sources, diagnostics);
}

}  // namespace models
