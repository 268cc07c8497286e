#include "sim/core/distribution.hpp"

#include <algorithm>
#include <boost/math/special_functions/gamma.hpp>
#include <boost/random/gamma_distribution.hpp>
#include <boost/random/lognormal_distribution.hpp>
#include <boost/random/normal_distribution.hpp>
#include <cmath>
#include <limits>

namespace sim {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kPi = 3.14159265358979323846;
constexpr double kNormal99 = 2.3263478740408411;  // 99th percentile of the standard normal

double gamma_function(double x) { return boost::math::tgamma(x); }

struct DrawSeconds {
    KeyedRng& rng;

    double exponential(double mean_s) const { return -std::log(rng.unit()) * mean_s; }
    /// Which of these shares, which add up to one.
    std::size_t branch(const std::vector<double>& shares) const {
        double left = rng.unit();
        std::size_t branch = 0;
        while (branch + 1 < shares.size() && left >= shares[branch]) left -= shares[branch++];
        return branch;
    }

    double operator()(const ConstantDistribution& d) const { return d.value_s; }
    double operator()(const ExponentialDistribution& d) const { return exponential(d.mean_s); }
    double operator()(const LogNormalDistribution& d) const {
        return boost::random::lognormal_distribution<double>(d.mu, d.sigma)(rng);
    }
    double operator()(const GammaDistribution& d) const {
        return boost::random::gamma_distribution<double>(d.shape, d.scale_s)(rng);
    }
    double operator()(const WeibullDistribution& d) const {
        return d.scale_s * std::pow(-std::log(rng.unit()), 1.0 / d.shape);
    }
    double operator()(const UniformDistribution& d) const {
        return d.low_s + (d.high_s - d.low_s) * rng.unit();
    }
    double operator()(const ParetoDistribution& d) const {
        const double tail = std::isinf(d.max_s) ? 0.0 : std::pow(d.min_s / d.max_s, d.alpha);
        return d.min_s * std::pow(1.0 - rng.unit() * (1.0 - tail), -1.0 / d.alpha);
    }
    double operator()(const HyperexponentialDistribution& d) const {
        return exponential(d.means_s[branch(d.shares)]);
    }
    double operator()(const ErlangDistribution& d) const {
        double sum = 0;
        for (int i = 0; i < d.k; ++i) sum += exponential(d.mean_s / d.k);
        return sum;
    }
    double operator()(const EmpiricalDistribution& d) const {
        const double rank = rng.unit() * static_cast<double>(d.values_s.size() - 1);
        const auto below = static_cast<std::size_t>(rank);
        if (below + 1 >= d.values_s.size()) return d.values_s.back();
        const double part = rank - static_cast<double>(below);
        return d.values_s[below] + part * (d.values_s[below + 1] - d.values_s[below]);
    }
    double operator()(const NormalDistribution& d) const {
        return std::max(0.0,
                        boost::random::normal_distribution<double>(d.mean_s, d.deviation_s)(rng));
    }
    double operator()(const MixtureDistribution& d) const {
        return std::visit(*this, d.of[branch(d.shares)].kind);
    }
};

struct Moments {
    double mean;
    double variance;
};

/// k-th raw moment of the (truncated) Pareto: integral of alpha min^alpha x^(k-alpha-1).
double pareto_moment(const ParetoDistribution& d, int k) {
    const double excess = d.alpha - k;
    if (std::isinf(d.max_s)) {
        return excess > 0 ? d.alpha * std::pow(d.min_s, k) / excess : kInfinity;
    }
    const double mass = 1.0 - std::pow(d.min_s / d.max_s, d.alpha);
    const double scale = d.alpha * std::pow(d.min_s, d.alpha) / mass;
    if (std::abs(excess) < 1e-12) return scale * std::log(d.max_s / d.min_s);
    return scale * (std::pow(d.min_s, -excess) - std::pow(d.max_s, -excess)) / excess;
}

/// Moments of linear interpolation between sorted values at a uniform rank.
Moments empirical_moments(const std::vector<double>& values) {
    if (values.size() == 1) return {values[0], 0};
    double first = 0;
    double second = 0;
    for (std::size_t i = 0; i + 1 < values.size(); ++i) {
        const double a = values[i];
        const double b = values[i + 1];
        first += (a + b) / 2;
        second += (a * a + a * b + b * b) / 3;
    }
    const auto gaps = static_cast<double>(values.size() - 1);
    return {first / gaps, second / gaps - (first / gaps) * (first / gaps)};
}

struct MomentsOf {
    Moments operator()(const ConstantDistribution& d) const { return {d.value_s, 0}; }
    Moments operator()(const ExponentialDistribution& d) const {
        return {d.mean_s, d.mean_s * d.mean_s};
    }
    Moments operator()(const LogNormalDistribution& d) const {
        const double s2 = d.sigma * d.sigma;
        const double mean = std::exp(d.mu + s2 / 2);
        return {mean, mean * mean * std::expm1(s2)};
    }
    Moments operator()(const GammaDistribution& d) const {
        return {d.shape * d.scale_s, d.shape * d.scale_s * d.scale_s};
    }
    Moments operator()(const WeibullDistribution& d) const {
        const double g1 = gamma_function(1 + 1 / d.shape);
        const double g2 = gamma_function(1 + 2 / d.shape);
        return {d.scale_s * g1, d.scale_s * d.scale_s * (g2 - g1 * g1)};
    }
    Moments operator()(const UniformDistribution& d) const {
        const double width = d.high_s - d.low_s;
        return {(d.low_s + d.high_s) / 2, width * width / 12};
    }
    Moments operator()(const ParetoDistribution& d) const {
        const double mean = pareto_moment(d, 1);
        const double second = pareto_moment(d, 2);
        return {mean, std::isinf(second) ? kInfinity : second - mean * mean};
    }
    Moments operator()(const HyperexponentialDistribution& d) const {
        double mean = 0;
        double second = 0;
        for (std::size_t i = 0; i < d.shares.size(); ++i) {
            mean += d.shares[i] * d.means_s[i];
            second += 2 * d.shares[i] * d.means_s[i] * d.means_s[i];
        }
        return {mean, second - mean * mean};
    }
    Moments operator()(const ErlangDistribution& d) const {
        return {d.mean_s, d.mean_s * d.mean_s / d.k};
    }
    Moments operator()(const EmpiricalDistribution& d) const {
        return empirical_moments(d.values_s);
    }
    /// Of max(0, X): with z = mean / deviation, E = mean Phi(z) + deviation phi(z) and
    /// E^2 = (mean^2 + deviation^2) Phi(z) + mean deviation phi(z).
    Moments operator()(const NormalDistribution& d) const {
        const double z = d.mean_s / d.deviation_s;
        const double above = std::erfc(-z / std::sqrt(2.0)) / 2;
        const double density = std::exp(-z * z / 2) / std::sqrt(2 * kPi);
        const double mean = d.mean_s * above + d.deviation_s * density;
        const double second = (d.mean_s * d.mean_s + d.deviation_s * d.deviation_s) * above +
                              d.mean_s * d.deviation_s * density;
        return {mean, second - mean * mean};
    }
    Moments operator()(const MixtureDistribution& d) const {
        double mean = 0;
        double second = 0;
        for (std::size_t i = 0; i < d.shares.size(); ++i) {
            const Moments part = std::visit(*this, d.of[i].kind);
            mean += d.shares[i] * part.mean;
            second += d.shares[i] * (part.variance + part.mean * part.mean);
        }
        return {mean, second - mean * mean};
    }
};

/// Shape of the gamma whose p99/p50 is `ratio`; the ratio falls as the shape grows.
std::optional<double> gamma_shape_for_ratio(double ratio) {
    const auto ratio_at = [](double shape) {
        return boost::math::gamma_p_inv(shape, 0.99) / boost::math::gamma_p_inv(shape, 0.5);
    };
    double low = 0.08;
    double high = 1e6;
    if (ratio > ratio_at(low) || ratio < ratio_at(high)) return std::nullopt;
    for (int i = 0; i < 200 && high - low > 1e-14 * high; ++i) {
        const double middle = std::sqrt(low * high);
        (ratio_at(middle) > ratio ? low : high) = middle;
    }
    return std::sqrt(low * high);
}

}  // namespace

