// The load that retries make in the long run, found by running the rules (POLICIES 1.3 and 2).
#include <cmath>
#include <optional>

#include "models/policy/retry_budget.hpp"
#include "tests/catch.hpp"
#include "tests/unit/policy/policy_support.hpp"

using namespace models;

namespace {

struct Run {
    double load = 0;     ///< tries per call
    double success = 0;  ///< share of calls
};

/// Calls whose tries fail independently with that chance.
Run run(double failure, int retries, const std::optional<RetryBudget>& budget, int calls) {
    auto rng = policy_tests::rng_at(11);
    std::optional<RetryBudgetState> state;
    if (budget) state = initial_state(*budget);
    int tries = 0;
    int successes = 0;
    for (int call = 0; call < calls; ++call) {
        std::int64_t paid = -1;
        ++tries;
        bool success = !rng.bernoulli(failure);
        for (int n = 0; n < retries && !success; ++n) {
            if (budget) {
                const auto price = budget_withdraw(*budget, *state, {});
                if (!price) break;
                paid = *price;
            }
            ++tries;
            success = !rng.bernoulli(failure);
        }
        successes += success ? 1 : 0;
        if (budget) budget_on_call_end(*budget, *state, {{}, success, paid});
    }
    return {tries / static_cast<double>(calls), successes / static_cast<double>(calls)};
}

}  // namespace

TEST_CASE("without a budget a call takes (1 - p^m) / (1 - p) tries") {
    for (const double p : {0.1, 0.5, 0.9}) {
        const double expected = (1 - std::pow(p, 3)) / (1 - p);
        CAPTURE(p);
        CHECK(run(p, 2, std::nullopt, 100'000).load == Approx(expected).epsilon(0.01));
    }
    CHECK(run(1, 2, std::nullopt, 1'000).load == 3);
    CHECK(run(0.9, 3, std::nullopt, 100'000).load == Approx(3.439).epsilon(0.01));
}

TEST_CASE("success tokens keep the load below 1.1 whatever fails") {
    struct Case {
        double failure, load, success;
    };
    for (const Case& expected :
         {Case{.01, 1.010, 1.0}, Case{.05, 1.0524, 1.0}, Case{.09, 1.0933, .9953},
          Case{.2, 1.0869, .869}, Case{.5, 1.0527, .5272}, Case{.9, 1.0102, .1013}}) {
        const auto found = run(expected.failure, 3, SuccessTokensBudget{}, 300'000);
        CAPTURE(expected.failure);
        CHECK(found.load == Approx(expected.load).margin(0.0015));
        CHECK(found.success == Approx(expected.success).margin(0.004));
        CHECK(found.load < 1.1);
        CHECK(found.load - 1 <= 0.1 * found.success + 1e-4);
    }
}
