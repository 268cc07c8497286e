#pragma once

#include <vector>

#include "models/report/part.hpp"
#include "sim/report/document.hpp"

// Parts of the page of a run; each leaves out what the result does not say.
namespace models {

/// Customers and services second by second.
void add_charts(const Part& result, std::vector<sim::Block>& page);
/// Who calls whom, and regions, zones and services coloured by harm.
void add_maps(const Part& result, std::vector<sim::Block>& page);
/// What the faults cost, in one or two lines under the verdict.
void add_cost(const Part& result, std::vector<sim::Block>& page);
/// Customers, functions and places that were reached (BLAST_RADIUS.md), under each strategy.
void add_blast(const Part& result, std::vector<sim::Block>& page);

}  // namespace models
