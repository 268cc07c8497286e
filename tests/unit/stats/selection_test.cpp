#include "sim/stats/selection.hpp"

#include <cmath>
#include <numeric>
#include <vector>

#include "sim/core/assert.hpp"
#include "sim/stats/summary.hpp"
#include "tests/catch.hpp"
#include "tests/unit/stats/samples.hpp"

namespace {

using Rows = std::vector<std::vector<double>>;

Approx close(double value) { return Approx(value).epsilon(1e-9); }

/// The hardest case: all are equal but the first, which is better by exactly the indifference.
Rows slippage(std::uint64_t seed, std::size_t systems, std::size_t length) {
    Samples samples(seed);
    Rows rows(systems, std::vector<double>(length));
    for (std::size_t r = 0; r < length; ++r) {
        for (std::size_t i = 0; i < systems; ++i) {
            rows[i][r] = 3 * samples.normal() + (i == 0 ? 1 : 0);
        }
    }
    return rows;
}

struct Outcome {
    double correct = 0;   ///< share of experiments that choose the best and no other
    double samples = 0;   ///< mean number over all systems
    double by_look = 0;   ///< share in which the best mean of the first stage is the best system
    double finished = 0;  ///< share that chose within the length of the rows
};

Outcome experiment(std::size_t systems, int count) {
    Outcome outcome;
    for (int i = 0; i < count; ++i) {
        const Rows rows = slippage(static_cast<std::uint64_t>(i) + 1000 * systems, systems, 1200);
        const auto selection =
            sim::select_best(rows, {.indifference = 1, .alpha = 0.05, .first_stage = 20});
        outcome.correct += selection.remaining == std::vector<std::size_t>{0};
        outcome.finished += selection.remaining.size() == 1;
        outcome.samples += static_cast<double>(
            std::accumulate(selection.used.begin(), selection.used.end(), std::size_t{0}));
        std::size_t first = 0;
        double most = -1e9;
        for (std::size_t k = 0; k < systems; ++k) {
            const double mean = sim::summarise(std::span(rows[k]).first(20)).mean;
            if (mean > most) most = mean, first = k;
        }
        outcome.by_look += first == 0;
    }
    for (double* share :
         {&outcome.correct, &outcome.samples, &outcome.by_look, &outcome.finished}) {
        *share /= count;
    }
    return outcome;
}

}  // namespace

TEST_CASE("the constants of Kim and Nelson, known answers") {
    const auto five = sim::kim_nelson(5, 20, 0.05);
    CHECK(five.eta == close(0.2372383155351937));
    CHECK(five.h_squared == close(9.01505599033736));
    const auto ten = sim::kim_nelson(10, 20, 0.05);
    CHECK(ten.eta == close(0.3029338036492749));
    CHECK(ten.h_squared == close(11.511484538672446));
    const auto twenty = sim::kim_nelson(20, 10, 0.1);
    CHECK(twenty.eta == close(0.8755112249998773));
    CHECK(twenty.h_squared == close(15.759202049997793));
}

TEST_CASE("the slack shrinks to nothing") {
    const auto constants = sim::kim_nelson(5, 20, 0.05);
    CHECK(sim::kim_nelson_slack(constants, 18, 1, 20) ==
          close((constants.h_squared * 18 - 20) / 40));
    CHECK(sim::kim_nelson_slack(constants, 18, 1, 163) == 0.0);
    CHECK(sim::kim_nelson_slack(constants, 0, 1, 1) == 0.0);
}

// METHOD.md 4c: PCS .9625 with 286 samples over five systems, .9685 with 685 over ten.
TEST_CASE("Kim and Nelson choose the best as often as promised, for what it should cost") {
    constexpr int kExperiments = 400;
    const double slack = 3 * std::sqrt(0.05 * 0.95 / kExperiments);
    const Outcome five = experiment(5, kExperiments);
    CHECK(five.finished == 1);
    CHECK(five.correct >= 0.95 - slack);
    CHECK(five.samples == Approx(286).epsilon(0.05));
    CHECK(five.by_look < 0.8);  // negative control: the best of 20 runs each is no answer
}

