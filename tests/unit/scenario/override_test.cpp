// `--set path=value` and a strategy's `set:`.
#include "models/scenario/override.hpp"

#include "models/scenario/preset_catalog.hpp"
#include "sim/yaml/write_yaml.hpp"
#include "tests/catch.hpp"
#include "tests/unit/scenario/support.hpp"

using namespace scenario_test;

namespace {

std::string messages_of(const std::string& argument) {
    const auto loaded = load(kShop, {argument});
    CHECK_FALSE(loaded->scenario);
    return loaded->messages();
}

}  // namespace

TEST_CASE("--set reaches any path") {
    const auto loaded =
        load(kShop, {"services.payment.queue=20", "policy.retries=2",
                     "services.web.endpoints.browse.0=catalog (optional)",
                     "defaults.healthCheck={interval: 1s}", "experiment.seed=9",
                     "strategies.naive.backoff={base: ~20ms}", "policyFor.web->payment.timeout=3s",
                     "faults.second={at: 2m, for: 1s, service: catalog, slow: 2x}"});
    INFO(loaded->messages());
    REQUIRE(loaded->scenario);
    const auto& scenario = *loaded->scenario;
    const auto& system = scenario.systems[0];
    CHECK(system.services[2].queue == 20U);
    CHECK(system.services[0].endpoints[0].steps[0][0].optional);
    CHECK(system.services[1].health_check->interval == sim::whole_seconds(1));
    CHECK(scenario.experiment.seed == 9);
    CHECK(scenario.faults.size() == 2);
    REQUIRE(scenario.guesses.size() == 1);
    CHECK(scenario.guesses[0].path == "strategies.naive.backoff.base");
    const auto model = models::build_model(scenario, 0);
    CHECK(model.policies[model.endpoints[1].steps[0].calls[1].policy].timeout ==
          sim::whole_seconds(3));
}

TEST_CASE("names with dots are found by the longest key") {
    const std::string text = replaced(kShop, "  payment:\n", "  pay.v2: {}\n  payment:\n");
    const auto loaded = load(text, {"services.pay.v2.queue=7"});
    REQUIRE(loaded->scenario);
    CHECK(loaded->scenario->systems[0].services[2].queue == 7U);
}

TEST_CASE("mistakes of --set are shown in the argument") {
    CHECK(messages_of("services.payment.queue=many") ==
          "--set:1:24: error: expected a whole number, found `many`\n"
          "    1 | services.payment.queue=many\n"
          "      |                        ^^^^\n"
          "   hint: counts look like `100`\n");
    CHECK(messages_of("services.paymnt.queue=5") ==
          "--set:1:1: error: unknown service `paymnt`\n"
          "    1 | services.paymnt.queue=5\n"
          "      | ^^^^^^^^^^^^^^^^^^^^^\n"
          "   hint: did you mean `payment`?\n");
    CHECK(messages_of("services.payment.queu=5") ==
          "--set:1:1: error: unknown key `queu` in service `payment`\n"
          "    1 | services.payment.queu=5\n"
          "      | ^^^^^^^^^^^^^^^^^^^^^\n"
          "   hint: did you mean `queue`?\n");
    CHECK(messages_of("policy.timeout.max=5s") ==
          "--set:1:1: error: `policy.timeout` is a single value: there is no `max` in it\n"
          "    1 | policy.timeout.max=5s\n"
          "      | ^^^^^^^^^^^^^^^^^^\n"
          "   hint: set `policy.timeout` as a whole\n");
    CHECK(messages_of("services.web.endpoints.browse.3=catalog") ==
          "--set:1:1: error: `services.web.endpoints.browse` has no item `3`\n"
          "    1 | services.web.endpoints.browse.3=catalog\n"
          "      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n"
          "   hint: items are numbered from 0 to 0\n");
    CHECK(messages_of("policy.retries") ==
          "--set:1:1: error: expected `path=value`, found `policy.retries`\n"
          "    1 | policy.retries\n"
          "      | ^^^^^^^^^^^^^^\n"
          "   hint: write `--set services.payment.queue=50`\n");
    CHECK(messages_of("policy.retries=") ==
          "--set:1:1: error: there is no value after `=`\n"
          "    1 | policy.retries=\n"
          "      | ^^^^^^^^^^^^^^\n"
          "   hint: write `--set services.payment.queue=50`\n");
    CHECK(messages_of("policy..retries=1") ==
          "--set:1:1: error: the path has an empty part\n"
          "    1 | policy..retries=1\n"
          "      | ^^^^^^^^^^^^^^^\n"
          "   hint: write names with single dots between them\n");
}

