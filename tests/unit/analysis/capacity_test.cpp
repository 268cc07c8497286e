#include "models/analysis/capacity.hpp"

#include <cmath>

#include "models/engine/replication.hpp"
#include "models/scenario/build.hpp"
#include "models/scenario/load.hpp"
#include "tests/catch.hpp"

namespace {

struct Loaded {
    models::Scenario scenario;
    models::SystemModel model;

    [[nodiscard]] models::CapacityInput input() const {
        models::CapacityInput input{
            model.topology, model.endpoints, model.policies, model.groups, {}};
        for (const auto& service : model.services) {
            models::CapacityService out;
            out.slots = service.concurrency;
            out.holds_while_calling = service.holds == models::Holds::while_calling;
            out.same_zone_first = models::prefers_own_zone(service.routing);
            if (service.database) out.primary = service.database->primary;
            input.services.push_back(out);
        }
        return input;
    }
    [[nodiscard]] models::ServiceId service(const std::string& name) const {
        for (std::uint32_t i = 0; i < model.topology.services.size(); ++i) {
            if (model.topology.services[i].name == name) return models::ServiceId{i};
        }
        return {};
    }
};

Loaded load(const std::string& text, std::size_t strategy = 0) {
    sim::SourceMap sources;
    sim::Diagnostics diagnostics;
    models::LoadRequest request;
    request.path = "test.yaml";
    request.loader = [&](const std::string&, std::size_t) { return sim::FileContent{text, ""}; };
    auto scenario = models::load_scenario(request, sources, diagnostics);
    INFO(diagnostics.render(sources));
    REQUIRE(scenario);
    auto model = models::build_model(*scenario, strategy);
    return {std::move(*scenario), std::move(model)};
}

const std::string kShop = R"yaml(
version: 1
regions:
  eu: {zones: [eu-1, eu-2, eu-3]}
  us: {zones: [us-1]}
network: {sameZone: 0ms, crossZone: 0ms, crossRegion: 0ms}
defaults: {regions: [eu], replicasPerZone: 2, concurrency: 4}
services:
  front:
    latency: {mean: 1ms, shape: exponential}
    endpoints:
      buy: [pay, "advert (optional)", store.put]
  pay: {latency: {mean: 20ms, shape: exponential}, errors: 50%}
  advert: {holds: ownWork, latency: 5ms}
  store:
    kind: database
    primary: eu-1
    failover: 10s
    replicasPerZone: 1
    concurrency: 10
    latency: 10ms
    endpoints: {put: {kind: write}}
workload:
  customers: {from: eu, rate: 300/s, patience: 10s, mix: {buy: 100%}}
policy: {timeout: 5s, retryOn: [error]}
strategies:
  once: {retries: 0}
  thrice: {retries: 2, backoff: none}
  budget: {retries: 2, backoff: none, retryBudget: 10%}
experiment: {duration: 60s, baseline: once}
)yaml";

}  // namespace

TEST_CASE("the traffic equations follow errors and optional calls") {
    const auto once = load(kShop, 0);
    const auto loads = models::service_loads(once.input());
    CHECK(loads[once.service("front").value].per_s == Approx(300));
    CHECK(loads[once.service("pay").value].per_s == Approx(300));
    // Half of the requests end with the failed payment.
    CHECK(loads[once.service("advert").value].per_s == Approx(150));
    CHECK(loads[once.service("store").value].per_s == Approx(150));
    // 300/s x 20 ms on 3 x 2 x 4 slots; 2 zones carry it when one is lost.
    CHECK(loads[once.service("pay").value].busy == Approx(0.25));
    CHECK(loads[once.service("pay").value].busy_zone_lost == Approx(0.375));
    CHECK(loads[once.service("pay").value].tries_that_fit == Approx(1 / 0.375));
    CHECK(loads[once.service("pay").value].slots == 24);
    // All writes at the one primary, before and after it moves.
    CHECK(loads[once.service("store").value].busy == Approx(0.15));
    CHECK(loads[once.service("store").value].busy_zone_lost == Approx(0.15));
    // ownWork: 150/s x 5 ms on 24 slots.
    CHECK(loads[once.service("advert").value].busy == Approx(150 * 0.005 / 24));
    // whileCalling: 1 + 20 + half x (5 + 10) ms.
    CHECK(loads[once.service("front").value].busy == Approx(300 * 0.0285 / 24));
}

TEST_CASE("retries raise the load as far as errors make them") {
    const auto thrice = load(kShop, 1);
    const auto loads = models::service_loads(thrice.input());
    CHECK(loads[thrice.service("pay").value].per_s == Approx(300 * 1.75));
    CHECK(loads[thrice.service("store").value].per_s == Approx(300 * 0.875));
    const auto budget = load(kShop, 2);
    CHECK(models::service_loads(budget.input())[budget.service("pay").value].per_s ==
          Approx(300 * 1.1));
}

TEST_CASE("tries multiply over the layers that retry") {
    const auto thrice = load(kShop, 1);
    const auto pay = models::tries_up_to(thrice.input(), thrice.service("pay"));
    CHECK(pay.product == 3);
    CHECK(pay.layers == std::vector<double>{3});
    CHECK(pay.journey == "buy");
    CHECK(models::tries_up_to(thrice.input(), thrice.service("front")).product == 1);
    const auto budget = load(kShop, 2);
    CHECK(models::tries_up_to(budget.input(), budget.service("pay")).product == Approx(1.1));
}

TEST_CASE("a service without a replica elsewhere has nothing left when its zone is lost") {
    auto text = kShop;
    const std::string before = "advert: {holds";
    text.replace(text.find(before), before.size(), "advert: {placement: {eu-2: 2}, holds");
    const auto shop = load(text, 0);
    const auto loads = models::service_loads(shop.input());
    const auto& advert = loads[shop.service("advert").value];
    CHECK(advert.busy == Approx(150 * 0.005 / 8));
    CHECK(advert.busy_zone_lost == Approx(advert.busy));  // optional, and nobody else serves it
}

TEST_CASE("capacity agrees with simulation where nothing waits for anything else") {
    const auto once = load(kShop, 0);
    const auto loads = models::service_loads(once.input());
    const auto run = models::run_replication(once.model, {7, 0}, {});
    for (std::size_t s = 0; s < loads.size(); ++s) {
        INFO(once.model.topology.services[s].name);
        const double seconds = once.model.duration.seconds();
        CHECK(static_cast<double>(run.services[s].arrivals) / seconds ==
              Approx(loads[s].per_s).epsilon(0.03));
        const double slots = loads[s].slots;
        CHECK(run.services[s].busy_s / seconds ==
              Approx(loads[s].busy * (once.model.services[s].database ? 10 : slots)).epsilon(0.04));
    }
}

TEST_CASE("closed groups load as often as their cycle allows") {
    auto text = kShop;
    const std::string open = "rate: 300/s";
    text.replace(text.find(open), open.size(), "users: 100, thinkTime: 1s");
    const auto shop = load(text, 0);
    // Cycle: 1 s of thinking and 28.5 ms of response.
    CHECK(models::service_loads(shop.input())[shop.service("front").value].per_s ==
          Approx(100 / 1.0285));
}
