#pragma once

#include <vector>

#include <nlohmann/json.hpp>

#include "sim/report/document.hpp"

namespace models {

/// Time series of customers and of the services that have a story, and who calls whom.
void add_charts(const nlohmann::ordered_json& result, std::vector<sim::Block>& page);

}  // namespace models
