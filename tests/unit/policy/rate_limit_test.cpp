// Rate limits (POLICIES.md 6.3).
#include "models/policy/rate_limit.hpp"

#include "tests/catch.hpp"

TEST_CASE("a token bucket spends its burst, then gives one token after 1/rate") {
    models::TokenBucketRate bucket;
    bucket.rate_per_s = 10;
    bucket.burst = 3;
    const models::RateLimit rule = bucket;
    auto state = models::initial_state(rule);
    const sim::SimTime start{0};
    for (int i = 0; i < 3; ++i) CHECK(models::rate_acquire(rule, state, start) == sim::Duration{});
    CHECK_FALSE(models::rate_acquire(rule, state, start));
    CHECK_FALSE(models::rate_acquire(rule, state, start + sim::milliseconds(99)));
    CHECK(models::rate_acquire(rule, state, start + sim::milliseconds(100)) == sim::Duration{});
    CHECK_FALSE(models::rate_acquire(rule, state, start + sim::milliseconds(101)));
}
