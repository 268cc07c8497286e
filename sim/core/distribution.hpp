#pragma once

#include <cmath>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "sim/core/rng.hpp"
#include "sim/core/time.hpp"

namespace sim {

/// The kinds of a distribution of durations. All parameters are in seconds unless they say
/// otherwise; a draw is rounded once, to the nanosecond. Uniform, exponential, Pareto, Weibull and
/// empirical draws use inversion (one word); normal-based and gamma draws use Boost.Random.
struct ConstantDistribution {
    static constexpr std::string_view name = "constant";
    double value_s = 0;
};
struct ExponentialDistribution {
    static constexpr std::string_view name = "exponential";
    double mean_s = 0;
};
struct LogNormalDistribution {
    static constexpr std::string_view name = "lognormal";
    double mu = 0;  ///< mean of the logarithm of seconds
    double sigma = 0;
};
struct GammaDistribution {
    static constexpr std::string_view name = "gamma";
    double shape = 1;
    double scale_s = 0;
};
struct WeibullDistribution {
    static constexpr std::string_view name = "weibull";
    double shape = 1;
    double scale_s = 0;
};
struct UniformDistribution {
    static constexpr std::string_view name = "uniform";
    double low_s = 0;
    double high_s = 0;
};
/// Pareto from `min_s` with tail index `alpha`, truncated at `max_s` (infinity: unbounded).
struct ParetoDistribution {
    static constexpr std::string_view name = "pareto";
    double min_s = 0;
    double alpha = 1;
    double max_s = 0;
};
/// A mixture of exponentials: branch i is taken with probability share[i].
struct HyperexponentialDistribution {
    static constexpr std::string_view name = "hyperexponential";
    std::vector<double> means_s;
    std::vector<double> shares;
};
/// Sum of k exponentials with the given total mean.
struct ErlangDistribution {
    static constexpr std::string_view name = "erlang";
    double mean_s = 0;
    int k = 1;
};
/// The normal; what would be below zero is zero.
struct NormalDistribution {
    static constexpr std::string_view name = "normal";
    double mean_s = 0;
    double deviation_s = 0;
};
struct Distribution;
/// Each draw is one of `of[i]` with probability shares[i]: "1 % of them are slow".
struct MixtureDistribution {
    static constexpr std::string_view name = "mixture";
    std::vector<Distribution> of;
    std::vector<double> shares;
};
/// Measured values, sorted ascending; a draw interpolates between neighbours.
struct EmpiricalDistribution {
    static constexpr std::string_view name = "empirical";
    std::vector<double> values_s;
};

using DistributionKind =
    std::variant<ConstantDistribution, ExponentialDistribution, LogNormalDistribution,
                 GammaDistribution, WeibullDistribution, UniformDistribution, ParetoDistribution,
                 HyperexponentialDistribution, ErlangDistribution, EmpiricalDistribution,
                 NormalDistribution, MixtureDistribution>;

/// A distribution of non-negative durations.
struct Distribution {
    DistributionKind kind;

    /// One draw, at least zero.
    [[nodiscard]] Duration draw(KeyedRng& rng) const {
        // The one that models of theory draw for every event, without a detour.
        if (const auto* d = std::get_if<ExponentialDistribution>(&kind)) {
            return from_seconds(-std::log(rng.unit()) * d->mean_s);
        }
        return draw_by_kind(rng);
    }
    /// In seconds; infinity where the mean does not exist (Pareto with alpha <= 1, unbounded).
    [[nodiscard]] double mean_seconds() const;
    /// Variance in seconds squared; infinity where it does not exist.
    [[nodiscard]] double variance() const;
    /// True when every draw is the same.
    [[nodiscard]] bool is_constant() const {
        return std::holds_alternative<ConstantDistribution>(kind);
    }
    /// The largest value a draw can take in seconds, infinity when there is none.
    [[nodiscard]] double supremum() const;
    [[nodiscard]] std::string_view kind_name() const;

  private:
    [[nodiscard]] Duration draw_by_kind(KeyedRng& rng) const;
};

Distribution constant_distribution(Duration value);

enum class TwoQuantileShape { lognormal, gamma, weibull };

/// The distribution with the given median and 99th percentile (0 < p50 <= p99); equal quantiles
/// give a constant. Gamma has no closed form: its shape is found by bisection on the ratio of the
/// quantiles, which fails (nothing) beyond a ratio of 1e4.
std::optional<Distribution> from_quantiles(TwoQuantileShape shape, double p50_s, double p99_s);

/// The log-normal with the given mean and coefficient of variation (mean of the values, not of
/// their logarithm): sigma^2 = ln(1 + cv^2), mu = ln(mean) - sigma^2 / 2.
Distribution lognormal_from_mean_cv(double mean_s, double cv);

}  // namespace sim
