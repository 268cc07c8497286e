// Limits that learn, against the vectors of POLICIES.md 6 and policies/vectors.txt.
#include <cmath>
#include <map>
#include <vector>

#include "models/policy/concurrency_limit.hpp"
#include "sim/yaml/parameters.hpp"
#include "tests/catch.hpp"

namespace {

sim::KeyedRng some_rng() { return {sim::RngStream(1, 0, "unit", "limit"), 0, 0}; }

models::LimitSample sample_of(double rtt_ms, std::int64_t in_flight, bool dropped = false) {
    models::LimitSample sample;
    sample.rtt = sim::from_seconds(rtt_ms * 1e-3);
    sample.in_flight_at_start = sample.in_flight_at_end = in_flight;
    sample.dropped = dropped;
    return sample;
}

models::LimitSample at(std::int64_t ms, models::LimitSample sample) {
    sample.now = {ms * 1'000'000};
    return sample;
}

/// Vegas at limit 20 that knows of a round trip of 10 ms at rest.
double vegas_after(const models::LimitSample& sample) {
    models::VegasLimit::State state;
    state.limit = 20;
    state.noload_ns = 10e6;
    return models::VegasLimit{}.next(state, sample);
}

}  // namespace

TEST_CASE("Vegas moves as the vectors say") {
    const std::map<double, double> vectors{{10, 26}, {10.5, 26}, {11, 21}, {11.5, 20}, {12, 20},
                                           {14, 20}, {14.5, 19}, {15, 19}, {30, 19}};
    for (const auto& [rtt, limit] : vectors) {
        INFO(rtt);
        CHECK(vegas_after(sample_of(rtt, 20)) == limit);
    }
    CHECK(vegas_after(sample_of(10, 20, true)) == 19);  // dropped
    CHECK(vegas_after(sample_of(30, 9)) == 20);         // not close to the limit
    CHECK(vegas_after(sample_of(30, 10)) == 19);
}

TEST_CASE("Vegas stays within one and its greatest limit, and smooths") {
    models::VegasLimit vegas;
    vegas.max_concurrency = 22;
    models::VegasLimit::State state;
    state.limit = 20;
    state.noload_ns = 10e6;
    CHECK(vegas.next(state, sample_of(10, 20)) == 22);
    vegas.smoothing = 0.5;
    CHECK(vegas.next(state, sample_of(10, 20)) == 21);
    vegas.smoothing = 1;
    state.limit = 1;
    CHECK(vegas.next(state, sample_of(100, 20, true)) == 1);
}

TEST_CASE("Vegas keeps the least round trip, and measures it anew now and then") {
    const models::VegasLimit vegas;
    auto state = vegas.initial();
    auto rng = some_rng();
    vegas.sample(state, sample_of(10, 20), rng);
    CHECK(state.noload_ns == 10e6);
    CHECK(state.limit == 20);
    vegas.sample(state, sample_of(8, 20), rng);
    CHECK(state.noload_ns == 8e6);
    CHECK(state.limit == 20);
    // q = ceil(20 * (1 - 8/9.7)) = 4: the limit stays, so that the next probe is a known number of
    // samples away.
    int samples = 2;
    while (state.noload_ns == 8e6 && samples < 1000) {
        vegas.sample(state, sample_of(9.7, 20), rng);
        ++samples;
    }
    CHECK(state.limit == 20);
    CHECK(state.noload_ns == 9.7e6);
    CHECK(samples >= 300);  // 0.5 * 30 * 20
    CHECK(samples <= 600);
    CHECK(state.samples == 0);
}

TEST_CASE("Gradient2 creeps up while round trips are flat") {
    const models::Gradient2Limit gradient;
    auto state = gradient.initial();
    auto rng = some_rng();
    for (const double limit : {20.8, 21.6, 22.4, 23.2, 24.0}) {
        gradient.sample(state, sample_of(10, static_cast<std::int64_t>(std::ceil(state.limit))),
                        rng);
        CHECK(state.limit == Approx(limit));
    }
    CHECK(gradient.limit(state) == 24);
}

TEST_CASE("Gradient2 shrinks to 90.8 from 100 when calls take three times as long") {
    const models::Gradient2Limit gradient;
    CHECK(gradient.next(100, {10, 30}) == Approx(90.8));
    CHECK(gradient.next(20, {10, 30}) == 20);    // its least
    CHECK(gradient.next(200, {10, 10}) == 200);  // its greatest
}

TEST_CASE("Gradient2's fixed point is queueSize / (1 - g)") {
    models::Gradient2Limit gradient;
    gradient.rtt_tolerance = 1;
    double limit = 20;
    for (int i = 0; i < 2000; ++i) limit = gradient.next(limit, {9, 10});
    CHECK(limit == Approx(40));
}

