// SEMANTICS 1 and 2, sentence by sentence: what is so when nothing is written, who wins when
// several things are, and what short forms mean. Tested elsewhere:
//
//   1  flagged defaults                            resolved_test
//   2  a preset lies below every written key       presets_test
//   2  a strategy's set: reaches any path          override_test
//   2  a group without policy does not retry       load_test
//   5  errors: {share, as}                         server_test
#include <string>
#include <variant>
#include <vector>

#include "tests/catch.hpp"
#include "tests/unit/scenario/support.hpp"

using namespace scenario_test;
using models::CallPolicy;

namespace {

std::unique_ptr<Loaded> good(const std::string& text, std::vector<std::string> overrides = {}) {
    auto loaded = load(text, std::move(overrides));
    INFO(loaded->messages());
    REQUIRE(loaded->scenario);
    return loaded;
}

/// How `web` calls `payment` when `policy:` is as given.
CallPolicy policy_when(const std::string& policy, const std::string& strategy = "{}") {
    const auto loaded = good(
        "version: 1\n"
        "defaults: {concurrency: 1, latency: 1ms}\n"
        "services: {web: {endpoints: {buy: [payment]}}, payment: {}}\n"
        "workload: {people: {rate: 1/s, mix: {buy: 100%}}}\n"
        "policy: " +
        policy + "\nstrategies: {only: " + strategy + "}\n");
    const auto model = models::build_model(*loaded->scenario, 0);
    return model.policies[model.endpoints[0].steps[0].calls[0].policy];
}

const char* const kSmallest =
    "version: 1\n"
    "services: {shop: {concurrency: 1, latency: 10ms, endpoints: {buy: [orders]}},\n"
    "           orders: {kind: database, primary: local-1, concurrency: 1, latency: 10ms}}\n"
    "workload: {people: {rate: 1/s, mix: {buy: 100%}}}\n";

}  // namespace

TEST_CASE("defaults of a service") {
    const auto model = models::build_model(*good(kSmallest)->scenario, 0);
    const auto& shop = model.services[0];
    CHECK(shop.holds == models::Holds::while_calling);
    CHECK_FALSE(shop.queue);  // unlimited
    CHECK(shop.server.order == models::QueueOrder::fifo);
    CHECK(shop.server.drop == models::QueueDrop::tail);
    CHECK(shop.server.cores == 0);  // slots
    CHECK(shop.server.plain());
    CHECK_FALSE(shop.server.retry_after);
    CHECK(std::holds_alternative<models::SameZoneFirst>(shop.routing));
    CHECK(shop.spill_when == models::SpillWhen::never);
    CHECK_FALSE(shop.health_check);
    CHECK(shop.restart == sim::whole_seconds(30));
    CHECK(model.services[1].database->failover.detect == sim::kForever);
}

TEST_CASE("defaults of endpoints: read, of a database write, nothing idempotent, no errors") {
    const auto model = models::build_model(*good(kSmallest)->scenario, 0);
    CHECK_FALSE(model.endpoints[0].write);
    CHECK(model.endpoints[1].write);
    for (const auto& endpoint : model.endpoints) {
        CHECK_FALSE(endpoint.idempotent);
        CHECK(endpoint.error_share == 0);
        CHECK(endpoint.same_on_retry == 0);
        CHECK_FALSE(endpoint.priority);
    }
}

TEST_CASE("concurrency is required") {
    const auto loaded = load(replaced(kSmallest, "shop: {concurrency: 1, ", "shop: {"));
    CHECK_FALSE(loaded->scenario);
    CHECK(loaded->messages().find("`concurrency`") != std::string::npos);
}

TEST_CASE("defaults of network, customers and experiment") {
    const auto loaded = good(kSmallest);
    const auto model = models::build_model(*loaded->scenario, 0);
    for (const auto& delay : model.topology.delays) CHECK(delay.mean_seconds() == 0);
    const auto& group = model.groups[0];
    CHECK(group.access == sim::Duration{});
    CHECK(group.patience == sim::whole_seconds(10));
    CHECK(model.policies[group.policy].retries == 0);
    CHECK(model.policies[group.policy].timeout == sim::kForever);
    CHECK(loaded->scenario->experiment.replications == 10);
    CHECK(loaded->scenario->experiment.confidence == 0.95);
}

