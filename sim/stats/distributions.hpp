#pragma once

#include <cstdint>

namespace sim {

/// Quantile of Student's t: P(T <= t) = p for 0 < p < 1, `df` > 0, which need not be whole.
double t_quantile(double p, double df);
/// P(|T| >= |t|): the two-sided p-value. 0 for an infinite t.
double t_two_sided_p(double t, double df);
/// Quantile of the standard normal distribution, 0 < p < 1.
double normal_quantile(double p);
/// P(|Z| >= |z|) of the standard normal distribution.
double normal_two_sided_p(double z);
/// Quantile of the beta distribution, 0 < p < 1, a and b > 0.
double beta_quantile(double p, double a, double b);
/// P(B <= k) for B ~ Binomial(n, p), 0 < p < 1, k <= n, n > 0.
double binomial_cdf(std::uint64_t k, std::uint64_t n, double p);
/// P(B >= k); 1 for k = 0.
double binomial_upper_tail(std::uint64_t k, std::uint64_t n, double p);

}  // namespace sim
