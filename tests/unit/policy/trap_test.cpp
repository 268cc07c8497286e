// The traps of POLICIES 0.3 that concern retries: what is said of these clients, in their own
// documentation or elsewhere, is not what they do. (Trap 4 is about outlier detection.)
#include "models/policy/backoff.hpp"
#include "models/policy/retry_after.hpp"
#include "models/policy/retry_budget.hpp"
#include "tests/catch.hpp"
#include "tests/unit/policy/policy_support.hpp"

using namespace models;
using policy_tests::draw_many;
using policy_tests::ms_of;
using policy_tests::occasion_of;
using sim::milliseconds;
using sim::whole_seconds;

TEST_CASE("trap 1: AWS's retries of 2026 cost 14, after a 429 5, and a timeout nothing more") {
    QuotaBudget now;
    QuotaBudget next;
    next.retry_cost = 14;
    next.timeout_cost = 14;
    next.throttled_cost = 5;
    const auto price = [](const QuotaBudget& budget, RetryRequest request) {
        auto state = budget.initial();
        return *budget.withdraw(state, request);
    };
    CHECK(price(now, {}) == 5);
    CHECK(price(now, {.timeout = true}) == 10);
    CHECK(price(now, {.throttled = true}) == 5);
    CHECK(price(next, {}) == 14);
    CHECK(price(next, {.timeout = true}) == 14);
    CHECK(price(next, {.throttled = true}) == 5);
}

TEST_CASE("trap 1: AWS's backoff of 2026 starts at 50 ms, after a 429 at 1 s") {
    ExponentialBackoff next;
    next.base = milliseconds(50);
    next.throttled_base = whole_seconds(1);
    const auto first = draw_many(next, 1, 2'000);
    CHECK(first.max(0) < 50);
    CHECK(first.max(0) > 45);
    auto throttled = occasion_of(1);
    throttled.throttled = true;
    models::BackoffState state;
    CHECK(*next.delay_at(throttled, state, 0.9) == milliseconds(900));
}

TEST_CASE("trap 1: AWS's hint of 2026 is clamped to what was computed and five seconds more") {
    RetryAfter hint;
    hint.mode = RetryAfter::Mode::clamp;
    auto rng = policy_tests::rng_at(0);
    const auto computed = milliseconds(30);
    CHECK(hint.decide(computed, milliseconds(10), rng).delay == computed);
    CHECK(hint.decide(computed, whole_seconds(2), rng).delay == whole_seconds(2));
    CHECK(hint.decide(computed, whole_seconds(60), rng).delay == milliseconds(5030));
}

TEST_CASE("trap 2: gRPC spreads a fifth to both sides since 2024, and not down to zero") {
    ExponentialBackoff grpc;
    grpc.max = whole_seconds(1);
    grpc.jitter = Jitter::plus_minus;
    const auto draws = draw_many(grpc, 6, 5'000);
    for (std::size_t i = 0; i < 6; ++i) {
        const double nominal = std::min(1000.0, 100 * std::pow(2, i));
        CAPTURE(i);
        CHECK(draws.min(i) >= 0.8 * nominal);
        CHECK(draws.min(i) < 0.81 * nominal);
        CHECK(draws.max(i) > 1.19 * nominal);  // above the maximum, too
        CHECK(draws.max(i) < 1.2 * nominal);
    }
}

TEST_CASE("trap 3: Envoy's windows double; they are not (2^n - 1) times the base") {
    const auto draws = draw_many(EnvoyBackoff{}, 5, 20'000);
    const double windows[] = {25, 50, 100, 200, 250};
    for (std::size_t i = 0; i < 5; ++i) {
        CAPTURE(i);
        CHECK(draws.max(i) == windows[i] - 1);  // the documentation has 24, 74, 174, 249, 249
        CHECK(draws.min(i) == 0);
        CHECK(draws.mean(i) == Approx((windows[i] - 1) / 2).epsilon(0.03));
    }
    for (const double ms : draws.delays[1]) CHECK(ms == std::floor(ms));
}

TEST_CASE("trap 5: Polly's 1, 2, 4, 8 s are medians of the time gone by, not of the delays") {
    const auto draws = draw_many(PollyV2Backoff{whole_seconds(1)}, 5, 60'000);
    const double medians[] = {897, 1138, 2018, 4013, 8020};
    const double sums[] = {900, 1990, 4030, 8070};
    for (std::size_t i = 0; i < 5; ++i) {
        CAPTURE(i);
        CHECK(draws.median(i) == Approx(medians[i]).epsilon(0.015));
    }
    for (std::size_t i = 0; i < 4; ++i) {
        CAPTURE(i);
        CHECK(draws.median_sum(i) == Approx(sums[i]).epsilon(0.015));
    }
    const double means[] = {871, 1158, 2078, 4130, 8258};
    for (std::size_t i = 0; i < 5; ++i) CHECK(draws.mean(i) == Approx(means[i]).epsilon(0.015));
}

TEST_CASE("trap 5: Polly's delays stay well below the bound in its documentation") {
    const PollyV2Backoff backoff{whole_seconds(1)};
    const double suprema[] = {1377.182, 2837.25, 4325.917, 8583.657, 17148.079};
    const double documented[] = {2000, 4000, 6000, 12000, 24000};
    for (int i = 0; i < 5; ++i) {
        // Longest when the retry before came as early as it can, and this one as late as it can.
        models::BackoffState state;
        for (int n = 1; n <= i; ++n) (void)backoff.delay_at(occasion_of(n), state, 0);
        const double longest = ms_of(*backoff.delay_at(occasion_of(i + 1), state, 1));
        CAPTURE(i);
        CHECK(longest == Approx(suprema[i]).margin(1e-3));
        CHECK(longest < 0.75 * documented[i]);
    }
}
