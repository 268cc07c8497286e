// Every registered retry budget obeys its contract: it never gives more than it holds and what is
// paid in, it gives it once, and the same questions get the same answers.
#include "models/policy/retry_budget.hpp"

#include <vector>

#include "sim/core/rng.hpp"
#include "tests/catch.hpp"

namespace {

sim::SimTime at_s(std::int64_t seconds) { return {sim::whole_seconds(seconds).ns}; }

/// A caller with one budget, as the engine tells it of its calls.
class Caller {
  public:
    explicit Caller(const models::RetryBudget& budget)
        : budget_(budget), state_(models::initial_state(budget)) {}

    /// Every try fails with that chance; at most three retries, one after the other.
    void call(sim::SimTime now, double failure, sim::KeyedRng& rng) {
        ++calls;
        models::budget_on_call(budget_, state_, now);
        std::int64_t paid = -1;
        bool success = attempt(failure, rng);
        for (int n = 0; n < 3 && !success; ++n) {
            const auto price = models::budget_withdraw(budget_, state_, {now});
            if (!price) break;
            paid = *price;
            ++retries;
            success = attempt(failure, rng);
            models::budget_on_retry_end(budget_, state_);
        }
        models::budget_on_call_end(budget_, state_, {now, success, paid});
    }

    int calls = 0;
    int retries = 0;

  private:
    bool attempt(double failure, sim::KeyedRng& rng) {
        models::budget_on_try(budget_, state_, +1);
        const bool success = !rng.bernoulli(failure);
        models::budget_on_try(budget_, state_, -1);
        if (!success) models::budget_on_failure(budget_, state_, true);
        return success;
    }

    const models::RetryBudget& budget_;
    models::RetryBudgetState state_;
};

Caller run(const models::RetryBudget& budget, double failure, int calls_per_s, int seconds) {
    Caller caller(budget);
    sim::KeyedRng rng(sim::RngStream(1, 0, "contract", "budget"), 0, 0);
    for (int second = 0; second < seconds; ++second) {
        for (int i = 0; i < calls_per_s; ++i) caller.call(at_s(second), failure, rng);
    }
    return caller;
}

}  // namespace

TEMPLATE_LIST_TEST_CASE("a budget is named, scoped and explained", "", models::RetryBudget) {
    STATIC_REQUIRE_FALSE(TestType::name.empty());
    STATIC_REQUIRE_FALSE(TestType::summary.empty());
    STATIC_REQUIRE_FALSE(TestType::formula.empty());
    STATIC_REQUIRE_FALSE(TestType::source.empty());
    CHECK(TestType{}.scope == models::RuleScope::client);
}

TEMPLATE_LIST_TEST_CASE("what a budget holds is given once", "", models::RetryBudget) {
    const models::RetryBudget budget = TestType{};
    auto state = models::initial_state(budget);
    for (int i = 0; i < 50; ++i) models::budget_on_call(budget, state, at_s(5));
    int granted = 0;
    for (; granted < 1000; ++granted) {
        models::budget_on_failure(budget, state, true);
        if (!models::budget_withdraw(budget, state, {at_s(5)})) break;
    }
    CHECK(granted > 0);
    CHECK(granted < 1000);
    models::budget_on_failure(budget, state, true);
    CHECK_FALSE(models::budget_withdraw(budget, state, {at_s(5)}));
}

TEMPLATE_LIST_TEST_CASE("failures alone pay for nothing", "", models::RetryBudget) {
    if constexpr (std::is_same_v<TestType, models::ConcurrentBudget>) return;
    const models::RetryBudget budget = TestType{};
    auto state = models::initial_state(budget);
    const auto drain = [&] {
        int granted = 0;
        for (int i = 0; i < 2'000; ++i) {
            models::budget_on_failure(budget, state, true);
            if (models::budget_withdraw(budget, state, {at_s(5)})) ++granted;
        }
        return granted;
    };
    (void)drain();
    for (int i = 0; i < 1'000; ++i) {
        models::budget_on_failure(budget, state, true);
        models::budget_on_call_end(budget, state, {at_s(5), false, -1});
    }
    CHECK(drain() == 0);
}

TEMPLATE_LIST_TEST_CASE("in the long run a budget keeps to its retries per call", "",
                        models::RetryBudget) {
    const models::RetryBudget budget = TestType{};
    const double bound = models::long_run_retries_per_call(budget);
    for (const double failure : {0.01, 0.05, 0.1, 0.3, 0.6, 0.9, 1.0}) {
        const auto caller = run(budget, failure, 100, 400);
        CAPTURE(failure, caller.retries, caller.calls);
        // What it holds at first, and the slices of a window, count no more after so many calls.
        CHECK(caller.retries <= bound * caller.calls + 120);
        CHECK(caller.retries <= 3 * caller.calls);
    }
}

TEMPLATE_LIST_TEST_CASE("the same calls get the same retries", "", models::RetryBudget) {
    const models::RetryBudget budget = TestType{};
    CHECK(run(budget, 0.4, 20, 50).retries == run(budget, 0.4, 20, 50).retries);
}

TEMPLATE_LIST_TEST_CASE("each kind has a state of its own", "", models::RetryBudget) {
    const models::RetryBudget budget = TestType{};
    auto one = models::initial_state(budget);
    auto other = models::initial_state(budget);
    for (int i = 0; i < 11; ++i) {
        models::budget_on_call(budget, one, at_s(1));
        models::budget_on_call(budget, other, at_s(1));
    }
    while (models::budget_withdraw(budget, one, {at_s(1)})) {
        models::budget_on_failure(budget, one, true);
    }
    CHECK(models::budget_withdraw(budget, other, {at_s(1)}));
}
