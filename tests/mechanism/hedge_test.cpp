// Hedged calls in short scripted sequences (POLICIES.md 4).
#include "tests/catch.hpp"
#include "tests/mechanism/system.hpp"

using models::CallPolicy;
using models::Hedge;
using models::HedgeMode;
using models::Outcome;
using sim::milliseconds;
using sim::whole_seconds;

namespace {

CallPolicy hedged(Hedge hedge) {
    CallPolicy policy;
    policy.hedge = models::Hedging{std::move(hedge)};
    return policy;
}

Hedge every(sim::Duration delay, int most) {
    Hedge hedge;
    hedge.delay = delay;
    hedge.most = most;
    return hedge;
}

/// One customer at 9 s asks `front`, which calls `back` (a replica in each zone) under `policy`.
struct Chain {
    TestSystem system;
    models::EndpointId front;
    models::EndpointId back;

    Chain(sim::Duration work, CallPolicy policy, std::vector<std::uint32_t> zones,
          sim::Duration delay = {})
        : system(static_cast<std::uint32_t>(zones.size()), delay) {
        front = system.add_service("front", {}, 100);
        back = system.add_service("back", work, 1, std::move(zones));
        system.model.services[1].routing = models::AnyZone{};
        system.add_step(front, {system.call(front, back, std::move(policy))});
        system.add_users("people", front, 1, whole_seconds(9));
    }
    /// The replica that is not asked first answers quickly.
    void slow_down(std::uint32_t replica, double factor) {
        models::FaultTarget target;
        target.instances = {
            system.model.topology[system.model.endpoints[back.value].service].instances[replica]};
        system.add_fault(models::SlowEffect{factor}, target, {}, whole_seconds(10));
    }
};

}  // namespace

TEST_CASE("gRPC's timeline: a further try every delay, up to the most") {
    Chain chain(milliseconds(5000), hedged(every(milliseconds(100), 3)), {0, 1, 2, 3, 4});
    chain.system.model.duration = whole_seconds(20);
    const auto result = chain.system.run();
    CHECK(result.edges[0].tries == 4);
    CHECK(result.edges[0].hedges == 3);
    CHECK(result.services[1].arrivals == 4);
    // The first answers; the others began 100, 200 and 300 ms later and are stopped then.
    CHECK(result.services[1].busy_s == Approx(5.0 + 4.9 + 4.8 + 4.7));
    CHECK(result.edges[0].cancelled == 3);
}

TEST_CASE("no hedge is sent when the answer comes before the delay") {
    Chain chain(milliseconds(50), hedged(every(milliseconds(100), 3)), {0, 1});
    const auto result = chain.system.run();
    CHECK(result.edges[0].tries == 1);
}

TEST_CASE("the first good answer ends the call, at another replica than the slow one") {
    for (const std::uint32_t slow : {0U, 1U}) {
        Chain chain(milliseconds(10), hedged(every(milliseconds(30), 1)), {0, 1});
        chain.slow_down(slow, 100);
        const auto result = chain.system.run();
        CAPTURE(slow);
        CHECK(count(result, Outcome::ok) == 1);
        const auto latency = *result.flows[0].slices[0].latency.max();
        CHECK((latency == 10'000'000 || latency == 40'000'000));
        CHECK(result.edges[0].tries == (latency == 10'000'000 ? 1 : 2));
    }
}

TEST_CASE("losers run on when they are not to be cancelled") {
    auto hedge = every(milliseconds(10), 1);
    hedge.cancel_losers = models::CancelLosers::no;
    Chain chain(milliseconds(100), hedged(hedge), {0, 1});
    const auto result = chain.system.run();
    CHECK(result.services[1].work_done_s == Approx(0.2));
    CHECK(result.services[1].wasted_s == Approx(0.1));
    CHECK(result.edges[0].cancelled == 0);
}

TEST_CASE("a failure that is not fatal sends the next hedge at once; a fatal one ends the call") {
    for (const bool fatal : {false, true}) {
        auto hedge = every(milliseconds(500), 2);
        if (!fatal) hedge.non_fatal.add(models::RetryCondition::error);
        Chain chain(milliseconds(10), hedged(hedge), {0, 1, 2});
        chain.system.model.endpoints[chain.back.value].error_share = 1.0;
        const auto result = chain.system.run();
        CAPTURE(fatal);
        CHECK(result.edges[0].tries == (fatal ? 1 : 3));
        CHECK(count(result, Outcome::error) == 1);
        CHECK(result.services[1].busy_s == Approx(fatal ? 0.01 : 0.03));
    }
}

