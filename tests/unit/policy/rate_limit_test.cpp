// Rate limits (POLICIES.md 6.3).
#include "models/policy/rate_limit.hpp"

#include <cmath>
#include <vector>

#include "sim/core/hash.hpp"
#include "tests/catch.hpp"

namespace {

constexpr sim::SimTime at_ms(std::int64_t ms) { return {ms * 1'000'000}; }

/// Calls that go when `count` come at one instant.
template <class Kind>
int go_at(const Kind& kind, typename Kind::State& state, sim::SimTime now, int count) {
    int gone = 0;
    for (int i = 0; i < count; ++i) {
        if (kind.acquire(state, now) == sim::Duration{}) ++gone;
    }
    return gone;
}

}  // namespace

TEST_CASE("a token bucket spends its burst, then gives one token after 1/rate") {
    models::TokenBucketRate bucket;
    bucket.rate_per_s = 10;
    bucket.burst = 3;
    const models::RateLimit rule = bucket;
    auto state = models::initial_state(rule);
    for (int i = 0; i < 3; ++i) {
        CHECK(models::rate_acquire(rule, state, at_ms(0)) == sim::Duration{});
    }
    CHECK_FALSE(models::rate_acquire(rule, state, at_ms(0)));
    CHECK_FALSE(models::rate_acquire(rule, state, at_ms(99)));
    CHECK(models::rate_acquire(rule, state, at_ms(100)) == sim::Duration{});
    CHECK_FALSE(models::rate_acquire(rule, state, at_ms(101)));
    models::TokenBucketRate::State full;
    CHECK(go_at(bucket, full, at_ms(0), 9) == 3);
    CHECK(go_at(bucket, full, at_ms(100'000), 9) == 3);  // no more than the burst is kept
}

TEST_CASE("a call reserves the next token if it may wait so long") {
    models::TokenBucketRate bucket;
    bucket.rate_per_s = 10;
    bucket.burst = 1;
    bucket.max_wait = sim::milliseconds(250);
    models::TokenBucketRate::State state;
    CHECK(bucket.acquire(state, at_ms(0)) == sim::Duration{});
    CHECK(bucket.acquire(state, at_ms(0)) == sim::milliseconds(100));
    CHECK(bucket.acquire(state, at_ms(0)) == sim::milliseconds(200));
    CHECK_FALSE(bucket.acquire(state, at_ms(0)));  // 300 ms; a rejected call takes no token
    CHECK(bucket.acquire(state, at_ms(50)) == sim::milliseconds(250));
}

TEST_CASE("GCRA admits a burst, then one call per 1/rate") {
    models::LeakyBucketRate bucket;
    bucket.rate_per_s = 10;
    bucket.burst = 3;
    models::LeakyBucketRate::State state;
    CHECK(go_at(bucket, state, at_ms(0), 9) == 3);
    CHECK_FALSE(bucket.acquire(state, {99'999'999}));
    CHECK(go_at(bucket, state, at_ms(100), 9) == 1);
    CHECK(go_at(bucket, state, at_ms(300), 9) == 2);
    CHECK(go_at(bucket, state, at_ms(9'000), 9) == 3);
}

TEST_CASE("a leaky bucket with a wait spaces calls evenly") {
    models::LeakyBucketRate bucket;
    bucket.rate_per_s = 3;
    bucket.max_wait = sim::whole_seconds(1);
    models::LeakyBucketRate::State state;
    CHECK(bucket.acquire(state, at_ms(0)) == sim::Duration{});
    CHECK(bucket.acquire(state, at_ms(0)) == sim::nanoseconds(333'333'333));
    CHECK(bucket.acquire(state, at_ms(0)) == sim::nanoseconds(666'666'666));
    CHECK(bucket.acquire(state, at_ms(0)) == sim::nanoseconds(999'999'999));
    CHECK_FALSE(bucket.acquire(state, at_ms(0)));
}

TEST_CASE("token bucket and GCRA admit the same calls") {
    models::TokenBucketRate tokens;
    tokens.rate_per_s = 100;
    tokens.burst = 5;
    models::LeakyBucketRate leaky;
    leaky.rate_per_s = 100;
    leaky.burst = 5;
    models::TokenBucketRate::State token_state;
    models::LeakyBucketRate::State leaky_state;
    std::uint64_t hash = 1;
    std::int64_t now_us = 0;
    int admitted = 0;
    for (int i = 0; i < 5000; ++i) {
        hash = sim::mix64(hash + 1);
        now_us += static_cast<std::int64_t>(hash % 13'000);
        const sim::SimTime now{now_us * 1000};
        const bool goes = tokens.acquire(token_state, now).has_value();
        REQUIRE(goes == leaky.acquire(leaky_state, now).has_value());
        if (goes) ++admitted;
    }
    CHECK(admitted > 3000);
    CHECK(admitted < 5000);
}

TEST_CASE("permissions of a cycle come back at its start, also before time zero") {
    models::CycleRate cycle;
    cycle.limit = 2;
    cycle.period = sim::milliseconds(100);
    cycle.max_wait = sim::Duration{};
    models::CycleRate::State state;
    CHECK(go_at(cycle, state, at_ms(-150), 9) == 2);
    CHECK(go_at(cycle, state, at_ms(-101), 9) == 0);
    CHECK(go_at(cycle, state, at_ms(-100), 9) == 2);
    CHECK(go_at(cycle, state, at_ms(0), 9) == 2);
    CHECK(go_at(cycle, state, at_ms(5'000), 9) == 2);  // they are not saved up
}

TEST_CASE("permissions become negative as later cycles are reserved") {
    models::CycleRate cycle;
    cycle.limit = 2;
    cycle.period = sim::milliseconds(100);
    cycle.max_wait = sim::milliseconds(170);
    models::CycleRate::State state;
    CHECK(go_at(cycle, state, at_ms(30), 2) == 2);
    CHECK(cycle.acquire(state, at_ms(30)) == sim::milliseconds(70));
    CHECK(cycle.acquire(state, at_ms(30)) == sim::milliseconds(70));
    CHECK(cycle.acquire(state, at_ms(30)) == sim::milliseconds(170));
    CHECK(state.permissions == -3);
    CHECK(cycle.acquire(state, at_ms(30)) == sim::milliseconds(170));
    CHECK_FALSE(cycle.acquire(state, at_ms(30)));  // 270 ms: not reserved
    CHECK(state.permissions == -4);
    CHECK_FALSE(cycle.acquire(state, at_ms(129)));  // 300 ms is the next free one
    CHECK(cycle.acquire(state, at_ms(130)) == sim::milliseconds(170));
    CHECK(state.permissions == -3);
}

TEST_CASE("resilience4j's default of 50 per 500 ns hardly limits") {
    const models::CycleRate cycle;
    models::CycleRate::State state;
    CHECK(go_at(cycle, state, at_ms(1), 60) == 50);
    CHECK(cycle.acquire(state, {1'000'499}) == sim::nanoseconds(1));
    CHECK(cycle.acquire(state, {1'000'500}) == sim::Duration{});
    CHECK(go_at(cycle, state, {INT64_MAX}, 60) == 50);
}

TEST_CASE("in no window do more calls go than the limit") {
    models::SlidingWindowRate sliding;
    sliding.limit = 3;
    sliding.window = sim::whole_seconds(1);
    auto state = sliding.initial();
    CHECK(go_at(sliding, state, at_ms(0), 1) == 1);
    CHECK(go_at(sliding, state, at_ms(900), 9) == 2);
    CHECK(go_at(sliding, state, at_ms(999), 9) == 0);
    CHECK(go_at(sliding, state, at_ms(1000), 9) == 1);
    CHECK(go_at(sliding, state, at_ms(1899), 9) == 0);
    CHECK(go_at(sliding, state, at_ms(1900), 9) == 2);
    sliding.max_wait = sim::milliseconds(100);
    CHECK(sliding.acquire(state, at_ms(1950)) == sim::milliseconds(50));
    CHECK_FALSE(sliding.acquire(state, at_ms(1950)));  // its turn is at 2900
}

TEST_CASE("the cubic of the AWS SDKs") {
    const models::CubicRate cubic;
    CHECK(cubic.time_to_top_s(10) == Approx(1.957434).epsilon(1e-6));
    const double k = std::cbrt(7.5);
    CHECK(cubic.recovered_rate({10, 0}) == Approx(7));
    CHECK(cubic.recovered_rate({10, k}) == Approx(10));
    CHECK(cubic.recovered_rate({10, 2 * k}) == Approx(13));
    CHECK(cubic.recovered_rate({10, 5}) == Approx(21.266268).epsilon(1e-7));
}

TEST_CASE("nothing is limited before the first throttle") {
    const models::RateLimit rule = models::CubicRate{};
    auto state = models::initial_state(rule);
    for (int i = 0; i < 1000; ++i) {
        CHECK(models::rate_acquire(rule, state, at_ms(i / 100)) == sim::Duration{});
        models::rate_on_reply(rule, state, at_ms(i / 100), false);
    }
    models::rate_on_reply(rule, state, at_ms(20), true);
    REQUIRE(models::rate_acquire(rule, state, at_ms(20)));
    CHECK(models::rate_acquire(rule, state, at_ms(20)) > sim::Duration{});
}

TEST_CASE("a throttle takes three tenths of the measured rate, and the cubic gives it back") {
    const models::CubicRate cubic;
    models::CubicRate::State state;
    // Ten replies a second for ten seconds.
    for (int i = 0; i < 100; ++i) cubic.on_reply(state, at_ms(100 * i), false);
    CHECK(state.measured_per_s == Approx(10).epsilon(1e-4));
    CHECK_FALSE(state.enabled);
    cubic.on_reply(state, at_ms(9'900), true);
    CHECK(state.enabled);
    CHECK(state.top_rate == Approx(10).epsilon(1e-4));
    CHECK(state.rate_per_s == Approx(7).epsilon(1e-4));
    CHECK(state.burst == state.rate_per_s);
    for (int i = 1; i <= 20; ++i) cubic.on_reply(state, at_ms(9'900 + 100 * i), false);
    CHECK(state.rate_per_s == Approx(10).epsilon(1e-3));  // after 2 s, K = 1.957 s
    for (int i = 1; i <= 100; ++i) cubic.on_reply(state, at_ms(11'900 + 100 * i), false);
    CHECK(state.rate_per_s == Approx(20).epsilon(1e-3));  // at most twice the measured rate
    cubic.on_reply(state, at_ms(22'000), true);
    CHECK(state.top_rate == Approx(10).epsilon(1e-3));  // the lesser of measured rate and rate
}

TEST_CASE("the rate does not fall below half a call a second, and calls wait as long as it takes") {
    const models::CubicRate cubic;
    models::CubicRate::State state;
    for (int i = 0; i < 20; ++i) cubic.on_reply(state, at_ms(10'000 * i), true);
    CHECK(state.rate_per_s == 0.5);
    CHECK(state.burst == 1);
    const sim::SimTime now = at_ms(200'000);
    CHECK(cubic.acquire(state, now) == sim::Duration{});
    CHECK(cubic.acquire(state, now) == sim::whole_seconds(2));
    CHECK(cubic.acquire(state, now) == sim::whole_seconds(4));
    CHECK(cubic.acquire(state, at_ms(201'000)) == sim::whole_seconds(5));
}
