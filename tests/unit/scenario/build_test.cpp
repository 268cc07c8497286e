// The engine's input: places, distances, replicas, edges, faults and slices.
#include "models/scenario/build.hpp"

#include "tests/catch.hpp"
#include "tests/unit/scenario/support.hpp"

using namespace scenario_test;
using models::SliceKind;

namespace {

models::SystemModel model_of(const std::string& text, models::Twin twin = models::Twin::no) {
    const auto loaded = load(text);
    INFO(loaded->messages());
    REQUIRE(loaded->scenario);
    return models::build_model(*loaded->scenario, 0, twin);
}

std::vector<std::string> struck(const models::SystemModel& model, std::size_t fault = 0) {
    std::vector<std::string> names;
    for (const auto id : model.faults[fault].target.instances) {
        names.push_back(model.topology[id].name);
    }
    return names;
}

std::string with_target(const std::string& target) {
    return replaced(kShop, "zone: eu-1, effect: down", target);
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("replicas are named by service, zone and number") {
    const auto model = model_of(kShop);
    Names names;
    for (const auto& instance : model.topology.instances) names.push_back(instance.name);
    CHECK(names == Names{"web/eu-1/0", "web/eu-2/0", "catalog/eu-1/0", "catalog/eu-2/0",
                         "catalog/us-1/0", "payment/eu-1/0", "payment/eu-1/1", "payment/eu-2/0",
                         "payment/eu-2/1"});
}

TEST_CASE("distances follow zones and regions") {
    const auto text =
        replaced(kShop, "crossRegion: 40ms}", "crossRegion: 40ms, between: {us-asia-east: 90ms}}");
    const auto model = model_of(replaced(text, "us: {zones: [us-1]}",
                                         "us: {zones: [us-1]}\n  asia-east: {zones: [asia-1]}"));
    const auto& topology = model.topology;
    const auto delay = [&](std::uint32_t from, std::uint32_t to) {
        return topology.delay(models::ZoneId{from}, models::ZoneId{to}).mean_seconds();
    };
    CHECK(delay(0, 0) == Approx(0.001));
    CHECK(delay(0, 1) == Approx(0.002));
    CHECK(delay(0, 2) == Approx(0.040));
    CHECK(delay(2, 3) == Approx(0.090));
    CHECK(delay(3, 2) == Approx(0.090));
    CHECK(delay(3, 0) == Approx(0.040));
}

TEST_CASE("edges are numbered customers first, then by service, each pair once") {
    const auto model = model_of(kShop);
    Names names;
    for (const auto& edge : model.edges) {
        const auto& endpoint = model.endpoints[edge.endpoint.value];
        names.push_back(edge.caller + (edge.caller_service.valid() ? " -> " : " => ") +
                        model.topology[endpoint.service].name + "." + endpoint.name);
    }
    CHECK(names == Names{"shoppers => web.browse", "shoppers => web.checkout", "bots => web.browse",
                         "web -> catalog.call", "web -> payment.charge"});
    CHECK(model.flows == 3);
    CHECK(model.groups[1].zones.size() == 1);
    CHECK(model.groups[1].users == 5);
    CHECK(model.groups[0].journeys[1].share == Approx(0.25));
    const auto& checkout = model.endpoints[1];
    REQUIRE(checkout.steps.size() == 1);
    REQUIRE(checkout.steps[0].calls.size() == 2);
    CHECK(checkout.steps[0].calls[1].position == 1);
}

TEST_CASE("a fault strikes exactly what its target names") {
    CHECK(struck(model_of(kShop)) ==
          Names{"web/eu-1/0", "catalog/eu-1/0", "payment/eu-1/0", "payment/eu-1/1"});
    CHECK(model_of(kShop).faults[0].target.zones.size() == 1);
    const auto region = model_of(with_target("region: eu, effect: crash"));
    CHECK(struck(region).size() == 8);
    CHECK(region.faults[0].target.zones.size() == 2);
    const auto service = model_of(with_target("service: payment, zone: eu-2, slow: 5x"));
    CHECK(struck(service) == Names{"payment/eu-2/0", "payment/eu-2/1"});
    CHECK(service.faults[0].target.zones.empty());
    CHECK(std::get<models::SlowEffect>(service.faults[0].effect).factor == 5.0);
    CHECK(struck(model_of(with_target("replicas: {service: payment, count: 3}, errors: 30%"))) ==
          Names{"payment/eu-1/0", "payment/eu-1/1", "payment/eu-2/0"});
    CHECK(struck(model_of(with_target("replicas: {service: payment, share: 60%}, errors: 30%"))) ==
          Names{"payment/eu-1/0", "payment/eu-1/1", "payment/eu-2/0"});
    CHECK(struck(
              model_of(with_target("replica: payment/eu-2/1, effect: {kind: slow, factor: 2x}"))) ==
          Names{"payment/eu-2/1"});
    const auto call = model_of(with_target("call: {from: web, to: catalog}, effect: {delay: 9ms}"));
    CHECK(struck(call).empty());
    REQUIRE(call.faults[0].target.traffic.size() == 1);
    const auto& traffic = call.faults[0].target.traffic[0];
    const auto has = [&](models::ServiceId caller, models::ServiceId callee) {
        return traffic.has(call.topology[caller].instances[0].value,
                           call.topology[callee].instances[0], models::EndpointId{0});
    };
    CHECK(has(models::ServiceId{0}, models::ServiceId{1}));
    CHECK_FALSE(has(models::ServiceId{1}, models::ServiceId{0}));
    CHECK_FALSE(has(models::ServiceId{0}, models::ServiceId{0}));
}

TEST_CASE("a link strikes what goes there, and with both directions what comes back") {
    const auto model = model_of(with_target("link: {from: eu-1, to: payment}, effect: lose"));
    CHECK(struck(model).empty());
    const auto& both = model.faults[0].target.traffic;
    REQUIRE(both.size() == 2);
    const auto& topology = model.topology;
    const auto web = topology.services[0].instances[0];      // in eu-1
    const auto payment = topology.services[2].instances[2];  // in eu-2
    CHECK(both[0].has(web.value, payment, models::EndpointId{0}));
    CHECK_FALSE(both[0].has(payment.value, web, models::EndpointId{0}));
    CHECK(both[1].has(payment.value, web, models::EndpointId{0}));
    CHECK(both[0].has_direction(false));
    const auto there =
        model_of(with_target("link: {from: eu-1, to: payment, direction: to}, effect: lose"));
    CHECK_FALSE(there.faults[0].target.traffic[0].has_direction(false));
    CHECK_FALSE(there.faults[0].target.traffic[1].has_direction(true));
}

TEST_CASE("customers' calls, one endpoint of a callee, a share of the connections") {
    const auto model = model_of(
        with_target("call: {from: bots, to: web, endpoint: browse}, share: 30%, sticky: true, "
                    "effect: refuse"));
    const auto& target = model.faults[0].target;
    CHECK(target.share == Approx(0.3));
    CHECK(target.sticky);
    REQUIRE(target.traffic.size() == 1);
    const auto instances = static_cast<std::uint32_t>(model.topology.instances.size());
    const auto web = model.topology.services[0].instances[0];
    CHECK(target.traffic[0].has(instances + 1, web, models::EndpointId{0}));
    CHECK_FALSE(target.traffic[0].has(instances, web, models::EndpointId{0}));
    CHECK_FALSE(target.traffic[0].has(instances + 1, web, models::EndpointId{1}));
}

TEST_CASE("an effect on messages strikes all messages of a place, each once") {
    const auto model = model_of(with_target("zone: eu-1, effect: {loss: 2%}"));
    const auto& target = model.faults[0].target;
    CHECK(target.instances.empty());
    CHECK(target.zones.empty());
    REQUIRE(target.traffic.size() == 2);
    const auto& instances = model.topology.instances;
    for (std::uint32_t from = 0; from < instances.size(); ++from) {
        for (std::uint32_t to = 0; to < instances.size(); ++to) {
            const bool touches = instances[from].zone.value == 0 || instances[to].zone.value == 0;
            const auto times = int{target.traffic[0].has(from, models::InstanceId{to}, {})} +
                               int{target.traffic[1].has(from, models::InstanceId{to}, {})};
            CHECK(times == (touches ? 1 : 0));
        }
    }
}

TEST_CASE("slices are all, four phases of each fault, and what SLOs ask for besides") {
    auto text = with_target(
        "zone: eu-1, effect: down}\n  later: {at: 3m, for: 30s, zone: eu-2, effect: down");
    text = replaced(text, "works: checkout.success >= 99% before outage",
                    "a: checkout.p99 <= 800ms after outage + 20s\n"
                    "  b: checkout.p95 <= 500ms after outage + 20s\n"
                    "  c: browse.p99ok <= 800ms after outage + 20s");
    const auto model = model_of(text, models::Twin::yes);
    CHECK(model.faults.empty());
    REQUIRE(model.slices.size() == 10);
    const auto& slices = model.slices;
    CHECK(slices[0].kind == SliceKind::all);
    CHECK(slices[0].to.ns == sim::whole_seconds(300).ns);
    CHECK(slices[1].kind == SliceKind::before);
    CHECK(slices[1].to.ns == sim::whole_seconds(60).ns);
    CHECK(slices[2].kind == SliceKind::caught);
    CHECK(slices[3].from.ns == sim::whole_seconds(60).ns);
    CHECK(slices[3].to.ns == sim::whole_seconds(120).ns);
    CHECK(slices[4].kind == SliceKind::after);
    CHECK(slices[4].to.ns == sim::whole_seconds(180).ns);  // the next fault
    CHECK(slices[8].to.ns == sim::whole_seconds(300).ns);
    CHECK(slices[9].delay == sim::whole_seconds(20));
    CHECK(slices[9].from.ns == sim::whole_seconds(140).ns);
    CHECK(slices[9].limits ==
          std::vector<sim::Duration>{sim::milliseconds(800), sim::milliseconds(500)});
}

TEST_CASE("a database writes to its primary") {
    const auto model =
        model_of(replaced(kShop, "    replicasPerZone: 2\n",
                          "    kind: database\n    primary: eu-2\n    failover: 20s\n"));
    REQUIRE(model.services[2].database);
    CHECK(model.services[2].database->primary.value == 1);
    CHECK(model.services[2].database->failover.detect == sim::whole_seconds(20));
    CHECK(model.endpoints[3].write);  // of a database, write is the default
}

TEST_CASE("an added service changes no number of the others but the ids") {
    const auto before = model_of(kShop);
    const auto after = model_of(replaced(kShop, "policy:", "x-unused: 1\npolicy:"));
    CHECK(dump(before) == dump(after));
}
