// Backoffs against the moments and bounds of POLICIES.md 1.3, and their readers.
#include "models/policy/backoff.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "sim/yaml/load.hpp"
#include "sim/yaml/parameters.hpp"
#include "tests/catch.hpp"

using models::Backoff;
using models::ConstantBackoff;
using models::ExponentialBackoff;
using models::Jitter;

namespace {

sim::KeyedRng rng_at(std::uint64_t number, std::uint64_t path = 0) {
    return {sim::RngStream(7, 0, "test", "backoff"), number, path};
}

models::RetryOccasion occasion_of(int retry) {
    models::RetryOccasion occasion;
    occasion.retry = occasion.since_hint = retry;
    return occasion;
}

/// Of a call without history.
sim::Duration delay_of(const Backoff& backoff, int retry, sim::KeyedRng& rng) {
    models::BackoffState state;
    return *backoff_delay(backoff, occasion_of(retry), state, rng);
}

struct Moments {
    double mean_ms = 0;
    double sd_ms = 0;
    double min_ms = 1e18;
    double max_ms = 0;
};

/// Delays before retry `retry` of many calls, each with its own history.
Moments moments_of(const Backoff& backoff, int retry, int calls = 40'000) {
    Moments moments;
    double sum = 0;
    double squares = 0;
    for (int call = 0; call < calls; ++call) {
        sim::Duration delay{};
        models::BackoffState state;
        for (int n = 1; n <= retry; ++n) {
            auto rng = rng_at(static_cast<std::uint64_t>(call), static_cast<std::uint64_t>(n));
            delay = *backoff_delay(backoff, occasion_of(n), state, rng);
        }
        const double ms = static_cast<double>(delay.ns) * 1e-6;
        sum += ms;
        squares += ms * ms;
        moments.min_ms = std::min(moments.min_ms, ms);
        moments.max_ms = std::max(moments.max_ms, ms);
    }
    moments.mean_ms = sum / calls;
    moments.sd_ms = std::sqrt(squares / calls - moments.mean_ms * moments.mean_ms);
    return moments;
}

ExponentialBackoff exponential(Jitter jitter, sim::Duration max = sim::whole_seconds(20)) {
    return {sim::milliseconds(100), 2.0, max, jitter};
}

struct Read {
    std::optional<Backoff> backoff;
    std::string messages;
};

Read read(const std::string& text) {
    sim::SourceMap sources;
    sim::Diagnostics diagnostics;
    const auto node = sim::load_text(sources, diagnostics, "b.yaml", text);
    Read result;
    sim::VariantOptions options;
    options.default_kind = ExponentialBackoff::name;
    if (node) result.backoff = sim::read_variant<Backoff>(*node, diagnostics, "backoff", options);
    result.messages = diagnostics.render(sources);
    return result;
}

}  // namespace

TEST_CASE("without jitter the delays are the nominal ones") {
    const Backoff backoff = exponential(Jitter::none);
    const std::vector<std::int64_t> nominal = {100,  200,  400,   800,   1600,
                                               3200, 6400, 12800, 20000, 20000};
    for (std::size_t i = 0; i < nominal.size(); ++i) {
        auto rng = rng_at(0);
        CHECK(delay_of(backoff, static_cast<int>(i) + 1, rng) == sim::milliseconds(nominal[i]));
    }
}

