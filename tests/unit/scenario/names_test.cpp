// Names and steering from the file to the engine's input.
#include "models/scenario/build.hpp"
#include "models/scenario/resolved.hpp"
#include "tests/catch.hpp"
#include "tests/unit/scenario/support.hpp"

using namespace scenario_test;

namespace {

const std::string kThree =
    "version: 1\n"
    "regions: {eu: {zones: [eu-1]}, us: {zones: [us-1, us-2]}, ap: {zones: [ap-1]}}\n"
    "defaults: {dns: {ttl: 30s}}\n"
    "services:\n"
    "  web: {concurrency: 8, latency: 10ms, dns: none, endpoints: {call: [db, bank]}}\n"
    "  db: {concurrency: 8, latency: 10ms}\n"
    "  bank: {kind: external, latency: 10ms}\n"
    "workload:\n"
    "  people: {from: us-2, rate: 1/s, entry: web, mix: {call: 100%}, steering: {ttl: 20s}}\n"
    "  bots: {from: eu, rate: 1/s, entry: web, mix: {call: 100%}}\n";

}  // namespace

TEST_CASE("a service takes `dns` from the defaults, unless it says none") {
    const auto loaded = load(kThree);
    INFO(loaded->messages());
    REQUIRE(loaded->scenario);
    const auto model = models::build_model(*loaded->scenario, 0, models::Twin::no);
    CHECK_FALSE(model.services[0].dns);
    REQUIRE((model.services[1].dns && model.services[2].dns));
    CHECK(model.services[1].dns->ttl == sim::whole_seconds(30));
    CHECK(model.services[2].dns->negative_ttl == sim::whole_seconds(10));
}

TEST_CASE("customers are sent to their own region, else to all others alike") {
    const auto loaded = load(kThree);
    REQUIRE(loaded->scenario);
    const auto model = models::build_model(*loaded->scenario, 0, models::Twin::no);
    REQUIRE(model.groups[0].steering);
    CHECK_FALSE(model.groups[1].steering);
    CHECK(model.groups[0].steering->ttl == sim::whole_seconds(20));
    using Tiers = std::vector<std::vector<models::RegionId>>;
    CHECK(model.groups[0].steered_to ==
          Tiers{{models::RegionId{1}}, {models::RegionId{0}, models::RegionId{2}}});
    const auto resolved = models::write_resolved(*loaded->scenario);
    CHECK(load(resolved)->scenario);
    CHECK(resolved.find("failAfter: 3") != std::string::npos);
}

TEST_CASE("an order of regions is kept") {
    const auto loaded =
        load(replaced(kThree, "steering: {ttl: 20s}", "steering: {regions: [ap, eu, us]}"));
    REQUIRE(loaded->scenario);
    const auto model = models::build_model(*loaded->scenario, 0, models::Twin::no);
    REQUIRE(model.groups[0].steered_to.size() == 3);
    CHECK(model.groups[0].steered_to[0][0] == models::RegionId{2});
    CHECK(model.groups[0].steered_to[2][0] == models::RegionId{1});
}
