#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "models/validation/case.hpp"
#include "sim/core/diagnostics.hpp"
#include "sim/core/source_map.hpp"

namespace models {

/// Reads an index of cases: a YAML list, one map a case, with the keys of `Case` and `Figure`.
/// Mistakes go to `diagnostics`; entries that have one are left out.
std::vector<Case> read_cases(sim::SourceMap& sources, sim::Diagnostics& diagnostics,
                             const std::string& name, std::string_view text);

}  // namespace models
