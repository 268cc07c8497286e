// The vectors of POLICIES 1.3: what each client's backoff is for a given draw.
#include <vector>

#include "models/policy/backoff.hpp"
#include "tests/catch.hpp"
#include "tests/unit/policy/policy_support.hpp"

using namespace models;
using policy_tests::delays_at;
using policy_tests::draw_many;
using policy_tests::kAlmostOne;
using policy_tests::ms_of;
using policy_tests::occasion_of;
using sim::milliseconds;
using sim::whole_seconds;

namespace {

/// To a nanosecond: what is drawn is rounded down to one.
void check_ms(const std::vector<double>& found, const std::vector<double>& expected) {
    REQUIRE(found.size() == expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
        CAPTURE(i);
        CHECK(found[i] == Approx(expected[i]).margin(2e-6));
    }
}

/// To the digits that are written down.
void check_near(const std::vector<double>& found, const std::vector<double>& expected,
                double margin) {
    REQUIRE(found.size() == expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
        CAPTURE(i);
        CHECK(found[i] == Approx(expected[i]).margin(margin));
    }
}

template <class Kind>
std::vector<double> nominals(const Kind& kind, int retries) {
    std::vector<double> result;
    for (int n = 1; n <= retries; ++n) result.push_back(ms_of(kind.nominal(n)));
    return result;
}

ExponentialBackoff grpc() {
    ExponentialBackoff backoff;
    backoff.max = whole_seconds(1);
    backoff.jitter = Jitter::plus_minus;
    return backoff;
}

}  // namespace

