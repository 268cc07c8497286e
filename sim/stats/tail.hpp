#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "sim/stats/histogram.hpp"

namespace sim {

/// The index alpha of a tail P(X > x) ~ x^-alpha from the `k` largest values (Hill 1975): one over
/// the mean logarithm of how many times they exceed the next one. Below 2 the variance is infinite,
/// and no interval for a mean means what it says; below 1 the mean is too. +infinity when the k
/// largest are equal to the next. Empty when there are not more than k values, or that next one is
/// not positive. `k` >= 1.
std::optional<double> hill_index(std::span<const double> values, std::size_t k);
/// The same of the values of a histogram, each as its bin.
std::optional<double> hill_index(const Histogram& values, std::uint64_t k);

/// The index of a tail that is heavy, looked at from its largest 1 %, 0.5 % and 0.25 %: the
/// smallest of the three. Empty unless all are below 2: a second mode (requests that were retried)
/// looks heavy from one distance and not from the next. Empty too below 20 000 values, where the
/// last of them has fewer than 50.
std::optional<double> heavy_tail(const Histogram& values);
/// The same of values.
std::optional<double> heavy_tail(std::span<const double> values);

}  // namespace sim
