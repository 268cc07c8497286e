#include "models/scenario/preset_catalog.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "models/policy/policy_families.hpp"
#include "models/policy/presets_text.hpp"
#include "models/scenario/merge.hpp"
#include "sim/core/assert.hpp"
#include "sim/yaml/load.hpp"
#include "sim/yaml/write_yaml.hpp"

namespace models {

using sim::MapEntry;
using sim::Node;

namespace {

/// In an order in which a preset only names presets of families before its own.
constexpr std::array<PresetFamily, 19> kFamilies = {{
    {"backoff", PresetUse::policy_key, "delay before a retry"},
    {"retryBudget", PresetUse::policy_key, "how many retries a caller may make"},
    {"hedge", PresetUse::policy_key, "a second try before the first has failed"},
    {"circuitBreaker", PresetUse::policy_key, "when a caller stops calling"},
    {"outlierDetection", PresetUse::policy_key, "which replicas a caller leaves out for a while"},
    {"concurrencyLimit", PresetUse::policy_key, "how much may be in flight at once"},
    {"rateLimit", PresetUse::policy_key, "how much per second"},
    {"throttle", PresetUse::policy_key, "what a caller holds back itself when the callee refuses"},
    {"loadBalancing", PresetUse::policy_key, "which replica is called"},
    {"retry", PresetUse::policy, "retries with their backoff and budget"},
    {"timeouts", PresetUse::policy, "what a client waits for when nobody sets a timeout"},
    {"profiles", PresetUse::policy, "a whole client or proxy"},
    {"shedding", PresetUse::service_key, "what a server refuses when it is late"},
    {"routing", PresetUse::service_key, "which zones callers prefer"},
    {"healthCheck", PresetUse::service_key, "how callers learn that a replica is gone"},
    {"queue", PresetUse::service_key, "how a queue delivers"},
    {"server", PresetUse::service, "threads and queue of a server"},
    {"autoscale", PresetUse::service_key, "when replicas are added and taken away"},
    {"failover", PresetUse::service_key, "what the loss of a database's primary costs"},
}};

/// Keys with the family of the presets that they take.
using KeyFamily = std::pair<std::string_view, std::string_view>;
constexpr std::array<KeyFamily, 9> kPolicyKeys = {{{"backoff", "backoff"},
                                                   {"retryBudget", "retryBudget"},
                                                   {"hedge", "hedge"},
                                                   {"circuitBreaker", "circuitBreaker"},
                                                   {"outlierDetection", "outlierDetection"},
                                                   {"bulkhead", "concurrencyLimit"},
                                                   {"rateLimit", "rateLimit"},
                                                   {"throttle", "throttle"},
                                                   {"loadBalancing", "loadBalancing"}}};
constexpr std::array<KeyFamily, 8> kServiceKeys = {{{"healthCheck", "healthCheck"},
                                                    {"delivery", "queue"},
                                                    {"concurrencyLimit", "concurrencyLimit"},
                                                    {"rateLimit", "rateLimit"},
                                                    {"shedding", "shedding"},
                                                    {"routing", "routing"},
                                                    {"autoscale", "autoscale"},
                                                    {"failover", "failover"}}};

std::string_view family_of(std::span<const KeyFamily> keys, std::string_view key) {
    for (const auto& [name, family] : keys) {
        if (name == key) return family;
    }
    return {};
}

std::vector<std::string> texts_of(const Node* list) {
    std::vector<std::string> texts;
    if (list == nullptr) return texts;
    for (const Node& item : list->items) texts.push_back(item.text);
    return texts;
}

void append_once(std::vector<std::string>& words, const std::vector<std::string>& more) {
    for (const std::string& word : more) {
        if (std::find(words.begin(), words.end(), word) == words.end()) words.push_back(word);
    }
}

/// Everything of presets.yaml with its references written out.
class Catalog {
  public:
    Catalog() {
        sim::SourceMap sources;
        sim::Diagnostics diagnostics;
        auto root =
            sim::load_text(sources, diagnostics, "presets.yaml", std::string(presets_text()));
        SIM_ASSERT(root && !diagnostics.has_errors());
        clear_places(*root);
        for (const PresetFamily& family : kFamilies) {
            first_.push_back(presets_.size());
            const Node* section = root->find(family.name);
            if (section == nullptr) continue;
            for (const MapEntry& entry : section->entries) add(family, entry);
        }
        first_.push_back(presets_.size());
        sources_ = *root->find("sources");
    }

