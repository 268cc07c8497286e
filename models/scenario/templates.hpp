#pragma once

#include <span>
#include <string_view>

namespace models {

/// A scenario that `firedrill init NAME` writes.
struct ScenarioTemplate {
    std::string_view name;
    std::string_view summary;
    std::string_view text;
};

/// In the order of the help text; the first is what `init` writes without a name.
std::span<const ScenarioTemplate> scenario_templates();

}  // namespace models
