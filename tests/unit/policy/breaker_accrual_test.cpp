// The breakers of Linkerd, Finagle and Envoy: POLICIES.md 5.1 and 5.2.
#include <cmath>
#include <limits>

#include "sim/yaml/parameters.hpp"
#include "tests/unit/policy/breaker_fixture.hpp"

using models::ConcurrencyLimits;
using models::ConsecutiveBreaker;
using models::FailureAccrualBreaker;
using models::OpenJitter;
using models::OpenPeriod;
using models::SuccessRateBreaker;
using models::test::at_ms;
using models::test::BreakerUnderTest;

namespace {

ConsecutiveBreaker without_jitter() {
    ConsecutiveBreaker breaker;
    breaker.open.jitter = OpenJitter::none;
    return breaker;
}

FailureAccrualBreaker plain_accrual() {
    FailureAccrualBreaker breaker;
    breaker.mark_dead_for.jitter = OpenJitter::none;
    return breaker;
}

SuccessRateBreaker plain_rate() {
    SuccessRateBreaker breaker;
    breaker.mark_dead_for.jitter = OpenJitter::none;
    return breaker;
}

sim::KeyedRng rng_at(std::uint64_t number) {
    return {sim::RngStream(7, 0, "test", "open"), number, 0};
}

}  // namespace

TEST_CASE("linkerd: the seventh failure in a row opens, a success starts the count anew") {
    BreakerUnderTest under{without_jitter()};
    under.fails(0, 6);
    CHECK(under.ask(0));
    under.succeeds(0);
    under.fails(0, 6);
    CHECK(under.ask(0));
    under.fails(0);
    CHECK_FALSE(under.ask(0));
    CHECK(under.retry_after(400) == sim::milliseconds(600));
}

TEST_CASE("linkerd: one probe at the end of the wait; waits double up to the longest") {
    BreakerUnderTest under{without_jitter()};
    under.fails(0, 7);
    std::int64_t now = 0;
    for (const std::int64_t wait : {1, 2, 4, 8, 16, 32, 60, 60}) {
        CHECK_FALSE(under.ask(now + wait * 1000 - 1));
        now += wait * 1000;
        CHECK(under.admitted(now, 3) == 1);
        under.fails(now);
    }
    now += 60'000;
    REQUIRE(under.ask(now));
    under.succeeds(now);
    CHECK(under.admitted(now, 10) == 10);
    under.fails(now, 7);
    CHECK(under.retry_after(now) == sim::whole_seconds(1));
}

