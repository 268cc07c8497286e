#include <numeric>
#include <vector>

#include "sim/experiment/looks.hpp"
#include "tests/catch.hpp"

TEST_CASE("all looks together may err as often as one") {
    double sum = 0;
    for (std::size_t look = 0; look < sim::kLooks.size(); ++look) {
        const double level = sim::alpha_of_look(look, 0.05);
        CHECK(level > 0);
        sum += level;
    }
    CHECK(sum == Approx(0.05));
    // O'Brien and Fleming: almost nothing at first, most at the end.
    CHECK(sim::alpha_of_look(0, 0.05) < 1e-15);
    CHECK(sim::alpha_of_look(1, 0.05) < 1e-8);
    CHECK(sim::alpha_of_look(4, 0.05) > 0.02);
}

TEST_CASE("what is decided leaves more of the error to the rest") {
    // Item i is decided up to the confidence that it has.
    const std::vector<double> surest = {0.999, 0.975, 0.951, 0.5};
    const auto decided_at = [&](std::size_t i, double confidence) {
        return confidence <= surest[i];
    };
    // 4 questions at 5 %: the first at 98.75 %, then 98.33 %: 0.975 is not sure enough.
    CHECK(sim::decide_together(4, 0.05, decided_at) ==
          std::vector<bool>{true, false, false, false});
    // 3 questions: 98.33 %, 97.5 %, 95 %.
    CHECK(sim::decide_together(3, 0.05, decided_at) == std::vector<bool>{true, true, true});
    CHECK(sim::decide_together(0, 0.05, decided_at).empty());
}
