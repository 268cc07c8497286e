// Hedging: POLICIES.md 4.
#include "models/policy/hedge.hpp"

#include <algorithm>
#include <cmath>

#include "sim/core/rng.hpp"
#include "sim/yaml/parameters.hpp"
#include "tests/catch.hpp"
#include "tests/unit/yaml/yaml_fixture.hpp"

using models::Hedge;
using models::HedgeClock;
using models::HedgeMode;
using models::Hedging;

namespace {

constexpr sim::SimTime at_ms(std::int64_t ms) { return {ms * 1'000'000}; }

Hedge a6_example() {
    Hedge hedge;
    hedge.delay = sim::milliseconds(500);
    hedge.most = 3;
    return hedge;
}

struct Read {
    std::optional<Hedge> hedge;
    std::string said;
};

Read read_hedge(const std::string& text) {
    sim::test::Loaded loaded("hedge: " + text + "\n");
    const auto read = sim::read_family<Hedging>(loaded.at("hedge"), loaded.diagnostics, "hedge",
                                                {"hedge", "delay", true});
    Read result;
    if (read) result.hedge = std::get<Hedge>(*read);
    result.said = loaded.said();
    return result;
}

/// When the tries of a call that never gets a reply are sent.
std::vector<std::int64_t> sent_at_ms(const Hedge& hedge, sim::Duration delay) {
    HedgeClock clock;
    sim::SimTime now = at_ms(1);
    std::vector<std::int64_t> sent;
    while (now != sim::kNever) {
        sent.push_back(now.ns / 1'000'000);
        clock.on_sent(hedge, now, delay);
        now = clock.due;
    }
    return sent;
}

}  // namespace

TEST_CASE("a duration alone is the delay of a hedge") {
    const auto read = read_hedge("20ms");
    CHECK(read.said.empty());
    REQUIRE(read.hedge);
    CHECK(std::get<sim::Duration>(read.hedge->delay) == sim::milliseconds(20));
    CHECK(read.hedge->most == 1);
    CHECK(read.hedge->cancel_losers == models::CancelLosers::yes);
}

TEST_CASE("every parameter of a hedge is read") {
    const auto read = read_hedge(
        "{delay: {percentile: 99%, min: 1ms}, most: 3, mode: tied, nonFatal: [503, reset], "
        "cancelLosers: waitForCancel, distinctHosts: false, pushback: false, "
        "budget: {percent: 1%, ttl: 10s}, scope: process}");
    CHECK(read.said.empty());
    REQUIRE(read.hedge);
    const Hedge& hedge = *read.hedge;
    const auto& delay = std::get<models::QuantileRule>(hedge.delay);
    CHECK(delay.percentile == 0.99);
    CHECK(delay.min == sim::milliseconds(1));
    CHECK(hedge.most == 3);
    CHECK(hedge.mode == HedgeMode::tied);
    CHECK(hedge.non_fatal.has(models::RetryCondition::reset));
    CHECK_FALSE(hedge.non_fatal.has(models::RetryCondition::timeout));
    CHECK(hedge.cancel_losers == models::CancelLosers::wait);
    CHECK_FALSE(hedge.distinct_hosts);
    CHECK_FALSE(hedge.pushback);
    CHECK(hedge.scope == models::RuleScope::process);
    REQUIRE(hedge.budget);
    CHECK(std::get<models::WindowedTokensBudget>(*hedge.budget).percent == 0.01);
    CHECK(hedge.initial().budget);
    CHECK(hedge.initial().latency);
}

TEST_CASE("a hedge says what is wrong") {
    CHECK(read_hedge("{most: 5}").said.find("4") != std::string::npos);
    CHECK(read_hedge("{mode: hedge}").said.find("hedged") != std::string::npos);
    CHECK(read_hedge("{nonFatal: [504]}").said.find("nonFatal") != std::string::npos);
    CHECK(read_hedge("{delay: -1ms}").said != "");
    Hedge tied;
    tied.mode = HedgeMode::tied;
    CHECK_FALSE(tied.misfit());
    tied.cancel_losers = models::CancelLosers::no;
    CHECK(tied.misfit()->key == "cancelLosers");
    models::QuantileRule crossed;
    crossed.min = sim::milliseconds(10);
    crossed.max = sim::milliseconds(1);
    Hedge hedge;
    hedge.delay = crossed;
    CHECK(hedge.misfit()->key == "delay");
}

TEST_CASE("gRPC A6: with 500 ms and four tries they leave at 1, 501, 1001 and 1501 ms") {
    CHECK(sent_at_ms(a6_example(), sim::milliseconds(500)) ==
          std::vector<std::int64_t>{1, 501, 1001, 1501});
}

TEST_CASE("a delay of zero sends all at once") {
    CHECK(sent_at_ms(a6_example(), sim::Duration{}) == std::vector<std::int64_t>{1, 1, 1, 1});
}

TEST_CASE("no hedge while the delay is not known, and none by time on completion") {
    HedgeClock unknown;
    unknown.on_sent(a6_example(), at_ms(0), std::nullopt);
    CHECK(unknown.due == sim::kNever);
    Hedge fallback = a6_example();
    fallback.mode = HedgeMode::on_completion;
    CHECK(sent_at_ms(fallback, sim::milliseconds(500)) == std::vector<std::int64_t>{1});
    HedgeClock clock;
    clock.on_sent(fallback, at_ms(0), sim::milliseconds(500));
    clock.on_non_fatal(fallback, at_ms(40));
    CHECK(clock.due == at_ms(40));
}

