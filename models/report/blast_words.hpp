#pragma once

#include <vector>

#include "models/report/part.hpp"
#include "sim/report/document.hpp"

// What the blast radius of a run says in words (BLAST_RADIUS.md).
namespace models {

/// How each strategy ends, those that end alike together, and what the verdicts mean.
void add_verdicts(const std::vector<Part>& strategies, std::vector<sim::Block>& page);
/// The four radii that the field mixes up: target, potential, realised, observed. Empty without.
sim::Table radii_table(const std::vector<Part>& strategies);

}  // namespace models
