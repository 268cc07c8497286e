#pragma once

#include <string>

#include "models/analysis/forecast.hpp"
#include "models/analysis/json_parts.hpp"
#include "models/analysis/plan_report.hpp"

namespace models {

/// What an estimate rests on, what is in it and what is not.
std::string trial_text(const PlanInput& input, const Forecast& times);

/// The events of a run of each strategy and of its twin, as tried; null when nothing was. Nothing
/// about the machine.
Json trial_json(const PlanInput& input);

}  // namespace models
