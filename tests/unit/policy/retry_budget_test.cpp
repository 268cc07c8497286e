// Retry budgets against the vectors of POLICIES 2.
#include "models/policy/retry_budget.hpp"

#include <vector>

#include "tests/catch.hpp"

using namespace models;

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

TEST_CASE("0 % is the reserve alone") {
    WindowedTokensBudget budget{0, sim::whole_seconds(10), 2};
    WindowedTokensBudget::State state;
    for (int i = 0; i < 1000; ++i) budget.on_call(state, at_ms(0));
    CHECK(withdraw_all(budget, state, at_ms(0)) == 20);
    CHECK(withdraw_all(budget, state, at_ms(9'999)) == 0);
    CHECK(withdraw_all(budget, state, at_ms(10'000)) == 20);
}

TEST_CASE("deposits may wait for the success of the call") {
    WindowedTokensBudget budget{0.5, sim::whole_seconds(10), 0};
    budget.deposit = WindowedTokensBudget::Deposit::success;
    WindowedTokensBudget::State state;
    for (int i = 0; i < 10; ++i) {
        budget.on_call(state, at_ms(0));
        budget.on_call_end(state, {at_ms(0), i % 2 == 0, -1});
    }
    CHECK(withdraw_all(budget, state, at_ms(0)) == 2);  // half of five
    WindowedTokensBudget at_start{0.5, sim::whole_seconds(10), 0};
    WindowedTokensBudget::State other;
    for (int i = 0; i < 10; ++i) {
        at_start.on_call(other, at_ms(0));
        at_start.on_call_end(other, {at_ms(0), true, -1});
    }
    CHECK(withdraw_all(at_start, other, at_ms(0)) == 5);
}

TEST_CASE("Finagle's requeues: one call may use a fifth of the balance") {
    auto budget = finagle_default();
    WindowedTokensBudget::State state;
    CHECK(budget.most_retries(state, at_ms(0)) == INT32_MAX);
    budget.per_call = 0.2;
    CHECK(budget.most_retries(state, at_ms(0)) == 20);
    REQUIRE(budget.withdraw(state, {at_ms(0)}));
    CHECK(budget.most_retries(state, at_ms(0)) == 20);  // ceil(0.2 * 99)
    withdraw_all(budget, state, at_ms(0));
    CHECK(budget.most_retries(state, at_ms(0)) == 0);
    const RetryBudget any = budget;
    auto fresh = initial_state(any);
    CHECK(budget_most_retries(any, fresh, at_ms(0)) == 20);
    const RetryBudget quota = QuotaBudget{};
    auto full = initial_state(quota);
    CHECK(budget_most_retries(quota, full, at_ms(0)) == INT32_MAX);
}

TEST_CASE("Envoy's static limit counts retries from backoff to end") {
    const ConcurrentBudget budget;
    ConcurrentBudget::State state;
    for (int i = 0; i < 3; ++i) CHECK(budget.withdraw(state, {}));
    CHECK_FALSE(budget.withdraw(state, {}));
    budget.on_retry_end(state);
    CHECK(budget.withdraw(state, {}));
    CHECK_FALSE(budget.withdraw(state, {}));
}

TEST_CASE("Envoy's budget is a share of the tries in flight") {
    ConcurrentBudget budget;
    budget.max_retries = 50;  // replaced by the share
    budget.budget_percent = 0.2;
    const std::vector<std::pair<int, int>> limits = {{0, 3},    {10, 3},    {14, 3}, {16, 3},
                                                     {19, 3},   {20, 4},    {24, 4}, {25, 5},
                                                     {100, 20}, {1024, 204}};
    for (const auto& [tries, limit] : limits) {
        CAPTURE(tries);
        CHECK(budget.limit(tries) == limit);
        ConcurrentBudget::State state;
        budget.on_try(state, tries);
        int granted = 0;
        while (budget.withdraw(state, {})) ++granted;
        CHECK(granted == limit);
    }
}

TEST_CASE("failsafe-go's budget: below three, or at most a fifth") {
    ConcurrentBudget budget;
    budget.budget_percent = 0.2;
    budget.up_to_share = true;
    for (const int tries : {1, 5, 14, 15, 19, 20, 100}) {
        ConcurrentBudget::State state;
        budget.on_try(state, tries);
        int granted = 0;
        while (budget.withdraw(state, {})) {
            const bool allowed = granted < 3 || granted <= 0.2 * tries;
            CHECK(allowed);
            ++granted;
        }
        CHECK(granted >= 3);
        CHECK(granted > 0.2 * tries);
    }
}

TEST_CASE("gRPC 10 / 0.1: the fifth failure is denied, and eleven successes earn a retry again") {
    const GrpcThrottleBudget budget;
    auto state = budget.initial();
    const auto fail = [&] {
        budget.on_failure(state, true);
        return budget.withdraw(state, {}).has_value();
    };
    for (int i = 0; i < 4; ++i) CHECK(fail());
    for (int i = 0; i < 3; ++i) CHECK_FALSE(fail());
    state.milli = 5000;
    int successes = 0;
    for (bool allowed = false; !allowed; ++successes) {
        REQUIRE(successes < 100);
        budget.on_call_end(state, {at_ms(0), true, -1});
        const auto kept = state;
        allowed = fail();
        state = kept;
    }
    CHECK(successes == 11);
    for (int i = 0; i < 50; ++i) (void)fail();
    CHECK(state.milli == 0);
    for (int i = 0; i < 200; ++i) budget.on_call_end(state, {at_ms(0), true, -1});
    CHECK(state.milli == 10'000);
}

TEST_CASE("gRPC: failures that no retry could mend, and failed calls, take and give nothing") {
    const GrpcThrottleBudget budget;
    auto state = budget.initial();
    for (int i = 0; i < 9; ++i) budget.on_failure(state, false);
    CHECK(state.milli == 10'000);
    budget.on_failure(state, true);
    budget.on_call_end(state, {at_ms(0), false, 0});
    CHECK(state.milli == 9'000);
}

TEST_CASE("gRPC: more than 1 failure in 11 ends in no retries, fewer do not") {
    const GrpcThrottleBudget budget;
    for (const int successes : {9, 11}) {  // per failure; ten would balance
        auto state = budget.initial();
        int allowed = 0;
        for (int round = 0; round < 1'000; ++round) {
            budget.on_failure(state, true);
            allowed = budget.withdraw(state, {}) ? allowed + 1 : 0;
            for (int i = 0; i < successes; ++i) budget.on_call_end(state, {at_ms(0), true, -1});
        }
        CHECK((allowed > 0) == (successes == 11));
    }
}

TEST_CASE("gRPC: three decimals of tokenRatio count") {
    GrpcThrottleBudget budget;
    budget.token_ratio = 0.5009;
    CHECK(budget.milli_ratio() == 500);
    budget.token_ratio = 0.57;  // 569.9999 thousandths in binary
    CHECK(budget.milli_ratio() == 570);
}

namespace {

/// Failures of one call until the quota denies; the price of the last retry, -1 without.
std::int64_t fail_calls(const QuotaBudget& budget, QuotaBudget::State& state, int failures) {
    std::int64_t paid = -1;
    for (int i = 0; i < failures; ++i) {
        if (const auto price = budget.withdraw(state, {})) paid = *price;
    }
    return paid;
}

}  // namespace

TEST_CASE("AWS's quota: 50 requests may retry twice, the 51st not at all") {
    const QuotaBudget budget;
    auto state = budget.initial();
    for (int request = 1; request <= 50; ++request) {
        CHECK(budget.withdraw(state, {}));
        CHECK(budget.withdraw(state, {}));
        budget.on_call_end(state, {at_ms(0), false, 5});  // a failure gives nothing back
    }
    CHECK_FALSE(budget.withdraw(state, {}));
}

TEST_CASE("AWS's quota: two failures and a success get the last price back") {
    QuotaBudget budget;
    auto state = budget.initial();
    budget.on_call_end(state, {at_ms(0), true, fail_calls(budget, state, 2)});
    CHECK(state.available == 495);
    budget.retry_cost = budget.timeout_cost = 14;
    state = budget.initial();
    budget.on_call_end(state, {at_ms(0), true, fail_calls(budget, state, 2)});
    CHECK(state.available == 486);
}

TEST_CASE("AWS's quota of 2026: 35 retries from full; one after a 429 is refunded whole") {
    QuotaBudget budget;
    budget.retry_cost = budget.timeout_cost = 14;
    auto state = budget.initial();
    int retries = 0;
    while (budget.withdraw(state, {})) ++retries;
    CHECK(retries == 35);
    CHECK(state.available == 10);
    state = budget.initial();
    const auto paid = budget.withdraw(state, {.throttled = true});
    CHECK(state.available == 495);
    budget.on_call_end(state, {at_ms(0), true, *paid});
    CHECK(state.available == 500);
    budget.capacity = 20;
    state = budget.initial();
    CHECK(budget.withdraw(state, {}));
    CHECK_FALSE(budget.withdraw(state, {}));
}

TEST_CASE("AWS's quota: a success without retry pays in one token, up to the capacity") {
    QuotaBudget budget;
    auto state = budget.initial();
    (void)fail_calls(budget, state, 1);
    budget.on_call_end(state, {at_ms(0), true, -1});
    CHECK(state.available == 496);
    for (int i = 0; i < 10; ++i) budget.on_call_end(state, {at_ms(0), true, -1});
    CHECK(state.available == 500);
    budget.refund = QuotaBudget::Refund::none;
    const auto paid = fail_calls(budget, state, 1);
    budget.on_call_end(state, {at_ms(0), true, paid});
    CHECK(state.available == 496);
}

TEST_CASE("success tokens: ten successes pay for a retry") {
    const SuccessTokensBudget budget;
    auto state = budget.initial();
    int retries = 0;
    while (budget.withdraw(state, {})) ++retries;
    CHECK(retries == 10);
    for (int i = 0; i < 9; ++i) budget.on_call_end(state, {at_ms(0), true, -1});
    budget.on_call_end(state, {at_ms(0), false, -1});
    CHECK_FALSE(budget.withdraw(state, {}));
    budget.on_call_end(state, {at_ms(0), true, -1});
    CHECK(budget.withdraw(state, {}));
}

TEST_CASE("ratio: retries stay below a tenth of the calls of two minutes") {
    const RatioBudget budget;
    RatioBudget::State state;
    CHECK_FALSE(budget.withdraw(state, {at_ms(0)}));
    std::vector<int> granted;
    for (int call = 1; call <= 31; ++call) {
        budget.on_call(state, at_ms(0));
        if (budget.withdraw(state, {at_ms(0)})) granted.push_back(call);
    }
    CHECK(granted == std::vector<int>{1, 11, 21, 31});
    // The calls leave the window after two minutes, and the retries with them.
    CHECK_FALSE(budget.withdraw(state, {at_ms(119'999)}));
    CHECK_FALSE(budget.withdraw(state, {at_ms(120'000)}));
    budget.on_call(state, at_ms(120'000));
    CHECK(budget.withdraw(state, {at_ms(120'000)}));
}

TEST_CASE("hedges ask Finagle's tokens, gRPC's throttle, and failsafe-go's budget") {
    ConcurrentBudget concurrent;
    CHECK_FALSE(covers_hedges(concurrent));
    concurrent.covers_hedges = true;
    CHECK(covers_hedges(concurrent));
    CHECK(covers_hedges(GrpcThrottleBudget{}));
    CHECK(covers_hedges(WindowedTokensBudget{}));
    CHECK_FALSE(covers_hedges(QuotaBudget{}));
    CHECK_FALSE(covers_hedges(models::SuccessTokensBudget{}));
    CHECK_FALSE(covers_hedges(models::RatioBudget{}));
}

TEST_CASE("retries per call in the long run") {
    CHECK(long_run_retries_per_call(finagle_default()) == 0.2);
    CHECK(long_run_retries_per_call(ConcurrentBudget{}) == std::numeric_limits<double>::infinity());
    CHECK(long_run_retries_per_call(GrpcThrottleBudget{}) == 0.1);
    CHECK(long_run_retries_per_call(QuotaBudget{}) == 1);
    QuotaBudget no_refund;
    no_refund.refund = QuotaBudget::Refund::none;
    CHECK(long_run_retries_per_call(no_refund) == 0.2);
    CHECK(long_run_retries_per_call(SuccessTokensBudget{}) == 0.1);
    CHECK(long_run_retries_per_call(RatioBudget{}) == 0.1);
}
