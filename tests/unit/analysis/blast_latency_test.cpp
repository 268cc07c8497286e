// B20, how much longer answers take than in the twin: values by counting.
#include "models/analysis/json_parts.hpp"
#include "models/analysis/study_report.hpp"
#include "tests/catch.hpp"
#include "tests/unit/analysis/incident.hpp"

using incident::Incident;
using incident::kSeconds;

namespace {

/// Bins of latencies are that wide.
constexpr double kBin = models::LatencyWindows::kRelativeError;

void answer(models::RunResult& run, std::uint32_t flow, std::uint32_t second, int count,
            double seconds) {
    for (int i = 0; i < count; ++i) {
        run.flows[flow].latency.record(second, sim::from_seconds(seconds));
    }
}

/// One flow; in each second 100 answers after 10 ms. In the run's second 120 two of them take half
/// a second, in its second 130 all of them 40 ms; from its second 140 only 99 are answered.
struct SlowIncident : Incident {
    SlowIncident() {
        for (auto* one : {&run, &twin}) {
            for (auto& flow : one->flows) flow.latency = models::LatencyWindows(kSeconds);
        }
        for (std::uint32_t t = 0; t < kSeconds; ++t) {
            answer(twin, 0, t, 100, 0.010);
            const int usual = t == 120 ? 98 : t == 130 ? 0 : t >= 140 ? 99 : 100;
            answer(run, 0, t, usual, 0.010);
        }
        answer(run, 0, 120, 2, 0.5);
        answer(run, 0, 130, 100, 0.040);
    }
};

models::Json series_of(const std::vector<Incident>& incidents) {
    models::StrategyRuns strategy;
    strategy.frame = incidents.front().frame;
    for (const auto& one : incidents) strategy.series.add(one.run, &one.twin);
    return models::series_json(strategy);
}

}  // namespace

TEST_CASE("percentiles of each second, of the run and of the twin") {
    const auto series = series_of({SlowIncident()});
    CHECK(series["percentileWindow"] == 1.0);
    const auto& flow = series["journeys"][0];
    for (const char* key : {"p50ok", "p99ok", "p50okTwin", "p99okTwin"}) {
        INFO(key);
        REQUIRE(flow[key].size() == kSeconds);
        CHECK(flow[key][100].get<double>() == Approx(0.010).epsilon(kBin));
    }
    const auto at = [&](const char* key, std::size_t second) {
        return flow[key][second].get<double>();
    };
    // The 99th of a hundred is one of the two slow ones; the 50th is not.
    CHECK(at("p99ok", 120) == Approx(0.5).epsilon(kBin));
    CHECK(at("p50ok", 120) == Approx(0.010).epsilon(kBin));
    CHECK(at("p50ok", 130) == Approx(0.040).epsilon(kBin));
    CHECK(at("p99ok", 130) == Approx(0.040).epsilon(kBin));
    for (const std::size_t second : {120U, 130U, 140U}) {
        CHECK(at("p99okTwin", second) == Approx(0.010).epsilon(kBin));
        CHECK(at("p50okTwin", second) == Approx(0.010).epsilon(kBin));
    }
}

TEST_CASE("the twin's success is out of what came there") {
    SlowIncident incident;
    for (auto& window : incident.run.flows[0].windows) window.offered = 900;
    const auto flow = series_of({incident})["journeys"][0];
    CHECK(flow["offered"][120] == 900);
    CHECK(flow["offeredTwin"][120] == flow["successTwin"][120]);
}

TEST_CASE("of fewer than a hundred answers there is a median and no 99th percentile") {
    const auto flow = series_of({SlowIncident()})["journeys"][0];
    CHECK(flow["p99ok"][140].is_null());
    CHECK(flow["p50ok"][140].get<double>() == Approx(0.010).epsilon(kBin));
    CHECK_FALSE(flow["p99okTwin"][140].is_null());
    // Two replications together have enough.
    const auto both = series_of({SlowIncident(), SlowIncident()})["journeys"][0];
    CHECK(both["p99ok"][140].get<double>() == Approx(0.010).epsilon(kBin));
}

// The control: whoever took the run for the twin, or one flow for another, would see it here.
TEST_CASE("run and twin are not confused, nor are flows") {
    SlowIncident incident;
    std::swap(incident.run, incident.twin);
    const auto series = series_of({incident});
    const auto& flow = series["journeys"][0];
    CHECK(flow["p99ok"][120].get<double>() == Approx(0.010).epsilon(kBin));
    CHECK(flow["p99okTwin"][120].get<double>() == Approx(0.5).epsilon(kBin));
    for (const auto& value : series["journeys"][1]["p99ok"]) CHECK(value.is_null());
}

namespace {

models::ReachCell took_longer(std::uint32_t journey, std::uint32_t zone, double excess_s) {
    models::ReachCell cell;
    cell.journey = journey;
    cell.zone = zone;
    cell.active = 1;
    cell.excess_s = excess_s;
    return cell;
}

}  // namespace

