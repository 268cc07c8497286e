// The parts of a fault in a system whose losses are known by counting.
#include "models/analysis/why.hpp"

#include "models/analysis/remedy.hpp"
#include "models/engine/replication.hpp"
#include "models/scenario/build.hpp"
#include "models/scenario/frame.hpp"
#include "models/scenario/load.hpp"
#include "tests/catch.hpp"

namespace {

// Ten orders a second, on the second's tenths; a write takes 10 ms at the primary, which is gone
// for the 20 s of its failover. Checks see the two web replicas of the zone within 1 to 3 s.
const std::string kShop = R"yaml(version: 1
regions: {eu: {zones: [a, b]}}
network: {sameZone: 0ms, crossZone: 0ms, crossRegion: 0ms}
defaults: {regions: [eu], concurrency: 100, healthCheck: {interval: 1s, failAfter: 2, timeout: 1s}}
services:
  web: {latency: 1ms, endpoints: {order: [orders]}}
  orders: {kind: database, primary: a, failover: 20s, latency: 10ms, endpoints: {put: {kind: write}}}
workload:
  shoppers: {from: eu, rate: 10/s, arrivals: regular, mix: {order: 100%}}
policy: {timeout: 500ms}
strategies: {plain: {retries: 0}, patient: {retries: 9, timeout: 30s, perTryTimeout: 3s}}
faults: {dark: {at: 60s, for: 60s, zone: a, effect: down}}
slos: {served: order.success >= 95% during dark}
experiment: {duration: 180s, warmup: 10s, replications: 2, baseline: plain}
)yaml";

struct Parted {
    sim::SourceMap sources;
    sim::Diagnostics diagnostics;
    std::optional<models::Scenario> scenario;
    models::StudySettings settings;
    models::StudyResult result;
    std::vector<models::StrategyRuns> strategies;
    models::Why why;
};

models::StrategyRuns empty_runs(const models::SystemModel& model, const std::string& name,
                                const std::vector<models::Slo>& slos) {
    models::StrategyRuns runs;
    runs.name = name;
    runs.frame = models::frame_of(model);
    runs.cells = models::slo_cells(runs.frame, slos);
    return runs;
}

void add_run(models::StrategyRuns& runs, const models::SystemModel& model,
             const models::RunResult& twin, std::uint32_t replication) {
    auto run = models::run_replication(model, {1, replication}, {});
    runs.runs.push_back(models::digest(runs.frame, runs.cells, run, &twin));
    runs.series.add(run, &twin);
}

void run_all(Parted& study) {
    const auto& slos = study.scenario->slos;
    study.settings.experiment = study.scenario->experiment;
    study.settings.slos = slos;
    const auto whole = models::build_model(*study.scenario, 0);
    const auto calm = models::build_model(*study.scenario, 0, models::Twin::yes);
    const auto parts = models::parts_of(whole);
    study.strategies.push_back(empty_runs(whole, "plain", slos));
    std::vector<models::StrategyRuns> runs;
    for (const auto& part : parts) {
        runs.push_back(study.strategies[0]);
        runs.back().name = part.name;
    }
    for (std::uint32_t r = 0; r < 2; ++r) {
        const auto twin = models::run_replication(calm, {1, r}, {});
        add_run(study.strategies[0], whole, twin, r);
        for (std::size_t i = 0; i < parts.size(); ++i) {
            auto model = whole;
            model.faults = parts[i].faults;
            add_run(runs[i], model, twin, r);
        }
    }
    study.result = models::analyse(study.settings, study.strategies);
    study.why = models::find_why(study.settings, study.strategies[0], study.result.strategies[0],
                                 parts, runs);
}

Parted parted() {
    Parted study;
    models::LoadRequest request;
    request.path = "shop.yaml";
    request.loader = [](const std::string&, std::size_t) { return sim::FileContent{kShop, {}}; };
    study.scenario = models::load_scenario(request, study.sources, study.diagnostics);
    INFO(study.diagnostics.render(study.sources));
    REQUIRE(study.scenario);
    run_all(study);
    return study;
}

}  // namespace

TEST_CASE("the part that loses what the whole loses is named, by counting") {
    const auto study = parted();
    const auto& why = study.why;
    REQUIRE(why.parts.size() == 3);
    const auto lost = [&](std::size_t part) { return why.parts[part].lost.estimate->value; };
    // Two hundred orders come while nobody takes writes, and perhaps one more is under way.
    CHECK(lost(1) >= 200);
    CHECK(lost(1) <= 201);
    CHECK(lost(0) <= 1);   // one web replica is enough; what it has in hand at the fault is lost
    CHECK(lost(2) > 0);    // some orders go to the dark replica ...
    CHECK(lost(2) <= 31);  // ... in the 3 s until checks must have noticed
    CHECK(why.missed == std::vector<std::size_t>{0});
    CHECK(why.parts[1].suffices);
    CHECK_FALSE(why.parts[0].suffices);
    CHECK_FALSE(why.parts[2].suffices);
    REQUIRE(why.smallest);
    CHECK(why.parts[*why.smallest].part.name == "database orders");
    const auto sentence = models::parts_sentence(why);
    CHECK(sentence.starts_with("the orders failover alone is enough, 20 s without orders cost 20"));
}
