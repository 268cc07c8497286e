#pragma once

#include <string>

#include "models/map/map_study.hpp"
#include "sim/report/document.hpp"

namespace models {

/// The glyph of a cell in text: `.` back at once (within 10 s), `:` within a minute, `o` later,
/// `M` metastable, `X` overloaded, `~` mixed, `?` undecided, `!` failed, blank not run.
char glyph_of(const MapCell& cell);

/// A strategy's map as a picture, with lines of glyphs where there are no pictures, and the table
/// of its cells.
sim::Plot map_plot(const StabilityMap& map, std::size_t strategy);

/// All strategies in one picture that stands by itself, as a file.
std::string map_svg(const StabilityMap& map);

/// What the glyphs are, on one line.
std::string map_legend();

}  // namespace models
