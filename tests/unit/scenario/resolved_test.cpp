// The effective scenario: who decided what, and that reading it again changes nothing.
#include "models/scenario/resolved.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "models/policy/call_policy.hpp"
#include "models/policy/policy_families.hpp"
#include "models/scenario/preset_catalog.hpp"
#include "sim/yaml/parameters.hpp"
#include "sim/yaml/write_yaml.hpp"
#include "tests/catch.hpp"
#include "tests/unit/scenario/support.hpp"

using namespace scenario_test;
using models::SettingOrigin;

namespace {

void check_round_trip(const std::string& text) {
    const auto first = load(text);
    INFO(first->messages());
    REQUIRE(first->scenario);
    const auto resolved = models::write_resolved(*first->scenario);
    const auto second = load(resolved);
    INFO(resolved << second->messages());
    REQUIRE(second->scenario);
    // A preset's budget without retries is nobody's mistake; written out it looks like one.
    const bool has_presets = text.find("preset:") != std::string::npos;
    if (!has_presets) {
        CHECK(second->diagnostics.warning_count() == first->diagnostics.warning_count());
    }
    CHECK(models::write_resolved(*second->scenario) == resolved);
    REQUIRE(first->scenario->strategies.size() == second->scenario->strategies.size());
    for (std::size_t i = 0; i < first->scenario->strategies.size(); ++i) {
        CHECK(dump(models::build_model(*first->scenario, i)) ==
              dump(models::build_model(*second->scenario, i)));
    }
    CHECK(first->scenario->slos.size() == second->scenario->slos.size());
    CHECK(first->scenario->baseline == second->scenario->baseline);
}

}  // namespace

TEST_CASE("the resolved scenario reads back as the same models") {
    for (const char* file :
         {"webshop", "mm1", "mm8", "mm8-retry", "online-boutique", "social-network", "tournament",
          "policies/cache", "policies/outlier", "policies/queue", "policies/timeout"}) {
        INFO(file);
        check_round_trip(read_repository_file(std::string("scenarios/") + file + ".yaml"));
    }
    check_round_trip(replaced(kShop, "{retries: 3, backoff: none}",
                              "{retries: 3, set: {services.payment.queue: 5}}"));
    check_round_trip(replaced(kShop, "version: 1",
                              "version: 1\nname: \"a: name # with \\\"signs\\\"\"\n"
                              "question: '~maybe?'"));
}

TEST_CASE("a resolved scenario with presets reads back as the same models") {
    const std::string strategies = "  none: {retries: 0}\n  naive: {retries: 3, backoff: none}\n";
    const auto with = [&](const std::string& policy, const std::string& others) {
        check_round_trip(replaced(replaced(kShop, "policy: {timeout: 2s}", policy), strategies,
                                  "  none: {retries: 0}\n" + others));
    };
    with("policy: {preset: boto3, timeout: 2s}", "");
    with("policy: {timeout: 2s}",
         "  a: {preset: resilience4j-default}\n  b: {preset: polly-default, backoff: {base: 1s}}\n"
         "  c: {backoff: {preset: aws-equal, max: 3s}, retries: 1}\n");
    with("policy: {preset: boto3}\npolicyFor: {payment: {retries: 4, backoff: {base: 2s}}}",
         "  a: {preset: polly-default, policyFor: {web->payment: {timeout: 3s}}}\n"
         "  b: {backoff: spring-retry, set: {services.payment.queue: 5}}\n");
    with("policy: {preset: boto3}\npolicyFor: {payment: {preset: polly-default, retries: 4}}",
         "  a: {backoff: aws-full, policyFor: {web->payment: {preset: go-net-http}}}\n"
         "  b: {set: {policyFor.payment.retries: 5, policy.preset: go-net-http}}\n");
    check_round_trip(replaced(kShop, "rate: 20/s,",
                              "rate: 20/s, policy: {preset: polly-default, timeout: 1s},"));
    check_round_trip(replaced(replaced(kShop, "rate: 20/s,", "rate: 20/s, policy: strategy,"),
                              strategies,
                              "  a: {retries: 1}\n"
                              "  b: {policyFor: {shoppers->web: {preset: polly-default}}}\n"));
}

TEST_CASE("every setting names who decided it") {
    const auto loaded =
        load(replaced(kShop, "latency: 10ms", "latency: ~10ms"), {"services.payment.queue=20"});
    REQUIRE(loaded->scenario);
    const auto settings = models::effective_settings(*loaded->scenario, loaded->sources);
    const auto find = [&](const std::string& path) {
        const auto found = std::find_if(settings.begin(), settings.end(),
                                        [&](const auto& one) { return one.path == path; });
        REQUIRE(found != settings.end());
        return *found;
    };
    const auto queue = find("services.payment.queue");
    CHECK(queue.value == "20");
    CHECK(queue.origin == SettingOrigin::override_option);
    CHECK(queue.flag.empty());
    const auto unlimited = find("services.web.queue");
    CHECK(unlimited.value == "unlimited");
    CHECK(unlimited.origin == SettingOrigin::built_in);
    CHECK(unlimited.flag == "a queue without bound hides overload until it is too late");
    CHECK(find("services.web.latency").value == "~10ms");
    CHECK(find("services.web.latency").origin == SettingOrigin::file);
    CHECK(find("services.web.regions").value == "[eu]");
    CHECK(find("policy.timeout").flag.empty());
    CHECK(find("policy.perTryTimeout").flag == "a try may wait for ever");
    CHECK(find("policy.retryOn").value == "[timeout, connect-failure, reset, 503]");
    CHECK(find("policy.retryOn").origin == SettingOrigin::built_in);
    CHECK(find("strategies.naive.retries").origin == SettingOrigin::strategy);
    CHECK(find("workload.shoppers.entry").value == "web");
    CHECK(find("workload.shoppers.patience").flag ==
          "customers are taken to leave after that, without retrying");
    CHECK(find("experiment.baseline").value == "none");
    CHECK(to_string(SettingOrigin::override_option) == "--set");
}

