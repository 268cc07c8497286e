// Presets in a scenario: what a name means, which layer wins, and what is said about it.
#include "models/scenario/preset_catalog.hpp"

#include <algorithm>

#include "models/scenario/resolved.hpp"
#include "tests/catch.hpp"
#include "tests/unit/scenario/support.hpp"

using namespace scenario_test;
using models::CallPolicy;

namespace {

std::unique_ptr<Loaded> with_policy(const std::string& policy, const std::string& strategies) {
    return load(replaced(replaced(kShop, "policy: {timeout: 2s}", policy),
                         "  none: {retries: 0}\n  naive: {retries: 3, backoff: none}\n",
                         strategies));
}

/// How `web` calls `catalog` for browsing, or `payment` for checking out.
CallPolicy policy_of(const Loaded& loaded, const std::string& callee, std::size_t strategy = 0) {
    INFO(loaded.messages());
    REQUIRE(loaded.scenario);
    const auto model = models::build_model(*loaded.scenario, strategy);
    for (const auto& endpoint : model.endpoints) {
        for (const auto& step : endpoint.steps) {
            for (const auto& call : step.calls) {
                if (model.topology.services[call.callee.value].name != callee) continue;
                return model.policies[call.policy];
            }
        }
    }
    FAIL("nobody calls " << callee);
    return {};
}

const models::ExponentialBackoff& exponential(const CallPolicy& policy) {
    REQUIRE(std::holds_alternative<models::ExponentialBackoff>(policy.backoff));
    return std::get<models::ExponentialBackoff>(policy.backoff);
}

std::vector<std::string> dangers_of(const Loaded& loaded, std::vector<std::size_t> strategies) {
    INFO(loaded.messages());
    REQUIRE(loaded.scenario);
    const auto settings = models::effective_settings(*loaded.scenario, loaded.sources);
    std::vector<std::string> messages;
    for (const auto& one : models::dangerous_presets(*loaded.scenario, settings, strategies)) {
        CHECK(one.range.has_place());
        messages.push_back(one.message);
    }
    return messages;
}

}  // namespace

TEST_CASE("a preset lies below every written key of every layer") {
    const auto loaded = with_policy("policy: {timeout: 2s}",
                                    "  one: {preset: polly-default}\n"
                                    "  two: {preset: boto3, perTryTimeout: 1s}\n");
    const auto one = policy_of(*loaded, "payment");
    CHECK(one.timeout == sim::whole_seconds(2));  // of `policy`, weaker than the strategy
    CHECK(one.retries == 3);
    CHECK(std::get<models::ConstantBackoff>(one.backoff).base == sim::whole_seconds(2));
    const auto two = policy_of(*loaded, "payment", 1);
    CHECK(two.timeout == sim::whole_seconds(2));
    CHECK(two.per_try_timeout == sim::whole_seconds(1));
    CHECK(two.connect_timeout == sim::whole_seconds(60));
}

TEST_CASE("of several presets the strongest layer's counts, alone") {
    const auto loaded = with_policy(
        "policy: {preset: boto3}\n"
        "policyFor:\n"
        "  payment: {preset: resilience4j-default}\n"
        "  web->payment: {retries: 5}\n",
        "  one: {}\n"
        "  two: {preset: go-net-http, policyFor: {payment: {preset: "
        "polly-default}}}\n"
        "  three: {preset: none, policyFor: {web->payment: {preset: "
        "none}}}\n");
    const auto one = policy_of(*loaded, "payment");
    CHECK(one.retries == 5);
    CHECK(std::get<models::ConstantBackoff>(one.backoff).base == sim::milliseconds(500));
    CHECK(one.connect_timeout == sim::kForever);  // nothing is left of boto3
    CHECK(policy_of(*loaded, "catalog").connect_timeout == sim::whole_seconds(60));
    const auto two = policy_of(*loaded, "payment", 1);
    CHECK(std::get<models::ConstantBackoff>(two.backoff).base == sim::whole_seconds(2));
    CHECK(two.retries == 5);
    CHECK(policy_of(*loaded, "catalog", 1).connect_timeout == sim::whole_seconds(30));
    const auto three = policy_of(*loaded, "payment", 2);
    CHECK(three.connect_timeout == sim::kForever);
    CHECK(std::holds_alternative<models::ExponentialBackoff>(three.backoff));
    CHECK(policy_of(*loaded, "catalog", 2).connect_timeout == sim::kForever);
}

