#include "sim/yaml/read_distribution.hpp"

#include <cmath>

#include "tests/unit/yaml/yaml_fixture.hpp"

using namespace sim;
using namespace sim::test;

namespace {

struct Outcome {
    std::optional<Distribution> value;
    std::string said;
};

Outcome read(const std::string& text) {
    Loaded f("v: " + text + "\n");
    REQUIRE(f.said().empty());
    DistributionFiles files;
    files.sources = &f.sources;
    files.loader = fake_files({{"good.csv", "delay\n3ms # slow\n\n0.001\n2ms\n"},
                               {"bad.csv", "1ms\nx\n-3\n1ms,2ms\n"},
                               {"empty.csv", "# nothing\n"}});
    auto value = read_distribution(f.at("v"), f.diagnostics, "latency", files);
    CHECK((value.has_value() || f.diagnostics.has_errors()));
    std::string said;
    for (const Diagnostic& one : f.diagnostics.sorted()) {
        said += f.sources.name(one.range.file) + ":" + where(one.range) + " " + one.message +
                (one.hint.empty() ? "" : " | ") + one.hint + "\n";
    }
    return {std::move(value), said};
}

template <class Kind>
Kind as(const std::string& text) {
    const Outcome outcome = read(text);
    CHECK(outcome.said == "");
    REQUIRE(outcome.value.has_value());
    REQUIRE(std::holds_alternative<Kind>(outcome.value->kind));
    return std::get<Kind>(outcome.value->kind);
}

}  // namespace

TEST_CASE("every form of a distribution is read") {
    CHECK(as<ConstantDistribution>("12ms").value_s == Approx(0.012));
    CHECK(as<ConstantDistribution>("{constant: 12ms}").value_s == Approx(0.012));
    CHECK(as<ConstantDistribution>("{shape: constant, value: ~12ms}").value_s == Approx(0.012));
    const auto lognormal = as<LogNormalDistribution>("{p50: 8ms, p99: 60ms}");
    CHECK(lognormal.mu == Approx(std::log(0.008)));
    CHECK(lognormal.sigma == Approx(std::log(7.5) / 2.3263478740));
    CHECK(as<LogNormalDistribution>("{p50: 8ms, p99: 60ms, shape: lognormal}").mu == lognormal.mu);
    CHECK(as<LogNormalDistribution>("{mean: 10ms, cv: 0.5}").sigma ==
          Approx(std::sqrt(std::log(1.25))));
    CHECK(as<GammaDistribution>("{mean: 10ms, cv: 0.5, shape: gamma}").shape == Approx(4));
    CHECK(as<GammaDistribution>("{p50: 8ms, p99: 60ms, shape: gamma}").shape > 0);
    CHECK(as<WeibullDistribution>("{p50: 8ms, p99: 60ms, shape: weibull}").scale_s > 0);
    CHECK(as<ExponentialDistribution>("{mean: 10ms, shape: exponential}").mean_s == Approx(0.01));
    CHECK(as<ExponentialDistribution>("{exponential: {mean: 10ms}}").mean_s == Approx(0.01));
    const auto pareto = as<ParetoDistribution>("{shape: pareto, min: 1ms, alpha: 1.5, max: 10s}");
    CHECK(pareto.min_s == Approx(0.001));
    CHECK(pareto.alpha == 1.5);
    CHECK(pareto.max_s == Approx(10));
    CHECK(std::isinf(as<ParetoDistribution>("{pareto: {min: 1ms, alpha: 1.5}}").max_s));
    const auto mixed = as<HyperexponentialDistribution>(
        "{hyperexponential: {means: [1ms, 50ms], shares: [90%, 10%]}}");
    CHECK(mixed.means_s == std::vector<double>{0.001, 0.05});
    CHECK(mixed.shares == std::vector<double>{0.9, 0.1});
    const auto both = as<MixtureDistribution>(
        "{mixture: {of: [5ms, {normal: {mean: 1s, sd: 200ms}}], "
        "shares: [99%, 1%]}}");
    REQUIRE(both.of.size() == 2);
    CHECK(both.of[0].is_constant());
    CHECK(std::get<NormalDistribution>(both.of[1].kind).deviation_s == 0.2);
    CHECK(both.shares[1] == Approx(0.01));
    CHECK(as<ErlangDistribution>("{shape: erlang, mean: 10ms, k: 4}").k == 4);
    CHECK(as<UniformDistribution>("{uniform: [1ms, 5ms]}").high_s == Approx(0.005));
    CHECK(as<UniformDistribution>("{shape: uniform, min: 1ms, max: 5ms}").low_s == Approx(0.001));
    CHECK(as<EmpiricalDistribution>("{empirical: good.csv}").values_s ==
          std::vector<double>{0.001, 0.002, 0.003});
    CHECK(as<EmpiricalDistribution>("{shape: empirical, file: good.csv}").values_s.size() == 3);
}

