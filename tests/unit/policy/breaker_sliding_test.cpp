// The breakers of resilience4j: POLICIES.md 5.1 and 5.4.
#include <algorithm>
#include <deque>

#include "sim/yaml/parameters.hpp"
#include "tests/unit/policy/breaker_fixture.hpp"

using models::CountBasedBreaker;
using models::TimeBasedBreaker;
using models::test::BreakerUnderTest;

namespace {

TimeBasedBreaker ten_seconds(std::int64_t minimum) {
    TimeBasedBreaker breaker;
    breaker.sliding_window_size = sim::whole_seconds(10);
    breaker.settings.minimum_number_of_calls = minimum;
    return breaker;
}

/// Open since 0 ms.
BreakerUnderTest opened(const CountBasedBreaker& breaker = {}) {
    BreakerUnderTest under(breaker);
    under.fails(0, 100);
    REQUIRE_FALSE(under.ask(0));
    return under;
}

}  // namespace

TEST_CASE("resilience4j: 99 failures stay closed, the 100th outcome opens, whichever it is") {
    const bool last = GENERATE(false, true);
    BreakerUnderTest under{CountBasedBreaker{}};
    for (int i = 0; i < 99; ++i) {
        under.fails(0);
        REQUIRE(under.ask(0));
    }
    under.ends(0, last);
    CHECK_FALSE(under.ask(0));
}

TEST_CASE("resilience4j: 51 successes and 49 failures stay closed, the next failure opens") {
    BreakerUnderTest under{CountBasedBreaker{}};
    under.succeeds(0, 51);
    under.fails(0, 49);
    CHECK(under.ask(0));
    under.fails(0);  // pushes out a success: 50 of 100
    CHECK_FALSE(under.ask(0));
}

