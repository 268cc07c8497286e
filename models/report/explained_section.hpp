#pragma once

#include <string>
#include <vector>

#include "models/report/part.hpp"
#include "sim/report/document.hpp"

namespace models {

/// One request explained, of the result of a run; nothing when it has none.
void add_explained(const Part& result, std::vector<sim::Block>& page);

/// The page of a result of `firedrill explain`.
std::vector<sim::Block> explained_page(const Json& result);
/// One row per span, for spreadsheets.
sim::Table explained_sheet(const Json& result);
/// The whole report of a saved one.
sim::Document explained_report(Json result);
/// Like `objection_to`, of what only such a result has.
std::string objection_to_explained(const Json& result);

}  // namespace models
