#include "models/metrics/latency_windows.hpp"

#include "sim/core/assert.hpp"
#include "tests/catch.hpp"

using models::LatencyWindows;
using sim::milliseconds;

namespace {

constexpr double kBin = LatencyWindows::kRelativeError;

}  // namespace

TEST_CASE("nothing recorded has no percentile") {
    CHECK(LatencyWindows().size() == 0);
    const LatencyWindows windows(3);
    CHECK(windows.size() == 3);
    CHECK(windows.step_s() == 1);
    for (std::size_t i = 0; i < windows.size(); ++i) CHECK_FALSE(windows.quantile(i, 0.5));
}

// 1, 2, ... 100 ms, in another order: the 50th is 50 ms, the 99th 99 ms.
TEST_CASE("percentiles of a hundred latencies are those that were counted") {
    LatencyWindows windows(2);
    for (int i = 0; i < 100; ++i) windows.record(1, milliseconds(1 + i * 37 % 100));
    CHECK(*windows.quantile(1, 0.5) == Approx(0.050).epsilon(kBin));
    CHECK(*windows.quantile(1, 0.9) == Approx(0.090).epsilon(kBin));
    CHECK(*windows.quantile(1, 0.99) == Approx(0.099).epsilon(kBin));
    CHECK_FALSE(windows.quantile(0, 0.5));
}

TEST_CASE("a percentile needs one request beyond it") {
    LatencyWindows windows(1);
    windows.record(0, milliseconds(10));
    CHECK_FALSE(windows.quantile(0, 0.5));
    windows.record(0, milliseconds(10));
    CHECK(windows.quantile(0, 0.5));
    for (int i = 2; i < 99; ++i) windows.record(0, milliseconds(10));
    CHECK_FALSE(windows.quantile(0, 0.99));
    windows.record(0, milliseconds(10));
    CHECK(windows.quantile(0, 0.99));
}

TEST_CASE("a bin is no wider than it says, from 16 us to four minutes") {
    for (double seconds = 20e-6; seconds < 270; seconds *= 1.037) {
        LatencyWindows windows(1);
        for (int i = 0; i < 100; ++i) windows.record(0, sim::from_seconds(seconds));
        for (const double p : {0.01, 0.5, 0.99}) {
            INFO(seconds << " s, p = " << p);
            CHECK(*windows.quantile(0, p) == Approx(seconds).epsilon(kBin));
        }
    }
}

TEST_CASE("what is shorter than the first bin or longer than the last is still counted") {
    LatencyWindows windows(2);
    for (const auto ns : {0, 1, 16'000}) windows.record(0, sim::Duration{ns});
    CHECK(*windows.quantile(0, 0.5) > 0);
    CHECK(*windows.quantile(0, 0.5) < 16.4e-6);
    for (int i = 0; i < 3; ++i) windows.record(1, sim::whole_seconds(3600));
    CHECK(*windows.quantile(1, 0.5) > 256);
    windows.record(1, sim::kForever);
    CHECK(*windows.quantile(1, 0.5) > 256);
}

TEST_CASE("a long run has wider windows, not more") {
    LatencyWindows windows(2 * LatencyWindows::kMostWindows);
    CHECK(windows.size() == LatencyWindows::kMostWindows);
    CHECK(windows.step_s() == 2);
    windows.record(0, milliseconds(10));
    windows.record(1, milliseconds(10));
    windows.record(2, milliseconds(80));
    windows.record(3, milliseconds(80));
    CHECK(*windows.quantile(0, 0.5) == Approx(0.010).epsilon(kBin));
    CHECK(*windows.quantile(1, 0.5) == Approx(0.080).epsilon(kBin));
    // One second more than windows of a second would do.
    const LatencyWindows odd(LatencyWindows::kMostWindows + 1);
    CHECK(odd.step_s() == 2);
    CHECK(odd.size() == LatencyWindows::kMostWindows / 2 + 1);
}

TEST_CASE("runs that are merged are as one run that had all their requests") {
    LatencyWindows first(2);
    LatencyWindows second(2);
    LatencyWindows both(2);
    for (int i = 1; i <= 60; ++i) {
        auto& one = i % 3 == 0 ? first : second;
        one.record(i % 2, milliseconds(i));
        both.record(i % 2, milliseconds(i));
    }
    CHECK_FALSE(first == both);
    LatencyWindows sum;
    sum.merge(first);
    CHECK(sum == first);
    sum.merge(second);
    CHECK(sum == both);
    CHECK_THROWS_AS(sum.merge(LatencyWindows(3)), sim::InternalError);
}
