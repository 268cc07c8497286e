#pragma once

#include <vector>

#include "models/report/part.hpp"
#include "sim/report/document.hpp"

namespace models {

/// What services, calls and links between zones had to bear (BLAST_RADIUS.md B15 and B21), folded.
void add_burden(const std::vector<Part>& strategies, std::vector<sim::Block>& page);

}  // namespace models
