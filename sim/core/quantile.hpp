#pragma once

#include "sim/core/distribution.hpp"

namespace sim {

/// The value in seconds that a share `p` in (0, 1) of the draws does not exceed. Exact where the
/// distribution has an inverse, else found by bisection of its cumulative distribution.
double quantile_seconds(const Distribution& distribution, double p);

}  // namespace sim
