#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <vector>

#include "models/report/part.hpp"
#include "sim/report/document.hpp"

// Parts of the page of a run; each leaves out what the result does not say.
namespace models {

/// Customers and services second by second.
void add_charts(const Part& result, std::vector<sim::Block>& page);
/// How long requests take, fastest to slowest.
void add_latency(const Part& result, std::vector<sim::Block>& page);
/// Who calls whom, and regions, zones and services coloured by harm.
void add_maps(const Part& result, std::vector<sim::Block>& page);
/// What the faults cost, in one or two lines under the verdict.
void add_cost(const Part& result, std::vector<sim::Block>& page);
/// Customers, functions and places that were reached (BLAST_RADIUS.md), under each strategy.
void add_blast(const Part& result, std::vector<sim::Block>& page);

/// Journeys by how much of their requests the faults cost under the strategy that loses most, the
/// worst first; `touched` of them lose enough to look at, which without faults are all.
struct JourneyOrder {
    std::vector<std::size_t> journeys;
    std::size_t touched = 0;
};
JourneyOrder journeys_by_harm(const Part& result);

/// The baseline, the winner, what would have helped, then the others in the order of the file: the
/// strategies that a chart shows before the reader asks for more.
std::set<std::string> strategies_in_charts(const Part& result);

}  // namespace models