TEST_CASE("full jitter: uniform over [0, e)") {
    const ExponentialBackoff backoff;
    check_ms(delays_at(backoff, 0.5, 10), {50, 100, 200, 400, 800, 1600, 3200, 6400, 10000, 10000});
    check_ms(delays_at(backoff, kAlmostOne, 4), {100, 200, 400, 800});
    const auto draws = draw_many(backoff, 4, 20'000);
    for (std::size_t i = 0; i < 4; ++i) {
        // Kolmogorov and Smirnov's distance; 1.63 / sqrt(n) is exceeded once in a hundred.
        const double e = 100 * std::pow(2, i);
        const auto count = static_cast<double>(draws.delays[i].size());
        double distance = 0;
        for (std::size_t k = 0; k < draws.delays[i].size(); ++k) {
            const double share = draws.delays[i][k] / e;
            distance = std::max(distance, std::abs(share - static_cast<double>(k) / count));
        }
        CAPTURE(i);
        CHECK(distance < 1.63 / std::sqrt(count));
    }
}

TEST_CASE("equal jitter: half, and up to half more") {
    ExponentialBackoff backoff;
    backoff.jitter = Jitter::equal;
    check_ms(delays_at(backoff, 0.5, 9), {75, 150, 300, 600, 1200, 2400, 4800, 9600, 15000});
    check_ms(delays_at(backoff, 0, 3), {50, 100, 200});
}

TEST_CASE("decorrelated: moments of the recursion, with and without a cap") {
    DecorrelatedBackoff backoff;
    backoff.max = sim::kForever;
    const auto draws = draw_many(backoff, 7, 60'000);
    const std::vector<double> means = {200, 350, 575, 912.5, 1418.75, 2178.125};
    double supremum = 100;
    for (std::size_t i = 0; i < means.size(); ++i) {
        supremum *= 3;
        CAPTURE(i);
        CHECK(draws.mean(i) == Approx(means[i]).epsilon(0.02));
        CHECK(draws.min(i) >= 100);
        CHECK(draws.max(i) < supremum);
    }
    check_ms(delays_at(backoff, kAlmostOne, 4), {300, 900, 2700, 8100});
}

TEST_CASE("decorrelated: clamped after the draw it stays at the cap, clamped before it does not") {
    DecorrelatedBackoff backoff;
    backoff.max = whole_seconds(10);
    const auto after = draw_many(backoff, 10, 40'000);
    const std::vector<double> shares = {.004, .032, .074, .119, .158, .191};
    for (std::size_t i = 0; i < shares.size(); ++i) {
        CAPTURE(i);
        CHECK(after.share_of(i + 4, 10'000) == Approx(shares[i]).margin(0.006));
    }
    backoff.clamp = DecorrelatedBackoff::Clamp::before_draw;
    const auto before = draw_many(backoff, 10, 10'000);
    for (std::size_t i = 4; i < 10; ++i) CHECK(before.share_of(i, 10'000) == 0);
    CHECK(before.max(9) > 9'900);
}

TEST_CASE("the jitter decorrelated of exponential is the kind decorrelated") {
    ExponentialBackoff jitter;
    jitter.jitter = Jitter::decorrelated;
    const DecorrelatedBackoff kind;
    for (const double u : {0.0, 0.3, 0.9}) CHECK(delays_at(jitter, u, 9) == delays_at(kind, u, 9));
}

TEST_CASE("Polly V2: the curve at given draws") {
    const PollyV2Backoff backoff{whole_seconds(1)};
    check_near(delays_at(backoff, 0.5, 6),
               {897.4049, 1093.0035, 2035.7480, 4045.9794, 8083.6316, 16163.6628}, 1e-4);
    check_near(delays_at(backoff, 0, 6),
               {0, 1377.1823, 1460.0673, 2865.8499, 5717.8069, 11430.2724}, 1e-4);
}

TEST_CASE("Polly V2: the first k delays add up to the curve's value at the k-th") {
    const PollyV2Backoff backoff{whole_seconds(1)};
    models::BackoffState state;
    double sum = 0;
    double t = 0;
    for (int n = 1; n <= 8; ++n) {
        const double u = 0.1 * n;
        sum += ms_of(*backoff.delay_at(occasion_of(n), state, u));
        t = n - 1 + u;
        const double curve = std::pow(2, t) * std::tanh(std::sqrt(4 * t)) * 1000 / 1.4;
        CHECK(sum == Approx(curve).margin(1e-5));
    }
}

TEST_CASE("Polly V2: max clamps the delay and not what the next one starts from") {
    const PollyV2Backoff free{whole_seconds(1)};
    const PollyV2Backoff clamped{whole_seconds(1), whole_seconds(2)};
    const auto without = delays_at(free, 0.5, 6);
    const auto with = delays_at(clamped, 0.5, 6);
    for (std::size_t i = 0; i < with.size(); ++i) CHECK(with[i] == std::min(2000.0, without[i]));
    models::BackoffState a;
    models::BackoffState b;
    for (int n = 1; n <= 4; ++n) {  // a large draw, then the smallest: the next delay is short
        (void)free.delay_at(occasion_of(n), a, 0.9);
        (void)clamped.delay_at(occasion_of(n), b, 0.9);
    }
    CHECK(*clamped.delay_at(occasion_of(5), b, 0.01) == *free.delay_at(occasion_of(5), a, 0.01));
}

TEST_CASE("Polly V2: where the curve overflows, the delay is the maximum") {
    for (const auto max : {sim::kForever, whole_seconds(30)}) {
        const PollyV2Backoff backoff{whole_seconds(1), max};
        models::BackoffState state;
        CHECK(*backoff.delay_at(occasion_of(1025), state, 0.5) == max);
        CHECK(*backoff.delay_at(occasion_of(1026), state, 0.5) == max);
        CHECK(*backoff.delay_at(occasion_of(100'000), state, 0.5) == max);
    }
}

TEST_CASE("gRPC: nominal 100, 200, 400, 800, 1000 ms, a fifth to both sides, also above the cap") {
    check_ms(nominals(grpc(), 6), {100, 200, 400, 800, 1000, 1000});
    check_ms(delays_at(grpc(), 0, 5), {80, 160, 320, 640, 800});
    check_ms(delays_at(grpc(), kAlmostOne, 6), {120, 240, 480, 960, 1200, 1200});
}

TEST_CASE("gRPC connections: the first delay is exact") {
    ExponentialBackoff backoff;
    backoff.base = whole_seconds(1);
    backoff.factor = 1.6;
    backoff.max = whole_seconds(120);
    backoff.jitter = Jitter::plus_minus;
    backoff.first_exact = true;
    check_near(nominals(backoff, 13),
               {1000, 1600, 2560, 4096, 6553.6, 10485.8, 16777.2, 26843.5, 42949.7, 68719.5,
                109951.2, 120000, 120000},
               0.05);
    check_ms(delays_at(backoff, 0, 2), {1000, 1280});
}

TEST_CASE("Envoy: whole ms below 25, 50, 100, 200, 250") {
    check_ms(nominals(EnvoyBackoff{}, 7), {25, 50, 100, 200, 250, 250, 250});
    check_ms(delays_at(EnvoyBackoff{}, kAlmostOne, 6), {24, 49, 99, 199, 249, 249});
    check_ms(delays_at(EnvoyBackoff{}, 0, 3), {0, 0, 0});
    check_ms(nominals(EnvoyBackoff{milliseconds(100)}, 6), {100, 200, 400, 800, 1000, 1000});
    // Doubling ends below half of an odd maximum, rounded down: 125 becomes 251, not 250.
    check_ms(nominals(EnvoyBackoff{milliseconds(125), milliseconds(251)}, 2), {125, 251});
    const auto draws = draw_many(EnvoyBackoff{}, 1, 5'000);
    for (int ms = 0; ms < 25; ++ms) CHECK(draws.share_of(0, ms) == Approx(0.04).margin(0.012));
}

TEST_CASE("Kafka: a fifth to both sides, and never above the cap") {
    auto kafka = grpc();
    kafka.clamp_after = true;
    kafka.resolution = milliseconds(1);
    check_ms(delays_at(kafka, 0, 6), {80, 160, 320, 640, 800, 800});
    // The upper end itself is not drawn: it is a millisecond above the last whole one.
    check_ms(delays_at(kafka, 0.9999, 6), {119, 239, 479, 959, 1000, 1000});
    check_ms(delays_at(kafka, 1, 4), {120, 240, 480, 960});
}

TEST_CASE("Linkerd: adds up to as much again, at most the cap") {
    ExponentialBackoff linkerd;
    linkerd.base = milliseconds(25);
    linkerd.max = milliseconds(250);
    linkerd.jitter = Jitter::additive;
    linkerd.jitter_factor = 1;
    check_ms(delays_at(linkerd, 0, 6), {25, 50, 100, 200, 250, 250});
    check_ms(delays_at(linkerd, kAlmostOne, 5), {50, 100, 200, 250, 250});
}

TEST_CASE("urllib3: the first retry at once, then 0.2, 0.4, 0.8, 1.6 s") {
    ExponentialBackoff urllib3;
    urllib3.max = whole_seconds(120);
    urllib3.jitter = Jitter::additive_absolute;
    urllib3.first = sim::Duration{0};
    check_ms(delays_at(urllib3, 0.7, 5), {0, 200, 400, 800, 1600});
    urllib3.jitter_max = milliseconds(50);
    check_ms(delays_at(urllib3, 0.5, 3), {0, 225, 425});
    check_ms({delays_at(urllib3, 0.5, 20).back()}, {120'000});
}

TEST_CASE("AWS, current, 2026 and legacy: suprema of full jitter") {
    ExponentialBackoff current;
    current.base = whole_seconds(1);
    check_ms(delays_at(current, 1, 7), {1000, 2000, 4000, 8000, 16000, 20000, 20000});
    ExponentialBackoff next;
    next.base = milliseconds(50);
    next.throttled_base = whole_seconds(1);
    check_ms(delays_at(next, 1, 10), {50, 100, 200, 400, 800, 1600, 3200, 6400, 12800, 20000});
    for (const int n : {1, 2, 3, 4, 5, 6}) {
        auto throttled = occasion_of(n);
        throttled.throttled = true;
        models::BackoffState state;
        CHECK(ms_of(*next.delay_at(throttled, state, 1)) ==
              std::min(20'000.0, 500 * std::pow(2, n)));
    }
    next.base = milliseconds(25);  // DynamoDB
    check_ms(delays_at(next, 1, 4), {25, 50, 100, 200});
    next.base = milliseconds(50);
    next.max = milliseconds(200);  // the tests of smithy-rs
    check_ms(delays_at(next, 1, 4), {50, 100, 200, 200});
    ExponentialBackoff legacy = current;
    legacy.max = sim::kForever;
    check_ms({delays_at(legacy, 1, 12).back()}, {2'048'000});
}

TEST_CASE("MongoDB's back-pressure: below 200, then 400 ms") {
    ExponentialBackoff mongodb;
    mongodb.base = milliseconds(200);
    mongodb.max = whole_seconds(10);
    check_ms(delays_at(mongodb, 1, 2), {200, 400});
}

TEST_CASE("resilience4j: whole ms truncated at every step; the draw reaches the upper end") {
    const Resilience4jBackoff backoff;
    check_ms(nominals(backoff, 10), {500, 750, 1125, 1687, 2530, 3795, 5692, 8538, 12807, 19210});
    check_ms(delays_at(backoff, 0, 2), {250, 375});
    check_ms(delays_at(backoff, 0.999, 2), {750, 1125});
    Resilience4jBackoff plain = backoff;
    plain.jitter_factor = 0;
    check_ms(delays_at(plain, 0.99, 4), {500, 750, 1125, 1687});
    Resilience4jBackoff least = backoff;
    least.base = milliseconds(1);
    least.jitter_factor = 1;
    check_ms(delays_at(least, 0.1, 50), std::vector<double>(50, 1));  // floor 1 ms, 1 * 1.5 is 1
}

TEST_CASE("resilience4j: capped after the jitter, so that the cap itself is common") {
    Resilience4jBackoff backoff;
    backoff.max = milliseconds(600);
    const auto draws = draw_many(backoff, 4, 10'000);
    CHECK(draws.share_of(0, 600) == Approx(151 / 501.0).margin(0.015));  // of 250 to 750
    CHECK(draws.share_of(3, 600) == 1);  // the interval has grown on to 1687: at least 843
    CHECK(draws.max(3) == 600);
}

TEST_CASE("Google: capped before the jitter, given up after maxElapsed") {
    const GoogleBackoff backoff;
    check_near(nominals(backoff, 13),
               {500, 750, 1125, 1687.5, 2531.25, 3796.875, 5695.3125, 8542.96875, 12814.453,
                19221.68, 28832.52, 43248.78, 60000},
               0.005);
    check_ms(delays_at(backoff, 0, 1), {250});
    const auto longest = delays_at(backoff, kAlmostOne, 13).back();
    CHECK(longest == Approx(90'000).margin(1e-5));
    auto late = occasion_of(1);
    models::BackoffState state;
    late.elapsed = whole_seconds(900) - milliseconds(500);
    CHECK(backoff.delay_at(late, state, 0.4));  // 450 ms more: in time
    CHECK_FALSE(backoff.delay_at(late, state, 0.6));
}

TEST_CASE("exponential gives up, too, when it is told to") {
    ExponentialBackoff backoff;
    backoff.jitter = Jitter::none;
    backoff.max_elapsed = whole_seconds(1);
    auto occasion = occasion_of(3);
    models::BackoffState state;
    occasion.elapsed = milliseconds(600);
    CHECK(backoff.delay_at(occasion, state, 0) == milliseconds(400));
    occasion.elapsed = milliseconds(600) + sim::Duration{1};
    CHECK_FALSE(backoff.delay_at(occasion, state, 0));
}

TEST_CASE("plusMinus on a nominal delay that grows on is capped after the draw") {
    auto backoff = grpc();
    backoff.after_cap = false;
    check_ms(delays_at(backoff, 0, 6), {80, 160, 320, 640, 1000, 1000});
    check_ms(delays_at(backoff, 1, 4), {120, 240, 480, 960});
    CHECK(backoff.longest() == whole_seconds(1));
}

TEST_CASE("linear: n * base as Polly, start + (n - 1) * offset as Finagle") {
    LinearBackoff polly;
    polly.base = whole_seconds(2);
    polly.max = whole_seconds(7);
    check_ms(delays_at(polly, 0, 5), {2000, 4000, 6000, 7000, 7000});
    polly.jitter = Jitter::plus_minus;
    check_ms(delays_at(polly, 0, 5), {1500, 3000, 4500, 6000, 7000});
    check_ms(delays_at(polly, 1, 3), {2500, 5000, 7000});
    LinearBackoff finagle;
    finagle.base = milliseconds(100);
    finagle.step = milliseconds(30);
    check_ms(delays_at(finagle, 0, 4), {100, 130, 160, 190});
}

TEST_CASE("Polly's jitter of a constant delay is a quarter to both sides") {
    ConstantBackoff polly;
    polly.base = whole_seconds(2);
    polly.jitter = Jitter::plus_minus;
    check_ms(delays_at(polly, 0, 2), {1500, 1500});
    check_ms(delays_at(polly, 0.5, 2), {2000, 2000});
    check_ms(delays_at(polly, 1, 2), {2500, 2500});
    polly.first = sim::Duration{0};  // fastFirst
    check_ms(delays_at(polly, 0.5, 2), {0, 2000});
}
