#include "models/analysis/study_report.hpp"
#include "models/engine/replication.hpp"
#include "models/scenario/build.hpp"
#include "models/scenario/load.hpp"
#include "tests/catch.hpp"

// Promise P2 end to end: what a change does not touch differs by exactly nothing.

namespace {

const std::string kShop = R"yaml(
version: 1
regions: {home: {zones: [left, right]}}
network: {sameZone: 1ms, crossZone: 2ms, crossRegion: 10ms}
defaults: {replicasPerZone: 1, concurrency: 8, queue: 20, healthCheck: {interval: 1s}}
services:
  shop: {latency: 5ms, endpoints: {buy: [pay]}}
  # more services
  pay: {latency: {mean: 20ms, shape: exponential}, errors: 2%}
workload:
  customers: {from: home, rate: 100/s, patience: 2s, mix: {buy: 100%}}
policy: {timeout: 1s, perTryTimeout: 300ms, retryOn: [timeout, error]}
strategies:
  twice: {retries: 1, backoff: {base: 10ms}}
  # more strategies
  once: {retries: 0}
faults: {dark: {at: 10s, for: 10s, zone: left, effect: down}}
slos: {works: buy.success >= 99%, back: recovery <= 30s}
experiment: {duration: 60s, warmup: 5s, baseline: twice, seed: 3}
)yaml";

models::StudyFrame frame_of(const models::SystemModel& model) {
    models::StudyFrame frame;
    for (const auto& group : model.groups) {
        for (const auto& journey : group.journeys) {
            frame.flows.push_back({group.name, journey.name, 2});
        }
    }
    for (const auto& service : model.topology.services) frame.services.push_back({service.name, 8});
    for (const auto& edge : model.edges) frame.edges.push_back({edge.caller, "", false, 1, false});
    for (const auto& fault : model.faults) {
        frame.faults.push_back({fault.name, fault.at, fault.duration, {}, false});
    }
    frame.slices = model.slices;
    frame.duration = model.duration;
    return frame;
}

nlohmann::ordered_json study(const std::string& text) {
    sim::SourceMap sources;
    sim::Diagnostics diagnostics;
    models::LoadRequest request;
    request.path = "shop.yaml";
    request.loader = [&](const std::string&, std::size_t) { return sim::FileContent{text, ""}; };
    const auto scenario = models::load_scenario(request, sources, diagnostics);
    INFO(diagnostics.render(sources));
    REQUIRE(scenario);
    models::StudySettings settings;
    settings.experiment = scenario->experiment;
    settings.slos = scenario->slos;
    std::vector<models::StrategyRuns> strategies;
    for (std::size_t s = 0; s < scenario->strategies.size(); ++s) {
        const auto model = models::build_model(*scenario, s);
        const auto calm = models::build_model(*scenario, s, models::Twin::yes);
        auto& runs = strategies.emplace_back();
        runs.name = scenario->strategies[s].name.text;
        runs.frame = frame_of(model);
        runs.cells = models::slo_cells(runs.frame, scenario->slos);
        for (std::uint32_t r = 0; r < 3; ++r) {
            const auto run = models::run_replication(model, {3, r}, {});
            const auto twin = models::run_replication(calm, {3, r}, {});
            runs.runs.push_back(models::digest(runs.frame, runs.cells, run, &twin));
            runs.series.add(run, &twin);
        }
    }
    const auto result = models::analyse(settings, strategies);
    return models::study_json(
        {*scenario, settings, strategies, result, "1", "", "", {}, 3, false, {}});
}

std::string with(const std::string& place, const std::string& line) {
    auto text = kShop;
    return text.insert(text.find("  # more " + place), line);
}

nlohmann::ordered_json without(nlohmann::ordered_json list, const std::string& name) {
    auto kept = nlohmann::ordered_json::array();
    for (const auto& one : list) {
        if (one["name"] != name) kept.push_back(one);
    }
    return kept;
}

}  // namespace

TEST_CASE("an unrelated service moves no number of the others") {
    const auto before = study(kShop);
    const auto after = study(with("services", "  unrelated: {latency: 3ms}\n"));
    CHECK(before["slos"] == after["slos"]);
    CHECK(before["comparison"] == after["comparison"]);
    REQUIRE(before["strategies"].size() == 2);
    for (std::size_t s = 0; s < 2; ++s) {
        const auto& old_one = before["strategies"][s];
        const auto& new_one = after["strategies"][s];
        for (const auto* part : {"journeys", "edges", "recovery", "impact", "saturation"}) {
            CHECK(old_one[part] == new_one[part]);
        }
        CHECK(old_one["services"] == without(new_one["services"], "unrelated"));
    }
}

TEST_CASE("a strategy that changes nothing is identical in every number") {
    const auto json = study(with("strategies", "  same: {retries: 1, backoff: {base: 10ms}}\n"));
    auto first = json["strategies"][0];
    auto second = json["strategies"][1];
    CHECK(second["name"] == "same");
    second["name"] = first["name"];
    CHECK(first == second);
    for (const auto& pair : json["comparison"]["pairs"]) {
        if (pair["a"] != "twice" || pair["b"] != "same") continue;
        CHECK(pair["identical"] == true);
        CHECK(pair["difference"]["value"] == 0.0);
        CHECK(pair["verdict"] == "tied");
    }
    // The control: a strategy that changes something is seen.
    CHECK(json["strategies"][2]["journeys"] != first["journeys"]);
}
