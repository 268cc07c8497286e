#pragma once

#include <span>
#include <vector>

namespace sim {

/// How much of `alpha` may be spent when a share `fraction` of the largest sample has been seen:
/// 2 - 2 Phi(z_{1-alpha/2} / sqrt(fraction)), the function of Lan and DeMets (1983) that follows
/// O'Brien and Fleming: almost nothing at first, `alpha` at the end. 0 for a fraction of 0; a
/// fraction of 1 and more spends all. `fraction` >= 0, `alpha` in (0, 1).
double spent(double fraction, double alpha);

/// The level of each look, at ascending fractions: what spent() grows by since the look before.
/// Testing each look at its own level, as if it were the only one, is wrong at any of them with a
/// chance of at most their sum, which is spent(last): so never more than `alpha`, whatever the
/// dependence between looks (the union bound, so somewhat stricter than need be).
std::vector<double> spending_increments(std::span<const double> fractions, double alpha);

}  // namespace sim
