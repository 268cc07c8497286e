// Reading: what ends up in the Scenario, and who wins when settings are laid over each other.
#include "models/scenario/load.hpp"

#include <string>
#include <variant>

#include "tests/catch.hpp"
#include "tests/unit/scenario/support.hpp"

using namespace scenario_test;
using models::SystemModel;

namespace {

/// The policy of the call from one service's endpoint to another service.
const models::CallPolicy& policy_of(const SystemModel& model, const std::string& caller,
                                    const std::string& callee) {
    for (const auto& endpoint : model.endpoints) {
        if (model.topology[endpoint.service].name != caller) continue;
        for (const auto& step : endpoint.steps) {
            for (const auto& call : step.calls) {
                if (model.topology[call.callee].name == callee) return model.policies[call.policy];
            }
        }
    }
    throw std::logic_error("no such call");
}

std::unique_ptr<Loaded> good(const std::string& text, std::vector<std::string> overrides = {}) {
    auto loaded = load(text, std::move(overrides));
    INFO(loaded->messages());
    REQUIRE(loaded->scenario);
    return loaded;
}

}  // namespace

TEST_CASE("the smallest scenario has every default") {
    const auto loaded = good(R"(version: 1
services: {queue: {concurrency: 1, latency: 10ms}}
workload: {customers: {rate: 80/s, mix: {call: 100%}}}
)");
    const auto& scenario = *loaded->scenario;
    CHECK(scenario.name == "shop");
    CHECK(scenario.strategies.size() == 1);
    CHECK(scenario.strategies[0].name.text == "baseline");
    CHECK(scenario.experiment.duration == sim::whole_seconds(300));
    CHECK(scenario.experiment.replications == 10);
    const auto model = models::build_model(scenario, 0);
    REQUIRE(model.topology.instances.size() == 1);
    CHECK(model.topology.instances[0].name == "queue/local-1/0");
    CHECK_FALSE(model.services[0].queue);
    CHECK_FALSE(model.services[0].health_check);
    CHECK(model.services[0].restart == sim::whole_seconds(30));
    CHECK(model.services[0].holds == models::Holds::while_calling);
    CHECK(model.topology.delays[0].mean_seconds() == 0);
    const auto& group = model.groups[0];
    CHECK(group.patience == sim::whole_seconds(10));
    CHECK(model.policies[group.policy].retries == 0);
    CHECK(model.policies[group.policy].timeout == sim::kForever);
    CHECK(model.endpoints[0].name == "call");
    CHECK_FALSE(model.endpoints[0].write);
}

TEST_CASE("settings lie over each other from policy to the call's own keys") {
    std::string text = replaced(kShop, "policy: {timeout: 2s}",
                                "policy: {timeout: 2s, perTryTimeout: 500ms, retries: 1}\n"
                                "policyFor:\n"
                                "  payment: {retries: 5}\n"
                                "  web->payment: {perTryTimeout: 300ms}");
    text = replaced(text, "payment.charge]", "{call: payment.charge, timeout: 9s}]");
    const auto loaded = good(text);
    const auto model = models::build_model(*loaded->scenario, 1);  // naive
    const auto& to_catalog = policy_of(model, "web", "catalog");
    CHECK(to_catalog.retries == 3);  // the strategy beats policy
    CHECK(to_catalog.timeout == sim::whole_seconds(2));
    const auto& to_payment = policy_of(model, "web", "payment");
    CHECK(to_payment.retries == 5);  // policyFor beats the strategy
    CHECK(to_payment.per_try_timeout == sim::milliseconds(300));
    CHECK(to_payment.timeout == sim::whole_seconds(9));
    CHECK(std::holds_alternative<models::NoBackoff>(to_payment.backoff));
}

TEST_CASE("a strategy's policyFor lies above the file's") {
    std::string text = replaced(kShop, "policy: {timeout: 2s}",
                                "policy: {timeout: 2s}\npolicyFor: {payment: {retries: 5}}");
    text = replaced(text, "{retries: 3, backoff: none}",
                    "{retries: 3, policyFor: {payment: {retries: 7, timeout: 4s}}}");
    const auto loaded = good(text);
    const auto none = models::build_model(*loaded->scenario, 0);
    const auto naive = models::build_model(*loaded->scenario, 1);
    CHECK(policy_of(none, "web", "payment").retries == 5);
    CHECK(policy_of(naive, "web", "payment").retries == 7);
    CHECK(policy_of(naive, "web", "payment").timeout == sim::whole_seconds(4));
}

