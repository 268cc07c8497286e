#pragma once

#include <string>

#include "models/sweep/rows.hpp"
#include "sim/report/document.hpp"

namespace models {

/// The report of a sweep for people: how many points each strategy passes, what became of every SLO
/// along the inputs, which points failed, how to go on. Charts where there is one numeric input,
/// heat maps where there are two, tables otherwise; `verbose` lists all points.
sim::Document sweep_document(SweepReader& reader, bool verbose);

/// `{"formatVersion", "command": "sweep", "verdict": "none", "scenario", "provenance", "inputs",
/// "points": [as in sweep_jsonl]}`.
std::string sweep_json(SweepReader& reader);

}  // namespace models
