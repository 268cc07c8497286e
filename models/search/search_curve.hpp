#pragma once

#include <optional>

#include "models/search/search_study.hpp"
#include "sim/report/document.hpp"

namespace models {

/// The SLO that binds under a strategy (or, where none is missed, its first) against what was
/// varied, with its intervals and its limit, and the table of all places behind it. Nothing without
/// two places that have a value.
std::optional<sim::Plot> search_curve(const SearchStudy& study, const StrategySearch& search);

/// All places under a strategy in ascending order: what every SLO was there.
sim::Table probe_table(const StrategySearch& search);

/// "99.2 % in" of a percentile with a limit, "12 ms ±1", "> patience".
std::string probe_value_text(const ProbeSlo& slo);

}  // namespace models
