#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "models/policy/call_policy.hpp"
#include "sim/core/diagnostics.hpp"
#include "sim/yaml/map_reader.hpp"
#include "sim/yaml/node.hpp"

namespace models {

enum class PolicyPart : std::uint8_t {
    whole,  ///< all layers together
    layer,  ///< one of them: what is missing may stand in another
};

/// Takes every key of call settings. Built-in values stand where the map has none.
CallPolicy take_policy(sim::MapReader& reader, PolicyPart part);

/// A map of call settings; unknown keys are errors. `context` names it: "policy".
CallPolicy read_policy(const sim::Node& node, sim::Diagnostics& diagnostics, std::string context,
                       PolicyPart part);

bool is_policy_key(std::string_view key);

}  // namespace models
