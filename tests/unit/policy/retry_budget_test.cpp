// The windowed token budget against Finagle's reference behaviour (POLICIES.md 2).
#include "models/policy/retry_budget.hpp"

#include <vector>

#include "tests/catch.hpp"

using models::WindowedTokensBudget;

namespace {

constexpr sim::SimTime at_ms(std::int64_t ms) { return {ms * 1'000'000}; }

/// Finagle's default: 20 % over 10 s, and 10 retries a second in reserve.
WindowedTokensBudget finagle_default() { return {0.2, sim::whole_seconds(10), 10}; }

int withdraw_all(const WindowedTokensBudget& budget, WindowedTokensBudget::State& state,
                 sim::SimTime now) {
    int count = 0;
    while (budget.withdraw(state, {now})) ++count;
    return count;
}

}  // namespace

TEST_CASE("the reserve alone allows minPerSecond x ttl retries") {
    WindowedTokensBudget::State state;
    CHECK(withdraw_all(finagle_default(), state, at_ms(0)) == 100);
}

TEST_CASE("deposits add their share") {
    WindowedTokensBudget::State state;
    for (int i = 0; i < 1000; ++i) finagle_default().on_call(state, at_ms(0));
    CHECK(withdraw_all(finagle_default(), state, at_ms(0)) == 300);
}

TEST_CASE("without a reserve every tenth call pays for a retry at 10 %") {
    const WindowedTokensBudget budget{0.1, sim::whole_seconds(10), 0};
    WindowedTokensBudget::State state;
    std::vector<int> paid;
    for (int calls = 1; calls <= 30; ++calls) {
        budget.on_call(state, at_ms(0));
        if (budget.withdraw(state, {at_ms(0)})) paid.push_back(calls);
    }
    CHECK(paid == std::vector<int>{10, 20, 30});
}

TEST_CASE("what was spent at 0 s is spendable again at 10 s") {
    WindowedTokensBudget::State state;
    REQUIRE(withdraw_all(finagle_default(), state, at_ms(0)) == 100);
    std::int64_t first = 0;
    for (std::int64_t ms = 100; ms < 20'000 && first == 0; ms += 100) {
        if (finagle_default().withdraw(state, {at_ms(ms)})) first = ms;
    }
    CHECK(first == 10'000);
}

TEST_CASE("slices are aligned to time zero, also before it") {
    const WindowedTokensBudget budget{1.0, sim::whole_seconds(10), 0};
    WindowedTokensBudget::State state;
    budget.on_call(state, at_ms(-500));  // slice -1: [-1 s, 0 s)
    CHECK(state.current == -1);
    auto kept = state;
    CHECK(budget.withdraw(kept, {at_ms(8'999)}));
    auto gone = state;
    CHECK_FALSE(budget.withdraw(gone, {at_ms(9'000)}));
}

TEST_CASE("a pause longer than the window empties it at once") {
    const WindowedTokensBudget budget{1.0, sim::whole_seconds(10), 0};
    WindowedTokensBudget::State state;
    for (int i = 0; i < 5; ++i) budget.on_call(state, at_ms(i * 1000));
    CHECK_FALSE(budget.withdraw(state, {at_ms(1'000'000)}));
    budget.on_call(state, at_ms(1'000'000));
    CHECK(withdraw_all(budget, state, at_ms(1'000'001)) == 1);
}

TEST_CASE("a share that does not divide 1000 rounds the price down") {
    const WindowedTokensBudget budget{0.3, sim::whole_seconds(10), 0};  // 3333 milli-tokens
    WindowedTokensBudget::State state;
    for (int i = 0; i < 10; ++i) budget.on_call(state, at_ms(0));
    CHECK(withdraw_all(budget, state, at_ms(0)) == 3);
}
