#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/yaml/node.hpp"

// The presets that the program carries (models/policy/presets.yaml), as data. expand_presets.hpp
// puts them into a scenario.
namespace models {

/// Where a scenario may name a preset of a family.
enum class PresetUse : std::uint8_t {
    policy,       ///< `preset: NAME` of call settings: the preset is a bundle of their keys
    policy_key,   ///< as the value of one key of call settings: `backoff: envoy`
    service,      ///< `preset: NAME` of a service: a bundle of its keys
    service_key,  ///< as the value of one key of a service: `healthCheck: k8s-readiness`
    planned,      ///< nowhere in this version: to read with `firedrill help preset NAME`
};

struct PresetFamily {
    std::string_view name;  ///< `backoff`: its section of presets.yaml
    PresetUse use;
    std::string_view summary;  ///< what its presets set
};
/// Every family, in the order of help.
std::span<const PresetFamily> preset_families();

/// A setting of a preset that is dangerous as it is.
struct PresetFlag {
    std::string path;    ///< in the preset's settings: `timeout`, `circuitBreaker.maxRequests`
    std::string reason;  ///< "default of boto3 (source BOTO-CFG): a call may wait for ever"
    /// Settings in the same map: whoever writes one of them has met the danger.
    std::vector<std::string> unless;
};

/// A preset with everything that it names written out.
struct Preset {
    std::string family;
    std::string name;
    /// A map in the words of a scenario file, or `none`; without places.
    sim::Node settings;
    std::vector<std::string> sources;  ///< keys of `preset_source`
    std::vector<std::string> assumed;  ///< paths of settings without a default in the source
    std::vector<PresetFlag> flags;
    std::vector<std::string> notes;
    std::vector<std::string> parts;  ///< what it names: `timeouts boto3`; for bundles
};

/// All of a family in the order of the file.
std::span<const Preset> presets_of(std::string_view family);
/// Null when there is none.
const Preset* find_preset(std::string_view family, std::string_view name);
/// What `preset: NAME` of call settings means: a profile, else a retry, else timeouts; or null.
const Preset* find_policy_preset(std::string_view name);
/// The names that `preset:` of call settings knows.
std::vector<std::string_view> policy_preset_names();
/// The same for `preset: NAME` of a service.
const Preset* find_service_preset(std::string_view name);
std::vector<std::string_view> service_preset_names();
std::vector<std::string_view> preset_names(std::string_view family);

/// The family whose presets may be the value of a policy's (or a service's) key; empty: none.
std::string_view preset_family_of_policy_key(std::string_view key);
std::string_view preset_family_of_service_key(std::string_view key);
/// The names that may be the value of a policy's (or a service's) key: kinds, then presets.
std::vector<std::string_view> policy_key_names(std::string_view key);
std::vector<std::string_view> service_key_names(std::string_view key);
/// The first key that takes presets of the family; empty for bundles.
std::string_view preset_key(std::string_view family);

/// The value at `a.b.c` in a map, or null.
const sim::Node* find_path(const sim::Node& map, std::string_view path);

/// Where the values of a source key were read: "aws-samples/…: src/…"; empty for an unknown key.
std::string_view preset_source(std::string_view key);
std::vector<std::string_view> preset_source_keys();

}  // namespace models
