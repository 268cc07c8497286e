#pragma once

#include <vector>

#include "models/lint/rule.hpp"
#include "sim/report/document.hpp"

namespace sim::cli {

/// Every rule of the design lint on a line.
Document rules_document();
/// The condition of each, why, the source, a bad and a good snippet, and where to see it.
Document rules_document(const std::vector<const models::LintRule*>& rules);

}  // namespace sim::cli
