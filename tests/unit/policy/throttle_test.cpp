// Adaptive client throttling: the vectors of POLICIES.md 6.4, and what the formulas lead to.
#include "models/policy/throttle.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "tests/catch.hpp"

using models::AdmissionThrottle;
using models::EmaThrottle;
using models::SreThrottle;
using models::Throttle;

namespace {

constexpr sim::SimTime at_ms(std::int64_t ms) { return {ms * 1'000'000}; }

sim::KeyedRng rng_at(std::uint64_t number) {
    return {sim::RngStream(5, 0, "test", "throttle"), number, 0};
}

struct Seen {
    int requests;
    int accepted;
};

double probability_after(const Throttle& throttle, Seen seen) {
    auto state = initial_state(throttle);
    for (int i = 0; i < seen.requests; ++i) {
        throttle_record(throttle, state, at_ms(0), i < seen.accepted);
    }
    return rejection_probability(throttle, state, at_ms(0));
}

AdmissionThrottle aggressive() {
    AdmissionThrottle throttle;
    throttle.aggression = 2;
    return throttle;
}

/// Requests per second that a callee sees after ten windows, when it accepts `capacity` a second
/// on average and refuses the rest. It can catch up on one second, as one with a queue can: one
/// that loses its capacity whenever nobody calls would see less and less.
double seen_by_callee(const Throttle& throttle, sim::Duration window, double offered,
                      double capacity) {
    auto state = initial_state(throttle);
    double tokens = 0;
    int sent = 0;
    const double interval_ns = 1e9 / offered;
    const auto count = static_cast<std::int64_t>(20 * window.seconds() * offered);
    for (std::int64_t i = 0; i < count; ++i) {
        const sim::SimTime now{static_cast<std::int64_t>(static_cast<double>(i) * interval_ns)};
        tokens = std::min(capacity, tokens + capacity / offered);
        auto rng = rng_at(static_cast<std::uint64_t>(i));
        if (!throttle_admit(throttle, state, now, rng)) continue;
        const bool accepted = tokens >= 1;
        if (accepted) tokens -= 1;
        throttle_record(throttle, state, now, accepted);
        if (2 * i >= count) ++sent;
    }
    return sent / (10 * window.seconds());
}

}  // namespace

TEST_CASE("sre: the rejection probability of requests and accepts") {
    const Throttle throttle = SreThrottle{};
    CHECK(probability_after(throttle, {100, 100}) == 0);
    CHECK(probability_after(throttle, {100, 50}) == 0);
    CHECK(probability_after(throttle, {100, 40}) == Approx(0.19802).margin(5e-7));
    CHECK(probability_after(throttle, {100, 10}) == Approx(0.792079).margin(5e-7));
    CHECK(probability_after(throttle, {100, 0}) == Approx(0.990099).margin(5e-7));
    CHECK(probability_after(throttle, {1, 0}) == 0.5);
    CHECK(probability_after(throttle, {0, 0}) == 0);
}

TEST_CASE("admission: the rejection probability of requests and successes") {
    const Throttle throttle = AdmissionThrottle{};
    CHECK(probability_after(throttle, {100, 95}) == Approx(0).margin(1e-12));
    CHECK(probability_after(throttle, {100, 50}) == Approx(0.468994).margin(5e-7));
    CHECK(probability_after(throttle, {100, 0}) == 0.8);
    CHECK(probability_after(aggressive(), {100, 95}) == Approx(0).margin(1e-6));
    CHECK(probability_after(aggressive(), {100, 50}) == Approx(0.684832).margin(5e-7));
    CHECK(probability_after(aggressive(), {100, 0}) == 0.8);
}

TEST_CASE("sre of kratos: nothing is turned away below 100 requests") {
    SreThrottle kratos;
    kratos.k = 1 / 0.6;
    kratos.window = sim::whole_seconds(3);
    kratos.slices = 10;
    kratos.min_requests = 100;
    CHECK(probability_after(kratos, {99, 0}) == 0);
    CHECK(probability_after(kratos, {100, 0}) == Approx(100.0 / 101));
    CHECK(probability_after(kratos, {100, 60}) == Approx(0).margin(1e-12));
    CHECK(probability_after(kratos, {100, 30}) == Approx(50.0 / 101));
}

TEST_CASE("sre of failsafe: at most 90 % are turned away") {
    SreThrottle failsafe;
    failsafe.k = 1 / 0.9;
    failsafe.max_rejection = 0.9;
    CHECK(probability_after(failsafe, {1000, 0}) == 0.9);
    CHECK(probability_after(failsafe, {100, 45}) == Approx(50.0 / 101));
}

TEST_CASE("sre: what is turned away counts as a request, for admission control it does not") {
    for (const bool sre : {true, false}) {
        const Throttle throttle = sre ? Throttle(SreThrottle{}) : Throttle(AdmissionThrottle{});
        auto state = initial_state(throttle);
        for (int i = 0; i < 100; ++i) throttle_record(throttle, state, at_ms(0), false);
        int refused = 0;
        for (std::uint64_t i = 0; i < 1000; ++i) {
            auto rng = rng_at(i);
            refused += throttle_admit(throttle, state, at_ms(0), rng) ? 0 : 1;
        }
        REQUIRE(refused > 700);
        const auto& counts = sre ? std::get<0>(state) : std::get<1>(state);
        CHECK(counts.total.requests == 100 + (sre ? refused : 0));
    }
}

