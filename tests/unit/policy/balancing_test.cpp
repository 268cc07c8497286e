// Balancers that count and measure: the vectors of POLICIES 7.
#include "sim/yaml/parameters.hpp"
#include "tests/catch.hpp"
#include "tests/unit/policy/balancing_query.hpp"

using models::LeastRequest;
using models::PeakEwma;
using models::RoundRobin;
using models::WeightedRoundRobin;
using sim::milliseconds;
using sim::whole_seconds;

TEST_CASE("of ten replicas an idle one is found by two in ten, by .19 with replacement") {
    BalancerCase ten(10);
    ten.in_flight.assign(10, 5);
    ten.in_flight[3] = 0;
    CHECK(shares(LeastRequest{}, ten)[3] == Approx(0.20).margin(0.01));
    LeastRequest replacing;
    replacing.with_replacement = true;
    CHECK(shares(replacing, ten)[3] == Approx(0.19).margin(0.01));
    LeastRequest three;
    three.choices = 3;
    CHECK(shares(three, ten)[3] == Approx(0.30).margin(0.015));
    LeastRequest all;
    all.full_scan = true;
    CHECK(shares(all, ten)[3] == Approx(1.0));
}

TEST_CASE("of two replicas the busier is picked never, or a quarter with replacement") {
    BalancerCase two(2);
    two.in_flight = {4, 1};
    CHECK(shares(LeastRequest{}, two)[0] == 0);
    LeastRequest replacing;
    replacing.with_replacement = true;
    CHECK(shares(replacing, two)[0] == Approx(0.25).margin(0.015));
}

TEST_CASE("ties: the first drawn wins, so equals share evenly, also when all are scanned") {
    BalancerCase four(4);
    LeastRequest all;
    all.full_scan = true;
    for (const auto& kind : {LeastRequest{}, all}) {
        for (const double share : shares(kind, four)) CHECK(share == Approx(0.25).margin(0.015));
    }
}

TEST_CASE("draws without replacement are distinct and cover everything") {
    BalancerCase five(5);
    for (int i = 0; i < 1'000; ++i) {
        auto rng = five.rng();
        std::vector<int> seen(5, 0);
        models::draw_distinct(five.query(), 5, rng, [&](std::uint32_t one) { ++seen[one]; });
        CHECK(seen == std::vector<int>(5, 1));
    }
}

TEST_CASE("the weight of a replica with tries in flight") {
    CHECK(LeastRequest{}.weight(2, 4) == Approx(0.4));
    LeastRequest unbiased;
    unbiased.active_request_bias = 0;
    CHECK(unbiased.weight(2, 4) == Approx(2));
}