TEST_CASE("inside a family a name stands for its map, and keys beside it lie above") {
    const auto loaded = with_policy("policy: {retries: 2, backoff: {base: 7ms}}",
                                    "  plain: {backoff: spring-retry}\n"
                                    "  beside: {backoff: {preset: spring-retry, max: 1s}}\n"
                                    "  above: {backoff: {max: 3s}}\n"
                                    "  budget: {retryBudget: finagle-default}\n");
    const auto plain = exponential(policy_of(*loaded, "payment"));
    CHECK(plain.base == sim::milliseconds(100));
    CHECK(plain.max == sim::whole_seconds(30));
    CHECK(plain.jitter == models::Jitter::none);
    CHECK(exponential(policy_of(*loaded, "payment", 1)).max == sim::whole_seconds(1));
    CHECK(exponential(policy_of(*loaded, "payment", 1)).jitter == models::Jitter::none);
    CHECK(exponential(policy_of(*loaded, "payment", 2)).base == sim::milliseconds(7));
    const auto budget = policy_of(*loaded, "payment", 3).retry_budget;
    REQUIRE(budget);
    CHECK(std::get<models::WindowedTokensBudget>(*budget).percent == Approx(0.2));
    CHECK(std::get<models::WindowedTokensBudget>(*budget).min_per_second == Approx(10));
}

TEST_CASE("a name means a profile, else a retry, else timeouts") {
    for (const auto& preset : models::presets_of("profiles")) {
        CHECK(models::find_policy_preset(preset.name) == &preset);
    }
    for (const auto& preset : models::presets_of("retry")) {
        const auto* found = models::find_policy_preset(preset.name);
        REQUIRE(found != nullptr);
        CHECK(found->family != "timeouts");
    }
    REQUIRE(models::find_policy_preset("boto3") != nullptr);
    CHECK(models::find_policy_preset("boto3")->family == "timeouts");
    CHECK(models::find_policy_preset("spring-retry") == nullptr);
}

TEST_CASE("the customers' own client and a call's own family keys take presets, too") {
    const auto loaded = load(replaced(
        replaced(kShop, "rate: 20/s,", "rate: 20/s, policy: {preset: polly-default},"),
        "browse: [catalog]", "browse: [{call: catalog, retries: 1, backoff: spring-retry}]"));
    REQUIRE(loaded->scenario);
    const auto model = models::build_model(*loaded->scenario, 0);
    CHECK(model.policies[model.groups[0].policy].retries == 3);
    CHECK(model.policies[model.groups[1].policy].retries == 0);
    CHECK(exponential(policy_of(*loaded, "catalog")).max == sim::whole_seconds(30));
}

TEST_CASE("values say which preset they are from, and dangerous ones are noted") {
    const auto loaded = with_policy("policy: {preset: boto3, connectTimeout: 1s}", "  one: {}\n");
    REQUIRE(loaded->scenario);
    const auto settings = models::effective_settings(*loaded->scenario, loaded->sources);
    const auto find = [&](const std::string& path) {
        const auto found = std::find_if(settings.begin(), settings.end(),
                                        [&](const auto& one) { return one.path == path; });
        REQUIRE(found != settings.end());
        return *found;
    };
    const auto per_try = find("strategies.one.perTryTimeout");
    CHECK(per_try.origin == models::SettingOrigin::preset);
    CHECK(per_try.preset == "boto3");
    CHECK(per_try.flag.starts_with("default of boto3 (source BOTO-CFG): "));
    CHECK(find("strategies.one.connectTimeout").preset.empty());
    CHECK(find("policy.perTryTimeout").flag.empty());  // every strategy has its own
    CHECK(loaded->brief().empty());  // it is for whoever names the strategies to note them
    CHECK(dangers_of(*loaded, {0}) ==
          std::vector<std::string>{
              "`timeout: none` and `perTryTimeout: 60s` are a dangerous default of boto3 (source "
              "BOTO-CFG): a try may take a minute, and nothing bounds all tries together"});
}

