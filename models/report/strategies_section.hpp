#pragma once

#include <vector>

#include "models/report/part.hpp"
#include "sim/report/document.hpp"

// The first part of the page of a run; each function leaves out what the result does not say.
namespace models {

/// Strategies beside each other: SLOs, losses, cost; then the success of each journey.
void add_strategies(const Part& result, std::vector<sim::Block>& page);
/// What strikes, what each strategy is, what is asked for: names alone tell a reader nothing.
void add_trial(const Part& result, std::vector<sim::Block>& page);
/// How a verdict is shown.
sim::Cell verdict_cell(const std::string& verdict, sim::Cell cell);

}  // namespace models