TEST_CASE("maps merge key by key and another kind replaces the whole") {
    std::string text =
        replaced(kShop, "policy: {timeout: 2s}",
                 "policy: {timeout: 2s, backoff: {base: 50ms, jitter: equal}, retryBudget: 20%}");
    text = replaced(text, "backoff: none", "backoff: {max: 1s}, retryBudget: {ttl: 20s}");
    text = replaced(text, "none: {retries: 0}", "none: {retries: 1, backoff: {kind: constant}}");
    const auto loaded = good(text);
    const auto constant = models::build_model(*loaded->scenario, 0);
    const auto merged = models::build_model(*loaded->scenario, 1);
    const auto& first = policy_of(constant, "web", "catalog");
    CHECK(std::get<models::ConstantBackoff>(first.backoff).jitter == models::Jitter::none);
    const auto& second = policy_of(merged, "web", "catalog");
    const auto& backoff = std::get<models::ExponentialBackoff>(second.backoff);
    CHECK(backoff.base == sim::milliseconds(50));
    CHECK(backoff.max == sim::whole_seconds(1));
    CHECK(backoff.jitter == models::Jitter::equal);
    const auto& budget = std::get<models::WindowedTokensBudget>(*second.retry_budget);
    CHECK(budget.percent == Approx(0.2));
    CHECK(budget.ttl == sim::whole_seconds(20));
}

TEST_CASE("customers have a client of their own") {
    const std::string own =
        replaced(kShop, "rate: 20/s,", "rate: 20/s, policy: {retries: 2, perTryTimeout: 50ms},");
    const auto with_own = good(own);
    const auto first = models::build_model(*with_own->scenario, 1);
    CHECK(first.policies[first.groups[0].policy].retries == 2);
    CHECK(first.policies[first.groups[0].policy].timeout == sim::kForever);  // not policy's 2s
    CHECK(first.policies[first.groups[1].policy].retries == 0);

    const auto following = good(replaced(kShop, "rate: 20/s,", "rate: 20/s, policy: strategy,"));
    const auto none = models::build_model(*following->scenario, 0);
    const auto naive = models::build_model(*following->scenario, 1);
    CHECK(none.policies[none.groups[0].policy].retries == 0);
    CHECK(naive.policies[naive.groups[0].policy].retries == 3);
    CHECK(naive.policies[naive.groups[0].policy].timeout == sim::whole_seconds(2));
}

TEST_CASE("a service's own keys lie over the defaults, placements replace each other") {
    std::string text = replaced(kShop, "regions: [eu]}",
                                "regions: [eu], replicas: 3, healthCheck: {interval: 4s}}");
    text = replaced(text, "catalog: {regions: [eu, us]}",
                    "catalog: {placement: {us-1: 2}, healthCheck: {failAfter: 5}}");
    const auto loaded = good(text);
    const auto& services = loaded->scenario->systems[0].services;
    CHECK(services[0].placement.size() == 2);
    CHECK(services[0].placement[0].replicas == 2);  // 3 over two zones
    CHECK(services[0].placement[1].replicas == 1);
    REQUIRE(services[1].placement.size() == 1);
    CHECK(services[1].placement[0].zone.text == "us-1");
    CHECK(services[1].health_check->interval == sim::whole_seconds(4));
    CHECK(services[1].health_check->fail_after == 5);
    CHECK(services[2].placement[0].replicas == 2);  // replicasPerZone
}

TEST_CASE("included files lie under the file, the later over the earlier") {
    const Files files = {
        {"shop.yaml", "include: [parts/a.yaml, parts/b.yaml]\n" +
                          replaced(kShop, "version: 1\n", "") + "version: 1\n"},
        {"parts/a.yaml", "policy: {timeout: 7s, retries: 1, perTryTimeout: 100ms}\n"},
        {"parts/b.yaml", "include: c.yaml\npolicy: {retries: 2}\n"},
        {"parts/c.yaml", "x-note: ignored\npolicy: {loadBalancing: random}\n"}};
    const auto loaded = load_files(files);
    INFO(loaded->messages());
    REQUIRE(loaded->scenario);
    const auto text = loaded->scenario->systems[0].policy;
    CHECK(text.find("timeout")->text == "2s");
    CHECK(text.find("retries")->text == "2");
    CHECK(text.find("perTryTimeout")->text == "100ms");
    CHECK(text.find("loadBalancing")->text == "random");
}

