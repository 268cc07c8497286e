#pragma once

#include "models/map/map_study.hpp"
#include "sim/report/document.hpp"

namespace models {

/// The report of a map: a picture and words for each strategy, what failed, how to go on. `data` is
/// `{"formatVersion", "command": "map", "scenario", "provenance", "x": {path, values, today}, "y",
/// "strategies": [{name, cells: [{x, y, state, shares, recovery: {median, shortest, longest},
/// windows, overload}], begins: [{y, x, before}]}]}`; the sheet has a row for each cell.
sim::Document map_document(const StabilityMap& map);

}  // namespace models