TEST_CASE("common draws make a selection cheaper") {
    Samples samples(5);
    Rows independent(3, std::vector<double>(800));
    Rows paired = independent;
    for (std::size_t r = 0; r < 800; ++r) {
        const double common = samples.normal();
        for (std::size_t i = 0; i < 3; ++i) {
            const double lead = i == 1 ? 0.5 : 0;
            paired[i][r] = common + 0.2 * samples.normal() + lead;
            independent[i][r] = std::sqrt(1.04) * samples.normal() + lead;
        }
    }
    const auto cheap = sim::select_best(paired, {.indifference = 0.4});
    const auto dear = sim::select_best(independent, {.indifference = 0.4});
    CHECK(cheap.remaining == std::vector<std::size_t>{1});
    CHECK(cheap.verdict == sim::SelectionVerdict::best);
    CHECK(cheap.used[0] == 10);
    CHECK(dear.used[0] > 2 * cheap.used[0]);
}

TEST_CASE("a selection says best, indistinguishable or exhausted, and never more than it knows") {
    const Rows apart = {std::vector<double>(10, 5.0), std::vector<double>(10, 3.0)};
    const auto best = sim::select_best(apart, {.indifference = 1});
    CHECK(best.verdict == sim::SelectionVerdict::best);
    CHECK(best.leader == 0);
    CHECK(best.near.empty());
    const auto lower = sim::select_best(apart, {.indifference = 1, .larger_is_better = false});
    CHECK(lower.leader == 1);
    const auto alike = sim::select_best(apart, {.indifference = 2.5});
    CHECK(alike.verdict == sim::SelectionVerdict::indistinguishable);
    CHECK(alike.near == std::vector<std::size_t>{1});
    const Rows same(3, Samples(1).normals(12));
    const auto equal = sim::select_best(same, {.indifference = 0.1});
    CHECK(equal.verdict == sim::SelectionVerdict::indistinguishable);
    CHECK(equal.remaining.size() == 3);
    CHECK(equal.near == std::vector<std::size_t>{1, 2});
    const Rows noisy = {Samples(2).normals(12), Samples(3).normals(12)};
    const auto open = sim::select_best(noisy, {.indifference = 0.01});
    CHECK(open.verdict == sim::SelectionVerdict::exhausted);
    CHECK(open.remaining.size() == 2);
    const auto early = sim::select_best(Rows{{1.0}, {2.0}}, {.indifference = 0.1});
    CHECK(early.verdict == sim::SelectionVerdict::exhausted);
    CHECK(sim::select_best(Rows{{1.0}}, {.indifference = 0.1}).verdict ==
          sim::SelectionVerdict::best);
    CHECK(name_of(open.verdict) == "budget exhausted");
}

TEST_CASE("optimal computing budget allocation, known answer") {
    const std::vector<double> means = {1, 1.5, 2, 3, 4};
    const std::vector<double> deviations = {1, 1.2, 0.8, 1.5, 2};
    const auto shares = sim::optimal_allocation(
        {.means = means, .deviations = deviations, .larger_is_better = false});
    const std::vector<double> expected = {0.397448776878342, 0.4685731169192086,
                                          0.05206367965768986, 0.04575909344914147,
                                          0.03615533309561795};
    for (std::size_t i = 0; i < means.size(); ++i) CHECK(shares[i] == close(expected[i]));
    std::vector<double> negated;
    for (const double mean : means) negated.push_back(-mean);
    CHECK(sim::optimal_allocation({.means = negated, .deviations = deviations}) == shares);
}

TEST_CASE("an allocation knows equal means and constants") {
    const std::vector<double> none = {0, 0};
    const std::vector<double> one = {1, 1};
    CHECK(sim::optimal_allocation({.means = one, .deviations = none}) ==
          std::vector<double>{0.5, 0.5});
    const auto tied = sim::optimal_allocation({.means = one, .deviations = one});
    CHECK(tied[0] == close(0.5));
    CHECK(tied[1] == close(0.5));
}

TEST_CASE("the next run goes where most is missing") {
    const std::vector<double> shares = {0.5, 0.3, 0.2};
    std::vector<std::size_t> used = {0, 0, 0};
    for (int i = 0; i < 1000; ++i) ++used[sim::most_wanting(shares, used)];
    CHECK(used == std::vector<std::size_t>{500, 300, 200});
}

TEST_CASE("selections without a question are bugs") {
    CHECK_THROWS_AS(sim::select_best(Rows{}, {.indifference = 1}), sim::InternalError);
    CHECK_THROWS_AS(sim::select_best(Rows{{1, 2}, {1}}, {.indifference = 1}), sim::InternalError);
    CHECK_THROWS_AS(sim::select_best(Rows{{1}, {1}}, {.indifference = 0}), sim::InternalError);
    CHECK_THROWS_AS(sim::kim_nelson(1, 20, 0.05), sim::InternalError);
}
