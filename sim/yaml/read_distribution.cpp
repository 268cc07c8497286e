#include "sim/yaml/read_distribution.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/core/did_you_mean.hpp"
#include "sim/yaml/empirical_file.hpp"
#include "sim/yaml/map_reader.hpp"
#include "sim/yaml/scalars.hpp"

namespace sim {
namespace {

constexpr DurationLimits kPositive{Duration{1}, kForever};
constexpr NumberLimits kAboveZero{0, 1e6, true};

/// What the reader of one shape gets.
struct Parts {
    MapReader& map;
    const DistributionFiles& files;
};

std::optional<double> seconds(const Node* node, Diagnostics& diagnostics,
                              DurationLimits limits = {}) {
    if (node == nullptr) return std::nullopt;
    const auto duration = read_duration(*node, diagnostics, limits);
    return duration ? std::optional(duration->seconds()) : std::nullopt;
}

std::optional<double> required_seconds(MapReader& map, std::string_view key,
                                       DurationLimits limits = {}) {
    return seconds(map.require(key), map.diagnostics(), limits);
}

void report_order(MapReader& map, std::string_view low, std::string_view high) {
    const Node& low_node = *map.take(low);
    const Node& high_node = *map.take(high);
    map.diagnostics().add(
        {Severity::error, low_node.range,
         fmt::format("{} {} is above {} {}", low, describe(low_node), high, describe(high_node)),
         fmt::format("swap them, or raise {}", high), high_node.range,
         fmt::format("{} is here", high)});
}

std::optional<Distribution> read_quantiles(MapReader& map, TwoQuantileShape shape) {
    const auto p50 = required_seconds(map, "p50", kPositive);
    const auto p99 = required_seconds(map, "p99", kPositive);
    if (!p50 || !p99) return std::nullopt;
    if (*p50 > *p99) {
        report_order(map, "p50", "p99");
        return std::nullopt;
    }
    auto distribution = from_quantiles(shape, *p50, *p99);
    if (!distribution) {
        map.error("no gamma distribution has these percentiles: p99 is too far above p50",
                  "use `shape: lognormal`");
    }
    return distribution;
}

struct MeanAndCv {
    double mean_s;
    double cv;
};
std::optional<MeanAndCv> read_mean_cv(MapReader& map) {
    const auto mean = required_seconds(map, "mean", kPositive);
    const Node* cv_node = map.require("cv");
    const auto cv = cv_node == nullptr ? std::nullopt
                                       : read_number(*cv_node, map.diagnostics(), {0, 1e3, false});
    if (!mean || !cv) return std::nullopt;
    return MeanAndCv{*mean, *cv};
}

bool has_mean(const MapReader& map) { return map.node().find("mean") != nullptr; }

std::optional<Distribution> read_constant(Parts parts) {
    const auto value = required_seconds(parts.map, "value");
    if (!value) return std::nullopt;
    return Distribution{ConstantDistribution{*value}};
}

std::optional<Distribution> read_exponential(Parts parts) {
    const auto mean = required_seconds(parts.map, "mean", kPositive);
    if (!mean) return std::nullopt;
    return Distribution{ExponentialDistribution{*mean}};
}

std::optional<Distribution> read_lognormal(Parts parts) {
    if (!has_mean(parts.map)) return read_quantiles(parts.map, TwoQuantileShape::lognormal);
    const auto moments = read_mean_cv(parts.map);
    if (!moments) return std::nullopt;
    if (moments->cv == 0) return Distribution{ConstantDistribution{moments->mean_s}};
    return lognormal_from_mean_cv(moments->mean_s, moments->cv);
}

/// With mean and cv: shape 1/cv^2, scale mean cv^2.
std::optional<Distribution> read_gamma(Parts parts) {
    if (!has_mean(parts.map)) return read_quantiles(parts.map, TwoQuantileShape::gamma);
    const auto moments = read_mean_cv(parts.map);
    if (!moments) return std::nullopt;
    const double cv2 = moments->cv * moments->cv;
    if (cv2 == 0) return Distribution{ConstantDistribution{moments->mean_s}};
    return Distribution{GammaDistribution{1 / cv2, moments->mean_s * cv2}};
}

std::optional<Distribution> read_weibull(Parts parts) {
    return read_quantiles(parts.map, TwoQuantileShape::weibull);
}

std::optional<Distribution> read_pareto(Parts parts) {
    MapReader& map = parts.map;
    const auto min = required_seconds(map, "min", kPositive);
    const Node* alpha_node = map.require("alpha");
    const auto alpha = alpha_node == nullptr
                           ? std::nullopt
                           : read_number(*alpha_node, map.diagnostics(), kAboveZero);
    const Node* max_node = map.take("max");
    const auto max = max_node == nullptr ? std::optional(std::numeric_limits<double>::infinity())
                                         : seconds(max_node, map.diagnostics(), kPositive);
    if (!min || !alpha || !max) return std::nullopt;
    if (*min > *max) {
        report_order(map, "min", "max");
        return std::nullopt;
    }
    if (*min == *max) return Distribution{ConstantDistribution{*min}};
    return Distribution{ParetoDistribution{*min, *alpha, *max}};
}

/// The list under `key`, every item through `read`; empty after any error.
template <class Read>
std::optional<std::vector<double>> read_numbers(MapReader& map, std::string_view key, Read read) {
    const Node* node = map.require(key);
    if (node == nullptr) return std::nullopt;
    const auto items = read_list(*node, map.diagnostics(), key);
    std::vector<double> values;
    for (const Node& item : items) {
        if (const auto value = read(item)) values.push_back(*value);
    }
    return !items.empty() && values.size() == items.size() ? std::optional(values) : std::nullopt;
}

std::optional<std::vector<double>> read_shares(MapReader& map) {
    auto shares = read_numbers(
        map, "shares", [&](const Node& item) { return read_percent(item, map.diagnostics()); });
    if (!shares) return std::nullopt;
    double sum = 0;
    for (const double share : *shares) sum += share;
    if (std::abs(sum - 1) > 1e-6) {
        report(map.diagnostics(), *map.take("shares"),
               fmt::format("the shares add up to {:.6g}%, not 100%", sum * 100));
        return std::nullopt;
    }
    for (double& share : *shares) share /= sum;
    return shares;
}

/// `what` is plural.
bool as_many_shares(MapReader& map, std::size_t parts, std::size_t shares, std::string_view what,
                    std::string_view hint) {
    if (parts == shares) return true;
    map.error(fmt::format("{} {} but {} shares", parts, what, shares), std::string(hint));
    return false;
}

std::optional<Distribution> read_hyperexponential(Parts parts) {
    MapReader& map = parts.map;
    auto means = read_numbers(map, "means", [&](const Node& item) {
        return seconds(&item, map.diagnostics(), kPositive);
    });
    auto shares = read_shares(map);
    if (!means || !shares) return std::nullopt;
    if (!as_many_shares(map, means->size(), shares->size(), "means", "every mean needs its share"))
        return std::nullopt;
    return Distribution{HyperexponentialDistribution{std::move(*means), std::move(*shares)}};
}

std::optional<Distribution> read_normal(Parts parts) {
    const auto mean = required_seconds(parts.map, "mean", kPositive);
    const auto deviation = required_seconds(parts.map, "sd");
    if (!mean || !deviation) return std::nullopt;
    if (*deviation == 0) return Distribution{ConstantDistribution{*mean}};
    return Distribution{NormalDistribution{*mean, *deviation}};
}

std::optional<Distribution> read_mixture(Parts parts) {
    MapReader& map = parts.map;
    const Node* list = map.require("of");
    auto shares = read_shares(map);
    if (list == nullptr || !shares) return std::nullopt;
    MixtureDistribution mixture;
    const auto items = read_list(*list, map.diagnostics(), "of");
    for (const Node& item : items) {
        auto part = read_distribution(item, map.diagnostics(), "part of a mixture", parts.files);
        if (part) mixture.of.push_back(std::move(*part));
    }
    if (mixture.of.empty() || mixture.of.size() != items.size()) return std::nullopt;
    if (!as_many_shares(map, items.size(), shares->size(), "distributions",
                        "every distribution needs its share"))
        return std::nullopt;
    mixture.shares = std::move(*shares);
    return Distribution{std::move(mixture)};
}

std::optional<Distribution> read_erlang(Parts parts) {
    MapReader& map = parts.map;
    const auto mean = required_seconds(map, "mean", kPositive);
    const Node* k_node = map.require("k");
    const auto k =
        k_node == nullptr ? std::nullopt : read_count(*k_node, map.diagnostics(), {1, 1000});
    if (!mean || !k) return std::nullopt;
    return Distribution{ErlangDistribution{*mean, static_cast<int>(*k)}};
}

std::optional<Distribution> uniform_between(double low, double high) {
    if (low == high) return Distribution{ConstantDistribution{low}};
    return Distribution{UniformDistribution{low, high}};
}

std::optional<Distribution> read_uniform(Parts parts) {
    const auto low = required_seconds(parts.map, "min");
    const auto high = required_seconds(parts.map, "max");
    if (!low || !high) return std::nullopt;
    if (*low <= *high) return uniform_between(*low, *high);
    report_order(parts.map, "min", "max");
    return std::nullopt;
}

std::optional<Distribution> read_empirical(Parts parts) {
    const Node* file = parts.map.require("file");
    if (file == nullptr) return std::nullopt;
    return read_empirical_file(*file, parts.map.diagnostics(), parts.files);
}

struct Shape {
    std::string_view name;
    std::optional<Distribution> (*read)(Parts);
};

constexpr std::array<Shape, 12> kShapes{
    {{ConstantDistribution::name, read_constant},
     {ExponentialDistribution::name, read_exponential},
     {LogNormalDistribution::name, read_lognormal},
     {GammaDistribution::name, read_gamma},
     {WeibullDistribution::name, read_weibull},
     {UniformDistribution::name, read_uniform},
     {ParetoDistribution::name, read_pareto},
     {HyperexponentialDistribution::name, read_hyperexponential},
     {ErlangDistribution::name, read_erlang},
     {EmpiricalDistribution::name, read_empirical},
     {NormalDistribution::name, read_normal},
     {MixtureDistribution::name, read_mixture}}};

const Shape* find_shape(std::string_view name) {
    const auto* found = std::find_if(kShapes.begin(), kShapes.end(),
                                     [&](const Shape& shape) { return shape.name == name; });
    return found == kShapes.end() ? nullptr : found;
}

/// The shape that a map asks for by `shape:`, or by its keys: p50 and p99, or mean and cv, are a
/// log-normal.
const Shape* shape_of(MapReader& map) {
    if (const Node* node = map.take("shape")) {
        std::vector<std::string_view> names;
        names.reserve(std::size(kShapes));
        for (const Shape& shape : kShapes) names.push_back(shape.name);
        const auto index = read_choice(*node, map.diagnostics(), "shape", names);
        return index ? &kShapes[*index] : nullptr;
    }
    if (has_mean(map) && map.node().find("cv") == nullptr) {
        map.error(fmt::format("{} needs `shape` or `cv` beside `mean`", map.context()),
                  "write `shape: exponential`, or the coefficient of variation, `cv: 1`");
        return nullptr;
    }
    const std::array<std::string_view, 4> keys{"p50", "p99", "mean", "cv"};
    const bool known = std::any_of(keys.begin(), keys.end(), [&](std::string_view key) {
        return map.node().find(key) != nullptr;
    });
    if (known) return find_shape(LogNormalDistribution::name);
    map.error(fmt::format("{} needs a duration, `p50` and `p99`, or a `shape`", map.context()),
              "write for example `12ms` or `{p50: 8ms, p99: 60ms}`");
    return nullptr;
}

/// `{uniform: [a, b]}` and `{empirical: file.csv}`, the two shapes with a short form.
std::optional<std::optional<Distribution>> read_short(const Shape& shape, const Node& value,
                                                      Diagnostics& diagnostics,
                                                      const DistributionFiles& files) {
    if (shape.name == EmpiricalDistribution::name && value.is_scalar()) {
        return read_empirical_file(value, diagnostics, files);
    }
    if (shape.name == ConstantDistribution::name && value.is_scalar()) {
        const auto constant = seconds(&value, diagnostics);
        if (!constant) return std::optional<Distribution>{};
        return std::optional(Distribution{ConstantDistribution{*constant}});
    }
    if (shape.name != UniformDistribution::name || !value.is_list()) return std::nullopt;
    std::optional<Distribution> result;
    if (value.items.size() != 2) {
        report(diagnostics, value,
               fmt::format("uniform takes two durations, found {}", value.items.size()),
               "write `[1ms, 5ms]`");
        return result;
    }
    const auto low = seconds(value.items.data(), diagnostics);
    const auto high = seconds(&value.items[1], diagnostics);
    if (!low || !high) return result;
    if (*low <= *high) return uniform_between(*low, *high);
    report(diagnostics, value,
           fmt::format("{} is above {}", describe(value.items[0]), describe(value.items[1])),
           "write the smaller one first");
    return result;
}

std::optional<Distribution> read_nested(const Shape& shape, const Node& value,
                                        Diagnostics& diagnostics, const std::string& context,
                                        const DistributionFiles& files) {
    if (auto result = read_short(shape, value, diagnostics, files)) return *result;
    MapReader inner(value, diagnostics, fmt::format("{} of {}", shape.name, context));
    if (!inner.valid()) return std::nullopt;
    auto result = shape.read({inner, files});
    inner.finish();
    return result;
}

}  // namespace

std::optional<Distribution> read_distribution(const Node& node, Diagnostics& diagnostics,
                                              const std::string& context,
                                              const DistributionFiles& files) {
    if (node.is_scalar()) {
        const auto value = seconds(&node, diagnostics);
        if (!value) return std::nullopt;
        return Distribution{ConstantDistribution{*value}};
    }
    if (!node.is_map()) {
        report(diagnostics, node,
               fmt::format("{}: expected a duration or a distribution, found {}", context,
                           describe(node)),
               "write for example `12ms` or `{p50: 8ms, p99: 60ms}`");
        return std::nullopt;
    }
    MapReader map(node, diagnostics, context);
    for (const MapEntry& entry : node.entries) {
        const Shape* shape = find_shape(entry.key);
        if (shape == nullptr) continue;
        map.take(entry.key);
        auto result = read_nested(*shape, entry.value, diagnostics, context, files);
        map.finish();
        return result;
    }
    const Shape* shape = shape_of(map);
    if (shape == nullptr) return std::nullopt;
    auto result = shape->read({map, files});
    map.finish();
    return result;
}

}  // namespace sim
