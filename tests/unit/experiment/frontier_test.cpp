// Bisection over verdicts: on scripted answers, and on noisy ones whose frontier is known.
#include "sim/experiment/frontier.hpp"

#include <cmath>
#include <functional>
#include <vector>

#include "tests/catch.hpp"
#include "tests/unit/stats/samples.hpp"

using sim::FrontierRange;
using sim::FrontierSearch;
using sim::Verdict;

namespace {

FrontierRange load_range() { return {0.1, 10, true, false, 0.01, 1.0}; }

/// Asks until it ends.
FrontierSearch searched(const FrontierRange& range,
                        const std::function<Verdict(double)>& verdict_at) {
    FrontierSearch search(range);
    while (const auto at = search.next()) search.tell(verdict_at(*at));
    return search;
}

Verdict below(double at, double frontier) {
    return at <= frontier ? Verdict::met : Verdict::missed;
}

/// How a place is decided from values that are met when their mean is at least 0.
using Decision = std::function<Verdict(const FrontierRange&, const std::vector<double>&)>;

Verdict judged(const std::vector<double>& values, std::size_t count, double confidence) {
    std::vector<std::optional<double>> first(values.begin(),
                                             values.begin() + static_cast<std::ptrdiff_t>(count));
    const sim::Threshold threshold{sim::ThresholdOp::at_least, 0, confidence, 0};
    return sim::judge_values(threshold, first).verdict;
}

Verdict decided_by_looks(const std::vector<double>& values, double confidence_of_look) {
    for (const auto look : sim::kProbeLooks) {
        const auto verdict = judged(values, look, confidence_of_look);
        if (verdict == Verdict::met && look == sim::kProbeLooks.front()) continue;
        if (verdict == Verdict::met || verdict == Verdict::missed) return verdict;
    }
    return Verdict::inconclusive;
}

Verdict careful(const FrontierRange& range, const std::vector<double>& values) {
    const double alpha = 1 - sim::probe_confidence(range, 0.95);
    return decided_by_looks(values, 1 - sim::alpha_of_probe_look(alpha));
}

/// What one would do without thinking: ten runs, and which side their mean is on.
Verdict careless(const FrontierRange&, const std::vector<double>& values) {
    double sum = 0;
    for (std::size_t i = 0; i < sim::kProbeLooks[1]; ++i) sum += values[i];
    return sum >= 0 ? Verdict::met : Verdict::missed;
}

/// ... or looking again and again at 95 %.
Verdict repeated(const FrontierRange&, const std::vector<double>& values) {
    return decided_by_looks(values, 0.95);
}

struct Coverage {
    int covered = 0;
    int answered = 0;
    double width = 0;  ///< of the answers, as a ratio: their mean
};

/// Of so many searches for a random frontier in noise.
Coverage coverage_of(const Decision& decide, int trials) {
    const auto range = load_range();
    Coverage coverage;
    for (int trial = 0; trial < trials; ++trial) {
        Samples samples(static_cast<std::uint64_t>(trial) + 1);
        const double frontier = std::exp(1.2 * samples.normal());
        if (frontier < 0.12 || frontier > 9) continue;
        const auto search = searched(range, [&](double at) {
            std::vector<double> values;
            for (std::size_t i = 0; i < sim::kProbeLooks.back(); ++i) {
                values.push_back(std::log(frontier / at) + 0.2 * samples.normal());
            }
            return decide(range, values);
        });
        const auto low = search.low();
        const auto high = search.high();
        if (!low || !high) continue;
        ++coverage.answered;
        coverage.covered += *low <= frontier && frontier <= *high ? 1 : 0;
        coverage.width += *high / *low - 1;
    }
    coverage.width /= coverage.answered;
    return coverage;
}

}  // namespace

TEST_CASE("a frontier is found to the tolerance, wherever it is") {
    for (const double frontier : {0.11, 0.5, 0.999, 1.0, 1.7, 3.14159, 9.9}) {
        const auto search = searched(load_range(), [&](double at) { return below(at, frontier); });
        INFO(frontier);
        REQUIRE(search.low());
        REQUIRE(search.high());
        CHECK(*search.low() <= frontier);
        CHECK(*search.high() > frontier);
        CHECK(*search.high() <= *search.low() * 1.0102);
        CHECK(search.probes().size() <= sim::most_probes(load_range()));
        CHECK(search.probes().front().at == 1.0);
    }
}

TEST_CASE("a frontier beyond the range is no answer, and is not asked for twice") {
    const auto above = searched(load_range(), [](double) { return Verdict::met; });
    CHECK(above.low() == 10.0);
    CHECK_FALSE(above.high());
    CHECK(above.probes().size() == 5);  // 1 2 4 8 10
    const auto under = searched(load_range(), [](double) { return Verdict::missed; });
    CHECK_FALSE(under.low());
    CHECK(under.high() == 0.1);
}

TEST_CASE("the direction is that of the ends") {
    const FrontierRange range{0, 100, false, false, 0.01, std::nullopt};
    const auto rising =
        searched(range, [](double at) { return at < 30 ? Verdict::missed : Verdict::met; });
    CHECK(rising.low_verdict() == Verdict::missed);
    CHECK(*rising.low() < 30);
    CHECK(*rising.high() >= 30);
    CHECK(*rising.high() - *rising.low() <= 0.31);
    const auto same = searched(range, [](double) { return Verdict::missed; });
    CHECK(same.probes().size() == 2);
}

TEST_CASE("whole numbers end at neighbours") {
    const FrontierRange range{0, 1000, false, true, 1e-6, std::nullopt};
    const auto search = searched(range, [](double at) { return below(at, 637); });
    CHECK(search.low() == 637.0);
    CHECK(search.high() == 638.0);
}

TEST_CASE("what is inconclusive is narrowed from both sides") {
    const auto search = searched(load_range(), [](double at) {
        return at < 2.8 ? Verdict::met : at > 3.2 ? Verdict::missed : Verdict::inconclusive;
    });
    CHECK(*search.low() < 2.8);
    CHECK(*search.low() > 2.8 / 1.03);
    CHECK(*search.high() > 3.2);
    CHECK(*search.high() < 3.2 * 1.03);
}

TEST_CASE("an inconclusive end leaves the certain side") {
    const FrontierRange range{1, 64, true, false, 0.01, std::nullopt};
    const auto search =
        searched(range, [](double at) { return at < 20 ? Verdict::met : Verdict::inconclusive; });
    CHECK(*search.low() < 20);
    CHECK(*search.low() > 19);
    CHECK_FALSE(search.high());
    const auto nothing = searched(range, [](double) { return Verdict::inconclusive; });
    CHECK_FALSE(nothing.low());
    CHECK(nothing.probes().size() == 2);
}

TEST_CASE("the answer of a noisy search holds the frontier as often as it says") {
    const auto coverage = coverage_of(careful, 400);
    CHECK(coverage.answered > 350);
    // 95 % less three standard errors; in truth it is nearer to 1: Bonferroni over all that might
    // have been asked.
    CHECK(coverage.covered >= 0.95 * coverage.answered - 3 * std::sqrt(0.0475 * coverage.answered));
    CHECK(coverage.width < 0.25);
}

TEST_CASE("searches that do not mind the noise do not hold it") {
    const auto by_mean = coverage_of(careless, 400);
    CHECK(by_mean.covered < 0.5 * by_mean.answered);
    const auto by_many_looks = coverage_of(repeated, 400);
    CHECK(by_many_looks.covered < 0.9 * by_many_looks.answered);
}
