#include "sim/stats/distributions.hpp"

#include <boost/math/distributions/beta.hpp>
#include <boost/math/distributions/binomial.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>

#include "sim/core/assert.hpp"

namespace sim {

namespace bm = boost::math;

namespace {

bool is_open_probability(double p) { return p > 0 && p < 1; }

}  // namespace

double t_quantile(double p, double df) {
    SIM_ASSERT(is_open_probability(p) && df > 0);
    return bm::quantile(bm::students_t(df), p);
}

double t_two_sided_p(double t, double df) {
    SIM_ASSERT(df > 0 && !std::isnan(t));
    if (std::isinf(t)) return 0;
    return 2 * bm::cdf(bm::complement(bm::students_t(df), std::abs(t)));
}

double normal_quantile(double p) {
    SIM_ASSERT(is_open_probability(p));
    return bm::quantile(bm::normal(), p);
}

double normal_two_sided_p(double z) {
    SIM_ASSERT(!std::isnan(z));
    if (std::isinf(z)) return 0;
    return 2 * bm::cdf(bm::complement(bm::normal(), std::abs(z)));
}

double beta_quantile(double p, double a, double b) {
    SIM_ASSERT(is_open_probability(p) && a > 0 && b > 0);
    return bm::quantile(bm::beta_distribution<>(a, b), p);
}

double binomial_cdf(std::uint64_t k, std::uint64_t n, double p) {
    SIM_ASSERT(is_open_probability(p) && n > 0 && k <= n);
    return bm::cdf(bm::binomial(static_cast<double>(n), p), static_cast<double>(k));
}

double binomial_upper_tail(std::uint64_t k, std::uint64_t n, double p) {
    SIM_ASSERT(is_open_probability(p) && n > 0 && k <= n);
    if (k == 0) return 1;
    return bm::cdf(
        bm::complement(bm::binomial(static_cast<double>(n), p), static_cast<double>(k - 1)));
}

}  // namespace sim
