#pragma once

#include "models/report/part.hpp"
#include "sim/report/document.hpp"

namespace models {

/// Every number of a result, one row each, for spreadsheets: which strategy, of what, which
/// measure, value, low, high. Series are left out, which would be hundreds of thousands of rows.
sim::Table study_sheet(const Json& result);

}  // namespace models