TEST_CASE("an error in an included file is shown there") {
    const Files files = {{"shop.yaml", "include: parts/a.yaml\n" + kShop},
                         {"parts/a.yaml", "policyFor:\n  payment: {timeout: 7}\n"}};
    const auto loaded = load_files(files);
    CHECK_FALSE(loaded->scenario);
    CHECK(loaded->messages() ==
          "parts/a.yaml:2:22: error: a duration needs a unit: `7`\n"
          "    2 |   payment: {timeout: 7}\n"
          "      |                      ^\n"
          "   hint: write `7ms` or `7s`\n");
}

TEST_CASE("guesses are listed with their paths, ignored sections are named") {
    std::string text =
        replaced(kShop, "replicasPerZone: 2", "replicasPerZone: ~2\n    errors: ~1%");
    text += "predictions: [{who: me, says: naive is fine, sure: 60%}]\nx-notes: ~5\n";
    const auto loaded = good(text);
    REQUIRE(loaded->scenario->guesses.size() == 2);
    CHECK(loaded->scenario->guesses[0].path == "services.payment.replicasPerZone");
    CHECK(loaded->scenario->guesses[0].text == "2");
    CHECK(loaded->scenario->guesses[1].path == "services.payment.errors");
    CHECK(loaded->brief() ==
          std::vector<std::string>{"31:1: note: `predictions` is ignored in this version"});
}

TEST_CASE("what nobody uses is a warning") {
    std::string text = replaced(kShop, "  payment:\n", "  spare: {}\n  payment:\n");
    text = replaced(text, "policy: {timeout: 2s}",
                    "policy: {timeout: 2s}\npolicyFor: {web: {retries: 1}, payment->catalog: {}}");
    const auto loaded = good(text);
    CHECK(loaded->brief() ==
          std::vector<std::string>{
              "13:3: warning: nothing calls service `spare`",
              "hint: call it from an endpoint, or remove it",
              "23:13: warning: this changes nothing: customers have a client of their own",
              "hint: write `policy: strategy` in their group to make them follow it",
              "23:32: warning: this changes nothing: `payment` never calls `catalog`"});
}

TEST_CASE("a short run after a fault is a warning, when an objective looks at that time") {
    const auto text = replaced(kShop, "at: 1m, for: 1m", "at: 1m, for: 3m");
    CHECK(good(text)->brief().empty());  // only the whole run is judged
    for (const std::string after :
         {"back: recovery <= 30s", "later: checkout.success >= 99% after outage"}) {
        const auto judged = good(replaced(text, "slos:\n", "slos:\n  " + after + "\n"));
        REQUIRE_FALSE(judged->brief().empty());
        CHECK(judged->brief()[0] == "26:3: warning: only 1m follow the end of fault `outage`");
    }
    const auto loaded = good(replaced(text, "slos:\n", "slos:\n  back: recovery <= 30s\n"));
    CHECK(loaded->brief() ==
          std::vector<std::string>{"26:3: warning: only 1m follow the end of fault `outage`",
                                   "hint: whether the system recovers needs at least 2m after it: "
                                   "raise `experiment.duration`"});
}

TEST_CASE("standard input has a name of its own") {
    sim::SourceMap sources;
    sim::Diagnostics diagnostics;
    models::LoadRequest request;
    request.path = "-";
    std::string asked;
    request.loader = [&](const std::string& path, std::size_t) {
        asked = path;
        return sim::FileContent{kShop, {}};
    };
    const auto scenario = models::load_scenario(request, sources, diagnostics);
    REQUIRE(scenario);
    CHECK(asked == "/dev/stdin");
    CHECK(scenario->file == "<stdin>");
    CHECK(scenario->name == "scenario");
}

TEST_CASE("the sum names the bytes of the file") {
    CHECK(good(kShop)->scenario->sha256 != good(kShop + "# more\n")->scenario->sha256);
    CHECK(good(kShop)->scenario->sha256.size() == 64);
    CHECK(good(kShop, {"policy.timeout=1s"})->scenario->sha256 == good(kShop)->scenario->sha256);
}