TEST_CASE("a strategy's set changes its own system only") {
    const std::string text =
        replaced(kShop, "{retries: 3, backoff: none}",
                 "{retries: 3, set: {services.payment.queue: 5, workload.shoppers.rate: 40/s}}");
    const auto loaded = load(text);
    INFO(loaded->messages());
    REQUIRE(loaded->scenario);
    const auto none = models::build_model(*loaded->scenario, 0);
    const auto naive = models::build_model(*loaded->scenario, 1);
    CHECK_FALSE(none.services[2].queue);
    CHECK(naive.services[2].queue == 5U);
    CHECK(none.groups[0].rate_per_s == 20.0);
    CHECK(naive.groups[0].rate_per_s == 40.0);
    CHECK(naive.edges.size() == none.edges.size());
}

TEST_CASE("--set goes into what is written short") {
    const auto policy_with = [](const std::string& policy, const std::string& argument) {
        const auto loaded = load(replaced(kShop, "policy: {timeout: 2s}", policy), {argument});
        INFO(loaded->messages());
        REQUIRE(loaded->scenario);
        return sim::write_flow(*loaded->scenario->resolved.find("policy"));
    };
    const auto has = [](const std::string& text, const std::string& part) {
        INFO(text);
        CHECK(text.find(part) != std::string::npos);
    };
    has(policy_with("policy: {backoff: envoy}", "policy.backoff.max=1s"),
        "backoff: {kind: envoy, base: 25ms, max: 1s}");
    has(policy_with("policy: {backoff: linear}", "policy.backoff.base=7ms"),
        "backoff: {kind: linear, base: 7ms");
    has(policy_with("policy: {retries: 1, retryBudget: 20%}", "policy.retryBudget.ttl=3s"),
        "retryBudget: {percent: 20%, ttl: 3s, kind: windowedTokens");
    has(policy_with("policy: {retryAfter: clampMax}", "policy.retryAfter.max=7s"),
        "retryAfter: {mode: clampMax, max: 7s");
    has(policy_with("policy: {pool: none}", "policy.pool.connections=7"), "pool: {connections: 7");
    has(policy_with("policy: {timeout: 2s}", "policy.preset=aws-sdk-standard"), "timeout: none");
}

TEST_CASE("--set goes into a strategy's preset, a call and an endpoint written short") {
    const auto loaded =
        load(replaced(kShop, "{retries: 3, backoff: none}",
                      "{retries: 3, circuitBreaker: resilience4j-default}"),
             {"strategies.naive.circuitBreaker.slidingWindowSize=20",
              "services.web.endpoints.checkout.calls.0.0.timeout=300ms",
              "services.payment.endpoints.refund.latency=5ms", "services.catalog.rateLimit=none",
              "services.catalog.rateLimit.rate=50/s"});
    INFO(loaded->messages());
    REQUIRE(loaded->scenario);
    const auto& scenario = *loaded->scenario;
    const auto* breaker = models::find_path(scenario.resolved, "strategies.naive.circuitBreaker");
    REQUIRE(breaker != nullptr);
    CHECK(breaker->find("slidingWindowSize")->text == "20");
    CHECK(breaker->find("minimumNumberOfCalls")->text == "100");
    CHECK(scenario.systems[0].services[0].endpoints[1].steps[0][0].policy.find("timeout"));
    CHECK(scenario.systems[0].services[1].server.rate_limit);
}

TEST_CASE("--set into a value that is short for nothing is refused") {
    CHECK(messages_of("policy.timeout.max=1s").find("`policy.timeout` is a single value") !=
          std::string::npos);
    CHECK(messages_of("policy.preset=enovy-default").find("did you mean `envoy-default`?") !=
          std::string::npos);
}
