// What the system has to bear in an incident (B15, B19, B21), from counts made by hand. The fault
// is at 100 s for 50 s; edges 0 and 1 are the customers' calls of `web`, edge 2 its calls of `db`.
#include "models/analysis/json_parts.hpp"
#include "tests/catch.hpp"
#include "tests/unit/analysis/incident.hpp"

using incident::fail;
using incident::Incident;
using incident::kSeconds;
using models::Outcome;

namespace {

models::Json blast_of(const Incident& incident) {
    models::StrategyRuns strategy;
    strategy.frame = incident.frame;
    auto& run = strategy.runs.emplace_back();
    run.blast = models::blast_digest(incident.frame, models::blast_slices(incident.frame),
                                     incident.run, incident.twin);
    run.customers.resize(incident.frame.groups.size());
    return models::blast_json(strategy, 0.95);
}

double value(const models::Json& estimate) { return estimate["value"]; }

/// 100 calls a second, each tried once.
void call(models::RunResult& run, std::size_t edge) {
    run.edges[edge].windows.assign(kSeconds, {100, 100});
}

void end(models::EdgeResult& edge, Outcome outcome, std::uint64_t calls) {
    edge.outcomes[static_cast<std::size_t>(outcome)] += calls;
}

}  // namespace

TEST_CASE("amplification is the worst ten seconds over those of the twin") {
    Incident incident;
    for (std::uint32_t t = 110; t < 120; ++t) incident.run.services[1].windows[t].arrivals = 600;
    incident.story();
    CHECK(incident.digest.services[1].peak_amplification == Approx(3));
    CHECK(incident.digest.services[0].peak_amplification == Approx(1));
}

// 200 tries a second come in the twin. In 30 of the 50 seconds 500 come, in the other 20 as many as
// there; before and after the incident does not count.
TEST_CASE("amplification: what comes in the whole incident over what comes in the twin") {
    Incident incident;
    for (const auto& [from, to] : {std::pair(110, 140), std::pair(20, 60), std::pair(200, 290)}) {
        for (int t = from; t < to; ++t) {
            incident.run.services[1].windows[static_cast<std::size_t>(t)].arrivals = 500;
        }
    }
    const auto services = blast_of(incident)["services"];
    CHECK(value(services[1]["amplificationMean"]) ==
          Approx((30.0 * 500 + 20 * 200) / (50.0 * 200)));
    CHECK(value(services[1]["amplificationPeak"]) == Approx(2.5));
    CHECK(value(services[0]["amplificationMean"]) == 1);
}

TEST_CASE("amplification: an incident is as long as its impact, and too few say nothing") {
    Incident incident;
    fail(incident.run, 0, 0, 100, 200, 100);  // 100 s
    for (std::size_t t = 150; t < 200; ++t) incident.run.services[1].windows[t].arrivals = 600;
    for (auto& window : incident.twin.services[0].windows) window.arrivals = 0;
    const auto services = blast_of(incident)["services"];
    CHECK(value(services[1]["amplificationMean"]) == Approx(2));
    CHECK(services[0]["amplificationMean"]["value"].is_null());
}

// 100 calls a second for 50 s, each of which is tried thrice in 20 of them: (30 + 3 x 20) / 50.
TEST_CASE("tries per call of an edge are those of the incident, of the run and of the twin") {
    Incident incident;
    call(incident.run, 2);
    call(incident.twin, 2);
    const auto retried = [](models::RunResult& run, std::size_t from, std::size_t to,
                            std::uint32_t tries) {
        for (std::size_t t = from; t < to; ++t) run.edges[2].windows[t].tries = tries;
    };
    retried(incident.run, 110, 130, 300);
    retried(incident.twin, 100, 125, 120);
    for (auto* run : {&incident.run, &incident.twin}) {  // these are no part of it
        retried(*run, 0, 100, 900);
        retried(*run, 150, kSeconds, 900);
    }
    const auto edges = blast_of(incident)["edges"];
    REQUIRE(edges.size() == 3);
    CHECK(edges[2]["caller"] == "web");
    CHECK(edges[2]["callee"] == "db");
    CHECK(value(edges[2]["tries"]) == Approx(90.0 / 50));
    CHECK(value(edges[2]["triesTwin"]) == Approx(1.1));
    CHECK(edges[0]["tries"]["value"].is_null());  // nobody called
}

TEST_CASE("cost and data are differences to the twin") {
    Incident incident;
    incident.frame.services[0].scales = true;
    incident.run.scaling.resize(2);
    incident.twin.scaling.resize(2);
    incident.run.scaling[0].replica_s = 1200;
    incident.twin.scaling[0].replica_s = 900;
    incident.run.databases.resize(2);
    incident.run.databases[1].lost_writes = 7;
    incident.run.databases[1].stale_reads = 3;
    incident.run.edges[2].duplicates = 5;
    incident.story();
    CHECK(incident.digest.services[0].replica_s == 1200);
    CHECK(incident.digest.services[0].replica_twin_s == 900);
    CHECK(incident.digest.services[1].replica_s == 3 * kSeconds);
    CHECK(incident.digest.writes.lost == 7);
    CHECK(incident.digest.stale_reads == 3);
    CHECK(incident.digest.duplicates == 5);
}

TEST_CASE("a write is rejected when its caller knows that it failed, else nobody knows") {
    Incident incident;
    incident.frame.edges[2].writes = true;
    auto& writes = incident.run.edges[2];
    end(writes, Outcome::ok, 900);
    end(writes, Outcome::degraded, 7);
    for (const auto outcome :
         {Outcome::error, Outcome::refused, Outcome::shed, Outcome::throttled,
          Outcome::breaker_open, Outcome::no_healthy_instance, Outcome::pool_timeout}) {
        end(writes, outcome, 10);
    }
    for (const auto outcome : {Outcome::timeout, Outcome::blackholed, Outcome::unfinished}) {
        end(writes, outcome, 5);
    }
    end(incident.twin.edges[2], Outcome::error, 4);
    end(incident.twin.edges[2], Outcome::timeout, 1);
    end(incident.run.edges[0], Outcome::error, 500);  // no write
    const auto data = blast_of(incident)["data"];
    CHECK(value(data["writesRejected"]) == 7 * 10 - 4);
    CHECK(value(data["writesUnanswered"]) == 3 * 5 - 1);
    CHECK(value(data["writesLost"]) == 0);
    incident.frame.edges[2].writes = false;
    CHECK(value(blast_of(incident)["data"]["writesRejected"]) == 0);
}

// 3 GB between zones, 1 of them between regions; 0.5 GB and none in the twin.
TEST_CASE("bytes between zones, where it is known how large messages are") {
    Incident incident;
    incident.run.edges[2].crossed_bytes = 2'000'000'000;
    incident.run.edges[2].region_bytes = 1'000'000'000;
    incident.run.edges[1].crossed_bytes = 1'000'000'000;
    incident.twin.edges[2].crossed_bytes = 500'000'000;
    CHECK(blast_of(incident)["cost"]["crossZone"].is_null());
    incident.frame.edges[2].weighed = true;
    const auto crossed = blast_of(incident)["cost"]["crossZone"];
    CHECK(value(crossed["gigabytes"]) == Approx(3));
    CHECK(value(crossed["gigabytesMore"]) == Approx(2.5));
    CHECK(value(crossed["betweenRegions"]) == Approx(1));
    CHECK(value(crossed["betweenRegionsMore"]) == Approx(1));
}
