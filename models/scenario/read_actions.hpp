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

/// How long a condition is measured and must be true.
struct ConditionTimes {
    sim::Duration& over;
    sim::Duration& holds;
    sim::Duration longest;  ///< that `over` may be
};
/// `{condition: "checkout.success < 50%", over: 10s, for: 30s}`, or the condition alone: its text;
/// null after an error. `grammar` is the hint where there is none.
const sim::Node* read_timed_condition(const sim::Node& node, std::string_view key,
                                      ConditionTimes times, std::string_view grammar,
                                      sim::Diagnostics& diagnostics);

std::vector<ActionSpec> read_actions(const sim::Node& node, Reading& reading);

}  // namespace models