TEST_CASE("defaults of a call between services") {
    const CallPolicy policy = policy_when("{}");
    CHECK(policy.timeout == sim::kForever);
    CHECK(policy.per_try_timeout == sim::kForever);
    CHECK_FALSE(policy.per_try_quantile);
    CHECK(policy.connect_timeout == sim::kForever);
    CHECK(policy.retries == 0);
    CHECK(policy.retry_on.bits == models::default_retry_on().bits);
    CHECK_FALSE(policy.retry_after);
    CHECK_FALSE(policy.wait_beyond_deadline);
    CHECK_FALSE(policy.retry_budget);
    CHECK_FALSE(policy.hedge);
    CHECK_FALSE(policy.circuit_breaker);
    CHECK_FALSE(policy.outlier_detection);
    CHECK_FALSE(policy.bulkhead);
    CHECK_FALSE(policy.rate_limit);
    CHECK_FALSE(policy.throttle);
    CHECK_FALSE(policy.pool);
    CHECK_FALSE(policy.fallback);
    CHECK_FALSE(policy.avoid_previous_hosts);
    CHECK_FALSE(policy.pass_deadline_down);
    CHECK(policy.cancel == models::Cancellation::none);
    CHECK(std::get<models::LeastRequest>(policy.load_balancing) == models::LeastRequest{});
    CHECK(models::LeastRequest{}.choices == 2);
}

TEST_CASE("the backoff when retries are written and no backoff is") {
    const CallPolicy policy = policy_when("{retries: 3}");
    const auto& backoff = std::get<models::ExponentialBackoff>(policy.backoff);
    CHECK(backoff.base == sim::milliseconds(100));
    CHECK(backoff.factor == 2);
    CHECK(backoff.max == sim::whole_seconds(20));
    CHECK(backoff.jitter == models::Jitter::full);
}

namespace {

/// The layers of a call's settings, weakest first, each with another number of retries.
std::string layered(std::size_t layers) {
    const auto when = [&](std::size_t layer, const std::string& text) {
        return layers >= layer ? text : std::string();
    };
    return "version: 1\n"
           "defaults: {concurrency: 1, latency: 1ms}\n"
           "services:\n"
           "  web: {endpoints: {buy: [{call: payment" +
           when(8, ", retries: 8") +
           "}]}}\n"
           "  payment: {}\n"
           "workload: {people: {rate: 1/s, mix: {buy: 100%}}}\n"
           "policy: {timeout: 100s" +
           when(1, ", preset: polly-default") + when(2, ", retries: 2") +
           "}\n"
           "policyFor:\n"
           "  payment: {timeout: 100s" +
           when(4, ", retries: 4") +
           "}\n"
           "  web->payment: {timeout: 100s" +
           when(6, ", retries: 6") +
           "}\n"
           "strategies:\n"
           "  only: {timeout: 100s" +
           when(3, ", retries: 10") + ", policyFor: {payment: {timeout: 100s" +
           when(5, ", retries: 5") + "}, web->payment: {timeout: 100s" + when(7, ", retries: 7") +
           "}}}\n";
}

int retries_in(const std::string& text, std::vector<std::string> overrides = {}) {
    const auto loaded = good(text, std::move(overrides));
    const auto model = models::build_model(*loaded->scenario, 0);
    return model.policies[model.endpoints[0].steps[0].calls[0].policy].retries;
}

}  // namespace

TEST_CASE("every layer lies above the weaker ones and below the stronger ones") {
    const int expected[] = {0, 3, 2, 10, 4,
                            5, 6, 7, 8};  // built in, Polly's, policy, strategy, ...
    for (std::size_t layers = 0; layers <= 8; ++layers) {
        CAPTURE(layers);
        CHECK(retries_in(layered(layers)) == expected[layers]);
    }
    CHECK(retries_in(layered(8), {"services.web.endpoints.buy.0.retries=9"}) == 9);
    CHECK(retries_in(layered(3), {"strategies.only.retries=9"}) == 9);
    CHECK(retries_in(layered(2), {"policy.retries=9"}) == 9);
    CHECK(retries_in(layered(0), {"policy.retries=9"}) == 9);
}

