// The breakers of Hystrix and Polly: POLICIES.md 5.1 and 5.4.
#include "sim/yaml/parameters.hpp"
#include "tests/unit/policy/breaker_fixture.hpp"

using models::HystrixBreaker;
using models::PollyBreaker;
using models::test::BreakerUnderTest;

namespace {

/// Open since 500 ms.
BreakerUnderTest opened_hystrix() {
    BreakerUnderTest under{HystrixBreaker{}};
    under.fails(10, 20);
    REQUIRE_FALSE(under.ask(500));
    return under;
}

/// Open since 0 ms.
BreakerUnderTest opened_polly() {
    BreakerUnderTest under{PollyBreaker{}};
    under.succeeds(0, 90);
    under.fails(0, 10);
    REQUIRE_FALSE(under.ask(0));
    return under;
}

}  // namespace

TEST_CASE("hystrix: 19 errors stay closed") {
    BreakerUnderTest under{HystrixBreaker{}};
    under.fails(10, 19);
    CHECK(under.ask(500));
    CHECK(under.ask(20'000));
}

TEST_CASE("hystrix: 10 of 20 open at the next tick, not before") {
    BreakerUnderTest under{HystrixBreaker{}};
    under.succeeds(10, 10);
    under.fails(20, 10);
    CHECK(under.ask(20));
    CHECK(under.ask(499));
    CHECK_FALSE(under.open(499));
    CHECK(under.open(500));
    CHECK_FALSE(under.ask(500));
    CHECK(under.retry_after(500) == sim::whole_seconds(5));
}

TEST_CASE("hystrix trap: the percentage is cut off, 199 of 399 are 49 %") {
    BreakerUnderTest under{HystrixBreaker{}};
    under.succeeds(10, 200);
    under.fails(10, 199);
    CHECK(under.ask(500));
    CHECK(under.ask(9'000));

    BreakerUnderTest more{HystrixBreaker{}};
    more.succeeds(10, 200);
    more.fails(10, 200);
    CHECK_FALSE(more.ask(500));
}

TEST_CASE("hystrix: 499 of 1000 are 49 %") {
    BreakerUnderTest under{HystrixBreaker{}};
    under.succeeds(10, 501);
    under.fails(10, 499);
    CHECK(under.ask(500));
}

TEST_CASE("hystrix: percentages are of doubles, 29 of 100 are 28 %") {
    HystrixBreaker breaker;
    breaker.error_threshold_percentage = 0.29;
    BreakerUnderTest under(breaker);
    under.succeeds(10, 71);
    under.fails(10, 29);
    CHECK(under.ask(500));
}

TEST_CASE("hystrix: a threshold of 55 % is met by 55 %") {
    HystrixBreaker breaker;
    breaker.error_threshold_percentage = 0.55;
    BreakerUnderTest under(breaker);
    under.succeeds(10, 9);
    under.fails(10, 11);
    CHECK_FALSE(under.ask(500));
}

TEST_CASE("hystrix: a quiet snapshot opens when successes leave the window before failures") {
    BreakerUnderTest under{HystrixBreaker{}};
    under.succeeds(100, 100);
    under.fails(5'100, 30);
    CHECK(under.ask(10'000));  // 30 of 130
    CHECK_FALSE(under.open(10'499));
    CHECK(under.open(10'500));  // 30 of 30
    CHECK(under.retry_after(11'000) == sim::milliseconds(4'500));
    CHECK_FALSE(under.ask(15'500));  // opened at 10.5 s, nobody looked
    CHECK(under.ask(15'501));
}

TEST_CASE("hystrix: what is older than the window does not count") {
    BreakerUnderTest under{HystrixBreaker{}};
    under.fails(100, 15);
    under.fails(10'600, 5);
    CHECK(under.ask(11'000));
    BreakerUnderTest within{HystrixBreaker{}};
    within.fails(100, 15);
    within.fails(10'400, 5);  // 10.5 s: the first slice has just left
    CHECK(within.ask(10'500));
    BreakerUnderTest inside{HystrixBreaker{}};
    inside.fails(100, 15);
    inside.fails(9'900, 5);
    CHECK_FALSE(inside.ask(10'000));
}

TEST_CASE("hystrix: a result at the instant of a snapshot comes before it") {
    BreakerUnderTest under{HystrixBreaker{}};
    under.fails(100, 19);
    under.fails(500);
    CHECK_FALSE(under.ask(500));
}

TEST_CASE("hystrix: one probe, strictly after the sleep window") {
    auto under = opened_hystrix();
    CHECK_FALSE(under.ask(5'500));
    CHECK(under.admitted(5'501, 3) == 1);
    CHECK(under.open(5'501));
}

TEST_CASE("hystrix: a good probe closes and forgets") {
    auto under = opened_hystrix();
    REQUIRE(under.ask(5'501));
    under.succeeds(5'600);
    CHECK(under.admitted(5'600, 10) == 10);
    CHECK(under.ask(6'000));  // the 20 errors of before are gone
    under.fails(6'100, 18);   // with the probe 19
    CHECK(under.ask(6'500));
    under.fails(6'600);
    CHECK_FALSE(under.ask(7'000));
}

TEST_CASE("hystrix: a failed probe opens for another sleep window, and nothing is forgotten") {
    auto under = opened_hystrix();
    REQUIRE(under.ask(5'501));
    under.fails(5'600);
    CHECK_FALSE(under.ask(10'600));
    CHECK(under.ask(10'601));
    CHECK(under.state<HystrixBreaker>().total.failures == 1);  // those of 10 ms are too old

    auto quick = opened_hystrix();
    REQUIRE(quick.ask(5'501));
    quick.fails(5'502);
    CHECK(quick.state<HystrixBreaker>().total.failures == 21);
}

TEST_CASE("hystrix: a cancelled probe opens again and is not counted") {
    auto under = opened_hystrix();
    REQUIRE(under.ask(5'501));
    under.cancelled(5'600, true);
    CHECK(under.state<HystrixBreaker>().total.calls == 20);
    CHECK_FALSE(under.ask(10'600));
    CHECK(under.ask(10'601));
}

TEST_CASE("hystrix: late results while open are counted and change nothing") {
    auto under = opened_hystrix();
    under.succeeds(600, 1000);
    under.fails(700, 5);
    CHECK_FALSE(under.ask(5'500));
    CHECK(under.state<HystrixBreaker>().total.calls == 1025);
}

TEST_CASE("hystrix: its window is a multiple of snapshots, its threshold in whole percent") {
    HystrixBreaker breaker;
    CHECK_FALSE(breaker.misfit());
    breaker.error_threshold_percentage = 0.29;
    CHECK_FALSE(breaker.misfit());
    breaker.error_threshold_percentage = 0.125;
    CHECK(breaker.misfit()->key == "errorThresholdPercentage");
    breaker.evaluate_every = sim::milliseconds(300);
    CHECK(breaker.misfit()->key == "window");
}

TEST_CASE("polly trap: it looks at its counts only when a call fails") {
    BreakerUnderTest under{PollyBreaker{}};
    under.fails(0, 10);
    under.succeeds(0, 90);  // 10 % of 100: an evaluation would open
    CHECK(under.ask(0));
    under.fails(0);
    CHECK_FALSE(under.ask(0));
}

TEST_CASE("polly: below the ratio or the throughput it stays closed") {
    BreakerUnderTest few{PollyBreaker{}};
    few.fails(0, 99);
    CHECK(few.ask(0));
    few.fails(0);
    CHECK_FALSE(few.ask(0));
    BreakerUnderTest rare{PollyBreaker{}};
    rare.succeeds(0, 91);
    rare.fails(0, 10);  // 9.9 %
    CHECK(rare.ask(0));
}

TEST_CASE("polly: at breakDuration exactly one probe") {
    auto under = opened_polly();
    CHECK(under.retry_after(1'000) == sim::whole_seconds(4));
    CHECK_FALSE(under.ask(4'999));
    CHECK_FALSE(under.open(5'000));
    CHECK(under.ask(5'000).probe);
    CHECK_FALSE(under.ask(5'000));
}

TEST_CASE("polly: a good probe closes with an empty window") {
    auto under = opened_polly();
    REQUIRE(under.ask(5'000));
    under.succeeds(5'100);
    CHECK(under.admitted(5'100, 10) == 10);
    under.fails(5'100, 99);
    CHECK(under.ask(5'100));
    under.fails(5'100);
    CHECK_FALSE(under.ask(5'100));
}

TEST_CASE("polly: a failed probe opens for another breakDuration") {
    auto under = opened_polly();
    REQUIRE(under.ask(5'000));
    under.fails(5'100);
    CHECK_FALSE(under.ask(10'099));
    CHECK(under.ask(10'100));
}

TEST_CASE("polly: a probe that never returns lets another through after breakDuration") {
    auto under = opened_polly();
    REQUIRE(under.ask(5'000));
    CHECK_FALSE(under.ask(9'999));
    CHECK(under.admitted(10'000, 2) == 1);
    CHECK(under.admitted(15'000, 2) == 1);
}

TEST_CASE("polly: a cancelled probe is neither success nor failure, and frees nothing") {
    auto under = opened_polly();
    REQUIRE(under.ask(5'000));
    under.cancelled(5'100, true);
    CHECK_FALSE(under.ask(5'100));
    CHECK(under.ask(10'000));
}

TEST_CASE("polly: late results while open are counted, and neither extend nor end it") {
    auto under = opened_polly();
    under.fails(2'000, 50);
    under.succeeds(3'000, 50);
    CHECK_FALSE(under.ask(4'999));
    CHECK(under.ask(5'000));
}

TEST_CASE("polly: slices begin with results, and leave a window after they began") {
    BreakerUnderTest under{PollyBreaker{}};
    under.succeeds(2'900, 900);  // slice of 2.9 s
    under.fails(5'800, 99);      // still the same slice
    under.fails(32'899);         // the last instant of it: 100 of 1000
    CHECK_FALSE(under.ask(32'899));

    BreakerUnderTest later{PollyBreaker{}};
    later.succeeds(2'900, 800);
    later.fails(5'800, 99);
    later.fails(32'900);  // the first slice has gone with all its calls
    CHECK(later.ask(32'900));
    later.fails(32'900, 99);
    CHECK_FALSE(later.ask(32'900));
}

TEST_CASE("polly: below 200 ms there is one slice, emptied when it is over") {
    PollyBreaker breaker;
    breaker.window = sim::milliseconds(199);
    BreakerUnderTest under(breaker);
    under.fails(1'000, 99);
    under.fails(1'199);  // a new one
    CHECK(under.ask(1'199));

    breaker.window = sim::milliseconds(200);
    BreakerUnderTest rolling(breaker);
    rolling.succeeds(1'000, 1);
    rolling.fails(1'020, 98);
    rolling.fails(1'200, 2);  // the slice of 1.000 s is gone, that of 1.020 s is not
    CHECK_FALSE(rolling.ask(1'200));
}

TEST_CASE("polly: a window that does not divide evenly keeps its slices apart") {
    PollyBreaker breaker;
    breaker.window = {sim::milliseconds(1'000).ns + 7};
    breaker.buckets = 9;
    BreakerUnderTest under(breaker);
    for (std::int64_t ms = 0; ms < 100'000; ++ms) under.succeeds(ms);
    CHECK(under.state<PollyBreaker>().used <= 10);
    CHECK(under.state<PollyBreaker>().slices.size() == 11);
}
