// Outlier detection: the tests of POLICIES 5.3.
#include "models/policy/outlier_detection.hpp"
#include "sim/yaml/parameters.hpp"
#include "tests/catch.hpp"

using models::EnvoyOutliers;
using models::GrpcOutliers;
using models::HostResult;
using models::Outcome;
using models::OutlierState;
using sim::milliseconds;
using sim::SimTime;
using sim::whole_seconds;

namespace {

const sim::RngStream kStream(1, 0, "a->b", "outliers");

SimTime at(double seconds) { return SimTime{} + sim::from_seconds(seconds); }

void fail(const EnvoyOutliers& rule, OutlierState& state, std::uint32_t host, SimTime when,
          int times = 5) {
    for (int i = 0; i < times; ++i) {
        rule.on_result(state, host, HostResult::failure, when, kStream);
    }
}

EnvoyOutliers roomy() {
    EnvoyOutliers rule;
    rule.ejection.max_ejection_percent = 1.0;
    return rule;
}

/// Sweeps every ten seconds from `from` on, until the host is back.
SimTime back_after(const EnvoyOutliers& rule, OutlierState& state, std::uint32_t host,
                   SimTime from) {
    SimTime now = from;
    while (state.hosts[host].ejected) {
        now = SimTime{(models::interval_number(now, whole_seconds(10)) + 1) * 10'000'000'000};
        rule.sweep(state, now, kStream);
    }
    return now;
}

/// In the interval before the sweep at 10 s.
template <class Rule>
void results(const Rule& rule, OutlierState& state, std::uint32_t host, int good, int bad) {
    for (int i = 0; i < bad; ++i) {
        rule.on_result(state, host, HostResult::failure, at(5), kStream);
        if (good-- > 0) rule.on_result(state, host, HostResult::success, at(5), kStream);
    }
    for (; good > 0; --good) rule.on_result(state, host, HostResult::success, at(5), kStream);
}

template <class Rule>
std::uint32_t ejected_of_failing(std::uint32_t hosts, const Rule& rule) {
    auto state = models::outlier_state(hosts);
    for (std::uint32_t host = 0; host < hosts; ++host) fail(rule, state, host, at(1));
    return state.ejected;
}

}  // namespace

TEST_CASE("trap 4: by default Envoy ejects none of fewer than ten hosts") {
    const EnvoyOutliers envoy;
    for (std::uint32_t hosts = 1; hosts <= 9; ++hosts) CHECK(ejected_of_failing(hosts, envoy) == 0);
    CHECK(ejected_of_failing(10, envoy) == 1);
    CHECK(ejected_of_failing(19, envoy) == 1);
    CHECK(ejected_of_failing(20, envoy) == 2);
    CHECK(ejected_of_failing(30, envoy) == 3);
    CHECK(ejected_of_failing(100, envoy) == 10);
    EnvoyOutliers at_least_one;
    at_least_one.always_eject_one_host = true;
    for (std::uint32_t hosts = 1; hosts <= 19; ++hosts) {
        CHECK(ejected_of_failing(hosts, at_least_one) == 1);
    }
    CHECK(ejected_of_failing(20, at_least_one) == 2);
}

TEST_CASE("five failures in a row eject at once; any other answer starts the count again") {
    const auto rule = roomy();
    auto state = models::outlier_state(3);
    fail(rule, state, 0, at(1), 4);
    rule.on_result(state, 0, HostResult::success, at(1), kStream);
    fail(rule, state, 0, at(1), 4);
    CHECK(state.ejected == 0);
    fail(rule, state, 0, at(1), 1);
    CHECK(state.hosts[0].ejected);
    CHECK(state.hosts[0].failures_in_a_row == 0);
}

TEST_CASE("what was refused for want of room is tried again five failures later") {
    const EnvoyOutliers envoy;
    auto state = models::outlier_state(5);
    fail(envoy, state, 0, at(1), 7);
    CHECK(state.hosts[0].failures_in_a_row == 2);
}

TEST_CASE("an ejection ends at a sweep: from 0.1 s at 40, from 12 s at 50") {
    const auto rule = roomy();
    for (const auto& [ejected, back] : {std::pair(0.1, 40), std::pair(5.0, 40), std::pair(9.9, 40),
                                        std::pair(10.0, 40), std::pair(12.0, 50)}) {
        auto state = models::outlier_state(3);
        fail(rule, state, 1, at(ejected));
        CHECK(back_after(rule, state, 1, at(ejected)) == at(back));
    }
}

TEST_CASE("ejections grow: 30, 60, 90, … 300 s, and shrink while a host is good") {
    const auto rule = roomy();
    auto state = models::outlier_state(3);
    SimTime now = at(0);
    for (int times = 1; times <= 13; ++times) {
        fail(rule, state, 0, now);
        const auto back = back_after(rule, state, 0, now);
        CHECK((back - now).ns == std::min(30 * times, 300) * 1'000'000'000LL);
        now = back;
    }
    const auto backoff = state.hosts[0].backoff;
    CHECK(backoff == 11);  // grows while 30 s * backoff < 300 s + 30 s
    rule.sweep(state, now + whole_seconds(10), kStream);
    CHECK(state.hosts[0].backoff == backoff - 1);
}

TEST_CASE("a sweep sooner than an interval after the return forgives nothing") {
    auto state = models::outlier_state(3);
    const auto rule = roomy();
    fail(rule, state, 0, at(0));
    state.bring_back(0, at(8));  // a health check
    rule.sweep(state, at(10), kStream);
    CHECK(state.hosts[0].backoff == 1);
    rule.sweep(state, at(20), kStream);
    CHECK(state.hosts[0].backoff == 0);
}

TEST_CASE("success rates of 50 and four times 100 %: threshold 52, only the first is ejected") {
    const auto spread = models::spread_of({50, 100, 100, 100, 100});
    CHECK(spread.mean == 90);
    CHECK(spread.deviation == 20);
    auto rule = roomy();
    rule.consecutive_5xx = 1'000;
    auto state = models::outlier_state(5);
    results(rule, state, 0, 50, 50);
    for (std::uint32_t host = 1; host < 5; ++host) results(rule, state, host, 100, 0);
    rule.sweep(state, at(10), kStream);
    CHECK(state.ejected == 1);
    CHECK(state.hosts[0].ejected);
}

TEST_CASE("success rates need five hosts with a hundred requests in the interval before") {
    auto rule = roomy();
    rule.consecutive_5xx = 1'000;
    auto state = models::outlier_state(5);
    results(rule, state, 0, 50, 50);
    for (std::uint32_t host = 1; host < 5; ++host)
        results(rule, state, host, host == 4 ? 99 : 100, 0);
    rule.sweep(state, at(10), kStream);
    CHECK(state.ejected == 0);
    results(rule, state, 4, 1, 0);
    rule.sweep(state, at(20), kStream);  // these were in the interval before the last
    CHECK(state.ejected == 0);
    rule.sweep(state, at(10), kStream);
    CHECK(state.ejected == 1);
}

TEST_CASE("results at the very instant of a sweep belong to the next interval") {
    auto rule = roomy();
    rule.consecutive_5xx = 1'000;
    auto state = models::outlier_state(5);
    results(rule, state, 0, 50, 50);
    for (std::uint32_t host = 1; host < 5; ++host) results(rule, state, host, 100, 0);
    for (std::uint32_t host = 0; host < 5; ++host) {
        rule.on_result(state, host, HostResult::success, at(10), kStream);
    }
    rule.sweep(state, at(10), kStream);
    CHECK(state.hosts[0].ejected);
}

TEST_CASE("failure percentage: Envoy from 85 % on when enforced, gRPC above it") {
    auto envoy = roomy();
    envoy.consecutive_5xx = 1'000;
    envoy.success_rate.enforcing = 0;
    GrpcOutliers grpc;
    grpc.success_rate.enforcing = 0;
    grpc.ejection.max_ejection_percent = 1.0;
    const auto ejected = [](const auto& rule, int bad) {
        auto state = models::outlier_state(5);
        results(rule, state, 0, 100 - bad, bad);
        for (std::uint32_t host = 1; host < 5; ++host) results(rule, state, host, 100, 0);
        rule.sweep(state, at(10), kStream);
        return state.ejected;
    };
    CHECK(ejected(envoy, 100) == 0);  // enforcing is 0 by default
    envoy.failure_percentage.enforcing = 1;
    CHECK(ejected(envoy, 84) == 0);
    CHECK(ejected(envoy, 85) == 1);
    CHECK(ejected(grpc, 85) == 0);
    CHECK(ejected(grpc, 86) == 1);
}

TEST_CASE("gRPC ejects at least one host, and stops at its share before each") {
    GrpcOutliers grpc;
    for (const auto& [hosts, most] :
         {std::pair(5U, 1U), std::pair(10U, 1U), std::pair(20U, 2U), std::pair(25U, 3U)}) {
        auto state = models::outlier_state(hosts);
        for (std::uint32_t host = 0; host < hosts; ++host) results(grpc, state, host, 0, 100);
        grpc.sweep(state, at(10), kStream);
        CHECK(state.ejected == most);
    }
}

TEST_CASE("gRPC brings a host back at the sweep at which its time is over, and forgives") {
    GrpcOutliers grpc;
    auto state = models::outlier_state(5);
    for (std::uint32_t host = 0; host < 5; ++host) results(grpc, state, host, 0, 100);
    grpc.sweep(state, at(10), kStream);
    REQUIRE(state.hosts[0].ejected);
    grpc.sweep(state, at(20), kStream);
    grpc.sweep(state, at(30), kStream);
    CHECK(state.hosts[0].ejected);
    grpc.sweep(state, at(40), kStream);
    CHECK_FALSE(state.hosts[0].ejected);
    CHECK(state.hosts[0].backoff == 1);
    grpc.sweep(state, at(50), kStream);
    CHECK(state.hosts[0].backoff == 0);
}

TEST_CASE("enforcing: so many of those that could be are ejected") {
    auto rule = roomy();
    rule.enforcing_consecutive_5xx = 0.3;
    CHECK(ejected_of_failing(2'000, rule) == Approx(600).margin(70));
    rule.enforcing_consecutive_5xx = 0;
    CHECK(ejected_of_failing(100, rule) == 0);
}

TEST_CASE("gateway failures have a count of their own, without effect unless enforced") {
    auto rule = roomy();
    rule.enforcing_consecutive_5xx = 0;
    auto state = models::outlier_state(2);
    const auto gateway = [&](int times) {
        for (int i = 0; i < times; ++i) {
            rule.on_result(state, 0, HostResult::gateway, at(1), kStream);
        }
    };
    gateway(20);
    CHECK(state.ejected == 0);
    rule.enforcing_consecutive_gateway_failure = 1;
    gateway(4);
    rule.on_result(state, 0, HostResult::failure, at(1), kStream);  // a plain 500
    gateway(4);
    CHECK(state.ejected == 0);
    gateway(1);
    CHECK(state.ejected == 1);
}

TEST_CASE("jitter makes an ejection longer by whole milliseconds up to its limit") {
    auto rule = roomy();
    rule.max_ejection_time_jitter = milliseconds(4);
    auto state = models::outlier_state(500);
    std::vector<int> seen(5, 0);
    for (std::uint32_t host = 0; host < 500; ++host) {
        fail(rule, state, host, at(1));
        REQUIRE(state.hosts[host].jitter.ns % 1'000'000 == 0);
        ++seen.at(static_cast<std::size_t>(state.hosts[host].jitter.ns / 1'000'000));
    }
    for (const int count : seen) CHECK(count > 60);
}

TEST_CASE("what counts as a failure of the host") {
    CHECK(models::host_result(Outcome::ok, false) == HostResult::success);
    CHECK(models::host_result(Outcome::throttled, false) == HostResult::success);  // 429
    CHECK(models::host_result(Outcome::error, false) == HostResult::failure);
    CHECK(models::host_result(Outcome::error, true) == HostResult::gateway);
    for (const auto outcome :
         {Outcome::timeout, Outcome::refused, Outcome::reset, Outcome::blackholed, Outcome::shed}) {
        CHECK(models::host_result(outcome, false) == HostResult::gateway);
    }
    for (const auto outcome : {Outcome::abandoned, Outcome::deadline, Outcome::breaker_open,
                               Outcome::no_healthy_instance, Outcome::unfinished}) {
        CHECK(models::host_result(outcome, false) == HostResult::ignored);
    }
}

TEST_CASE("a sweep is needed while something is out, remembered or failing") {
    const auto rule = roomy();
    auto state = models::outlier_state(3);
    results(rule, state, 0, 500, 0);
    CHECK_FALSE(state.needs_sweep(0));
    fail(rule, state, 0, at(5), 1);
    CHECK(state.needs_sweep(0));
    CHECK_FALSE(state.needs_sweep(1));
    fail(rule, state, 0, at(5), 4);
    CHECK(state.needs_sweep(1));
    CHECK(models::interval_number(SimTime{-1}, whole_seconds(10)) == -1);
    CHECK(models::interval_number(at(10), whole_seconds(10)) == 1);
}

TEST_CASE("the longest ejection is not below the first") {
    EnvoyOutliers rule;
    CHECK_FALSE(rule.misfit());
    rule.ejection.max_ejection_time = whole_seconds(1);
    CHECK(rule.misfit());
}
