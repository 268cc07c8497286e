// Every registered rate limit obeys its contract.
#include "models/policy/rate_limit.hpp"
#include "sim/core/hash.hpp"
#include "tests/contract/family_contract.hpp"

namespace {
using models::RateLimit;
}  // namespace

TEMPLATE_LIST_TEST_CASE("a rate limit is declared", "", RateLimit) {
    contract::check_declaration<RateLimit, TestType>({"tokenBucket", "rate", true});
}

TEMPLATE_LIST_TEST_CASE("calls go at their turn, never before one that came earlier", "",
                        RateLimit) {
    const RateLimit rule = TestType{};
    auto state = models::initial_state(rule);
    auto same = models::initial_state(rule);
    std::uint64_t hash = 1;
    std::int64_t now_ns = -1'000'000'000;
    std::int64_t last_turn_ns = INT64_MIN;
    int gone = 0;
    for (int i = 0; i < 20'000; ++i) {
        hash = sim::mix64(hash + 1);
        now_ns += static_cast<std::int64_t>(hash % 4'000'000);
        const sim::SimTime now{now_ns};
        const auto wait = models::rate_acquire(rule, state, now);
        REQUIRE(wait == models::rate_acquire(rule, same, now));
        if (wait) {
            REQUIRE(*wait >= sim::Duration{});
            const sim::SimTime turn = saturated_add(now, *wait);
            ++gone;
            if (!std::is_same_v<TestType, models::CubicRate>) REQUIRE(turn.ns >= last_turn_ns);
            last_turn_ns = turn.ns;
        }
        models::rate_on_reply(rule, state, now, hash % 50 == 0);
        models::rate_on_reply(rule, same, now, hash % 50 == 0);
    }
    CHECK(gone > 100);
}

TEMPLATE_LIST_TEST_CASE("after a long pause a call goes at once", "", RateLimit) {
    const RateLimit rule = TestType{};
    auto state = models::initial_state(rule);
    for (std::int64_t i = 0; i < 10; ++i) {
        models::rate_on_reply(rule, state, {i * 1'000'000'000}, true);
    }
    for (int i = 0; i < 200; ++i) models::rate_acquire(rule, state, {10'000'000'000});
    CHECK(models::rate_acquire(rule, state, {1'000'000'000'000}) == sim::Duration{});
}

TEST_CASE("a rate alone is a token bucket") {
    const auto rule =
        contract::read_value<RateLimit>("rateLimit: 500/s", {"tokenBucket", "rate", true});
    REQUIRE(rule);
    CHECK(std::get<models::TokenBucketRate>(*rule).rate_per_s == 500);
}
