#pragma once

#include <vector>

#include <nlohmann/json.hpp>

#include "sim/report/document.hpp"

namespace models {

/// The page of a run, made of its JSON result and nothing else: what a page shows is in the data,
/// and a page can be made again from a stored result. `result` is one of `firedrill run` whose
/// `formatVersion` this program knows.
std::vector<sim::Block> study_page(const nlohmann::ordered_json& result);

}  // namespace models
