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

/// Of one of a result's SLOs: its value, written as those of its metric are.
sim::Cell slo_value(const Part& slo);
/// "≥ 95 %": what it asks for.
std::string slo_limit(const Part& slo);
/// The group or the service that it is about.
std::string slo_subject(const Part& slo);

}  // namespace models
