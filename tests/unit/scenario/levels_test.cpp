// Levels of services, as a file writes them.
#include <string>

#include "models/scenario/names.hpp"
#include "tests/catch.hpp"
#include "tests/unit/scenario/support.hpp"

using namespace scenario_test;
using models::SelfMetric;
using sim::whole_seconds;

namespace {

std::string text_of(const std::string& levels, const std::string& rest = "") {
    return "version: 1\nregions: {eu: {zones: [eu-1, eu-2]}}\n"
           "services:\n"
           "  web:\n    concurrency: 8\n    latency: 10ms\n"
           "    endpoints: {page: [stock.get, {call: ads, optional: true}], buy: {kind: write, "
           "calls: [stock.take]}}\n" +
           levels +
           "  stock: {concurrency: 8, latency: 10ms, endpoints: {get: [], take: []}}\n"
           "  ads: {concurrency: 8, latency: 10ms}\n"
           "workload:\n  shoppers: {rate: 100/s, mix: {page: 60%, buy: 40%}}\n" +
           rest;
}

models::SystemModel model_of(const std::string& levels, const std::string& rest = "",
                             std::size_t strategy = 0) {
    const auto loaded = load(text_of(levels, rest));
    INFO(loaded->messages());
    REQUIRE(loaded->scenario);
    return models::build_model(*loaded->scenario, strategy);
}

const std::string kLevels =
    "    levels:\n"
    "      lean:\n"
    "        when: {condition: 'utilisation > 85%', over: 3s, for: 2s}\n"
    "        until: 'utilisation < 25%'\n"
    "        stay: 20s\n"
    "        without: [ads, stock.get]\n"
    "        latency: 60%\n"
    "        quality: 80%\n"
    "      readOnly: {readOnly: true}\n"
    "      'off': {when: 'p99 >= 2s', 'off': true}\n";

}  // namespace

TEST_CASE("levels have conditions, an order, and what they do") {
    const auto model = model_of(kLevels);
    const auto& levels = model.services[0].levels;
    REQUIRE(levels.size() == 3);
    const auto& lean = levels[0];
    REQUIRE(lean.when);
    CHECK(lean.when->metric == SelfMetric::utilisation);
    CHECK(lean.when->op == models::LiveOp::above);
    CHECK(lean.when->limit == Approx(0.85));
    CHECK(lean.when->over == whole_seconds(3));
    CHECK(lean.when->holds == whole_seconds(2));
    REQUIRE(lean.until);
    CHECK(lean.until->limit == Approx(0.25));
    CHECK(lean.until->over == whole_seconds(5));
    CHECK(lean.stay == whole_seconds(20));
    CHECK(lean.work == Approx(0.6));
    CHECK(lean.quality == Approx(0.8));
    std::string left_out;
    for (std::size_t i = 0; i < model.edges.size(); ++i) {
        if (lean.without.at(i) == 0) continue;
        const auto& endpoint = model.endpoints[model.edges[i].endpoint.value];
        left_out += model.topology[endpoint.service].name + "." + endpoint.name + " ";
    }
    CHECK(left_out == "stock.get ads.call ");
    CHECK_FALSE(levels[1].when);
    CHECK(levels[1].read_only);
    CHECK(levels[2].off);
    CHECK(levels[2].when->metric == SelfMetric::p99);
    CHECK(levels[2].when->limit == Approx(2));
    CHECK(model.services[1].levels.empty());
}

TEST_CASE("a strategy changes a level, takes one away, or all of them") {
    const std::string strategies =
        "strategies:\n"
        "  as-is: {}\n"
        "  quick: {set: {services.web.levels.lean.stay: 5s}}\n"
        "  two: {set: {services.web.levels.readOnly: none}}\n"
        "  plain: {set: {services.web.levels: none}}\n";
    CHECK(model_of(kLevels, strategies, 1).services[0].levels[0].stay == whole_seconds(5));
    CHECK(model_of(kLevels, strategies, 2).services[0].levels.size() == 2);
    CHECK(model_of(kLevels, strategies, 3).services[0].levels.empty());
}

TEST_CASE("an action and a fault choose a level by its name") {
    const auto model =
        model_of(kLevels,
                 "actions:\n  dial: {at: 1m, for: 1m, setLevel: {service: web, level: readOnly}}\n"
                 "  back: {at: 2m, setLevel: {service: web, level: full}}\n"
                 "faults:\n  switch: {at: 1m, for: 1m, zone: eu-1, effect: {level: lean}}\n");
    CHECK(model.actions[0].target.level == 2);
    CHECK(*model.actions[0].target.service == models::ServiceId{0});
    CHECK(model.actions[1].target.level == 0);
    CHECK(std::get<models::LevelEffect>(model.faults[0].effect).level == "lean");
    const auto conditions =
        models::conditions_under(model.topology, model.faults, std::vector<bool>{true});
    REQUIRE(conditions.levels.size() == 1);
    CHECK(conditions.levels[0].strikes(models::InstanceId{0}));
    CHECK_FALSE(conditions.levels[0].strikes(models::InstanceId{1}));
}

TEST_CASE("the resolved scenario has every value of a level") {
    const auto loaded = load(text_of("    levels: {lean: {when: 'queue > 3', latency: 60%}}\n"));
    REQUIRE(loaded->scenario);
    const auto* lean =
        loaded->scenario->resolved.find("services")->find("web")->find("levels")->find("lean");
    REQUIRE(lean != nullptr);
    CHECK(lean->find("when")->find("over")->text == "5s");
    CHECK(lean->find("when")->find("for")->text == "0s");
    CHECK(lean->find("stay")->text == "30s");
    CHECK(lean->find("latency")->text == "60%");
    CHECK(lean->find("quality")->text == "100%");
    CHECK(lean->find("readOnly")->text == "false");
    CHECK(lean->find("without")->is_list());
}