TEST_CASE("Gradient2 holds far from its limit and forgets a long overload sooner") {
    const models::Gradient2Limit gradient;
    auto state = gradient.initial();
    auto rng = some_rng();
    gradient.sample(state, sample_of(10, 9), rng);
    CHECK(state.limit == 20);
    // After ten samples the average weighs the new one with 2/601.
    for (int i = 0; i < 9; ++i) gradient.sample(state, sample_of(10, 9), rng);
    gradient.sample(state, sample_of(1, 9), rng);
    const double average = 10e6 * (1 - 2.0 / 601) + 1e6 * 2.0 / 601;
    CHECK(state.long_rtt.value == Approx(average * 0.95));
}

TEST_CASE("AIMD adds one and takes a tenth") {
    const models::AimdLimit aimd;
    auto rng = some_rng();
    const auto after = [&](std::int64_t limit, const models::LimitSample& sample) {
        models::AimdLimit::State state;
        state.limit = limit;
        aimd.sample(state, sample, rng);
        return state.limit;
    };
    CHECK(after(20, sample_of(10, 20)) == 21);
    CHECK(after(20, sample_of(10, 9)) == 20);
    CHECK(after(100, sample_of(10, 100, true)) == 90);
    CHECK(after(20, sample_of(10, 20, true)) == 20);
    CHECK(after(101, sample_of(5001, 100)) == 90);  // floor(90.9): slower than the timeout
    CHECK(after(101, sample_of(5000, 100)) == 102);
    CHECK(after(200, sample_of(10, 200)) == 200);
}

TEST_CASE("a limit with a window learns once per window") {
    models::AimdLimit aimd;
    aimd.window = models::SampleWindow{};
    auto state = aimd.initial();
    auto rng = some_rng();
    for (int i = 0; i <= 1000; ++i) aimd.sample(state, at(i, sample_of(10, 20)), rng);
    CHECK(state.limit == 20);
    aimd.sample(state, at(1001, sample_of(10, 20)), rng);
    CHECK(state.limit == 21);
}

TEST_CASE("Envoy's gradient moves as the vectors say") {
    const models::EnvoyGradientLimit envoy;
    const std::map<double, std::int64_t> vectors{{5, 214}, {10, 136}, {12.5, 110},
                                                 {20, 70}, {25, 57},  {50, 57}};
    for (const auto& [rtt, limit] : vectors) {
        INFO(rtt);
        CHECK(envoy.next(100, {sim::milliseconds(10), sim::from_seconds(rtt * 1e-3)}) == limit);
    }
    CHECK(envoy.next(3, {sim::milliseconds(10), sim::milliseconds(100)}) == 3);
    CHECK(envoy.next(1000, {sim::milliseconds(10), sim::milliseconds(5)}) == 1000);
}

TEST_CASE("Envoy's gradient settles at g / (1 - g)^2") {
    models::EnvoyGradientLimit envoy;
    envoy.min_rtt.min_concurrency = 1;
    envoy.min_rtt.buffer = 0;
    // Steps are whole, so that a limit stays a little below the fixed point from below.
    for (const auto& [gradient, limit] :
         std::map<double, double>{{0.8, 20}, {0.9, 90}, {0.95, 380}}) {
        const sim::Duration recent = sim::from_seconds(0.01 / gradient);
        std::int64_t found = 1000;
        for (int i = 0; i < 2000; ++i) found = envoy.next(found, {sim::milliseconds(10), recent});
        CHECK(static_cast<double>(found) >= limit);
        CHECK(static_cast<double>(found) <= limit * 1.15);
    }
}