TEST_CASE("full jitter is uniform below the nominal delay") {
    const std::vector<double> means = {50, 100, 200, 400, 800, 1600, 3200, 6400, 10000, 10000};
    for (std::size_t i = 0; i < means.size(); ++i) {
        const auto moments = moments_of(exponential(Jitter::full), static_cast<int>(i) + 1, 10'000);
        CAPTURE(i);
        CHECK(moments.mean_ms == Approx(means[i]).epsilon(0.02));
        CHECK(moments.sd_ms == Approx(2 * means[i] / std::sqrt(12.0)).epsilon(0.03));
        CHECK(moments.max_ms < 2 * means[i]);
    }
}

TEST_CASE("equal jitter keeps half of the nominal delay") {
    for (const int retry : {1, 2, 3}) {
        const double nominal = 100 * std::pow(2, retry - 1);
        const auto moments = moments_of(exponential(Jitter::equal), retry, 10'000);
        CHECK(moments.mean_ms == Approx(0.75 * nominal).epsilon(0.01));
        CHECK(moments.min_ms >= nominal / 2);
        CHECK(moments.max_ms < nominal);
    }
}

TEST_CASE("decorrelated jitter has the moments of the recursion") {
    const auto backoff = exponential(Jitter::decorrelated, sim::whole_seconds(3600));
    const std::vector<double> means = {200, 350, 575, 912.5};
    const std::vector<double> deviations = {57.735, 175.594, 409.522, 850.398};
    const std::vector<double> suprema = {300, 900, 2700, 8100};
    for (std::size_t i = 0; i < means.size(); ++i) {
        const auto moments = moments_of(backoff, static_cast<int>(i) + 1);
        CAPTURE(i);
        CHECK(moments.mean_ms == Approx(means[i]).epsilon(0.02));
        CHECK(moments.sd_ms == Approx(deviations[i]).epsilon(0.03));
        CHECK(moments.min_ms >= 100);
        CHECK(moments.max_ms < suprema[i]);
    }
}

TEST_CASE("decorrelated jitter stops exactly at its maximum") {
    const auto backoff = exponential(Jitter::decorrelated, sim::whole_seconds(10));
    int capped = 0;
    constexpr int kCalls = 20'000;
    for (int call = 0; call < kCalls; ++call) {
        sim::Duration delay{};
        models::BackoffState state;
        for (int n = 1; n <= 7; ++n) {
            auto rng = rng_at(static_cast<std::uint64_t>(call), static_cast<std::uint64_t>(n));
            delay = *backoff.delay(occasion_of(n), state, rng);
        }
        if (delay == sim::whole_seconds(10)) ++capped;
    }
    CHECK(capped / double{kCalls} == Approx(0.074).margin(0.006));
}

TEST_CASE("a constant backoff may be spread") {
    const auto moments =
        moments_of(ConstantBackoff{sim::milliseconds(80), Jitter::full}, 5, 10'000);
    CHECK(moments.mean_ms == Approx(40).epsilon(0.02));
    CHECK(moments.max_ms < 80);
}

TEST_CASE("no overflow however often, however long") {
    const ExponentialBackoff longest{sim::Duration{INT64_MAX / 2}, 1000.0, sim::kForever,
                                     Jitter::none};
    auto rng = rng_at(0);
    CHECK(delay_of(longest, 100'000, rng) == sim::kForever);
    const ExponentialBackoff flat{sim::milliseconds(5), 1.0, sim::whole_seconds(1), Jitter::none};
    CHECK(delay_of(flat, 100'000, rng) == sim::milliseconds(5));
    const ExponentialBackoff zero{sim::Duration{0}, 2.0, sim::whole_seconds(1), Jitter::full};
    CHECK(delay_of(zero, 100'000, rng) == sim::Duration{0});
}

TEST_CASE("backoffs are read by kind, exponential without one") {
    const auto short_form = read("{base: 50ms, max: 2s, jitter: full}");
    const auto& backoff = std::get<ExponentialBackoff>(*short_form.backoff);
    CHECK(backoff.base == sim::milliseconds(50));
    CHECK(backoff.max == sim::whole_seconds(2));
    CHECK(backoff.factor == 2.0);
    CHECK(std::holds_alternative<models::NoBackoff>(*read("none").backoff));
    CHECK(std::get<ExponentialBackoff>(*read("{factor: 1.5x}").backoff).factor == 1.5);
    CHECK(std::get<ConstantBackoff>(*read("{kind: constant, base: 1s}").backoff).jitter ==
          Jitter::none);
}

TEST_CASE("wrong backoffs are explained") {
    CHECK(read("{factor: 0.5}").messages ==
          "b.yaml:1:10: error: `0.5` is too small: at least 1\n"
          "    1 | {factor: 0.5}\n"
          "      |          ^^^\n");
    CHECK(read("{kind: constant, jitter: decorrelated}").messages ==
          "b.yaml:1:26: error: unknown jitter `decorrelated`\n"
          "    1 | {kind: constant, jitter: decorrelated}\n"
          "      |                          ^^^^^^^^^^^^\n"
          "   hint: known: none, full, equal, plusMinus\n");
    CHECK(read("{kind: none, base: 1s}").messages ==
          "b.yaml:1:14: error: unknown key `base` in backoff\n"
          "    1 | {kind: none, base: 1s}\n"
          "      |              ^^^^\n");
    CHECK(read("{jitter: ful}").messages ==
          "b.yaml:1:10: error: unknown jitter `ful`\n"
          "    1 | {jitter: ful}\n"
          "      |          ^^^\n"
          "   hint: did you mean `full`?\n");
}
