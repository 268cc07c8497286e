#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "models/sweep/rows.hpp"

namespace models {

/// One row per point, strategy and measure: `point,strategy,<inputs>,of,metric,unit,slo,value,low,
/// high,runs,verdict,failure,command`. Numbers are in the unit of their column and read back the
/// same; `inf` is beyond what the runs could see. A point that failed is one row: why, and the
/// command that repeats it. RFC 4180 with line feeds.
std::string sweep_csv(SweepReader& reader);

/// The same as one JSON object per point and strategy and line: `{"point", "strategy", "inputs":
/// {path: value}, "verdict", "measures": [{"of", "metric", "unit", "slo", "value", "low", "high",
/// "runs", "verdict"}]}`.
std::string sweep_jsonl(SweepReader& reader);

/// One of those lines as data.
nlohmann::ordered_json sweep_result_json(const SweepStudy& study, const SweepResult& result);

}  // namespace models