TEST_CASE("sre: a callee of fixed capacity sees k times its capacity") {
    for (const double k : {1.1, 1.5, 2.0}) {
        SreThrottle throttle;
        throttle.k = k;
        for (const double offered : {500.0, 2000.0}) {
            INFO("k " << k << " offered " << offered);
            CHECK(seen_by_callee(throttle, throttle.window, offered, 100) ==
                  Approx(100 * k).epsilon(0.02));
        }
    }
}

TEST_CASE("sre: below k times the capacity nothing is turned away") {
    const SreThrottle throttle;
    CHECK(seen_by_callee(throttle, throttle.window, 190, 100) == Approx(190).epsilon(0.001));
}

TEST_CASE("a window moves on in slices that are aligned to time zero") {
    SreThrottle throttle;
    throttle.window = sim::whole_seconds(10);
    throttle.slices = 10;
    const Throttle rule = throttle;
    auto state = initial_state(rule);
    for (int i = 0; i < 100; ++i) throttle_record(rule, state, at_ms(-500), false);
    CHECK(rejection_probability(rule, state, at_ms(8'999)) > 0.9);
    CHECK(rejection_probability(rule, state, at_ms(9'000)) == 0);
    throttle_record(rule, state, at_ms(9'500), false);
    CHECK(rejection_probability(rule, state, at_ms(1'000'000)) == 0);
}

TEST_CASE("admission: below rpsThreshold nothing is turned away") {
    AdmissionThrottle throttle;
    throttle.rps_threshold = 10;  // 300 in its 30 s
    CHECK(probability_after(throttle, {299, 0}) == 0);
    CHECK(probability_after(throttle, {300, 0}) == 0.8);
}

TEST_CASE("ema: it starts at 1 and moves by the time since the last reply") {
    const EmaThrottle throttle;
    EmaThrottle::State state;
    throttle.record(state, at_ms(0), true);
    for (int i = 0; i < 5; ++i) throttle.on_request(state, at_ms(60'000));
    throttle.record(state, at_ms(60'000), false);
    CHECK(state.ema == Approx(std::exp(-0.5)));
    CHECK(throttle.probability(state, at_ms(60'000)) == 0);  // 0.607 >= 0.5
    for (int i = 0; i < 5; ++i) throttle.on_request(state, at_ms(108'000));
    throttle.record(state, at_ms(108'000), false);
    CHECK(state.ema == Approx(std::exp(-0.9)));
    CHECK(throttle.probability(state, at_ms(108'000)) == Approx(1 - 2 * std::exp(-0.9)));
}

TEST_CASE("ema: at most 75 % are turned away, and nothing at half") {
    const EmaThrottle throttle;
    EmaThrottle::State state;
    state.ema = 0.5;
    CHECK(throttle.probability(state, at_ms(0)) == 0);
    state.ema = 0.2;
    CHECK(throttle.probability(state, at_ms(0)) == Approx(0.6));
    state.ema = 0.1;
    CHECK(throttle.probability(state, at_ms(0)) == 0.75);
    state.ema = 0;
    CHECK(throttle.probability(state, at_ms(0)) == 0.75);
    EmaThrottle third;
    third.nack_rate_threshold = 1.0 / 3;
    state.ema = 0.5;
    CHECK(third.probability(state, at_ms(0)) == Approx(0.25));
}

TEST_CASE("ema: below five requests a second a nack counts as an accept") {
    const EmaThrottle throttle;
    EmaThrottle::State state;
    throttle.record(state, at_ms(0), true);
    for (std::int64_t s = 1; s <= 1000; ++s) {
        for (int i = 0; i < 4; ++i) throttle.on_request(state, at_ms(s * 1000));
        throttle.record(state, at_ms(s * 1000), false);
    }
    CHECK(state.ema == 1.0);
}

TEST_CASE("throttles tell apart what a callee refused and what it worked on") {
    using models::Outcome;
    const Throttle sre = SreThrottle{};
    const Throttle admission = AdmissionThrottle{};
    const Throttle ema = EmaThrottle{};
    const auto accepted = [&](Outcome outcome, bool as_503) {
        return std::array{counts_as_accepted(sre, outcome, as_503),
                          counts_as_accepted(admission, outcome, as_503),
                          counts_as_accepted(ema, outcome, as_503)};
    };
    CHECK(accepted(Outcome::ok, false) == std::array{true, true, true});
    CHECK(accepted(Outcome::error, false) == std::array{true, false, true});
    CHECK(accepted(Outcome::error, true) == std::array{false, false, false});
    CHECK(accepted(Outcome::shed, false) == std::array{false, false, false});
    CHECK(accepted(Outcome::throttled, false) == std::array{false, true, false});
    CHECK(accepted(Outcome::timeout, false) == std::array{false, false, true});
}