TEST_CASE("degenerate distributions are constants") {
    CHECK(as<ConstantDistribution>("{p50: 8ms, p99: 8ms}").value_s == Approx(0.008));
    CHECK(as<ConstantDistribution>("{mean: 8ms, cv: 0}").value_s == Approx(0.008));
    CHECK(as<ConstantDistribution>("{uniform: [3ms, 3ms]}").value_s == Approx(0.003));
}

TEST_CASE("percentiles in the wrong order are shown together") {
    Loaded f("latency: {p50: 80ms, p99: 60ms}\n");
    CHECK_FALSE(read_distribution(f.at("latency"), f.diagnostics, "latency").has_value());
    CHECK(f.said() ==
          "f.yaml:1:16: error: p50 `80ms` is above p99 `60ms`\n"
          "    1 | latency: {p50: 80ms, p99: 60ms}\n"
          "      |                ^^^^\n"
          "   hint: swap them, or raise p99\n"
          "f.yaml:1:27: note: p99 is here\n"
          "    1 | latency: {p50: 80ms, p99: 60ms}\n"
          "      |                           ^^^^\n");
}

TEST_CASE("mistakes in a distribution are explained") {
    CHECK(read("12").said ==
          "f.yaml:1:4+2 a duration needs a unit: `12` | write `12ms` or `12s`\n");
    CHECK(read("[1ms]").said ==
          "f.yaml:1:4+5 latency: expected a duration or a distribution, found a list | write for "
          "example `12ms` or `{p50: 8ms, p99: 60ms}`\n");
    CHECK(read("{p50: 8ms}").said == "f.yaml:1:4+10 latency needs `p99`\n");
    CHECK(read("{p50: 8ms, p95: 60ms}").said ==
          "f.yaml:1:4+21 latency needs `p99`\n"
          "f.yaml:1:15+3 unknown key `p95` in latency | did you mean `p99`?\n");
    CHECK(read("{p50: 0s, p99: 60ms}").said == "f.yaml:1:10+2 `0s` is too short: at least 1ns\n");
    CHECK(read("{mean: 10ms}").said ==
          "f.yaml:1:4+12 latency needs `shape` or `cv` beside `mean` | write `shape: exponential`, "
          "or the coefficient of variation, `cv: 1`\n");
    CHECK(read("{typo: 1}").said ==
          "f.yaml:1:4+9 latency needs a duration, `p50` and `p99`, or a `shape` | write for "
          "example `12ms` or `{p50: 8ms, p99: 60ms}`\n");
    CHECK(read("{shape: lognorml, p50: 1ms, p99: 2ms}").said ==
          "f.yaml:1:12+8 unknown shape `lognorml` | did you mean `lognormal`?\n");
    CHECK(read("{pareto: {min: 10ms, alpha: 1, max: 1ms}}").said ==
          "f.yaml:1:19+4 min `10ms` is above max `1ms` | swap them, or raise max\n");
    CHECK(read("{pareto: {min: 10ms, alpha: 0}}").said ==
          "f.yaml:1:32+1 `0` is too small: more than 0\n");
    CHECK(read("{pareto: {min: 10ms, alpha: 1}, p50: 1ms}").said ==
          "f.yaml:1:36+3 unknown key `p50` in latency\n");
    CHECK(read("{uniform: [1ms]}").said ==
          "f.yaml:1:14+5 uniform takes two durations, found 1 | write `[1ms, 5ms]`\n");
    CHECK(read("{uniform: [5ms, 1ms]}").said ==
          "f.yaml:1:14+10 `5ms` is above `1ms` | write the smaller one first\n");
    CHECK(read("{mixture: {of: [1ms, 2ms], shares: [100%]}}").said ==
          "f.yaml:1:14+32 2 distributions but 1 shares | every distribution needs its share\n");
    CHECK(read("{shape: hyperexponential, means: [1ms], shares: [50%, 50%]}").said ==
          "f.yaml:1:4+59 1 means but 2 shares | every mean needs its share\n");
    CHECK(read("{shape: hyperexponential, means: [1ms, 2ms], shares: [50%, 40%]}").said ==
          "f.yaml:1:57+10 the shares add up to 90%, not 100%\n");
    CHECK(read("{shape: erlang, mean: 1ms, k: 0}").said ==
          "f.yaml:1:34+1 `0` is too small: at least 1\n");
    CHECK(read("{p50: 1ms, p99: 1h, shape: gamma}").said ==
          "f.yaml:1:4+33 no gamma distribution has these percentiles: p99 is too far above p50 | "
          "use `shape: lognormal`\n");
}

TEST_CASE("mistakes in a file of measured values are shown in the file") {
    CHECK(read("{empirical: none.csv}").said ==
          "f.yaml:1:16+8 cannot read `none.csv`: no such file\n");
    CHECK(read("{empirical: empty.csv}").said == "f.yaml:1:16+9 `empty.csv` has no values\n");
    const std::string hint = " | one value per line: `3ms`, or seconds as `0.003`\n";
    CHECK(read("{empirical: bad.csv}").said ==
          "bad.csv:2:1+1 expected a duration, found `x`" + hint +
              "bad.csv:3:1+1 expected a duration, found `-3`" + hint +
              "bad.csv:4:1+1 expected a duration, found `1ms,2ms`" + hint);
}
