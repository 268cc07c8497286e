#pragma once

#include <vector>

#include "models/report/part.hpp"
#include "sim/report/document.hpp"

namespace models {

/// One request explained, of the result of a run; nothing when it has none.
void add_explained(const Part& result, std::vector<sim::Block>& page);

/// The page of `firedrill explain`, from its data.
std::vector<sim::Block> explained_page(const Json& json);

}  // namespace models
