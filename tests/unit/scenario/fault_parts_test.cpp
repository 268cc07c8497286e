// What strikes is divided into parts, each a plan of its own.
#include "models/scenario/fault_parts.hpp"

#include "tests/catch.hpp"
#include "tests/unit/scenario/support.hpp"

using namespace scenario_test;

namespace {

std::vector<models::StruckPart> parts_with(const std::string& faults,
                                           const std::string& more = "") {
    auto text = replaced(kShop, "  outage: {at: 1m, for: 1m, zone: eu-1, effect: down}", faults);
    text = replaced(text, " before outage", "");
    if (!more.empty()) text = replaced(text, "workload:", more + "workload:");
    const auto loaded = load(text);
    INFO(loaded->messages());
    REQUIRE(loaded->scenario);
    return models::parts_of(models::build_model(*loaded->scenario, 0));
}

std::vector<std::string> names_of(const std::vector<models::StruckPart>& parts) {
    std::vector<std::string> names;
    for (const auto& part : parts) names.push_back(part.name);
    return names;
}

using Names = std::vector<std::string>;
const std::string kOutage = "  outage: {at: 1m, for: 1m, zone: eu-1, effect: down}";
const std::string kOrders =
    "  orders: {kind: database, primary: eu-1, failover: 10s,\n"
    "    healthCheck: {interval: 2s, failAfter: 3, timeout: 1s}, endpoints: {put: {kind: "
    "write}}}\n";

}  // namespace

TEST_CASE("an outage of a zone: capacity, each database with its primary there, detection") {
    const auto parts = parts_with(kOutage, kOrders);
    REQUIRE(names_of(parts) == Names{"capacity", "database orders", "detection"});
    CHECK(parts[0].replicas == 4);  // web, catalog, two of payment
    CHECK(parts[1].replicas == 1);
    CHECK(parts[1].length == sim::whole_seconds(10));
    CHECK(parts[1].faults[0].target.zones.empty());
    CHECK(parts[0].faults[0].name == "outage");
    CHECK(std::holds_alternative<models::StopEffect>(parts[0].faults[0].effect));
    CHECK(std::holds_alternative<models::DownEffect>(parts[1].faults[0].effect));
}

TEST_CASE("detection lasts as checks may need, at most as long as the fault") {
    const auto lasts = [](const std::string& check) {
        const auto text =
            replaced(kShop, "latency: 10ms, regions", "latency: 10ms, " + check + "regions");
        const auto loaded = load(text);
        REQUIRE(loaded->scenario);
        return models::parts_of(models::build_model(*loaded->scenario, 0)).back().length;
    };
    CHECK(lasts("healthCheck: {interval: 2s, failAfter: 3, timeout: 1s}, ") ==
          sim::whole_seconds(7));
    CHECK(lasts("healthCheck: {interval: 50s, failAfter: 3, timeout: 1s}, ") ==
          sim::whole_seconds(60));
}

TEST_CASE("of several faults each is a part") {
    const auto parts = parts_with(kOutage + "\n  slow: {at: 2m, for: 1m, service: web, slow: 5x}");
    REQUIRE(names_of(parts) == Names{"outage", "slow"});
    CHECK(parts[1].faults.size() == 1);
}

TEST_CASE("an effect on several services is divided by them, and draws keep their names") {
    const auto parts =
        parts_with("  slow: {at: 1m, for: 1m, zone: eu-1, effect: [{slow: 5x}, {errors: 10%}]}");
    REQUIRE(parts.size() == 6);
    CHECK(parts[0].name == "service web (slow)");
    for (const auto& part : parts) {
        REQUIRE(part.faults[0].also.size() == 1);  // "slow besides 1" draws for the errors
        CHECK(part.faults[0].name == "slow");
        const bool first = !part.faults[0].target.instances.empty();
        CHECK(first != !part.faults[0].also[0].target.instances.empty());
    }
}

TEST_CASE("of several effects no two parts have one name") {
    const auto worked =
        parts_with("  gray: {at: 1m, for: 1m, zone: eu-1, effect: [{slow: 2x}, {errors: 10%}]}");
    REQUIRE(names_of(worked) == Names{"service web (slow)", "service catalog (slow)",
                                      "service payment (slow)", "service web (errors)",
                                      "service catalog (errors)", "service payment (errors)"});
    CHECK(worked[3].subject == "web (errors)");
    const auto lossy =
        parts_with("  far: {at: 1m, for: 1m, zone: eu-1, effect: [{loss: 1%}, {loss: 2%}]}");
    CHECK(names_of(lossy) == Names{"calls there (loss)", "calls from there (loss)",
                                   "calls there (loss 2)", "calls from there (loss 2)"});
}

TEST_CASE("what cannot be divided has no parts") {
    CHECK(parts_with("  slow: {at: 1m, for: 1m, service: web, slow: 5x}").empty());
    CHECK(parts_with("  slow: {every: 1m, for: 5s, zone: eu-1, slow: 5x}").empty());
}
