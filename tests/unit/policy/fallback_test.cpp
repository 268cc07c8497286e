// Fallbacks and deliveries without a simulator (POLICIES.md 9).
#include "models/policy/fallback.hpp"

#include "models/policy/delivery.hpp"
#include "sim/yaml/parameters.hpp"
#include "tests/catch.hpp"

using models::FallbackState;

TEST_CASE("the last good answer is used while it is at most maxStaleness old") {
    const models::Fallback fallback = models::StaleCacheFallback{};
    FallbackState state;
    CHECK_FALSE(can_answer(fallback, state, {0}));
    state.last_success_ns = -5;
    const std::int64_t ten_minutes = sim::whole_seconds(600).ns;
    CHECK(can_answer(fallback, state, {ten_minutes - 5}));
    CHECK_FALSE(can_answer(fallback, state, {ten_minutes - 4}));
}

TEST_CASE("ten fallbacks run at once, not eleven") {
    const models::Fallback fallback = models::StaticFallback{};
    FallbackState state;
    state.running = 9;
    CHECK(can_answer(fallback, state, {0}));
    state.running = 10;
    CHECK_FALSE(can_answer(fallback, state, {0}));
}

TEST_CASE("only the fallbacks that call something have a target, and need one") {
    CHECK(target_of(models::StaticFallback{}) == nullptr);
    CHECK(target_of(models::SilentFallback{}) == nullptr);
    CHECK(target_of(models::StaleCacheFallback{}) == nullptr);
    models::CallFallback call;
    REQUIRE(call.misfit());
    CHECK(call.misfit()->key == "call");
    call.target.text = "lite";
    CHECK_FALSE(call.misfit());
    CHECK(target_of(call)->text == "lite");
    CHECK(models::QueueFallback{}.misfit());
}

TEST_CASE("a message is received at most maxReceive times") {
    const models::DeliveryPolicy delivery;
    CHECK_FALSE(delivery.is_dead(9));
    CHECK(delivery.is_dead(10));
}

TEST_CASE("only the latest delivery acknowledges") {
    CHECK(models::DeliveryPolicy::acknowledges(2, 2));
    CHECK_FALSE(models::DeliveryPolicy::acknowledges(1, 2));
}

TEST_CASE("a queue has room for as many messages as it may store") {
    models::DeliveryPolicy delivery;
    CHECK(delivery.has_room(1'000'000'000));
    delivery.capacity = 3;
    CHECK(delivery.has_room(2));
    CHECK_FALSE(delivery.has_room(3));
}
