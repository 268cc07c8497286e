// Every registered backoff and retry budget obeys its contract.
#include <type_traits>

#include "models/policy/backoff.hpp"
#include "models/policy/retry_budget.hpp"
#include "tests/catch.hpp"

namespace {

sim::KeyedRng rng_at(std::uint64_t number) {
    return {sim::RngStream(1, 0, "contract", "backoff"), number, 0};
}

models::RetryOccasion occasion_of(int retry) {
    models::RetryOccasion occasion;
    occasion.retry = occasion.since_hint = retry;
    return occasion;
}

}  // namespace

TEMPLATE_LIST_TEST_CASE("a backoff is named, non-negative, bounded and repeatable", "",
                        models::Backoff) {
    STATIC_REQUIRE_FALSE(TestType::name.empty());
    STATIC_REQUIRE_FALSE(TestType::summary.empty());
    const TestType backoff{};
    models::BackoffState state;
    models::BackoffState same;
    for (int retry = 1; retry <= 100; ++retry) {
        auto rng = rng_at(static_cast<std::uint64_t>(retry));
        auto again = rng_at(static_cast<std::uint64_t>(retry));
        const auto delay = backoff.delay(occasion_of(retry), state, rng);
        REQUIRE(delay);
        CHECK(*delay >= sim::Duration{});
        CHECK(*delay <= sim::whole_seconds(20));
        CHECK(delay == backoff.delay(occasion_of(retry), same, again));
    }
}

TEMPLATE_LIST_TEST_CASE("a backoff does not overflow, however often it is asked", "",
                        models::Backoff) {
    auto rng = rng_at(0);
    models::BackoffState state{20e9};
    const auto delay = TestType{}.delay(occasion_of(100'000), state, rng);
    REQUIRE(delay);
    CHECK(*delay >= sim::Duration{});
    CHECK(*delay <= sim::whole_seconds(20));
}

TEMPLATE_LIST_TEST_CASE("a budget gives no more than was paid in, and gives it once", "",
                        models::RetryBudget) {
    STATIC_REQUIRE_FALSE(TestType::name.empty());
    const TestType budget{};
    typename TestType::State state{};
    const sim::SimTime now{sim::whole_seconds(5).ns};
    CHECK_FALSE(budget.withdraw(state, {now}));
    for (int i = 0; i < 50; ++i) budget.on_call(state, now);
    int granted = 0;
    while (granted < 1000 && budget.withdraw(state, {now})) ++granted;
    CHECK(granted == 5);
}
