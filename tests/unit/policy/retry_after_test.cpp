// What the clients make of a server's hint (POLICIES 1.1).
#include "models/policy/retry_after.hpp"

#include "models/policy/backoff.hpp"
#include "tests/catch.hpp"
#include "tests/unit/policy/policy_support.hpp"

using namespace models;
using policy_tests::ms_of;
using policy_tests::occasion_of;
using policy_tests::rng_at;
using sim::milliseconds;
using sim::whole_seconds;
using Mode = RetryAfter::Mode;

namespace {

constexpr sim::Duration kComputed = sim::milliseconds(200);

RetryAfter::Decision decide(const RetryAfter& rule, std::optional<sim::Duration> hint) {
    auto rng = rng_at(1);
    return rule.decide(kComputed, hint, rng);
}

}  // namespace

TEST_CASE("without a hint every mode leaves the backoff as it is") {
    for (const auto mode : {Mode::ignore, Mode::replace, Mode::clamp_max, Mode::clamp,
                            Mode::discard_above, Mode::exact_then_reset}) {
        const auto decision = decide({mode}, std::nullopt);
        CHECK(decision.delay == kComputed);
        CHECK_FALSE(decision.resets);
        CHECK_FALSE(decision.stop);
    }
}

TEST_CASE("ignore, replace and clampMax") {
    CHECK(decide({Mode::ignore}, whole_seconds(3)).delay == kComputed);
    CHECK(decide({Mode::replace}, milliseconds(1)).delay == milliseconds(1));
    CHECK(decide({Mode::replace}, whole_seconds(3000)).delay == whole_seconds(3000));
    const RetryAfter undici{Mode::clamp_max, whole_seconds(30)};
    CHECK(decide(undici, whole_seconds(10)).delay == whole_seconds(10));
    CHECK(decide(undici, whole_seconds(31)).delay == whole_seconds(30));
    CHECK(decide(undici, milliseconds(1)).delay == milliseconds(1));
}

TEST_CASE("discardAbove spreads up to half as long again and disregards what is too long") {
    const RetryAfter envoy{Mode::discard_above};
    double longest = 0;
    double shortest = 1e9;
    for (std::uint64_t i = 0; i < 3'000; ++i) {
        auto rng = rng_at(i);
        const double ms = ms_of(envoy.decide(kComputed, whole_seconds(1), rng).delay);
        longest = std::max(longest, ms);
        shortest = std::min(shortest, ms);
    }
    CHECK(shortest == 1000);
    CHECK(longest == 1499);
    CHECK(decide(envoy, whole_seconds(300)).delay >= whole_seconds(300));
    CHECK(decide(envoy, milliseconds(300'001)).delay == kComputed);
}

TEST_CASE("gRPC's pushback is obeyed to the letter and starts the backoff anew") {
    const RetryAfter grpc{Mode::exact_then_reset};
    const auto decision = decide(grpc, milliseconds(500));
    CHECK(decision.delay == milliseconds(500));
    CHECK(decision.resets);
    CHECK_FALSE(decision.stop);
    CHECK(decide(grpc, sim::Duration{0}).delay == sim::Duration{0});
    // The retry after it is the first of a new backoff: nominal 100 ms again.
    ExponentialBackoff backoff;
    backoff.max = whole_seconds(1);
    backoff.jitter = Jitter::plus_minus;
    auto occasion = occasion_of(4);
    occasion.since_hint = 1;
    models::BackoffState state;
    CHECK(*backoff.delay_at(occasion, state, 0.5) == milliseconds(100));
}

TEST_CASE("gRPC's negative pushback stops; elsewhere it is no hint at all") {
    CHECK(decide({Mode::exact_then_reset}, milliseconds(-1)).stop);
    for (const auto mode :
         {Mode::ignore, Mode::replace, Mode::clamp_max, Mode::clamp, Mode::discard_above}) {
        const auto decision = decide({mode}, milliseconds(-1));
        CHECK(decision.delay == kComputed);
        CHECK_FALSE(decision.stop);
    }
}

TEST_CASE("the longest hint does not overflow") {
    CHECK(decide({Mode::clamp, whole_seconds(1), sim::kForever}, sim::kForever).delay ==
          sim::kForever);
    CHECK(decide({Mode::discard_above, sim::kForever}, sim::kForever).delay.ns > 0);
}

TEST_CASE("serverHint obeys a hint like Envoy and is Envoy's backoff without one") {
    const ServerHintBackoff backoff;
    models::BackoffState state;
    auto occasion = occasion_of(3);
    CHECK(*backoff.delay_at(occasion, state, 0.999) == milliseconds(99));
    occasion.hint = whole_seconds(2);
    CHECK(*backoff.delay_at(occasion, state, 0) == whole_seconds(2));
    CHECK(*backoff.delay_at(occasion, state, 0.5) == milliseconds(2500));
    CHECK(*backoff.delay_at(occasion, state, 0.9999) == milliseconds(2999));
    occasion.hint = whole_seconds(301);  // discarded
    CHECK(*backoff.delay_at(occasion, state, 0.5) == milliseconds(50));
    occasion.hint = milliseconds(1);
    CHECK(*backoff.delay_at(occasion, state, 0.9) == milliseconds(1));
}