TEST_CASE("retries come after the hedges, and hedges do not count as retries") {
    auto hedge = every(milliseconds(5), 1);
    hedge.non_fatal.add(models::RetryCondition::error);
    auto policy = hedged(hedge);
    policy.retries = 1;
    policy.retry_on.add(models::RetryCondition::error);
    policy.backoff = models::ConstantBackoff{milliseconds(100), models::Jitter::none};
    Chain chain(milliseconds(10), policy, {0, 1});
    chain.system.model.endpoints[chain.back.value].error_share = 1.0;
    const auto result = chain.system.run();
    CHECK(result.edges[0].tries == 4);
    CHECK(result.edges[0].hedges == 2);
}

TEST_CASE("tied tries: the server that begins withdraws the other one from its queue") {
    auto hedge = every(milliseconds(0), 1);
    hedge.mode = HedgeMode::tied;
    Chain chain(milliseconds(50), hedged(hedge), {0, 1}, milliseconds(1));
    // Both replicas are busy with other customers' work, one for longer.
    const auto other = chain.system.add_service("other", {}, 100);
    auto plain = TestSystem::no_retries();
    plain.load_balancing = models::RoundRobin{};
    chain.system.add_step(other, {chain.system.call(other, chain.back, plain)});
    chain.system.add_users("early", other, 3, milliseconds(8'990));
    const auto result = chain.system.run();
    CHECK(count(result, Outcome::ok) == 1);
    CHECK(result.edges[0].tries == 2);
    CHECK(result.edges[0].cancelled == 1);
    CHECK(result.services[1].work_done_s == Approx(4 * 0.05));  // three early ones and one of two
}

TEST_CASE("Envoy's hedge: a try whose time is up may still answer") {
    auto hedge = every(milliseconds(0), 1);
    hedge.mode = HedgeMode::on_per_try_timeout;
    auto policy = hedged(hedge);
    policy.per_try_timeout = milliseconds(60);
    policy.timeout = milliseconds(500);
    Chain chain(milliseconds(80), policy, {0, 1});
    const auto result = chain.system.run();
    CHECK(count(result, Outcome::ok) == 1);
    CHECK(*result.flows[0].slices[0].latency.max() == 80'000'000);
    CHECK(result.edges[0].tries == 2);
}

TEST_CASE("on completion: the next try waits for the failure of the one before") {
    auto hedge = every(milliseconds(1), 2);
    hedge.mode = HedgeMode::on_completion;
    hedge.non_fatal.add(models::RetryCondition::error);
    Chain chain(milliseconds(10), hedged(hedge), {0, 1, 2});
    chain.system.model.endpoints[chain.back.value].error_share = 1.0;
    const auto result = chain.system.run();
    CHECK(result.edges[0].tries == 3);
    CHECK(result.services[1].busy_s == Approx(0.03));
    CHECK(result.services[1].sojourn.count() == 3);
}

TEST_CASE("a budget of hedges allows one in a hundred calls, and none before a hundred") {
    auto hedge = every(milliseconds(1), 1);
    hedge.budget = models::WindowedTokensBudget{0.01, whole_seconds(60), 0};
    Chain chain(milliseconds(5), hedged(hedge), {0, 1});
    chain.system.add_users("many", chain.front, 1, milliseconds(20));
    const auto result = chain.system.run();
    CHECK(result.edges[0].calls >= 390);
    CHECK(result.edges[0].hedges == result.edges[0].calls / 100);
}

TEST_CASE("a budget of hedges under way at once is free again when they end, in either place") {
    for (const bool own : {true, false}) {
        models::ConcurrentBudget one_at_once;
        one_at_once.max_retries = 1;
        one_at_once.covers_hedges = true;
        auto hedge = every(milliseconds(10), 1);
        if (own) hedge.budget = one_at_once;
        auto policy = hedged(hedge);
        if (!own) policy.retry_budget = one_at_once;
        Chain chain(milliseconds(50), policy, {0, 1});
        chain.system.add_users("many", chain.front, 1, milliseconds(50));
        const auto result = chain.system.run();
        CAPTURE(own);
        CHECK(result.edges[0].calls >= 90);
        CHECK(result.edges[0].hedges >= result.edges[0].calls - 3);  // one at 9 s has two callers
    }
}

TEST_CASE("a hedge is paid from the client's retry budget where that covers hedges (FIN-BRF)") {
    auto policy = hedged(every(milliseconds(1), 1));
    policy.retry_budget = models::WindowedTokensBudget{0.01, whole_seconds(60), 0};
    SECTION("Finagle's tokens: one in a hundred calls") {
        Chain chain(milliseconds(5), policy, {0, 1});
        chain.system.add_users("many", chain.front, 1, milliseconds(20));
        const auto result = chain.system.run();
        CHECK(result.edges[0].calls >= 390);
        CHECK(result.edges[0].hedges == result.edges[0].calls / 100);
    }
    SECTION("beside the hedges' own budget: the tighter one decides") {
        policy.hedge = every(milliseconds(1), 1);
        std::get<Hedge>(*policy.hedge).budget =
            models::WindowedTokensBudget{1, whole_seconds(60), 0};
        Chain chain(milliseconds(5), policy, {0, 1});
        chain.system.add_users("many", chain.front, 1, milliseconds(20));
        const auto result = chain.system.run();
        CHECK(result.edges[0].hedges == result.edges[0].calls / 100);
    }
    SECTION("AWS's quota has no say in hedges") {
        policy.retry_budget = models::QuotaBudget{0, 1, 1, 1, 0};
        Chain chain(milliseconds(5), policy, {0, 1});
        const auto result = chain.system.run();
        CHECK(result.edges[0].hedges == 1);
    }
}

TEST_CASE("Envoy's hedge on a try's timeout is a retry, which any retry budget may deny") {
    for (const int retries : {0, 1}) {
        Hedge hedge;
        hedge.mode = HedgeMode::on_per_try_timeout;
        auto policy = hedged(hedge);
        policy.per_try_timeout = milliseconds(60);
        policy.timeout = milliseconds(500);
        models::ConcurrentBudget budget;
        budget.max_retries = retries;
        policy.retry_budget = budget;
        Chain chain(milliseconds(80), policy, {0, 1});
        const auto result = chain.system.run();
        CAPTURE(retries);
        CHECK(result.edges[0].tries == 1U + static_cast<unsigned>(retries));
    }
}

TEST_CASE("peak EWMA learns from the tries that lost, or a slow replica would look idle for ever") {
    models::PeakEwma balancing;
    balancing.decay = whole_seconds(1);
    auto policy = hedged(every(milliseconds(20), 1));
    policy.load_balancing = balancing;
    Chain chain(milliseconds(1), policy, {0, 1});
    chain.slow_down(0, 5'000);
    chain.system.add_users("many", chain.front, 1, milliseconds(50));
    const auto result = chain.system.run();
    // A loser counts with the 21 ms that it lasted, and is forgotten within a few seconds.
    CHECK(result.edges[0].calls >= 150);
    CHECK(result.edges[0].hedges >= 2);
    CHECK(result.edges[0].hedges <= result.edges[0].calls / 5);
}

TEST_CASE("a probe that lost to another try gives its permit back") {
    models::CountBasedBreaker breaker;
    breaker.sliding_window_size = breaker.settings.minimum_number_of_calls = 2;
    breaker.settings.permitted_in_half_open = 2;
    breaker.settings.wait_in_open = milliseconds(200);
    auto policy = hedged(every(milliseconds(20), 1));
    policy.circuit_breaker = breaker;
    Chain chain(milliseconds(10), policy, {0, 1});
    chain.slow_down(0, 100);
    chain.system.add_fault(models::ErrorsEffect{1.0}, chain.system.instances_of(chain.back), {},
                           milliseconds(2'500));
    chain.system.add_users("many", chain.front, 1, milliseconds(100));
    const auto result = chain.system.run();
    // In the first round of probes one loses: the second one's result decides only if it may go.
    CHECK(tries_ended(result, 0, Outcome::breaker_open) > 0);
    CHECK(count(result, Outcome::ok, 1) >= 45);
}
