#include "sim/stats/spending.hpp"

#include <cmath>
#include <numeric>
#include <vector>

#include "sim/core/assert.hpp"
#include "sim/stats/distributions.hpp"
#include "tests/catch.hpp"
#include "tests/unit/stats/samples.hpp"

namespace {

/// The rounds of `replications: auto` (SEMANTICS.md 10) as shares of the last.
const std::vector<double> kRounds = {10 / 200.0, 20 / 200.0,  40 / 200.0,
                                     80 / 200.0, 160 / 200.0, 1.0};

double two_sided_p(double sum, double n) { return sim::normal_two_sided_p(sum / std::sqrt(n)); }

struct Errors {
    double spending = 0;  ///< share of experiments that reject at some look's own level
    double peeking = 0;   ///< ... at 5 % at some look
};

/// Experiments of 200 values without any effect, looked at six times.
Errors false_alarms(int experiments, double alpha) {
    const auto levels = sim::spending_increments(kRounds, alpha);
    Errors errors;
    for (int i = 0; i < experiments; ++i) {
        Samples samples(static_cast<std::uint64_t>(i));
        double sum = 0;
        int n = 0;
        bool by_spending = false;
        bool by_peeking = false;
        for (std::size_t look = 0; look < kRounds.size(); ++look) {
            for (; n < static_cast<int>(std::lround(kRounds[look] * 200)); ++n) {
                sum += samples.normal();
            }
            const double p = two_sided_p(sum, n);
            by_spending |= p <= levels[look];
            by_peeking |= p <= alpha;
        }
        errors.spending += by_spending;
        errors.peeking += by_peeking;
    }
    return {errors.spending / experiments, errors.peeking / experiments};
}

}  // namespace

// 2 - 2 Phi(1.959963984540054 / sqrt(t)), from tables of Lan and DeMets (1983).
TEST_CASE("O'Brien-Fleming spending, known answers") {
    CHECK(sim::spent(0.2, 0.05) == Approx(1.1727e-5).epsilon(1e-3));
    CHECK(sim::spent(0.4, 0.05) == Approx(0.001942).epsilon(1e-3));
    CHECK(sim::spent(0.5, 0.05) == Approx(0.005575).epsilon(1e-3));
    CHECK(sim::spent(0.6, 0.05) == Approx(0.011397).epsilon(1e-3));
    CHECK(sim::spent(0.8, 0.05) == Approx(0.028429).epsilon(1e-3));
    CHECK(sim::spent(1, 0.05) == 0.05);
    CHECK(sim::spent(1.7, 0.05) == 0.05);
    CHECK(sim::spent(0, 0.05) == 0.0);
    CHECK(sim::spent(1e-9, 0.05) == 0.0);
}

TEST_CASE("the looks together spend what the last one may have spent") {
    const auto all = sim::spending_increments(kRounds, 0.05);
    CHECK(std::accumulate(all.begin(), all.end(), 0.0) == Approx(0.05).epsilon(1e-12));
    for (const double level : all) CHECK(level >= 0);
    const auto half = sim::spending_increments(std::vector<double>{0.25, 0.5}, 0.05);
    CHECK(half[0] + half[1] == Approx(sim::spent(0.5, 0.05)));
    CHECK(sim::spending_increments({}, 0.05).empty());
}

TEST_CASE("six looks under the null reject at most as often as promised, peeking more often") {
    constexpr int kExperiments = 4000;
    const double slack = 3 * std::sqrt(0.05 * 0.95 / kExperiments);
    const Errors errors = false_alarms(kExperiments, 0.05);
    CHECK(errors.spending <= 0.05 + slack);
    CHECK(errors.spending > 0.02);         // it does spend something
    CHECK(errors.peeking > 0.05 + slack);  // negative control
}

TEST_CASE("looks that go back are a bug") {
    CHECK_THROWS_AS(sim::spending_increments(std::vector<double>{0.5, 0.2}, 0.05),
                    sim::InternalError);
    CHECK_THROWS_AS(sim::spent(-0.1, 0.05), sim::InternalError);
}
