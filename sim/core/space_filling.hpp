#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "sim/core/rng.hpp"

namespace sim {

/// Points of the unit cube that cover it evenly: [point][dimension], each in [0, 1). A dimension is
/// drawn from a stream of its own, so its values do not depend on how many others there are.
using CubePoints = std::vector<std::vector<double>>;

/// Latin hypercube (McKay, Beckman, Conover 1979): of `count` equal strata of every dimension each
/// holds exactly one point, at a uniform place in it, in an order of its own.
CubePoints latin_hypercube(std::size_t count, std::span<const RngStream> streams);

/// How many dimensions a Sobol sequence may have here.
inline constexpr std::size_t kMostSobolDimensions = 1000;

/// The first `count` points of Sobol's sequence (directions of Joe and Kuo, 2008), every dimension
/// shifted by random bits (exclusive or): of a power of two of points, each of as many equal
/// strata of every dimension holds exactly one, as without the shift.
CubePoints sobol_points(std::size_t count, std::span<const RngStream> streams);

}  // namespace sim
