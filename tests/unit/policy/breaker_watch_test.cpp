#include "models/policy/breaker_watch.hpp"

#include <vector>

#include "tests/catch.hpp"

using sim::milliseconds;
using sim::SimTime;
using sim::whole_seconds;

namespace {

SimTime at(std::int64_t ms) { return {ms * 1'000'000}; }

/// One breaker, asked and told things at whole milliseconds.
struct Watched {
    explicit Watched(models::CircuitBreaker rule)
        : breaker(std::move(rule)), state(models::initial_state(breaker)) {}

    void look(std::int64_t ms) {
        while (const auto one = watch.step(breaker, state, at(ms))) {
            if (!one->refuses) continue;
            open = open + (one->until - one->from);
            if (one->opens) openings.push_back(one->from.ns / 1'000'000);
        }
    }
    bool admit(std::int64_t ms) {
        look(ms);
        return models::breaker_admit(breaker, state, {at(ms), false}, rng).admitted;
    }
    void record(std::int64_t ms, bool failure, bool probe = false) {
        look(ms);
        models::breaker_record(breaker, state, {at(ms), failure, milliseconds(1), probe, false},
                               rng);
    }
    /// So many calls at an instant, each with its end.
    void calls(std::int64_t ms, int count, bool failure) {
        for (int i = 0; i < count; ++i) {
            CHECK(admit(ms));
            record(ms, failure);
        }
    }

    models::CircuitBreaker breaker;
    models::CircuitBreakerState state;
    models::BreakerWatch watch;
    sim::RngStream stream{1, 0, "test", "breaker"};
    sim::KeyedRng rng{stream, 1, 1};
    sim::Duration open{};
    std::vector<std::int64_t> openings;  ///< when, in milliseconds
};

}  // namespace

TEST_CASE("hystrix opens at a snapshot that nobody sees, and its sleep ends unseen, too") {
    Watched one(models::HystrixBreaker{});
    one.calls(100, 20, true);
    one.look(60'000);
    CHECK(one.openings == std::vector<std::int64_t>{500});
    CHECK(one.open.ns == whole_seconds(5).ns);
    CHECK(one.admit(60'000));  // the probe: until its end nobody else
    one.record(60'250, false, true);
    CHECK(one.open.ns == milliseconds(5250).ns);
    CHECK(one.openings.size() == 1);
    one.look(120'000);
    CHECK(one.open.ns == milliseconds(5250).ns);
}

TEST_CASE("hystrix: results at the instant of a snapshot come before it") {
    Watched one(models::HystrixBreaker{});
    one.calls(100, 19, true);
    one.calls(500, 1, true);
    one.look(10'000);
    CHECK(one.openings == std::vector<std::int64_t>{500});
    CHECK(one.open.ns == whole_seconds(5).ns);
}

TEST_CASE("resilience4j goes back and forth by its timers alone") {
    models::CountBasedBreaker rule;
    rule.sliding_window_size = 4;
    rule.settings.minimum_number_of_calls = 4;
    rule.settings.wait_in_open = whole_seconds(2);
    rule.settings.automatic_transition = true;
    rule.settings.max_wait_in_half_open = whole_seconds(3);
    Watched one(rule);
    one.calls(1000, 4, true);
    // Open 1-3 s, half-open with permits to give 3-6 s, open 6-8 s, half-open 8-11 s, open 11-12 s.
    one.look(12'000);
    CHECK(one.openings == std::vector<std::int64_t>{1000, 6000, 11'000});
    CHECK(one.open.ns == whole_seconds(5).ns);
}

TEST_CASE("resilience4j without a timer waits for a try, and refuses nobody meanwhile") {
    models::CountBasedBreaker rule;
    rule.sliding_window_size = 4;
    rule.settings.minimum_number_of_calls = 4;
    rule.settings.wait_in_open = whole_seconds(2);
    Watched one(rule);
    one.calls(1000, 4, true);
    one.look(50'000);
    CHECK(one.open.ns == whole_seconds(2).ns);
    CHECK(one.openings.size() == 1);
}

TEST_CASE("polly: a probe is no opening, though it blocks the others for a while") {
    models::PollyBreaker rule;
    rule.minimum_throughput = 2;
    Watched one(rule);
    one.calls(0, 2, true);
    CHECK(one.admit(7000));  // open 0-5 s; the probe blocks until 12 s at most
    one.look(20'000);
    CHECK(one.openings == std::vector<std::int64_t>{0});
    CHECK(one.open.ns == whole_seconds(10).ns);
}

TEST_CASE("finagle is dead for its time, and then for its probe") {
    models::FailureAccrualBreaker rule;
    Watched one(rule);
    one.calls(1000, 5, true);
    CHECK_FALSE(one.admit(3000));
    CHECK(one.admit(6500));  // dead 1-6 s
    one.record(6700, false, true);
    one.look(60'000);
    CHECK(one.openings == std::vector<std::int64_t>{1000});
    CHECK(one.open.ns == milliseconds(5200).ns);
}

TEST_CASE("envoy's limits are open while as many tries are under way as may be") {
    models::ConcurrencyLimits rule;
    rule.max_requests = 2;
    Watched one(rule);
    CHECK(one.admit(100));
    CHECK(one.admit(200));
    CHECK_FALSE(one.admit(300));
    one.record(500, false);
    CHECK(one.admit(600));
    one.record(650, false);
    one.look(1000);
    CHECK(one.openings == std::vector<std::int64_t>{200, 600});
    CHECK(one.open.ns == milliseconds(350).ns);
}