TEST_CASE("Envoy measures first, with the limit at its least, then follows") {
    const models::ConcurrencyLimit rule = models::EnvoyGradientLimit{};
    auto state = models::initial_state(rule);
    auto rng = some_rng();
    auto& own = std::get<models::EnvoyGradientLimit::State>(state);
    for (int i = 0; i < 49; ++i)
        models::limit_sample(rule, state, at(100 * i, sample_of(10, 3)), rng);
    CHECK(models::limit_of(rule, state) == 3);
    CHECK(own.deferred_limit == 3);
    models::limit_sample(rule, state, at(5000, sample_of(10, 3)), rng);
    CHECK(own.deferred_limit == 0);
    CHECK(own.min_rtt == sim::microseconds(10'500));  // the middle of the bin from 10 to 11 ms
    const sim::Duration pause = own.next_measurement - sim::SimTime{5'000'000'000};
    CHECK(pause >= sim::whole_seconds(60));
    CHECK(pause < sim::whole_seconds(69));

    // An interval with samples lets the limit grow by 1.25 and a root.
    models::limit_sample(rule, state, at(5050, sample_of(10, 3)), rng);
    models::LimitAsk ask;
    ask.in_flight = 3;
    ask.now = {5'099'999'999};
    CHECK_FALSE(models::limit_admit(rule, state, ask));
    ask.now = {5'100'000'000};
    CHECK(models::limit_admit(rule, state, ask));
    CHECK(models::limit_of(rule, state) == 5);  // floor(3.75 + sqrt(3.75))
    ask.now = {30'000'000'000};                 // nothing came: nothing changes
    CHECK(models::limit_admit(rule, state, ask));
    CHECK(models::limit_of(rule, state) == 5);
    ask.now = own.next_measurement;
    CHECK_FALSE(models::limit_admit(rule, state, ask));
    CHECK(own.deferred_limit == 5);
    CHECK(models::limit_of(rule, state) == 3);
}

TEST_CASE("Envoy does not count what was sent before a measurement") {
    const models::EnvoyGradientLimit envoy;
    auto state = envoy.initial();
    auto rng = some_rng();
    state.measured_before = true;
    state.measured_since = {1'000'000'000};
    envoy.sample(state, at(1005, sample_of(10, 3)), rng);
    CHECK(state.latencies.count() == 0);
    envoy.sample(state, at(1010, sample_of(10, 3)), rng);
    CHECK(state.latencies.count() == 1);
}

TEST_CASE("five intervals in a row at the least limit measure anew") {
    const models::EnvoyGradientLimit envoy;
    auto state = envoy.initial();
    auto rng = some_rng();
    for (int i = 0; i < 50; ++i) envoy.sample(state, at(1000, sample_of(10, 3)), rng);
    REQUIRE(state.deferred_limit == 0);
    for (int i = 0; i < 5; ++i) {
        CHECK(state.deferred_limit == 0);
        envoy.sample(state, at(1050 + 100 * i, sample_of(40, 3)), rng);
    }
    CHECK(state.times_at_least == 4);
    envoy.sample(state, at(1550, sample_of(10, 3)), rng);
    CHECK(state.deferred_limit == 3);
}

TEST_CASE("a latency histogram interpolates within two digits") {
    models::LatencyHistogram histogram;
    CHECK(histogram.quantile(0.5) == sim::Duration{});
    for (int i = 0; i < 10; ++i) histogram.add(sim::microseconds(2'350));
    CHECK(histogram.quantile(0) == sim::microseconds(2'300));
    CHECK(histogram.quantile(0.5) == sim::microseconds(2'350));
    CHECK(histogram.quantile(1) == sim::microseconds(2'400));
    for (int i = 0; i < 10; ++i) histogram.add(sim::whole_seconds(3));
    CHECK(histogram.quantile(0.5) == sim::microseconds(2'400));
    CHECK(histogram.quantile(0.75) == sim::milliseconds(3'050));
    histogram.add(sim::whole_seconds(5'000));
    CHECK(histogram.quantile(1) == sim::whole_seconds(1'000));
    histogram.clear();
    histogram.add(sim::nanoseconds(10));
    CHECK(histogram.quantile(1) == sim::microseconds(1));
}

TEST_CASE("BBR rejects only beyond best throughput times least round trip, while busy") {
    const models::BbrLimit bbr;
    auto state = bbr.initial();
    auto rng = some_rng();
    // 20 passes of 50 ms per bucket of 100 ms: floor(20 * 50 * 10 / 1000) = 10 in flight.
    for (int i = 0; i < 2000; ++i) bbr.sample(state, at(5 * i, sample_of(50, 10)), rng);
    models::LimitAsk ask;
    ask.in_flight = 11;
    ask.now = {10'000'000'000};
    ask.utilisation = 0.5;
    CHECK(bbr.admit(state, ask));  // not busy
    CHECK(bbr.limit(state) == 10);
    state.cpu = 0.9;
    CHECK_FALSE(bbr.admit(state, ask));
    ask.in_flight = 10;
    CHECK(bbr.admit(state, ask));
    state.cpu = 0.1;  // still cooling off
    ask.in_flight = 11;
    ask.now = {10'400'000'000};
    CHECK_FALSE(bbr.admit(state, ask));
    ask.now = {11'000'000'001};
    CHECK(bbr.admit(state, ask));
    ask.now = {11'000'000'002};
    CHECK(bbr.admit(state, ask));
}

TEST_CASE("BBR's processor figure is an average of half seconds") {
    const models::BbrLimit bbr;
    auto state = bbr.initial();
    models::LimitAsk ask;
    const auto see = [&](std::int64_t ms, double utilisation) {
        ask.now = {ms * 1'000'000};
        ask.utilisation = utilisation;
        CHECK(bbr.admit(state, ask));
    };
    see(0, 1.0);
    see(100, 0.5);
    CHECK(state.cpu == 0);
    see(500, 1.0);
    CHECK(state.cpu == Approx(0.05 * 0.75));
    see(2000, 1.0);  // one half second at 1, two without requests
    CHECK(state.cpu == Approx((0.05 * 0.75 * 0.95 + 0.05) * 0.95 * 0.95));
}
