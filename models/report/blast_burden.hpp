#pragma once

#include <vector>

#include "models/report/part.hpp"
#include "sim/report/document.hpp"

namespace models {

/// What services and calls had to bear in the incident, and what the traffic cost (BLAST_RADIUS.md
/// B15 and B21), folded.
void add_burden(const std::vector<Part>& strategies, std::vector<sim::Block>& page);

}  // namespace models
