#pragma once

#include "models/validation/case_runner.hpp"
#include "sim/report/document.hpp"

namespace models {

/// How far the figures are from their exact values, in standard errors: a histogram beside the
/// bell that chance alone would give.
sim::Plot deviation_plot(const ValidationResult& result);

}  // namespace models