TEST_CASE("round robin takes turns; weights make the turns as frequent as they say") {
    BalancerCase three(3);
    RoundRobin::State state;
    std::vector<std::uint32_t> order;
    for (int i = 0; i < 6; ++i) {
        auto rng = three.rng();
        order.push_back(RoundRobin{}.pick(state, three.query(), rng));
    }
    CHECK(order == std::vector<std::uint32_t>{1, 2, 0, 1, 2, 0});
    three.weights = {1, 2, 5};
    const auto found = shares(RoundRobin{}, three, 8'000);
    CHECK(found[0] == Approx(0.125).margin(1e-3));
    CHECK(found[1] == Approx(0.25).margin(1e-3));
    CHECK(found[2] == Approx(0.625).margin(1e-3));
}

TEST_CASE("a random start begins anywhere") {
    RoundRobin random;
    random.random_start = true;
    BalancerCase four(4);
    std::vector<int> first(4, 0);
    for (int i = 0; i < 4'000; ++i) {
        RoundRobin::State state;
        auto rng = four.rng();
        ++first[random.pick(state, four.query(), rng)];
    }
    for (const int count : first) CHECK(count == Approx(1'000).margin(120));
}

TEST_CASE("a replica that was away gets no turns for the time it missed") {
    models::EdfSchedule schedule;
    const auto equal = [](std::uint32_t) { return 1.0; };
    const std::vector<std::uint32_t> one{0};
    const std::vector<std::uint32_t> both{0, 1};
    for (int i = 0; i < 100; ++i) schedule.pick(one, equal);
    int newcomer = 0;
    for (int i = 0; i < 10; ++i) newcomer += schedule.pick(both, equal) == 1 ? 1 : 0;
    CHECK(newcomer == 5);
}

TEST_CASE("slow start: the weight grows to one within the window") {
    models::SlowStart linear{whole_seconds(60), 1.0, 0.1};
    CHECK(linear.weight(whole_seconds(3)) == Approx(0.1));
    CHECK(linear.weight(whole_seconds(15)) == Approx(0.25));
    CHECK(linear.weight(whole_seconds(30)) == Approx(0.5));
    CHECK(linear.weight(whole_seconds(60)) == 1.0);
    models::SlowStart fast{whole_seconds(60), 2.0, 0.1};
    CHECK(fast.weight(whole_seconds(3)) == Approx(0.2236).epsilon(1e-3));
    CHECK(fast.weight(whole_seconds(15)) == Approx(0.5));
    CHECK_FALSE(models::SlowStart{}.on());
}

TEST_CASE("slow start gives a round robin and a least request their shares") {
    BalancerCase two(2);
    two.weights = {1.0, 0.25};
    CHECK(shares(RoundRobin{}, two)[1] == Approx(0.2).margin(1e-3));
    CHECK(shares(LeastRequest{}, two)[1] == Approx(0.2).margin(1e-3));
    two.in_flight = {3, 0};  // weights 1/4 and 1/4
    CHECK(shares(LeastRequest{}, two)[1] == Approx(0.5).margin(1e-3));
}

TEST_CASE(
    "peak EWMA: 100 ms is 36.8 ms after ten idle seconds, three times that with two pending") {
    const PeakEwma kind;
    PeakEwma::State state;
    kind.on_try_end(state, {sim::SimTime{}, 0, milliseconds(100)});
    const sim::SimTime later{whole_seconds(10).ns};
    CHECK(kind.cost(state, later, 0, 0) / 1e6 == Approx(36.7879).epsilon(1e-5));
    CHECK(kind.cost(state, later, 0, 2) / 1e6 == Approx(110.3638).epsilon(1e-5));
    const sim::SimTime second{whole_seconds(1).ns};
    kind.on_try_end(state, {second, 0, milliseconds(50)});
    CHECK(kind.cost(state, second, 0, 0) / 1e6 == Approx(95.24187).epsilon(1e-6));
    kind.on_try_end(state, {second, 0, milliseconds(400)});  // a peak counts at once
    CHECK(kind.cost(state, second, 0, 0) / 1e6 == Approx(400));
}

TEST_CASE("peak EWMA: what a replica costs that has never answered") {
    PeakEwma::State state;
    CHECK(PeakEwma{}.cost(state, {}, 0, 1) / 1e6 == Approx(60));  // Linkerd: 30 ms
    PeakEwma finagle;
    finagle.default_rtt = sim::kForever;
    finagle.penalty_unknown = true;
    PeakEwma::State fresh;
    CHECK(finagle.cost(fresh, {}, 0, 0) == 0);
    CHECK(finagle.cost(fresh, {}, 0, 3) == Approx(140'737'488'355'327.0 + 3));
    finagle.on_try_end(fresh, {sim::SimTime{}, 0, milliseconds(7)});
    CHECK(finagle.cost(fresh, {}, 0, 1) / 1e6 == Approx(14));
    PeakEwma senseless;
    senseless.default_rtt = sim::kForever;
    CHECK(senseless.misfit());
    CHECK_FALSE(finagle.misfit());
}

TEST_CASE("peak EWMA sends to the quicker of two") {
    BalancerCase two(2);
    const PeakEwma kind;
    PeakEwma::State state;
    kind.on_try_end(state, {sim::SimTime{}, 0, milliseconds(200)});
    kind.on_try_end(state, {sim::SimTime{}, 1, milliseconds(20)});
    for (int i = 0; i < 100; ++i) {
        auto rng = two.rng();
        CHECK(kind.pick(state, two.query(), rng) == 1);
    }
}

TEST_CASE("weights from load reports: throughput per utilisation, less for errors") {
    const WeightedRoundRobin kind;
    WeightedRoundRobin::State state;
    const sim::SimTime start{};
    const sim::SimTime after_blackout{whole_seconds(10).ns};
    kind.on_load(state, {start, 0, 100, 0, 0.5});
    CHECK(kind.weight(state, start, 0) == 0);  // blackout
    CHECK(kind.weight(state, {after_blackout.ns - 1}, 0) == 0);
    CHECK(kind.weight(state, after_blackout, 0) == Approx(200));
    kind.on_load(state, {after_blackout, 0, 100, 50, 0.5});
    CHECK(kind.weight(state, after_blackout, 0) == Approx(100));
    kind.on_load(state, {after_blackout, 0, 0, 0, 0.5});  // says nothing
    CHECK(kind.weight(state, after_blackout, 0) == Approx(100));
    const sim::SimTime expired = after_blackout + whole_seconds(180);
    CHECK(kind.weight(state, {expired.ns - 1}, 0) == Approx(100));
    CHECK(kind.weight(state, expired, 0) == 0);
    kind.on_load(state, {expired, 0, 100, 0, 0.5});  // a new blackout
    CHECK(kind.weight(state, expired + whole_seconds(9), 0) == 0);
}

TEST_CASE("weighted round robin: without two weights all alike, the unknown gets the mean") {
    const WeightedRoundRobin kind;
    BalancerCase three(3);
    const auto count = [&](WeightedRoundRobin::State& state) {
        std::vector<int> picks(3, 0);
        for (int i = 0; i < 600; ++i) {
            auto rng = three.rng();
            ++picks[kind.pick(state, three.query(), rng)];
        }
        return picks;
    };
    WeightedRoundRobin::State state;
    kind.on_load(state, {sim::SimTime{}, 0, 300, 0, 1.0});
    three.now = sim::SimTime{whole_seconds(20).ns};
    CHECK(count(state) == std::vector<int>{200, 200, 200});
    kind.on_load(state, {three.now, 1, 100, 0, 1.0});
    kind.on_load(state, {three.now, 0, 300, 0, 1.0});
    three.now = three.now + whole_seconds(11);
    const auto picks = count(state);  // weights 300, 100, 200
    CHECK(picks[0] == Approx(300).margin(3));
    CHECK(picks[1] == Approx(100).margin(3));
    CHECK(picks[2] == Approx(200).margin(3));
}
