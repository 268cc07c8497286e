#include "sim/core/quantile.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include <boost/math/special_functions/gamma.hpp>

namespace sim {

namespace {

double normal_share_below(double z) { return std::erfc(-z / std::sqrt(2.0)) / 2; }

/// The share of draws that are at most `x`, which is above zero.
struct ShareBelow {
    double x;

    double operator()(const ConstantDistribution& d) const { return x >= d.value_s ? 1 : 0; }
    double operator()(const ExponentialDistribution& d) const { return -std::expm1(-x / d.mean_s); }
    double operator()(const LogNormalDistribution& d) const {
        return normal_share_below((std::log(x) - d.mu) / d.sigma);
    }
    double operator()(const GammaDistribution& d) const {
        return boost::math::gamma_p(d.shape, x / d.scale_s);
    }
    double operator()(const WeibullDistribution& d) const {
        return -std::expm1(-std::pow(x / d.scale_s, d.shape));
    }
    double operator()(const UniformDistribution& d) const {
        if (d.high_s <= d.low_s) return x >= d.low_s ? 1 : 0;
        return std::clamp((x - d.low_s) / (d.high_s - d.low_s), 0.0, 1.0);
    }
    double operator()(const ParetoDistribution& d) const {
        if (x <= d.min_s) return 0;
        if (x >= d.max_s) return 1;
        const double all = 1 - std::pow(d.min_s / d.max_s, d.alpha);
        return (1 - std::pow(d.min_s / x, d.alpha)) / all;
    }
    double operator()(const HyperexponentialDistribution& d) const {
        double share = 0;
        for (std::size_t i = 0; i < d.shares.size(); ++i) {
            share -= d.shares[i] * std::expm1(-x / d.means_s[i]);
        }
        return share;
    }
    double operator()(const ErlangDistribution& d) const {
        return boost::math::gamma_p(static_cast<double>(d.k), x * d.k / d.mean_s);
    }
    double operator()(const EmpiricalDistribution& d) const {
        const auto above = std::upper_bound(d.values_s.begin(), d.values_s.end(), x);
        return static_cast<double>(above - d.values_s.begin()) /
               static_cast<double>(d.values_s.size());
    }
    double operator()(const NormalDistribution& d) const {
        return normal_share_below((x - d.mean_s) / d.deviation_s);
    }
    double operator()(const MixtureDistribution& d) const {
        double share = 0;
        for (std::size_t i = 0; i < d.shares.size(); ++i) {
            share += d.shares[i] * std::visit(*this, d.of[i].kind);
        }
        return share;
    }
};

double share_below(const Distribution& distribution, double x) {
    return std::visit(ShareBelow{x}, distribution.kind);
}

}  // namespace

double quantile_seconds(const Distribution& distribution, double p) {
    if (const auto* constant = std::get_if<ConstantDistribution>(&distribution.kind)) {
        return constant->value_s;
    }
    constexpr double kLongest = 1e10;  // seconds: no time of a file is longer than a century
    double low = 1e-12;
    double high = 1e-9;
    while (high < kLongest && share_below(distribution, high) < p) {
        low = high;
        high *= 2;
    }
    for (int i = 0; i < 100 && high - low > 1e-12 * high; ++i) {
        const double middle = (low + high) / 2;
        (share_below(distribution, middle) < p ? low : high) = middle;
    }
    return high;
}

}  // namespace sim
