#include "models/scenario/resolved.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "models/scenario/check_policy.hpp"
#include "models/scenario/preset_catalog.hpp"
#include "sim/core/assert.hpp"
#include "sim/yaml/write_yaml.hpp"

namespace models {

using sim::MapEntry;
using sim::Node;

namespace {

/// A default that can change a verdict, by the path that it has (a `*` stands for any name).
struct FlaggedDefault {
    std::string_view section;
    std::string_view key;
    std::string_view value;  ///< empty: any
    std::string_view reason;
};
constexpr std::array<FlaggedDefault, 8> kFlagged = {{
    {"services", "queue", "unlimited", "a queue without bound hides overload until it is too late"},
    {"services", "healthCheck", "none", "callers never learn that a replica is gone"},
    {"services", "restart", "", "how long replicas take to come back decides the recovery"},
    {"policy", "timeout", "none", "a call may wait for ever"},
    {"policy", "perTryTimeout", "none", "a try may wait for ever"},
    {"policy", "connectTimeout", "none", "to connect may take as long as the try may"},
    {"policy", "loadBalancing", "", "another balancer can flip a verdict"},
    {"workload", "patience", "", "customers are taken to leave after that, without retrying"},
}};

std::string flag_of(std::string_view section, std::string_view key, std::string_view value) {
    for (const FlaggedDefault& one : kFlagged) {
        if (one.section == section && one.key == key && (one.value.empty() || one.value == value)) {
            return std::string(one.reason);
        }
    }
    return {};
}

bool has_inner_maps(const Node& node) { return node.is_map() && !node.entries.empty(); }

class SettingLister {
  public:
    SettingLister(const Scenario& scenario, const sim::SourceMap& sources)
        : scenario_(scenario), sources_(sources) {}

    void list(const Node& node, const Node& parent, const std::string& path,
              std::string_view section, std::string_view key) {
        if (has_inner_maps(node)) {
            for (const MapEntry& entry : node.entries) {
                list(entry.value, node, path.empty() ? entry.key : path + "." + entry.key,
                     path.empty() ? std::string_view(entry.key) : section,
                     // The kind of a rule says what the rule says: `loadBalancing: leastRequest`.
                     entry.key == "kind" ? key : std::string_view(entry.key));
            }
            return;
        }
        if (node.is_map() || node.is_null() || is_expectation(path)) return;
        EffectiveSetting setting;
        setting.path = path;
        setting.name = key;
        setting.value = node.is_scalar() ? (node.guess ? "~" : "") + node.text : write_flow(node);
        setting.range = node.range;
        setting.origin = origin_of(node, section);
        if (const PresetText* preset = preset_of(node)) {
            setting.origin = SettingOrigin::preset;
            setting.preset = preset->name;
            setting.flag = preset_flag(*preset, first_place(node), parent);
            setting.range = node.alias;
        } else if (setting.origin == SettingOrigin::built_in && !is_never_used(path) &&
                   matters(section, key, parent)) {
            // A flat strategy has the built-in settings of `policy`.
            setting.flag =
                flag_of(section == "strategies" ? "policy" : section, key, setting.value);
        }
        settings_.push_back(std::move(setting));
    }

    std::vector<EffectiveSetting> take() { return std::move(settings_); }

  private:
    /// True for `policy.x` when every strategy has an `x` of its own.
    [[nodiscard]] bool is_never_used(const std::string& path) const {
        constexpr std::string_view kPolicy = "policy.";
        if (!path.starts_with(kPolicy)) return false;
        const Node* strategies = scenario_.resolved.find("strategies");
        return std::all_of(
            strategies->entries.begin(), strategies->entries.end(), [&](const MapEntry& strategy) {
                return find_path(strategy.value, path.substr(kPolicy.size())) != nullptr;
            });
    }

    /// `expect` of the file or of a strategy is about the design, and no part of it.
    static bool is_expectation(const std::string& path) {
        const bool of_strategy = path.starts_with("strategies.") &&
                                 (path.ends_with(".expect") || path.find(".expect.F") != path.npos);
        return path == "expect" || path.starts_with("expect.") || of_strategy;
    }

    [[nodiscard]] const PresetText* preset_of(const Node& node) const {
        const sim::SourceRange place = first_place(node);
        for (const PresetText& preset : scenario_.presets) {
            if (place.has_place() && preset.file == place.file) return &preset;
        }
        return nullptr;
    }

    /// Replicas come back only from a fault that stops them; where nothing is limited, nothing
    /// waits.
    [[nodiscard]] bool matters(std::string_view section, std::string_view key,
                               const Node& service) const {
        if (section != "services") return true;
        if (key == "restart") return any_fault_stops(scenario_);
        return key != "queue" || is_limited(service);
    }
    static bool any_fault_stops(const Scenario& scenario) {
        const auto stops = [](const FaultEffect& effect) {
            return std::holds_alternative<DownEffect>(effect) ||
                   std::holds_alternative<CrashEffect>(effect) ||
                   std::holds_alternative<StopEffect>(effect) ||
                   std::holds_alternative<MemoryEffect>(effect) ||
                   std::holds_alternative<CrashLoopEffect>(effect);
        };
        return std::any_of(scenario.faults.begin(), scenario.faults.end(), [&](const auto& fault) {
            return std::any_of(fault.effects.begin(), fault.effects.end(), stops);
        });
    }
    static bool is_limited(const Node& service) {
        const Node* concurrency = service.find("concurrency");
        return concurrency == nullptr || !concurrency->is_scalar() ||
               concurrency->text != "unlimited" || service.find("concurrencyLimit") != nullptr;
    }

    /// Empty, too, when somebody has written beside the value what makes it harmless.
    static std::string preset_flag(const PresetText& preset, sim::SourceRange place,
                                   const Node& parent) {
        for (const PresetText::Flag& flag : preset.flags) {
            if (!(flag.place == place)) continue;
            const bool met =
                std::any_of(flag.unless.begin(), flag.unless.end(), [&](const std::string& key) {
                    const Node* other = parent.find(key);
                    return other != nullptr && is_written(*other) &&
                           !(other->is_scalar() && other->text == "none");
                });
            return met ? std::string() : flag.reason;
        }
        return {};
    }

    [[nodiscard]] SettingOrigin origin_of(const Node& node, std::string_view section) const {
        const sim::SourceRange place = first_place(node);
        if (!place.has_place()) return SettingOrigin::built_in;
        if (sources_.name(place.file) == "--set") return SettingOrigin::override_option;
        return section == "strategies" ? SettingOrigin::strategy : SettingOrigin::file;
    }

    static sim::SourceRange first_place(const Node& node) {
        if (node.range.has_place() || node.items.empty()) return node.range;
        return node.items[0].range;
    }

    const Scenario& scenario_;
    const sim::SourceMap& sources_;
    std::vector<EffectiveSetting> settings_;
};

}  // namespace

std::string_view to_string(SettingOrigin origin) {
    switch (origin) {
        case SettingOrigin::built_in:
            return "default";
        case SettingOrigin::preset:
            return "preset";
        case SettingOrigin::file:
            return "file";
        case SettingOrigin::strategy:
            return "strategy";
        case SettingOrigin::override_option:
            return "--set";
    }
    SIM_ASSERT(false);
}

std::vector<EffectiveSetting> effective_settings(const Scenario& scenario,
                                                 const sim::SourceMap& sources) {
    SettingLister lister(scenario, sources);
    lister.list(scenario.resolved, scenario.resolved, "", "", "");
    return lister.take();
}

std::string write_resolved(const Scenario& scenario) { return write_yaml(scenario.resolved); }

}  // namespace models
