#pragma once

#include <nlohmann/json.hpp>

#include "sim/report/document.hpp"

// What the script of a page draws, as it stands beside each chart.
namespace sim {

/// The more lines, the fewer points has each, so that a page stays small.
nlohmann::ordered_json chart_json(const TimeSeries& series);
nlohmann::ordered_json chart_json(const PercentileCurves& distribution);
nlohmann::ordered_json chart_json(const NodeMap& map);

}  // namespace sim