TEST_CASE("a service: built-in < preset < defaults < its own keys < a strategy's set < --set") {
    const auto slots = [](const std::string& defaults, const std::string& own,
                          const std::string& set, std::vector<std::string> overrides) {
        const auto loaded = good(
            "version: 1\n"
            "defaults: {concurrency: 1" +
                defaults + "}\nservices: {shop: {latency: 1ms" + own +
                "}}\n"
                "workload: {people: {rate: 1/s, mix: {call: 100%}}}\n"
                "strategies: {only: {" +
                set + "}}\n",
            std::move(overrides));
        const auto queue = models::build_model(*loaded->scenario, 0).services[0].queue;
        return queue ? static_cast<int>(*queue) : -1;
    };
    CHECK(slots("", "", "", {}) == -1);
    CHECK(slots(", queue: 2", "", "", {}) == 2);
    CHECK(slots(", queue: 2", ", queue: 3", "", {}) == 3);
    CHECK(slots(", queue: 2", ", queue: 3", "set: {services.shop.queue: 4}", {}) == 4);
    CHECK(slots(", queue: 2", ", queue: 3", "", {"services.shop.queue=5"}) == 5);
    CHECK(slots(", queue: 2", "", "", {"defaults.queue=5"}) == 5);
}

TEST_CASE("lists and scalars replace: nothing of the weaker one is left") {
    const auto policy = policy_when(
        "{retries: 1, retryOn: [timeout, error], retryBudget: {percent: 20%, ttl: 20s}, "
        "perTryTimeout: {percentile: 99%, window: 20s}, bulkhead: {max: 5, maxWait: 1s, queue: 3}}",
        "{retryOn: [reset], retryBudget: 10%, perTryTimeout: 1s, bulkhead: 7}");
    CHECK(policy.retry_on.has(models::RetryCondition::reset));
    CHECK_FALSE(policy.retry_on.has(models::RetryCondition::timeout));
    CHECK_FALSE(policy.retry_on.has(models::RetryCondition::error));
    const auto& budget = std::get<models::WindowedTokensBudget>(*policy.retry_budget);
    CHECK(budget.percent == Approx(0.1));
    CHECK(budget.ttl == sim::whole_seconds(10));
    CHECK(policy.per_try_timeout == sim::whole_seconds(1));
    CHECK_FALSE(policy.per_try_quantile);
    const auto& bulkhead = std::get<models::FixedLimit>(*policy.bulkhead);
    CHECK(bulkhead.max == 7);
    CHECK(bulkhead.waiting.queue == 0);
}

TEST_CASE("another kind of a variant replaces the whole map, the same kind merges into it") {
    const auto other = policy_when("{retries: 1, backoff: {kind: linear, base: 5s, max: 50s}}",
                                   "{backoff: {kind: exponential, factor: 3}}");
    const auto& exponential = std::get<models::ExponentialBackoff>(other.backoff);
    CHECK(exponential.base == sim::milliseconds(100));
    CHECK(exponential.max == sim::whole_seconds(20));
    CHECK(exponential.factor == 3);

    const auto same = policy_when("{retries: 1, backoff: {kind: linear, base: 5s, max: 50s}}",
                                  "{backoff: {kind: linear, base: 6s}}");
    CHECK(std::get<models::LinearBackoff>(same.backoff).base == sim::whole_seconds(6));
    CHECK(std::get<models::LinearBackoff>(same.backoff).max == sim::whole_seconds(50));

    // Below a map without a kind lies whatever kind there is; a name alone is the kind's defaults.
    const auto bare = policy_when("{retries: 1, backoff: {kind: linear, base: 5s, max: 50s}}",
                                  "{backoff: {base: 7s}}");
    CHECK(std::get<models::LinearBackoff>(bare.backoff).max == sim::whole_seconds(50));
    const auto named = policy_when("{retries: 1, backoff: {kind: linear, base: 5s, max: 50s}}",
                                   "{backoff: linear}");
    CHECK(std::get<models::LinearBackoff>(named.backoff).max == models::LinearBackoff{}.max);
    // The default kind is a kind, too, where none is written.
    const auto implied =
        policy_when("{retries: 1, retryBudget: {ttl: 20s}}", "{retryBudget: {kind: concurrent}}");
    CHECK(std::holds_alternative<models::ConcurrentBudget>(*implied.retry_budget));
}

