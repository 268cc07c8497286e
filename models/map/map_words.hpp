#pragma once

#include <optional>
#include <string>
#include <vector>

#include "models/map/map_study.hpp"

namespace models {

/// Where the metastable region begins along x, in one row.
struct RegionStart {
    std::size_t row = 0;
    std::size_t first = 0;  ///< column of its first cell, coming from the lower end of x
    bool at_edge = false;   ///< the map shows nothing before it
};
/// Of every row that has such a region, from below.
std::vector<RegionStart> region_starts(const StabilityMap& map, std::size_t strategy);

/// How far a step along one axis has to go from today's cell until what is metastable is not, or
/// the other way round.
struct BoundaryStep {
    bool along_x = true;
    std::size_t last = 0;   ///< index of the last value that is as today
    std::size_t first = 0;  ///< index of the first that is not
};
/// The nearest of each direction that has one: of x up and down, of y up and down.
std::vector<BoundaryStep> steps_from_today(const StabilityMap& map, std::size_t strategy);

/// In words: how many cells are metastable, where that begins, and how far today's design (the
/// scenario's own values) is from it.
std::vector<std::string> map_words(const StabilityMap& map, std::size_t strategy);

}  // namespace models