    [[nodiscard]] std::span<const Preset> of(std::string_view family) const {
        for (std::size_t i = 0; i + 1 < first_.size(); ++i) {
            if (kFamilies[i].name == family) {
                return std::span(presets_).subspan(first_[i], first_[i + 1] - first_[i]);
            }
        }
        return {};
    }

    [[nodiscard]] const Preset* find(std::string_view family, std::string_view name) const {
        for (const Preset& preset : presets_) {
            if (preset.family == family && preset.name == name) return &preset;
        }
        return nullptr;
    }

    [[nodiscard]] const Node& sources() const { return sources_; }

  private:
    void add(const PresetFamily& family, const MapEntry& entry) {
        Preset preset;
        preset.family = family.name;
        preset.name = entry.key;
        preset.settings = map_node();
        preset.sources = texts_of(entry.value.find("source"));
        preset.assumed = texts_of(entry.value.find("assumed"));
        if (const Node* note = entry.value.find("note")) preset.notes.push_back(note->text);
        if (const Node* flag = entry.value.find("flag")) {
            auto unless = texts_of(entry.value.find("unless"));
            if (preset.family == "timeouts") unless = {"timeout", "perTryTimeout"};
            for (const std::string& path : texts_of(entry.value.find("flagged"))) {
                preset.flags.push_back({path, flag_text(preset, flag->text), unless});
            }
        }
        Node own = entry.value;
        for (const std::string_view key :
             {"source", "assumed", "flagged", "unless", "flag", "note"}) {
            remove_key(own, key);
        }
        if (!own.is_map()) {  // `none`
            preset.settings = own;
            presets_.push_back(std::move(preset));
            return;
        }
        take_bundle(own, "extends", family.name, preset);
        for (const std::string_view bundle : {"timeouts", "retry"}) {
            take_bundle(own, bundle, bundle, preset);
        }
        for (MapEntry& setting : own.entries) take_key(setting, family, preset);
        preset.settings = merge_policies(preset.settings, own);
        drop_what_is_gone(preset);
        presets_.push_back(std::move(preset));
    }

    static std::string flag_text(const Preset& preset, const std::string& reason) {
        return fmt::format("default of {} (source {}): {}", preset.name,
                           fmt::join(preset.sources, ", "), reason);
    }

    /// `timeouts: boto3`: all that it sets, for the preset's own keys to lie above.
    void take_bundle(Node& own, std::string_view key, std::string_view family, Preset& preset) {
        const Node* name = own.find(key);
        if (name == nullptr) return;
        const Preset& part = named(family, name->text);
        preset.settings = merge_policies(preset.settings, part.settings);
        take_facts(part, "", preset);
        preset.parts.push_back(fmt::format("{} {}", family, part.name));
        remove_key(own, key);
    }

    /// `backoff: envoy` or `backoff: {preset: envoy, max: 1s}`.
    void take_key(MapEntry& setting, const PresetFamily& family, Preset& preset) {
        const bool of_service = family.use == PresetUse::service;
        const std::string_view key_family = family_of(
            of_service ? std::span<const KeyFamily>(kServiceKeys) : kPolicyKeys, setting.key);
        const Node* named_by =
            setting.value.is_map() ? setting.value.find("preset") : &setting.value;
        if (key_family.empty() || named_by == nullptr || !named_by->is_scalar()) return;
        const Preset* part = find(key_family, named_by->text);
        if (part == nullptr || !part->settings.is_map() || part->name == "none") return;
        Node beside = setting.value.is_map() ? setting.value : map_node();
        remove_key(beside, "preset");
        take_facts(*part, setting.key + ".", preset);
        if (!beside.entries.empty()) drop_flags_under(setting.key, preset);
        preset.parts.push_back(fmt::format("{} {}", setting.key, part->name));
        setting.value = merge_nodes(part->settings, beside);
    }

    static void take_facts(const Preset& part, const std::string& prefix, Preset& preset) {
        append_once(preset.sources, part.sources);
        append_once(preset.notes, part.notes);
        for (const std::string& path : part.assumed) {
            append_once(preset.assumed, {prefix + path});
        }
        for (const PresetFlag& flag : part.flags) {
            preset.flags.push_back({prefix + flag.path, flag.reason, flag.unless});
        }
    }

    /// A value that was put right may be what made it dangerous.
    static void drop_flags_under(const std::string& key, Preset& preset) {
        std::erase_if(preset.flags,
                      [&](const PresetFlag& flag) { return flag.path.starts_with(key + "."); });
    }