TEST_CASE("linkerd: late results are ignored while open and decide after the wait") {
    BreakerUnderTest under{without_jitter()};
    under.fails(0, 7);
    under.succeeds(999);
    CHECK_FALSE(under.ask(999));
    under.fails(1'000);  // at the instant of the timer: before it
    CHECK(under.ask(1'000));

    BreakerUnderTest late{without_jitter()};
    late.fails(0, 7);
    late.succeeds(1'001);
    CHECK(late.admitted(1'001, 5) == 5);
}

TEST_CASE("linkerd: a cancelled probe gives its permit back") {
    BreakerUnderTest under{without_jitter()};
    under.fails(0, 7);
    REQUIRE(under.ask(1'000));
    under.cancelled(1'100, false);
    CHECK_FALSE(under.ask(1'100));
    under.cancelled(1'100, true);
    CHECK(under.admitted(1'100, 2) == 1);
}

TEST_CASE("linkerd: additive jitter adds up to half, and stays below the longest") {
    const OpenPeriod period = ConsecutiveBreaker{}.open;
    double sum = 0;
    constexpr int kDraws = 20'000;
    for (std::uint64_t i = 0; i < kDraws; ++i) {
        auto rng = rng_at(i);
        const auto first = period.duration(1, rng);
        CHECK((first >= sim::whole_seconds(1) && first < sim::milliseconds(1'500)));
        sum += first.seconds();
        auto last = rng_at(i);
        CHECK(period.duration(7, last) == sim::whole_seconds(60));
        auto sixth = rng_at(i);
        CHECK(period.duration(6, sixth) <= sim::milliseconds(48'000));
    }
    CHECK(sum / kDraws == Approx(1.25).margin(0.005));
}

TEST_CASE("linkerd: a 429 is no 5xx") {
    const models::CircuitBreaker linkerd = ConsecutiveBreaker{};
    CHECK_FALSE(counts_as_failure(linkerd, models::Outcome::throttled));
    CHECK(counts_as_failure(linkerd, models::Outcome::error));
    CHECK(counts_as_failure(linkerd, models::Outcome::timeout));
    CHECK(counts_as_failure(models::PollyBreaker{}, models::Outcome::throttled));
}

TEST_CASE("finagle: equal jitter is exact first, then doubles with up to as much again") {
    const OpenPeriod period = FailureAccrualBreaker{}.mark_dead_for;
    for (std::uint64_t i = 0; i < 2'000; ++i) {
        auto rng = rng_at(i);
        CHECK(period.duration(1, rng) == sim::whole_seconds(5));
        for (int n = 2; n <= 7; ++n) {
            const auto half = sim::whole_seconds(5 * (std::int64_t{1} << (n - 2)));
            const auto drawn = period.duration(n, rng);
            CHECK(drawn >= half);
            CHECK(drawn <= sim::whole_seconds(300));
            if (n < 7) CHECK(drawn < half + half);
        }
        CHECK(period.duration(8, rng) == sim::whole_seconds(300));
        CHECK(period.duration(100'000, rng) == sim::whole_seconds(300));
    }
}

TEST_CASE("finagle: five failures in a row kill, whatever the success rate") {
    BreakerUnderTest under{plain_accrual()};
    under.ask(0);
    under.succeeds(0, 1000);
    under.fails(1, 4);
    CHECK(under.ask(1));
    under.fails(1);
    CHECK_FALSE(under.ask(1));
    CHECK(under.retry_after(1) == sim::whole_seconds(5));
}

TEST_CASE("finagle: a low success rate counts only at the age of the window") {
    BreakerUnderTest under{plain_rate()};
    under.ask(0);
    for (std::int64_t ms = 0; ms < 30'000; ms += 100) {
        under.fails(ms);
        REQUIRE(under.ask(ms));
    }
    under.fails(30'000);
    CHECK_FALSE(under.ask(30'000));
}

TEST_CASE("finagle: a low success rate counts only after enough requests") {
    BreakerUnderTest under{plain_rate()};
    under.ask(0);
    for (std::int64_t i = 1; i <= 4; ++i) under.fails(i * 40'000);
    CHECK(under.ask(160'000));
    under.fails(200'000);
    CHECK_FALSE(under.ask(200'000));
}

TEST_CASE("finagle: the success rate is a moving average over the window") {
    BreakerUnderTest under{plain_rate()};
    under.ask(0);
    for (int i = 0; i < 10; ++i) under.succeeds(0);
    // Failures alone: exp(-t / 30 s) is 0.8 at 6.694 s.
    under.succeeds(40'000);
    under.fails(46'694);
    CHECK(under.state<SuccessRateBreaker>().success_rate == Approx(std::exp(-6.694 / 30)));
    CHECK(under.ask(46'694));
    under.fails(46'695);
    CHECK_FALSE(under.ask(46'695));
}

TEST_CASE("finagle: results of one millisecond weigh nothing after its first") {
    BreakerUnderTest under{plain_rate()};
    under.ask(0);
    under.succeeds(5);
    under.fails(5, 100);
    CHECK(under.state<SuccessRateBreaker>().success_rate == 1.0);
}

TEST_CASE("finagle: one probe; its success revives and forgets, its failure takes the next time") {
    BreakerUnderTest under{plain_accrual()};
    under.fails(0, 5);
    CHECK_FALSE(under.ask(4'999));
    CHECK(under.admitted(5'000, 3) == 1);
    under.fails(5'100);
    CHECK(under.retry_after(5'100) == sim::whole_seconds(10));
    CHECK(under.admitted(15'100, 3) == 1);
    under.succeeds(15'200);
    CHECK(under.admitted(15'200, 10) == 10);
    CHECK(under.state<FailureAccrualBreaker>().requests == 1);
    under.fails(15'300, 5);
    CHECK(under.retry_after(15'300) == sim::whole_seconds(5));
}

TEST_CASE("finagle: while dead a failure is ignored, a late success counts in the rate alone") {
    BreakerUnderTest under{plain_accrual()};
    under.fails(0, 5);
    under.fails(100, 50);
    CHECK(under.state<FailureAccrualBreaker>().requests == 5);
    under.succeeds(200);
    CHECK(under.state<FailureAccrualBreaker>().requests == 6);
    CHECK_FALSE(under.ask(4'999));
    under.fails(5'001);  // revived for probing, no probe sent yet
    CHECK(under.ask(5'001));
}

TEST_CASE("finagle: a probe that fails without a verdict is followed by another") {
    BreakerUnderTest under{plain_accrual()};
    under.fails(0, 5);
    under.succeeds(200);  // a late success: the next failure is the first in a row
    REQUIRE(under.ask(5'000));
    under.fails(5'100);
    CHECK(under.admitted(5'100, 2) == 1);
}

TEST_CASE("finagle: a cancelled probe makes room for another") {
    BreakerUnderTest under{plain_accrual()};
    under.fails(0, 5);
    REQUIRE(under.ask(5'000));
    under.cancelled(5'100, true);
    CHECK(under.admitted(5'100, 2) == 1);
}

TEST_CASE("finagle: when both conditions hold, the longer of their times counts") {
    FailureAccrualBreaker breaker = plain_accrual();
    BreakerUnderTest under(breaker);
    under.fails(0, 5);  // by run: 5 s
    REQUIRE(under.ask(5'000));
    under.fails(5'000);  // by run again: 10 s
    REQUIRE(under.ask(40'000));
    under.fails(40'000);  // by run 20 s, by rate for the first time 5 s
    CHECK(under.retry_after(40'000) == sim::whole_seconds(20));
    CHECK(under.state<FailureAccrualBreaker>().deaths_by_rate == 1);
    CHECK(under.state<FailureAccrualBreaker>().deaths_by_run == 3);
}

TEST_CASE("an open period whose base is above its longest is a misfit") {
    ConsecutiveBreaker consecutive;
    consecutive.open.base = sim::whole_seconds(100);
    CHECK(consecutive.misfit()->key == "open");
    FailureAccrualBreaker accrual;
    accrual.mark_dead_for.max = sim::whole_seconds(1);
    CHECK(accrual.misfit()->key == "markDeadFor");
    SuccessRateBreaker rate;
    CHECK_FALSE(rate.misfit());
    rate.mark_dead_for.max = sim::whole_seconds(1);
    CHECK(rate.misfit()->key == "markDeadFor");
}

TEST_CASE("envoy limits: tries, retries, connections and waiting places, each on its own") {
    ConcurrencyLimits limits;
    limits.max_requests = 3;
    limits.max_retries = 1;
    limits.max_pending = 1;
    const models::CircuitBreaker breaker = limits;
    auto state = initial_state(breaker);
    auto rng = rng_at(0);
    const auto ask = [&](bool is_retry) {
        return breaker_admit(breaker, state, {at_ms(0), is_retry}, rng).admitted;
    };
    CHECK(ask(true));
    CHECK_FALSE(ask(true));
    CHECK(ask(false));
    CHECK(ask(false));
    CHECK_FALSE(ask(false));
    CHECK(breaker_is_open(breaker, state, at_ms(0)));
    breaker_record(breaker, state, {at_ms(1), true, {}, false, true}, rng);
    CHECK(ask(true));
    breaker_release(breaker, state, {at_ms(1), false, false});
    CHECK(ask(false));

    CHECK(breaker_join_line(breaker, state));
    CHECK_FALSE(breaker_join_line(breaker, state));
    breaker_leave_line(breaker, state);
    CHECK(breaker_join_line(breaker, state));
}

TEST_CASE("envoy limits: the defaults are 1024 of each and three retries") {
    BreakerUnderTest under{ConcurrencyLimits{}};
    int retries = 0;
    while (under.ask(0, true)) ++retries;
    CHECK(retries == 3);
    CHECK(under.admitted(0, 2000) == 1021);
}

TEST_CASE("other breakers let any number of tries wait for a connection") {
    const models::CircuitBreaker breaker = ConsecutiveBreaker{};
    auto state = initial_state(breaker);
    for (int i = 0; i < 5000; ++i) REQUIRE(breaker_join_line(breaker, state));
}

TEST_CASE("breakRetriesOnly lets first tries pass and stops retries") {
    ConsecutiveBreaker breaker = without_jitter();
    breaker.break_retries_only = true;
    BreakerUnderTest under(breaker);
    under.fails(0, 7);
    CHECK(under.admitted(500, 100) == 100);
    CHECK_FALSE(under.ask(500, true));
    CHECK_FALSE(under.ask(1'000).probe);  // a first try takes no permit
    CHECK(under.ask(1'000, true).probe);
    CHECK_FALSE(under.ask(1'000, true));
}
