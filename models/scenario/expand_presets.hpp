#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "models/scenario/preset_catalog.hpp"
#include "models/scenario/scenario.hpp"
#include "sim/core/diagnostics.hpp"
#include "sim/core/source_map.hpp"
#include "sim/yaml/node.hpp"

namespace models {

/// Puts presets into the tree of a scenario file: the name of a preset becomes what it stands for.
///   backoff: envoy                      the map, in place; it goes before a kind of that name
///   backoff: {preset: envoy, max: 1s}   the same with the keys beside it laid over
///   preset: boto3                       a map under `preset`, which the layers of call settings
///                                       (policy_layers.hpp) and services lay at the bottom
/// A preset's values have their place in a source of its own, "preset envoy", and the place of the
/// name as their alias, so that messages and `plan` can say where they come from.
class PresetExpander {
  public:
    /// Both must outlive the expander.
    PresetExpander(sim::SourceMap& sources, sim::Diagnostics& diagnostics)
        : sources_(sources), diagnostics_(diagnostics) {}

    /// A tree as the user wrote it, before anything is filled in. Unknown names are errors.
    void expand(sim::Node& root);

    /// The presets that were used.
    [[nodiscard]] const std::vector<PresetText>& used() const { return used_; }

  private:
    enum class Bundle { allowed, refused };
    void expand_policy(sim::Node& policy, Bundle bundle);
    void expand_strategy(sim::Node& strategy);
    void expand_service(sim::Node& service);
    void expand_endpoint(sim::Node& endpoint);
    void expand_call(sim::Node& call);
    /// Both are false when the entry makes no sense and has been reported.
    bool expand_bundle(sim::MapEntry& entry, bool of_service);
    enum class KeyOf { policy, service };
    bool expand_key(sim::MapEntry& entry, KeyOf owner);
    void report_unknown_name(const sim::Node& name, std::string_view what,
                             const std::vector<std::string_view>& known);
    const sim::Node& text_of(const Preset& preset);
    sim::Node placed(const Preset& preset, const sim::Node& name);

    sim::SourceMap& sources_;
    sim::Diagnostics& diagnostics_;
    std::map<std::pair<std::string, std::string>, sim::Node> texts_;
    std::vector<PresetText> used_;
};

}  // namespace models
