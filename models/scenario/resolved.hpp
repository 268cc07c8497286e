#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/scenario/scenario.hpp"
#include "sim/core/source_map.hpp"

namespace models {

/// Who decided a setting.
enum class SettingOrigin : std::uint8_t { built_in, preset, file, strategy, override_option };
/// "default", "preset", "file", "strategy", "--set".
std::string_view to_string(SettingOrigin origin);

/// One effective value of the scenario.
struct EffectiveSetting {
    std::string path;   ///< `services.payment.queue`, `strategies.naive.retries`
    std::string name;   ///< its key; of a rule's `kind` the rule's: `loadBalancing`
    std::string value;  ///< `100`, `unlimited`, `[eu, us]`; a guess has its `~`
    SettingOrigin origin = SettingOrigin::built_in;
    std::string preset;  ///< the name of the preset that it is from; empty: from none
    std::string flag;    ///< why a default that nobody wrote matters; empty: it does not
    sim::SourceRange range;
};

/// Every value that a run of the scenario uses, in the order of the resolved file.
std::vector<EffectiveSetting> effective_settings(const Scenario& scenario,
                                                 const sim::SourceMap& sources);

/// What a preset brings that is dangerous, and that nobody overrides.
struct DangerousPreset {
    sim::SourceRange range;  ///< where the first of those names the preset
    std::string message;     ///< which settings, why, and in which strategies
};
/// One for each danger of a preset, whatever the number of `strategies` (their indices) that have
/// it.
std::vector<DangerousPreset> dangerous_presets(const Scenario& scenario,
                                               const std::vector<EffectiveSetting>& settings,
                                               std::span<const std::size_t> strategies);

/// The effective scenario as YAML: defaults, includes and overrides written out. Reading it again
/// gives the same models for every strategy.
std::string write_resolved(const Scenario& scenario);

}  // namespace models
