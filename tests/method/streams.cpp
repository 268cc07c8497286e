// METHOD.md 8: streams that have nothing to do with each other, and draws that follow their law.
#include <limits>
#include <string>

#include "sim/core/distribution.hpp"
#include "sim/core/quantile.hpp"
#include "sim/core/rng.hpp"
#include "tests/method/experiment.hpp"

namespace method {

namespace {

using sim::Distribution;
using sim::KeyedRng;
using sim::RngStream;

std::vector<double> uniforms(const RngStream& stream, std::size_t count) {
    std::vector<double> values;
    values.reserve(count);
    for (std::size_t i = 0; i < count; ++i) values.push_back(KeyedRng(stream, i, 0).unit());
    return values;
}

double correlation(const std::vector<double>& a, const std::vector<double>& b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += (a[i] - 0.5) * (b[i] - 0.5);
    return sum / static_cast<double>(a.size()) * 12;  // the variance of a uniform is 1/12
}

/// The largest correlation of neighbours among `pairs` + 1 streams.
template <class Stream>
double largest_correlation(const Effort& effort, std::size_t pairs, std::size_t count,
                           const Stream& stream) {
    const auto all = repeat(effort, pairs, [&](std::size_t i) {
        return std::abs(correlation(uniforms(stream(i), count), uniforms(stream(i + 1), count)));
    });
    return *std::max_element(all.begin(), all.end());
}

struct KeyedLaw {
    const char* name;
    Distribution distribution;
};

std::vector<KeyedLaw> laws() {
    const double infinity = std::numeric_limits<double>::infinity();
    return {
        {"exponential", {sim::ExponentialDistribution{0.02}}},
        {"lognormal", sim::lognormal_from_mean_cv(0.02, 1.5)},
        {"gamma", {sim::GammaDistribution{2.5, 0.01}}},
        {"gamma below one", {sim::GammaDistribution{0.4, 0.01}}},
        {"Weibull", {sim::WeibullDistribution{0.7, 0.02}}},
        {"uniform", {sim::UniformDistribution{0.01, 0.05}}},
        {"Pareto", {sim::ParetoDistribution{0.01, 4.5, infinity}}},
        {"bounded Pareto", {sim::ParetoDistribution{0.01, 1.2, 1.0}}},
        {"hyperexponential", {sim::HyperexponentialDistribution{{0.005, 0.1}, {0.9, 0.1}}}},
        {"Erlang", {sim::ErlangDistribution{0.02, 4}}},
        {"normal", {sim::NormalDistribution{0.01, 0.001}}},
        {"mixture",
         {sim::MixtureDistribution{
             {{sim::GammaDistribution{2, 0.01}}, {sim::ExponentialDistribution{0.1}}},
             {0.9, 0.1}}}},
    };
}

/// Of one seed: Kolmogorov's distance at 1000 quantiles, times the root of the number of draws,
/// and how many standard errors the mean is away.
struct Fit {
    double distance = 0;
    double mean_errors = 0;
};
Fit fit(const Distribution& law, const Distribution& truth, std::size_t count, std::uint64_t seed) {
    constexpr int kCells = 1000;
    const RngStream stream(seed, 0, "variates", "test");
    std::vector<double> values;
    values.reserve(count);
    double sum = 0;
    for (std::size_t i = 0; i < count; ++i) {
        KeyedRng rng(stream, i, 0);
        values.push_back(law.draw(rng).seconds());
        sum += values.back();
    }
    std::sort(values.begin(), values.end());
    const auto n = static_cast<double>(count);
    Fit result;
    for (int cell = 1; cell < kCells; ++cell) {
        const double p = static_cast<double>(cell) / kCells;
        const auto below = std::upper_bound(values.begin(), values.end(),
                                            sim::quantile_seconds(truth, p) + 0.5e-9);
        const double found = static_cast<double>(below - values.begin()) / n;
        result.distance = std::max(result.distance, std::abs(found - p) * std::sqrt(n));
    }
    result.mean_errors = std::abs(sum / n - truth.mean_seconds()) / std::sqrt(truth.variance() / n);
    return result;
}

/// The worst of all seeds.
Fit worst_fit(const Effort& effort, const Distribution& law, const Distribution& truth) {
    const std::size_t seeds = effort.of(20, 2);
    const std::size_t count = effort.of(1'000'000, 100'000);
    const auto all =
        repeat(effort, seeds, [&](std::size_t i) { return fit(law, truth, count, i + 1); });
    Fit worst;
    for (const Fit& one : all) {
        worst.distance = std::max(worst.distance, one.distance);
        worst.mean_errors = std::max(worst.mean_errors, one.mean_errors);
    }
    return worst;
}

/// Kolmogorov's distance at p = 1e-4.
constexpr double kFarthest = 2.23;

}  // namespace

std::vector<Row> streams(const Effort& effort) {
    const std::size_t pairs = effort.of(1000, 100);
    const std::size_t count = effort.of(100'000, 20'000);
    const double most = 5 / std::sqrt(static_cast<double>(count));
    const auto entity = [](std::size_t i) {
        return RngStream(1, 0, "service-" + std::to_string(i), "work");
    };
    const auto replication = [](std::size_t i) { return RngStream(1, i, "service", "work"); };
    const auto seed = [](std::size_t i) { return RngStream(i, 0, "service", "work"); };
    const auto same = [](std::size_t) { return RngStream(1, 0, "service", "work"); };
    const auto row = [&](const char* what, const auto& stream, bool wrong = false) {
        return Row{"A8.2", what, largest_correlation(effort, wrong ? 2 : pairs, count, stream),
                   {},     most, "",
                   wrong};
    };
    return {row("largest correlation of neighbouring entities", entity),
            row("... of replications r and r + 1", replication),
            row("... of seeds s and s + 1", seed), row("... of a stream and itself", same, true)};
}

std::vector<Row> variates(const Effort& effort) {
    std::vector<Row> rows;
    for (const KeyedLaw& law : laws()) {
        const Fit worst = worst_fit(effort, law.distribution, law.distribution);
        const std::string name = law.name;
        rows.push_back({"A8.4",
                        name + ": Kolmogorov's distance, worst seed",
                        worst.distance,
                        {},
                        kFarthest,
                        ""});
        rows.push_back({"A8.4",
                        name + ": standard errors of the mean, worst seed",
                        worst.mean_errors,
                        {},
                        4,
                        ""});
    }
    // As if the mean were that of the logarithm.
    const auto lognormal = sim::lognormal_from_mean_cv(0.02, 1.5);
    const Distribution mistaken{sim::LogNormalDistribution{std::log(0.02), 1.0857}};
    const Fit worst = worst_fit(effort, mistaken, lognormal);
    rows.push_back({"A8.4",
                    "lognormal by the mean of its logarithm: distance",
                    worst.distance,
                    {},
                    kFarthest,
                    "",
                    true});
    rows.push_back({"A8.4", "... standard errors of the mean", worst.mean_errors, {}, 4, "", true});
    return rows;
}

}  // namespace method