TEST_CASE("a default is flagged only where it can matter") {
    const auto flagged = [](const std::string& text, const std::string& path) {
        const auto loaded = load(text);
        INFO(loaded->messages());
        REQUIRE(loaded->scenario);
        for (const auto& one : models::effective_settings(*loaded->scenario, loaded->sources)) {
            if (one.path == path) return !one.flag.empty();
        }
        FAIL("no setting " << path);
        return false;
    };
    CHECK(flagged(kShop, "services.web.restart"));
    CHECK_FALSE(flagged(replaced(kShop, "effect: down", "slow: 5x"), "services.web.restart"));
    CHECK(flagged(kShop, "services.web.queue"));
    CHECK_FALSE(flagged(replaced(kShop, "  web:\n", "  web:\n    concurrency: unlimited\n"),
                        "services.web.queue"));
}

TEST_CASE("the flags of SEMANTICS are there, and only for defaults") {
    const auto loaded = load(kShop);
    REQUIRE(loaded->scenario);
    std::vector<std::string> flagged;
    for (const auto& one : models::effective_settings(*loaded->scenario, loaded->sources)) {
        if (!one.flag.empty() && one.path.find("catalog") == std::string::npos &&
            one.path.find("payment") == std::string::npos) {
            flagged.push_back(one.path);
        }
    }
    CHECK(flagged == std::vector<std::string>{"services.web.queue", "services.web.healthCheck",
                                              "services.web.restart", "workload.shoppers.patience",
                                              "workload.bots.patience", "policy.perTryTimeout",
                                              "policy.connectTimeout",
                                              "policy.loadBalancing.kind"});
}

TEST_CASE("every key of call settings is an effective setting, and all that is inside a rule") {
    const auto loaded = load(replaced(kShop, "{retries: 3, backoff: none}",
                                      "{retries: 3, hedge: 50ms, circuitBreaker: {kind: polly}}"));
    REQUIRE(loaded->scenario);
    std::set<std::string> paths;
    for (const auto& one : models::effective_settings(*loaded->scenario, loaded->sources)) {
        paths.insert(one.path);
    }
    for (const auto& doc : sim::list_parameters<models::CallPolicy>()) {
        INFO(doc.key);
        CHECK(
            (paths.contains("policy." + doc.key) || paths.contains("policy." + doc.key + ".kind")));
    }
    for (const auto& family : {std::pair("hedge", "hedge"), std::pair("circuitBreaker", "polly")}) {
        for (const auto& kind : models::find_policy_family(family.first)->kinds()) {
            if (kind.name != family.second) continue;
            for (const auto& doc : kind.parameters) {
                INFO(family.first << "." << doc.key);
                CHECK(paths.contains(std::string("strategies.naive.") + family.first + "." +
                                     doc.key));
            }
        }
    }
}

TEST_CASE("a layer says nothing of what a layer below it decides") {
    const auto loaded = load(replaced(
        replaced(kShop, "policy: {timeout: 2s}",
                 "policy: {timeout: 2s, backoff: {kind: linear, base: 5ms}}\n"
                 "policyFor: {payment: {backoff: {max: 1s}}, catalog: {backoff: {kind: envoy}}}"),
        "{retries: 3, backoff: none}", "{retries: 3, backoff: {kind: linear, max: 2s}}"));
    INFO(loaded->messages());
    REQUIRE(loaded->scenario);
    const auto text = [&](const char* path) {
        return sim::write_flow(*models::find_path(loaded->scenario->resolved, path));
    };
    CHECK(text("strategies.naive.backoff") == "{kind: linear, max: 2s}");
    CHECK(text("policyFor.payment.backoff") == "{max: 1s}");
    CHECK(text("policyFor.catalog.backoff") == "{kind: envoy, base: 25ms, max: none}");
}

TEST_CASE("settings for what only a fallback calls have an effect") {
    const std::string with_fallback =
        replaced(kShop, "policy: {timeout: 2s}",
                 "policy: {timeout: 2s}\n"
                 "policyFor: {catalog: {fallback: {kind: call, call: payment.refund}},\n"
                 "            web->payment: {retries: 1}, payment->catalog: {retries: 1}}");
    const auto loaded = load(replaced(with_fallback, "[[catalog, payment.charge]]", "[catalog]"));
    INFO(loaded->messages());
    REQUIRE(loaded->scenario);
    CHECK(loaded->brief() ==
          std::vector<std::string>{"23:41: warning: this changes nothing: `payment` never calls "
                                   "`catalog`"});
}