// Of Europe 30 s for purchases in a, 5 s in b, 7 s for browsing in a; of America 11 s.
TEST_CASE("seconds that customers waited longer add up over the slices that they are in") {
    Incident incident;
    incident.digest = models::blast_digest(incident.frame, models::blast_slices(incident.frame),
                                           incident.run, incident.twin);
    models::CustomerReach europe;
    europe.cells = {took_longer(0, 0, 30), took_longer(0, 1, 5), took_longer(1, 0, 7),
                    took_longer(1, 1, 0)};
    models::CustomerReach america;
    america.cells = {took_longer(0, 2, 11)};
    incident.nobody = {europe, america};
    const auto story =
        models::blast_story(incident.frame, {{&incident.digest, &incident.nobody}}, 0.95);
    const auto longer = [&](const std::string& name) {
        for (const auto& slice : story.slices) {
            if (models::slice_name(incident.frame, slice.slice) == name) {
                return slice.excess_user_s.estimate->value;
            }
        }
        return -1.0;
    };
    CHECK(longer("everybody") == Approx(53));
    CHECK(longer("europe") == Approx(42));
    CHECK(longer("america") == Approx(11));
    CHECK(longer("buy") == Approx(46));
    CHECK(longer("browse") == Approx(7));
    CHECK(longer("everybody in a") == Approx(37));
    CHECK(longer("europe/buy in b") == Approx(5));
    CHECK(longer("europe/browse in b") == 0);
}

namespace {

/// A slice with that many answers, so fast.
models::SliceResult answered(const std::vector<std::pair<int, double>>& answers) {
    models::SliceResult slice;
    for (const auto& [count, seconds] : answers) {
        slice.outcomes[static_cast<std::size_t>(models::Outcome::ok)] +=
            static_cast<std::uint64_t>(count);
        for (int i = 0; i < count; ++i) slice.latency.record(sim::from_seconds(seconds));
    }
    return slice;
}

/// Of one flow, in one phase: the `latency` and `latencyTwin` of a study of one replication.
models::Json phase_of(const models::SliceResult& run, const models::SliceResult* twin) {
    models::StrategyRuns strategy;
    strategy.frame.flows = {{"europe", "buy", 10}};
    strategy.frame.duration = sim::whole_seconds(kSeconds);
    models::Slice all;
    models::Slice during;
    during.kind = models::SliceKind::during;
    for (auto* slice : {&all, &during}) slice->to = sim::SimTime{} + strategy.frame.duration;
    strategy.frame.slices = {all, during};
    models::RunResult here;
    here.flows.resize(1);
    here.flows[0].slices = {answered({{1, 9}}), run};
    models::RunResult there;
    if (twin != nullptr) {
        there.flows.resize(1);
        there.flows[0].slices = {answered({{1, 8}}), *twin};
    }
    strategy.runs.push_back(
        models::digest(strategy.frame, {}, here, twin != nullptr ? &there : nullptr));
    return models::measures_json(strategy, 0.95)["journeys"][0];
}

}  // namespace

// Of 1000 answers 940 take 10 ms, 50 take 0.2 s, 9 take 1 s and one 3.2 s; in the twin 990 take
// 10 ms and ten 0.1 s.
TEST_CASE("of each phase: percentiles and the slowest answer, of the run and of its twin") {
    const auto run = answered({{940, 0.010}, {50, 0.2}, {9, 1.0}, {1, 3.2}});
    const auto twin = answered({{990, 0.010}, {10, 0.1}});
    const auto journey = phase_of(run, &twin);
    const auto& phase = journey["phases"][0];
    CHECK(phase["phase"] == "during");
    const auto here = [&](const char* key) { return phase["latency"][key]["value"]; };
    const auto there = [&](const char* key) { return phase["latencyTwin"][key]["value"]; };
    constexpr double kWide = sim::Histogram::kRelativeError;
    CHECK(here("p50ok").get<double>() == Approx(0.010).epsilon(kWide));
    CHECK(here("p95ok").get<double>() == Approx(0.2).epsilon(kWide));
    CHECK(here("p99ok").get<double>() == Approx(0.2).epsilon(kWide));
    CHECK(here("maxok").get<double>() == Approx(3.2));
    CHECK(there("p50ok").get<double>() == Approx(0.010).epsilon(kWide));
    CHECK(there("p95ok").get<double>() == Approx(0.010).epsilon(kWide));
    CHECK(there("p99ok").get<double>() == Approx(0.010).epsilon(kWide));
    CHECK(there("maxok").get<double>() == Approx(0.1));
    // The whole run is another slice.
    CHECK(journey["latency"]["maxok"]["value"].get<double>() == Approx(9));
    CHECK(journey["latencyTwin"]["maxok"]["value"].get<double>() == Approx(8));
}

TEST_CASE("without a twin there is nothing of one, and without answers no slowest one") {
    const auto journey = phase_of(answered({}), nullptr);
    CHECK_FALSE(journey.contains("latencyTwin"));
    CHECK_FALSE(journey["phases"][0].contains("latencyTwin"));
    CHECK(journey["phases"][0]["latency"]["maxok"]["value"].is_null());
}