TEST_CASE("a danger is noted once, with the strategies that have it and are run") {
    const auto loaded = with_policy("policy: {}",
                                    "  one: {preset: boto3}\n"
                                    "  two: {preset: polly-default}\n"
                                    "  three: {preset: boto3, retries: 1}\n"
                                    "  four: {preset: axios}\n");
    const std::string boto =
        "`timeout: none`, `perTryTimeout: 60s` and `connectTimeout: 60s` are a dangerous default "
        "of boto3 (source BOTO-CFG): a try may take a minute, and nothing bounds all tries "
        "together";
    const std::string axios =
        "in strategy `four`: `timeout: none` is a dangerous default of axios (source AXIOS): a "
        "call may wait for ever";
    CHECK(dangers_of(*loaded, {0, 1, 2, 3}) ==
          std::vector<std::string>{"in 2 strategies (one and three): " + boto, axios});
    CHECK(dangers_of(*loaded, {1, 2}) == std::vector<std::string>{"in strategy `three`: " + boto});
    CHECK(dangers_of(*loaded, {1}).empty());
}

TEST_CASE("a danger is met by a written limit, wherever it stands, and by no other key") {
    const auto dangers = [](const std::string& policy, const std::string& one) {
        return dangers_of(*with_policy("policy: {" + policy + "}", "  one: {" + one + "}\n"), {0})
            .size();
    };
    CHECK(dangers("", "preset: boto3") == 1);
    CHECK(dangers("", "preset: boto3, timeout: 2s") == 0);
    CHECK(dangers("timeout: 2s", "preset: boto3") == 0);  // above every preset
    CHECK(dangers("", "preset: boto3, perTryTimeout: 2s") == 0);
    CHECK(dangers("", "preset: boto3, timeout: none") == 1);
    CHECK(dangers("", "preset: boto3, connectTimeout: 2s") == 1);
    const std::string envoy = "outlierDetection: {preset: envoy-default";
    CHECK(dangers("", envoy + "}") == 1);
    CHECK(dangers("", envoy + ", alwaysEjectOneHost: true}") == 0);
    CHECK(dangers("", envoy + ", interval: 5s}") == 1);
}

TEST_CASE("a name that is no preset gets a suggestion among all of its family") {
    CHECK(with_policy("policy: {preset: boto}", "  one: {}\n")->brief() ==
          std::vector<std::string>{"21:18: error: unknown preset `boto`",
                                   "hint: did you mean `boto3`?"});
    CHECK(with_policy("policy: {backoff: aws-ful}", "  one: {}\n")->brief() ==
          std::vector<std::string>{"21:19: error: unknown backoff `aws-ful`",
                                   "hint: did you mean `aws-full`?"});
    CHECK(with_policy("policy: {retryBudget: {preset: aws-full}}", "  one: {}\n")->brief() ==
          std::vector<std::string>{
              "21:32: error: unknown retryBudget preset `aws-full`",
              "hint: it is a preset of backoff: see `firedrill help preset aws-full`"});
    CHECK(with_policy("policy: {preset: {name: boto3}}", "  one: {}\n")->brief() ==
          std::vector<std::string>{
              "21:18: error: expected the name of a preset, found a map",
              "hint: own keys stand beside it: `{preset: envoy-default, timeout: 1s}`"});
}

TEST_CASE("a call's own keys cannot name a preset") {
    const auto loaded =
        load(replaced(kShop, "browse: [catalog]", "browse: [{call: catalog, preset: boto3}]"));
    CHECK(loaded->brief() ==
          std::vector<std::string>{
              "10:32: error: a call cannot have a `preset` of its own",
              "hint: write it under `policyFor`, for `callee` or `caller->callee`"});
}