Duration Distribution::draw_by_kind(KeyedRng& rng) const {
    return from_seconds(std::visit(DrawSeconds{rng}, kind));
}

double Distribution::mean_seconds() const { return std::visit(MomentsOf{}, kind).mean; }

double Distribution::variance() const { return std::visit(MomentsOf{}, kind).variance; }

double Distribution::supremum() const {
    if (const auto* constant = std::get_if<ConstantDistribution>(&kind)) return constant->value_s;
    if (const auto* uniform = std::get_if<UniformDistribution>(&kind)) return uniform->high_s;
    if (const auto* pareto = std::get_if<ParetoDistribution>(&kind)) return pareto->max_s;
    if (const auto* empirical = std::get_if<EmpiricalDistribution>(&kind)) {
        return empirical->values_s.back();
    }
    if (const auto* mixture = std::get_if<MixtureDistribution>(&kind)) {
        double highest = 0;
        for (const auto& part : mixture->of) highest = std::max(highest, part.supremum());
        return highest;
    }
    return kInfinity;
}

std::string_view Distribution::kind_name() const {
    return std::visit([](const auto& d) { return std::decay_t<decltype(d)>::name; }, kind);
}

Distribution constant_distribution(Duration value) {
    return {ConstantDistribution{value.seconds()}};
}

std::optional<Distribution> from_quantiles(TwoQuantileShape shape, double p50_s, double p99_s) {
    SIM_ASSERT(p50_s > 0 && p50_s <= p99_s);
    if (p50_s == p99_s) return Distribution{ConstantDistribution{p50_s}};
    const double ratio = p99_s / p50_s;
    switch (shape) {
        case TwoQuantileShape::lognormal:
            return Distribution{
                LogNormalDistribution{std::log(p50_s), std::log(ratio) / kNormal99}};
        case TwoQuantileShape::weibull: {
            const double k = std::log(std::log(100.0) / std::log(2.0)) / std::log(ratio);
            return Distribution{WeibullDistribution{k, p50_s / std::pow(std::log(2.0), 1 / k)}};
        }
        case TwoQuantileShape::gamma: {
            const auto k = gamma_shape_for_ratio(ratio);
            if (!k) return std::nullopt;
            return Distribution{GammaDistribution{*k, p50_s / boost::math::gamma_p_inv(*k, 0.5)}};
        }
    }
    SIM_ASSERT(false);
}

Distribution lognormal_from_mean_cv(double mean_s, double cv) {
    const double s2 = std::log1p(cv * cv);
    return {LogNormalDistribution{std::log(mean_s) - s2 / 2, std::sqrt(s2)}};
}

}  // namespace sim