TEST_CASE("a failure that is not fatal sends the next at once; later ones wait again") {
    HedgeClock clock;
    clock.on_sent(a6_example(), at_ms(0), sim::milliseconds(500));
    clock.on_non_fatal(a6_example(), at_ms(100));
    CHECK(clock.due == at_ms(100));
    clock.on_sent(a6_example(), at_ms(100), sim::milliseconds(500));
    CHECK(clock.due == at_ms(600));
    clock.on_sent(a6_example(), at_ms(600), sim::milliseconds(500));
    clock.on_sent(a6_example(), at_ms(1100), sim::milliseconds(500));
    CHECK(clock.due == sim::kNever);
    clock.on_non_fatal(a6_example(), at_ms(1200));  // no try is left
    CHECK(clock.due == sim::kNever);
}

TEST_CASE("pushback delays the next hedge, a negative one freezes hedging") {
    HedgeClock clock;
    clock.on_sent(a6_example(), at_ms(0), sim::milliseconds(500));
    clock.on_pushback(a6_example(), at_ms(100), sim::milliseconds(2'000));
    CHECK(clock.due == at_ms(2'100));
    clock.on_sent(a6_example(), at_ms(2'100), sim::milliseconds(500));
    CHECK(clock.due == at_ms(2'600));
    clock.on_pushback(a6_example(), at_ms(2'200), std::nullopt);
    CHECK(clock.due == sim::kNever);
    clock.on_non_fatal(a6_example(), at_ms(2'300));
    CHECK(clock.due == sim::kNever);

    Hedge deaf = a6_example();
    deaf.pushback = false;
    HedgeClock other;
    other.on_sent(deaf, at_ms(0), sim::milliseconds(500));
    other.on_pushback(deaf, at_ms(100), std::nullopt);
    CHECK(other.due == at_ms(500));
}

TEST_CASE("Envoy: a hedge at the per-try timeout, and only then") {
    Hedge hedge = a6_example();
    hedge.mode = HedgeMode::on_per_try_timeout;
    hedge.most = 1;
    HedgeClock clock;
    clock.on_sent(hedge, at_ms(0), sim::milliseconds(500));
    CHECK(clock.due == sim::kNever);
    clock.on_per_try_timeout(hedge, at_ms(250));
    CHECK(clock.due == at_ms(250));
    clock.on_sent(hedge, at_ms(250), sim::milliseconds(500));
    clock.on_per_try_timeout(hedge, at_ms(500));
    CHECK(clock.due == sim::kNever);

    HedgeClock by_delay;
    by_delay.on_sent(a6_example(), at_ms(0), sim::milliseconds(500));
    by_delay.on_per_try_timeout(a6_example(), at_ms(250));
    CHECK(by_delay.due == at_ms(500));
}

TEST_CASE("an independent copy at the p95 of Exp(1): mean, tail and extra load") {
    Hedge hedge;
    hedge.delay = sim::from_seconds(std::log(20));
    models::TimeRuleState none;
    constexpr std::size_t kCalls = 1'000'000;
    std::vector<double> took;
    took.reserve(kCalls);
    double sum = 0;
    int hedges = 0;
    for (std::uint64_t i = 0; i < kCalls; ++i) {
        sim::KeyedRng rng{sim::RngStream(11, 0, "test", "hedge"), i, 0};
        HedgeClock clock;
        clock.on_sent(hedge, {0}, current_time(hedge.delay, none, {0}));
        double done = -std::log(rng.unit());
        if (const double due = clock.due.seconds(); done > due) {
            ++hedges;
            done = std::min(done, due - std::log(rng.unit()));
        }
        took.push_back(done);
        sum += done;
    }
    const auto quantile = [&](double p) {
        const auto rank = static_cast<std::ptrdiff_t>(p * kCalls);
        std::nth_element(took.begin(), took.begin() + rank, took.end());
        return took[static_cast<std::size_t>(rank)];
    };
    // Four standard errors each.
    CHECK(sum / kCalls == Approx(0.975).margin(0.004));
    CHECK(quantile(0.99) == Approx(3.80045).margin(0.02));
    CHECK(quantile(0.999) == Approx(4.95174).margin(0.064));
    CHECK(static_cast<double>(hedges) / kCalls == Approx(0.05).margin(0.0009));
}

TEST_CASE("a hedge budget of 1 %: none before 100 calls, one per 100 in any 10 s") {
    models::WindowedTokensBudget budget;
    budget.percent = 0.01;
    Hedge hedge;
    hedge.budget = budget;
    auto state = hedge.initial();
    std::vector<int> hedged;  // calls of 20 ms each that wanted a hedge and got it
    for (int call = 1; call <= 3000; ++call) {
        const auto now = at_ms(call * 20);
        budget_on_call(*hedge.budget, *state.budget, now);
        if (budget_withdraw(*hedge.budget, *state.budget, {now})) hedged.push_back(call);
    }
    REQUIRE(hedged.size() > 20);
    CHECK(hedged.front() == 100);
    for (std::size_t i = 0; i + 5 < hedged.size(); ++i) {
        CHECK(hedged[i + 5] - hedged[i] >= 500);  // 500 calls are 10 s
    }
}

TEST_CASE("a hedge is charged to the retry budgets that cover hedges; a retry is to any") {
    Hedge hedge;
    CHECK(hedge.pays(models::WindowedTokensBudget{}));
    CHECK(hedge.pays(models::GrpcThrottleBudget{}));
    CHECK_FALSE(hedge.pays(models::ConcurrentBudget{}));
    CHECK_FALSE(hedge.pays(models::QuotaBudget{}));
    hedge.mode = models::HedgeMode::on_per_try_timeout;
    CHECK(hedge.pays(models::ConcurrentBudget{}));
    CHECK(hedge.pays(models::QuotaBudget{}));
}
