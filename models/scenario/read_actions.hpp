#pragma once

#include <string_view>
#include <vector>

#include "models/scenario/reading.hpp"
#include "models/scenario/slo.hpp"

namespace models {

/// How one kind of action is written.
struct ActionForm {
    std::string_view kind;
    std::string_view main;  ///< `{shed: 50%}` is this parameter; empty: as a map only
    std::string_view example;
    std::string_view summary;
};
/// All of them, in the order of the registry.
const std::vector<ActionForm>& action_forms();

/// How the value of a live metric is written.
MetricUnit unit_of(LiveMetric metric);

std::vector<ActionSpec> read_actions(const sim::Node& node, Reading& reading);

}  // namespace models
