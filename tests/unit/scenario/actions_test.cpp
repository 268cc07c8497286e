// What operators do, as a file writes it.
#include <string>

#include "tests/catch.hpp"
#include "tests/unit/scenario/support.hpp"

using namespace scenario_test;
using sim::whole_seconds;

namespace {

std::string text_of(const std::string& actions, const std::string& strategies = "") {
    return "version: 1\nregions: {eu: {zones: [eu-1, eu-2]}}\n"
           "services:\n"
           "  web: {concurrency: 8, latency: 10ms, endpoints: {page: [stock, {call: ads, optional: "
           "true}], cart: [stock]}}\n"
           "  stock: {concurrency: 8, latency: 10ms}\n"
           "  ads: {concurrency: 8, latency: 10ms}\n"
           "workload:\n"
           "  shoppers: {rate: 100/s, mix: {page: 60%, cart: 40%}}\n"
           "  robots: {rate: 10/s, mix: {page: 100%}}\n"
           "policy: {retries: 1}\n" +
           strategies + "actions:\n" + actions + "\n";
}

models::SystemModel model_of(const std::string& actions, const std::string& strategies = "",
                             std::size_t strategy = 0) {
    const auto loaded = load(text_of(actions, strategies));
    INFO(loaded->messages());
    REQUIRE(loaded->scenario);
    return models::build_model(*loaded->scenario, strategy);
}

/// The policy of the first call of an endpoint while action 0 is active.
const models::CallPolicy& policy_meanwhile(const models::SystemModel& model, std::size_t endpoint,
                                           std::size_t call) {
    const auto site = model.endpoints[endpoint].steps[call].calls[0].site;
    return model.policies[model.sites[model.actions[0].target.sites[site]].policy];
}

}  // namespace

TEST_CASE("an action has a trigger, an end, and one thing that it does") {
    const auto model = model_of(
        "  drop: {when: {condition: 'shoppers/page.p99 > 800ms', over: 20s, for: 30s}, after: 2m, "
        "shed: {share: 60%, group: shoppers}, for: 1m, until: 'cart.success >= 99%', repeat: "
        "true}");
    const auto& action = model.actions.at(0);
    REQUIRE(action.when);
    CHECK(action.when->metric == models::LiveMetric::p99);
    CHECK(action.when->op == models::LiveOp::above);
    CHECK(action.when->limit == Approx(0.8));
    CHECK(action.when->over == whole_seconds(20));
    CHECK(action.when->holds == whole_seconds(30));
    CHECK(action.when->flows == std::vector<std::uint32_t>{0});
    CHECK(action.after == whole_seconds(120));
    CHECK(action.duration == whole_seconds(60));
    REQUIRE(action.until);
    CHECK(action.until->over == whole_seconds(10));
    CHECK(action.until->flows == std::vector<std::uint32_t>{1});
    CHECK(action.repeats);
    CHECK(std::get<models::ShedAction>(action.kind).share == 0.6);
    CHECK(action.target.flows == std::vector<std::uint8_t>{1, 1, 0});
}

TEST_CASE("short forms of actions: the main parameter alone") {
    const auto model = model_of(
        "  a: {at: 1m, shed: 50%}\n  b: {at: 2m, evacuate: eu-2}\n  c: {at: 1m, restart: stock}\n"
        "  d: {at: 1m, scaleOut: {service: stock, add: 3}}\n"
        "  e: {at: 1m, stopCalls: {to: ads}}");
    CHECK(model.actions[0].target.flows == std::vector<std::uint8_t>{1, 1, 1});
    CHECK(model.actions[0].duration == sim::kForever);
    CHECK(model.actions[1].target.zone == models::ZoneId{1});
    // Spare replicas of what may be scaled out, three in each zone, are restarted, too, if they
    // run.
    CHECK(model.actions[2].target.instances.size() == 2 * (1 + 3));
    CHECK(model.services[1].grows_by_hand);
    CHECK_FALSE(model.services[0].grows_by_hand);
    CHECK(model.actions[4].target.edges[model.endpoints[0].steps[1].calls[0].edge] == 1);
    CHECK(model.actions[4].target.edges[model.endpoints[0].steps[0].calls[0].edge] == 0);
}

TEST_CASE("a switch of strategies changes the policies of the calls that it names") {
    const std::string strategies =
        "strategies: {naive: {}, calm: {retries: 0, policyFor: {ads: {retries: 5}}}}\n";
    const auto all = model_of("  calm: {at: 1m, switchStrategy: calm}", strategies);
    CHECK(policy_meanwhile(all, 0, 0).retries == 0);
    CHECK(policy_meanwhile(all, 0, 1).retries == 5);
    CHECK(policy_meanwhile(all, 1, 0).retries == 0);
    const auto some =
        model_of("  calm: {at: 1m, switchStrategy: {strategy: calm, to: ads}}", strategies);
    CHECK(policy_meanwhile(some, 0, 0).retries == 1);
    CHECK(policy_meanwhile(some, 0, 1).retries == 5);
    const auto fewer = model_of("  fewer: {at: 1m, setRetries: {retries: 3, to: stock}}");
    CHECK(policy_meanwhile(fewer, 0, 0).retries == 3);
    CHECK(policy_meanwhile(fewer, 0, 1).retries == 1);
    // The strategy that it switches to is left as it was.
    CHECK(all.endpoints[0].steps[0].calls[0].policy < all.policies.size());
    CHECK(all.policies[all.endpoints[0].steps[0].calls[0].policy].retries == 1);
}

TEST_CASE("strategies and --set reach actions, and take them away") {
    const std::string strategies =
        "strategies: {base: {}, more: {set: {actions.drop.shed.share: 80%}}, none: {set: "
        "{actions.drop: none}}}\n";
    const auto share = [&](std::size_t strategy) {
        const auto model = model_of("  drop: {at: 1m, shed: 50%}", strategies, strategy);
        if (model.actions.empty()) return 0.0;
        return std::get<models::ShedAction>(model.actions[0].kind).share;
    };
    CHECK(share(0) == 0.5);
    CHECK(share(1) == 0.8);
    CHECK(share(2) == 0);
    const auto loaded = load(text_of("  drop: {when: 'page.success < 50%', shed: 50%}"),
                             {"actions.drop.when.over=30s", "actions.drop.for=1m"});
    INFO(loaded->messages());
    REQUIRE(loaded->scenario);
    const auto& action = loaded->scenario->systems[0].actions[0];
    CHECK(action.when->over == whole_seconds(30));
    CHECK(action.duration == whole_seconds(60));
}