    /// A part's flag says nothing of a value that the bundle has replaced.
    void drop_what_is_gone(Preset& preset) const {
        std::erase_if(preset.flags, [&](const PresetFlag& flag) {
            return find_path(preset.settings, flag.path) == nullptr;
        });
        std::erase_if(preset.assumed, [&](const std::string& path) {
            const bool setting = path != "composition" && path != "kind";
            return setting && find_path(preset.settings, path) == nullptr;
        });
    }

    const Preset& named(std::string_view family, std::string_view name) const {
        const Preset* preset = find(family, name);
        SIM_ASSERT(preset != nullptr);
        return *preset;
    }

    std::vector<Preset> presets_;
    std::vector<std::size_t> first_;  ///< of each family, and the end
    Node sources_;
};

const Catalog& catalog() {
    static const Catalog instance;
    return instance;
}

/// The families that `preset: NAME` looks through, the first that has the name wins.
constexpr std::array<std::string_view, 3> kPolicyBundles = {"profiles", "retry", "timeouts"};
constexpr std::array<std::string_view, 1> kServiceBundles = {"server"};

const Preset* find_in(std::span<const std::string_view> families, std::string_view name) {
    for (const std::string_view family : families) {
        if (const Preset* preset = catalog().find(family, name)) return preset;
    }
    return nullptr;
}

std::vector<std::string_view> names_in(std::span<const std::string_view> families) {
    std::vector<std::string_view> names;
    for (const std::string_view family : families) {
        for (const Preset& preset : catalog().of(family)) {
            if (std::find(names.begin(), names.end(), preset.name) == names.end()) {
                names.push_back(preset.name);
            }
        }
    }
    return names;
}

std::vector<std::string_view> key_names(const PolicyFamily* family, std::string_view presets) {
    std::vector<std::string_view> names;
    if (family != nullptr) {
        for (const sim::KindDoc& kind : family->kinds()) names.push_back(kind.name);
    }
    for (const Preset& preset : presets_of(presets)) {
        if (std::find(names.begin(), names.end(), preset.name) == names.end()) {
            names.push_back(preset.name);
        }
    }
    return names;
}

}  // namespace

std::span<const PresetFamily> preset_families() { return kFamilies; }

std::span<const Preset> presets_of(std::string_view family) { return catalog().of(family); }

const Preset* find_preset(std::string_view family, std::string_view name) {
    return catalog().find(family, name);
}

std::vector<std::string_view> preset_names(std::string_view family) {
    std::vector<std::string_view> names;
    for (const Preset& preset : presets_of(family)) names.push_back(preset.name);
    return names;
}

const Preset* find_policy_preset(std::string_view name) { return find_in(kPolicyBundles, name); }

std::vector<std::string_view> policy_preset_names() { return names_in(kPolicyBundles); }

const Preset* find_service_preset(std::string_view name) { return find_in(kServiceBundles, name); }

std::vector<std::string_view> service_preset_names() { return names_in(kServiceBundles); }

const Node* find_path(const Node& map, std::string_view path) {
    const Node* node = &map;
    while (node != nullptr && !path.empty()) {
        const auto dot = path.find('.');
        node = node->find(path.substr(0, dot));
        path = dot == std::string_view::npos ? "" : path.substr(dot + 1);
    }
    return node;
}

std::string_view preset_family_of_policy_key(std::string_view key) {
    return family_of(kPolicyKeys, key);
}

std::string_view preset_family_of_service_key(std::string_view key) {
    return family_of(kServiceKeys, key);
}

std::vector<std::string_view> policy_key_names(std::string_view key) {
    return key_names(find_policy_family(key), preset_family_of_policy_key(key));
}

std::vector<std::string_view> service_key_names(std::string_view key) {
    return key_names(find_service_family(key), preset_family_of_service_key(key));
}

std::string_view preset_key(std::string_view family) {
    for (const std::span<const KeyFamily> keys :
         {std::span<const KeyFamily>(kPolicyKeys), std::span<const KeyFamily>(kServiceKeys)}) {
        for (const auto& [key, of] : keys) {
            if (of == family) return key;
        }
    }
    return {};
}

std::string_view preset_source(std::string_view key) {
    const Node* source = catalog().sources().find(key);
    return source == nullptr ? std::string_view() : std::string_view(source->text);
}

std::vector<std::string_view> preset_source_keys() {
    std::vector<std::string_view> keys;
    for (const MapEntry& entry : catalog().sources().entries) keys.push_back(entry.key);
    return keys;
}

}  // namespace models
