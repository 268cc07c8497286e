#pragma once

#include <vector>

#include "models/report/part.hpp"
#include "sim/report/document.hpp"

namespace models {

/// Why the baseline fails: the fault in parts, the limits that bound, the calls that amplified, and
/// what would have helped, with what to paste. Nothing where the result knows of none.
void add_why(const Part& result, std::vector<sim::Block>& page);

}  // namespace models