TEST_CASE("`none` takes a weaker layer's rule away") {
    const auto policy = policy_when(
        "{retries: 1, retryBudget: 10%, hedge: 20ms, circuitBreaker: countBased, throttle: sre, "
        "rateLimit: 5/s, bulkhead: 3, outlierDetection: envoy, timeout: 3s, pool: {connections: "
        "2}}",
        "{retryBudget: none, hedge: none, circuitBreaker: none, throttle: none, rateLimit: none, "
        "bulkhead: none, outlierDetection: none, timeout: none, pool: none}");
    CHECK_FALSE(policy.retry_budget);
    CHECK_FALSE(policy.hedge);
    CHECK_FALSE(policy.circuit_breaker);
    CHECK_FALSE(policy.throttle);
    CHECK_FALSE(policy.rate_limit);
    CHECK_FALSE(policy.bulkhead);
    CHECK_FALSE(policy.outlier_detection);
    CHECK_FALSE(policy.pool);
    CHECK(policy.timeout == sim::kForever);
}

// 6. "`retryBudget: 10%` is short for {kind: windowedTokens, percent: 10%, ttl: 10s, minPerSecond:
// 0}, one bucket per (caller instance, callee)"
TEST_CASE("retryBudget: 10% and its long form are one") {
    const auto brief = policy_when("{retries: 1, retryBudget: 10%}");
    const auto full = policy_when(
        "{retries: 1, retryBudget: {kind: windowedTokens, percent: 10%, ttl: 10s, minPerSecond: "
        "0}}");
    for (const auto& policy : {brief, full}) {
        const auto& budget = std::get<models::WindowedTokensBudget>(*policy.retry_budget);
        CHECK(budget.percent == 0.1);
        CHECK(budget.ttl == sim::whole_seconds(10));
        CHECK(budget.min_per_second == 0);
        CHECK(budget.scope == models::RuleScope::client);
        CHECK(budget.deposit == models::WindowedTokensBudget::Deposit::start);
        CHECK(budget.per_call == 0);
    }
}

// "a variant is written `{kind: x, ...}`, or `x` when the rest is default"
TEST_CASE("other short forms of a call's rules") {
    const auto policy = policy_when(
        "{retries: 1, backoff: 50ms, hedge: 20ms, circuitBreaker: timeBased, throttle: 3, "
        "rateLimit: 5/s, bulkhead: 9, loadBalancing: roundRobin, outlierDetection: grpc, "
        "retryAfter: replace, fallback: 50%, retryOn: reset, timeout: 2s}");
    const auto& backoff = std::get<models::ExponentialBackoff>(policy.backoff);
    CHECK(backoff.base == sim::milliseconds(50));
    CHECK(backoff.jitter == models::Jitter::full);
    const auto& hedge = std::get<models::Hedge>(*policy.hedge);
    CHECK(std::get<sim::Duration>(hedge.delay) == sim::milliseconds(20));
    CHECK(hedge.most == 1);
    CHECK(std::holds_alternative<models::TimeBasedBreaker>(*policy.circuit_breaker));
    CHECK(std::get<models::SreThrottle>(*policy.throttle).k == 3);
    CHECK(std::get<models::TokenBucketRate>(*policy.rate_limit).rate_per_s == 5);
    CHECK(std::get<models::FixedLimit>(*policy.bulkhead).max == 9);
    CHECK(std::holds_alternative<models::RoundRobin>(policy.load_balancing));
    CHECK(std::holds_alternative<models::GrpcOutliers>(*policy.outlier_detection));
    CHECK(policy.retry_after->mode == models::RetryAfter::Mode::replace);
    CHECK(std::get<models::StaticFallback>(*policy.fallback).quality == 0.5);
    CHECK(policy.retry_on.has(models::RetryCondition::reset));
    CHECK_FALSE(policy.retry_on.has(models::RetryCondition::timeout));
    CHECK(policy.timeout == sim::whole_seconds(2));
}

// 5. "`errors: 1%` means {share: 1%, as: error}"
TEST_CASE("errors: 1% and its long form are one") {
    for (const std::string errors : {"1%", "{share: 1%, as: error}", "{share: 1%}"}) {
        const auto text =
            replaced(kSmallest, "latency: 10ms,", "latency: 10ms, errors: " + errors + ",");
        const auto model = models::build_model(*good(text)->scenario, 0);
        CAPTURE(errors);
        CHECK(model.endpoints[0].error_share == Approx(0.01));
        CHECK(model.endpoints[0].error_as == models::ErrorReply::error);
    }
}
