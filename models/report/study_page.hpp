#pragma once

#include <string>
#include <vector>

#include "models/report/part.hpp"
#include "sim/report/document.hpp"

namespace models {

/// The page of a run, made from its JSON result and nothing else, so that it can be made again from
/// a saved one. What the result does not say is left out.
std::vector<sim::Block> study_page(const Json& result);

/// Every SLO under every strategy and for every group that judges it. Where the baseline misses
/// one it is an error, under the others, which may be there to lose, a warning.
std::vector<sim::Check> study_checks(const Json& result);

/// What is wrong with a saved result, as one sentence without a full stop; empty when it can be
/// shown: it is a result of this format, and says what every result says.
std::string objection_to(const Json& result);

/// The whole report of a saved result, with the details of `-v` or without.
sim::Document study_report(Json result, bool details);

/// The whole report of a saved result of `blast`; with details every fault.
sim::Document blast_report(Json result, bool details);
/// One row per fault and slice, for spreadsheets.
sim::Table blast_sheet(const Json& result);
/// Like `objection_to`, of what only a result of `blast` has.
std::string objection_to_blast(const Json& result);

}  // namespace models
