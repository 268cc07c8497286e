// Linkerd's breaker of two conditions.
#include <cmath>

#include "sim/yaml/parameters.hpp"
#include "tests/catch.hpp"
#include "tests/unit/policy/breaker_fixture.hpp"

using models::UnifiedBreaker;
using models::test::at_ms;
using models::test::BreakerUnderTest;

namespace {

UnifiedBreaker without_jitter() {
    UnifiedBreaker breaker;
    breaker.open.jitter = models::OpenJitter::none;
    return breaker;
}

/// A breaker of its own, for results with 429.
struct Throttling {
    UnifiedBreaker rule = without_jitter();
    UnifiedBreaker::State state{};
    sim::KeyedRng rng{sim::RngStream(1, 0, "test", "breaker"), 0, 0};

    void answers(std::int64_t ms, bool failure, bool throttled) {
        rule.record(state, {at_ms(ms), failure, {}, false, false, throttled}, rng);
    }
    [[nodiscard]] bool open(std::int64_t ms) const { return rule.is_open(state, at_ms(ms)); }
};

}  // namespace

TEST_CASE("unified: the seventh failure in a row opens, whatever the rate says") {
    UnifiedBreaker rule = without_jitter();
    rule.required_success_rate = 0;
    BreakerUnderTest under(rule);
    under.fails(0, 6);
    under.succeeds(0);
    under.fails(1, 6);
    CHECK_FALSE(under.open(1));
    under.fails(2);
    CHECK(under.open(2));
    CHECK(under.open(1'001));
    CHECK_FALSE(under.open(1'002));  // 1 s, then one probe
    CHECK(under.admitted(1'002, 3) == 1);
    under.fails(1'100);
    CHECK(under.open(3'099));  // 2 s
    CHECK(under.admitted(3'100, 3) == 1);
    under.succeeds(3'200);
    CHECK(under.admitted(3'200, 3) == 3);
    under.fails(3'300, 7);  // it has forgotten that it was open before
    CHECK_FALSE(under.open(4'300));
}

TEST_CASE("unified: 429s lower the rate and do not count as failures in a row") {
    Throttling one;
    one.rule.min_requests = 1;
    one.answers(0, false, false);
    // Each second of nothing but 429 leaves exp(-0.1) of the rate: below 0.8 after the third.
    one.answers(1'000, false, true);
    one.answers(2'000, false, true);
    CHECK(one.state.success_rate == Approx(std::exp(-0.2)));
    CHECK_FALSE(one.open(2'000));
    one.answers(3'000, false, true);
    CHECK(one.state.run == 0);
    CHECK(one.open(3'000));
    // A probe that is throttled has failed.
    one.rule.admit(one.state, {at_ms(4'000), false}, one.rng);
    one.answers(4'100, false, true);
    CHECK(one.open(4'200));
    // With failures in a row alone it has not.
    Throttling other;
    other.rule.required_success_rate = 0;
    for (int i = 0; i < 7; ++i) other.answers(i, true, false);
    CHECK(other.open(7));
    other.rule.admit(other.state, {at_ms(1'010), false}, other.rng);
    other.answers(1'020, false, true);
    CHECK_FALSE(other.open(1'020));
}

TEST_CASE("unified: the rate counts after five requests, and anew after a long silence") {
    Throttling one;
    for (int i = 0; i < 4; ++i) one.answers(i * 5'000, false, true);
    CHECK(one.state.success_rate < 0.8);
    CHECK_FALSE(one.open(15'000));
    one.answers(45'001, false, true);  // more than three windows later: the first again
    CHECK(one.state.requests == 1);
    CHECK_FALSE(one.open(45'001));
    for (int i = 2; i <= 5; ++i) one.answers(45'000 + i * 1'000, false, true);
    CHECK(one.open(50'000));
}

TEST_CASE(
    "unified: results of one instant move the rate once; a cancelled probe leaves its place") {
    Throttling one;
    one.answers(0, false, false);
    for (int i = 0; i < 4; ++i) one.answers(1'000, false, true);
    CHECK(one.state.success_rate == Approx(std::exp(-0.1)));
    CHECK(one.state.requests == 5);
    BreakerUnderTest under(without_jitter());
    under.fails(0, 7);
    CHECK(under.admitted(1'000, 2) == 1);
    under.cancelled(1'001, true);
    CHECK(under.admitted(1'001, 2) == 1);
    UnifiedBreaker wrong;
    wrong.open.base = sim::whole_seconds(100);
    CHECK(wrong.misfit());
}
