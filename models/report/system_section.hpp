#pragma once

#include <vector>

#include "models/report/part.hpp"
#include "sim/report/document.hpp"

namespace models {

/// What caches, queues, databases, breakers, levels and operators did, a row for each strategy;
/// nothing when the system has none of them.
void add_system(const Part& result, std::vector<sim::Block>& page);

}  // namespace models