TEST_CASE("what only the layers together show is said at the strongest written place") {
    CHECK(with_policy("policy: {timeout: 2s, perTryTimeout: 3s}", "  one: {}\n")->brief() ==
          std::vector<std::string>{
              "21:38: error: a `perTryTimeout` of 3s is above the `timeout` of 2s: it never fires",
              "hint: `timeout` is for the whole call, all its tries"});
    CHECK(with_policy("policy: {timeout: 2s}", "  one: {perTryTimeout: 3s}\n")->brief()[0] ==
          "23:24: error: a `perTryTimeout` of 3s is above the `timeout` of 2s: it never fires");
    // A stronger layer may cut it short, a preset's is only out of use, and no limit is none.
    const auto cut =
        with_policy("policy: {timeout: 2s, perTryTimeout: 1s}", "  one: {timeout: 500ms}\n");
    CHECK(policy_of(*cut, "payment").per_try_timeout == sim::milliseconds(500));
    CHECK(with_policy("policy: {preset: httpx, timeout: 2s}", "  one: {perTryTimeout: none}\n")
              ->brief()
              .empty());
    CHECK(with_policy("policy: {preset: httpx, timeout: 2s}", "  one: {}\n")->brief().empty());
    CHECK(with_policy("policy: {timeout: 2s}",
                      "  one: {retries: 1, backoff: {preset: spring-retry, max: 1ms}}\n")
              ->brief()[0] == "23:58: error: the backoff's `max` is below its `base`");
}

TEST_CASE("gRPC hedges or retries: a policy with its throttle that does both is warned of") {
    const std::string throttled = "policy: {retries: 2, retryBudget: {kind: grpcThrottle}}";
    CHECK(with_policy(throttled, "  one: {hedge: 20ms}\n  two: {hedge: 20ms, retries: 0}\n")
              ->brief() ==
          std::vector<std::string>{
              "23:16: warning: gRPC, whose throttle this policy has, either hedges or retries, and "
              "never both",
              "hint: write `retries: 0` or `hedge: none`, or another `retryBudget`"});
    CHECK(with_policy("policy: {retries: 2, retryBudget: 20%, hedge: 20ms}", "  one: {}\n")
              ->brief()
              .empty());
    CHECK(with_policy(throttled, "  one: {}\n")->brief().empty());
}

TEST_CASE("a retry budget that no strategy uses is warned of") {
    const auto unused = with_policy("policy: {timeout: 2s, retryBudget: 10%}", "  one: {}\n");
    CHECK(unused->brief() ==
          std::vector<std::string>{
              "21:36: warning: a `retryBudget` without `retries` pays for nothing",
              "hint: write `retries: 2` beside it"});
    CHECK(with_policy("policy: {timeout: 2s, retryBudget: 10%}", "  one: {}\n  two: {retries: 1}\n")
              ->brief()
              .empty());
    CHECK(with_policy("policy: {timeout: 2s, retryBudget: finagle-default}", "  one: {}\n")
              ->brief()
              .empty());
}

TEST_CASE("hedges must not do a write twice") {
    const std::string write =
        replaced(replaced(kShop, "policy: {timeout: 2s}", "policy: {timeout: 2s, hedge: 20ms}"),
                 "charge: {idempotent: true}", "charge: {kind: write}");
    CHECK(load(write)->brief() ==
          std::vector<std::string>{
              "21:30: error: a hedged call of `payment.charge`, a write that is not idempotent, "
              "would do it twice",
              "hint: write `idempotent: true` at the endpoint if it is, or `hedge: none` under "
              "`policyFor`, for `payment`"});
    CHECK(load(replaced(write, "kind: write", "kind: write, idempotent: true"))->scenario);
    CHECK(load(replaced(write, "charge: {kind: write}", "charge: {kind: read}"))->scenario);
    CHECK(load(replaced(write, "hedge: 20ms}", "hedge: 20ms}\npolicyFor: {payment: {hedge: none}}"))
              ->scenario);
    CHECK(
        load(replaced(write, "hedge: 20ms", "hedge: {delay: 20ms, mode: onCompletion}"))->scenario);
}