TEST_CASE("resilience4j: exactly after the wait it still refuses, strictly later it probes") {
    auto under = opened();
    CHECK_FALSE(under.ask(60'000));
    CHECK(under.open(60'000));
    CHECK_FALSE(under.open(60'001));
    const auto probe = under.ask(60'001);
    CHECK(probe);
    CHECK(probe.probe);
}

TEST_CASE("resilience4j: ten probes, the eleventh is refused") {
    auto under = opened();
    CHECK(under.admitted(60'001, 11) == 10);
    CHECK(under.open(60'001));
}

TEST_CASE("resilience4j: five failed probes of ten open again, four close") {
    auto worse = opened();
    worse.admitted(60'001, 10);
    worse.fails(60'002, 5);
    worse.succeeds(60'002, 5);
    CHECK_FALSE(worse.ask(60'003));
    CHECK(worse.retry_after(60'003) == sim::milliseconds(59'999));

    auto better = opened();
    better.admitted(60'001, 10);
    better.fails(60'002, 4);
    better.succeeds(60'002, 6);
    CHECK(better.admitted(60'003, 200) == 200);
    better.fails(60'004, 99);  // nothing of before counts
    CHECK(better.ask(60'004));
    better.fails(60'004);
    CHECK_FALSE(better.ask(60'004));
}

TEST_CASE("resilience4j: no decision before min(minimumNumberOfCalls, permitted) probes") {
    CountBasedBreaker breaker;
    breaker.settings.minimum_number_of_calls = 4;
    auto under = opened(breaker);
    under.admitted(60'001, 10);
    under.succeeds(60'002, 3);
    CHECK(under.open(60'002));
    under.succeeds(60'002);
    CHECK_FALSE(under.open(60'002));
}

TEST_CASE("resilience4j: the minimum is never more than the window of calls") {
    CountBasedBreaker breaker;
    breaker.sliding_window_size = 5;
    BreakerUnderTest under(breaker);
    under.fails(0, 4);
    CHECK(under.ask(0));
    under.fails(0);
    CHECK_FALSE(under.ask(0));
}

TEST_CASE("resilience4j: slow is strictly longer, and only all of them open by default") {
    CountBasedBreaker breaker;
    breaker.settings.slow_call_duration_threshold = sim::milliseconds(200);
    BreakerUnderTest at_limit(breaker);
    at_limit.ends(0, false, 100, sim::milliseconds(200));
    CHECK(at_limit.ask(0));

    BreakerUnderTest all(breaker);
    all.ends(0, false, 99, sim::milliseconds(201));
    CHECK(all.ask(0));
    all.ends(0, false, 1, sim::milliseconds(201));
    CHECK_FALSE(all.ask(0));

    breaker.settings.slow_call_rate_threshold = 0.2;
    BreakerUnderTest share(breaker);
    share.succeeds(0, 80);
    share.ends(0, false, 19, sim::milliseconds(201));
    CHECK(share.ask(0));
    share.ends(0, false, 2, sim::milliseconds(201));
    CHECK_FALSE(share.ask(0));
}

TEST_CASE("resilience4j: a hung probe sticks for ever unless maxWaitInHalfOpen is set") {
    auto stuck = opened();
    stuck.admitted(60'001, 10);
    stuck.succeeds(60'002, 9);
    CHECK_FALSE(stuck.ask(1'000'000'000));

    CountBasedBreaker breaker;
    breaker.settings.max_wait_in_half_open = sim::whole_seconds(20);
    auto freed = opened(breaker);
    freed.admitted(60'001, 10);
    freed.succeeds(60'002, 9);
    CHECK_FALSE(freed.ask(80'000));
    CHECK_FALSE(freed.ask(80'001));  // open again since 80.001 s
    CHECK(freed.retry_after(80'001) == sim::whole_seconds(60));
    CHECK_FALSE(freed.ask(140'001));
    CHECK(freed.admitted(140'002, 11) == 10);
    freed.succeeds(140'003, 1);  // the nine of before are forgotten
    CHECK(freed.open(140'003));
}

TEST_CASE("resilience4j: a result at the instant of the half-open timer comes before it") {
    CountBasedBreaker breaker;
    breaker.settings.permitted_in_half_open = 1;
    breaker.settings.max_wait_in_half_open = sim::whole_seconds(20);
    auto under = opened(breaker);
    REQUIRE(under.ask(60'001));
    under.succeeds(80'001);
    CHECK(under.admitted(80'001, 5) == 5);
}

TEST_CASE("resilience4j: late results while open change nothing") {
    auto under = opened();
    under.succeeds(100, 500);
    under.fails(200, 500);
    CHECK_FALSE(under.ask(60'000));
    CHECK(under.ask(60'001));
}

TEST_CASE("resilience4j: late results while half-open decide like probes") {
    auto under = opened();
    REQUIRE(under.ask(60'001));
    under.succeeds(60'002, 10);
    CHECK(under.admitted(60'003, 50) == 50);
}

TEST_CASE("resilience4j: a cancelled probe gives its permit back, another call does not") {
    auto under = opened();
    CHECK(under.admitted(60'001, 10) == 10);
    under.cancelled(60'002, false);
    CHECK_FALSE(under.ask(60'002));
    under.cancelled(60'002, true);
    CHECK(under.admitted(60'002, 2) == 1);
}

TEST_CASE("resilience4j: with automaticTransition the wait ends by a timer") {
    CountBasedBreaker breaker;
    breaker.settings.automatic_transition = true;
    auto under = opened(breaker);
    CHECK_FALSE(under.ask(59'999));
    CHECK(under.ask(60'000));  // not strictly later

    auto late = opened(breaker);
    late.succeeds(60'001, 10);  // half-open without a try: late results close it
    CHECK(late.admitted(60'001, 50) == 50);
}

TEST_CASE("resilience4j: the wait may grow while probing fails") {
    CountBasedBreaker breaker;
    breaker.settings.wait_factor = 2;
    breaker.settings.max_wait_in_open = sim::whole_seconds(200);
    breaker.settings.permitted_in_half_open = 1;
    auto under = opened(breaker);
    REQUIRE(under.ask(60'001));
    under.fails(60'001);
    CHECK(under.retry_after(60'001) == sim::whole_seconds(120));
    REQUIRE(under.ask(180'002));
    under.fails(180'002);
    CHECK(under.retry_after(180'002) == sim::whole_seconds(200));
    REQUIRE(under.ask(380'003));
    under.succeeds(380'003);
    under.fails(380'004, 100);
    CHECK(under.retry_after(380'004) == sim::whole_seconds(60));
}

TEST_CASE("resilience4j: the ring agrees with a plain queue of the last calls") {
    CountBasedBreaker breaker;
    breaker.sliding_window_size = 7;
    breaker.settings.minimum_number_of_calls = 4;
    breaker.settings.failure_rate_threshold = 0.6;
    sim::KeyedRng draws{sim::RngStream(3, 0, "test", "ring"), 0, 0};
    BreakerUnderTest under(breaker);
    std::deque<bool> last;
    int openings = 0;
    for (std::int64_t ms = 0; ms < 2'000'000; ms += 100) {
        const bool failure = draws.bernoulli(0.4);
        under.fails(ms, failure ? 1 : 0);
        under.succeeds(ms, failure ? 0 : 1);
        last.push_back(failure);
        if (last.size() > 7) last.pop_front();
        const auto failures = std::count(last.begin(), last.end(), true);
        const bool opens = last.size() >= 4 && 5 * failures >= 3 * std::ssize(last);
        REQUIRE(under.open(ms) == opens);
        if (!opens) continue;
        ++openings;
        ms += 60'001;
        REQUIRE(under.ask(ms));
        under.succeeds(ms, 4);
        last.clear();
    }
    CHECK(openings > 10);
}

TEST_CASE("resilience4j: a threshold of 7 % is met by 7 of 100") {
    for (int percent = 1; percent <= 100; ++percent) {
        CountBasedBreaker breaker;
        breaker.settings.failure_rate_threshold = percent / 100.0;
        BreakerUnderTest under(breaker);
        under.succeeds(0, 100 - percent);
        under.fails(0, percent - 1);
        REQUIRE(under.ask(0));
        under.fails(0);
        CHECK_FALSE(under.ask(0));
    }
}

TEST_CASE("timeBased: whole seconds since time zero, the current one included") {
    BreakerUnderTest under(ten_seconds(10));
    under.fails(999, 5);  // second 0
    under.fails(9'999, 4);
    CHECK(under.ask(9'999));
    under.fails(9'999);
    CHECK_FALSE(under.ask(9'999));

    BreakerUnderTest later(ten_seconds(10));
    later.fails(999, 5);
    later.fails(10'000, 5);  // second 0 is gone, 9.001 s after its calls
    CHECK(later.ask(10'000));
}

TEST_CASE("timeBased: the minimum is not cut to the window") {
    BreakerUnderTest under(ten_seconds(100));
    under.fails(500, 99);
    CHECK(under.ask(500));
    under.succeeds(500);
    CHECK_FALSE(under.ask(500));
}

TEST_CASE("timeBased: seconds before time zero are whole, too") {
    BreakerUnderTest under(ten_seconds(2));
    under.fails(-500);  // second -1
    under.fails(8'999);
    CHECK_FALSE(under.ask(8'999));
    BreakerUnderTest gone(ten_seconds(2));
    gone.fails(-500);
    gone.fails(9'000);
    CHECK(gone.ask(9'000));
}

TEST_CASE("timeBased: a pause longer than the window empties it") {
    BreakerUnderTest under(ten_seconds(5));
    under.fails(0, 4);
    under.fails(3'600'000, 4);
    CHECK(under.ask(3'600'000));
    under.fails(3'600'000);
    CHECK_FALSE(under.ask(3'600'000));
}

TEST_CASE("timeBased: it counts in whole seconds only") {
    TimeBasedBreaker breaker;
    CHECK_FALSE(breaker.misfit());
    breaker.sliding_window_size = sim::milliseconds(1500);
    const auto misfit = breaker.misfit();
    REQUIRE(misfit);
    CHECK(misfit->key == "slidingWindowSize");
}

TEST_CASE("a sliding breaker takes no memory after it was made") {
    BreakerUnderTest under{CountBasedBreaker{}};
    const auto* window = under.state<CountBasedBreaker>().window.slots.data();
    const auto* probes = under.state<CountBasedBreaker>().probes.slots.data();
    for (std::int64_t ms = 0; ms < 10'000'000; ms += 1'000) {
        if (under.ask(ms)) under.ends(ms, ms % 3'000 == 0);
    }
    CHECK(window == under.state<CountBasedBreaker>().window.slots.data());
    CHECK(probes == under.state<CountBasedBreaker>().probes.slots.data());
}
