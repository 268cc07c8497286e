// What the report says of customers, journeys and services in an incident (B3 to B7, B11, B13, B14,
// B17, B18), from counts made by hand.
#include "models/analysis/json_parts.hpp"
#include "tests/catch.hpp"
#include "tests/unit/analysis/incident.hpp"

using incident::fail;
using incident::Incident;

namespace {

/// 200 customers of Europe, of whom 50 use what is struck.
models::CustomerReach europe() {
    models::CustomerReach reach;
    reach.run.active = 200;
    reach.run.serious = 10;
    reach.run.down_s = 6'000;
    reach.run.up_s = 54'000;
    reach.run.degraded_s = 1'800;
    reach.run.interruptions = 60;
    reach.run.gini = 0.8;
    reach.run.lowest_uptime = {0.6, 0.85, {}, {}};
    reach.twin.lowest_uptime = {0.9, 0.98, {}, {}};
    reach.twin.active = 200;
    reach.twin.serious = 1;
    reach.twin.down_s = 600;
    reach.twin.up_s = 59'400;
    reach.twin.interruptions = 10;
    reach.twin.touched = 50;
    reach.harmed = 30;
    reach.spared = 2;
    return reach;
}

/// A hundred of America, who use nothing of it.
models::CustomerReach america(std::uint64_t harmed) {
    models::CustomerReach reach;
    reach.run.active = 90;  // ten did not come back
    reach.twin.active = 100;
    reach.harmed = harmed;
    return reach;
}

models::Json blast_of(const Incident& incident,
                      const std::vector<std::optional<models::CustomerReach>>& customers) {
    models::StrategyRuns strategy;
    strategy.frame = incident.frame;
    auto& run = strategy.runs.emplace_back();
    run.blast = models::blast_digest(incident.frame, models::blast_slices(incident.frame),
                                     incident.run, incident.twin);
    run.customers = customers;
    return models::blast_json(strategy, 0.95);
}

double value(const models::Json& estimate) { return estimate["value"]; }

}  // namespace

TEST_CASE("reach, uptime and indices are shares of the customers that came") {
    const auto all = blast_of(Incident(), {europe(), america(3)})["customers"];
    REQUIRE(all.size() == 2);
    const auto& here = all[0];
    CHECK(here["group"] == "europe");
    CHECK(here["estimable"] == true);
    CHECK(value(here["active"]) == 200);
    CHECK(value(here["harmed"]) == 30);
    CHECK(value(here["harmedShare"]) == Approx(0.15));
    CHECK(value(here["sparedShare"]) == Approx(0.01));
    CHECK(value(here["seriousShare"]) == Approx(0.05));
    CHECK(value(here["seriousShareTwin"]) == Approx(0.005));
    CHECK(value(here["targetShare"]) == Approx(0.25));
    CHECK(value(here["userMinutesLost"]) == Approx(90));
    CHECK(value(here["degradedUserMinutes"]) == Approx(30));
    CHECK(value(here["userUptime"]) == Approx(0.9));
    CHECK(value(here["userUptimeTwin"]) == Approx(0.99));
    CHECK(value(here["concentration"]) == Approx(0.8));
    CHECK(value(here["saifi"]) == Approx(0.25));
    CHECK(value(here["saidi"]) == Approx(0.45));
    CHECK(value(here["userUptimeLowest"]["1m"]) == Approx(0.6));
    CHECK(value(here["userUptimeLowest"]["5m"]) == Approx(0.85));
    CHECK_FALSE(here["userUptimeLowest"].contains("1h"));  // longer than the incident
    CHECK(value(here["userUptimeLowestTwin"]["1m"]) == Approx(0.9));
    CHECK(value(here["userUptimeLowestTwin"]["5m"]) == Approx(0.98));
    // Whoever came in one of the two runs is a customer.
    CHECK(value(all[1]["harmedShare"]) == Approx(0.03));
}

// 60 interruptions of 200 customers and 100 minutes; in the twin 10 and 10: 50 interruptions more
// that take 90 minutes, 1.8 each.
TEST_CASE("interruptions: how often, how long in all, and how long each of them") {
    const auto all = blast_of(Incident(), {europe(), america(3)})["customers"];
    const auto& here = all[0];
    CHECK(value(here["saifi"]) == Approx(50.0 / 200));
    CHECK(value(here["saidi"]) == Approx(90.0 / 200));
    CHECK(value(here["caidi"]) == Approx(90.0 / 50));
    CHECK(value(here["saifiTwin"]) == Approx(10.0 / 200));
    CHECK(value(here["saidiTwin"]) == Approx(10.0 / 200));
    CHECK(value(here["caidiTwin"]) == Approx(1));
    // Nobody of America was interrupted: there is no such thing as the length of it.
    CHECK(value(all[1]["saifi"]) == 0);
    CHECK(all[1]["caidi"]["value"].is_null());
    // As often as in the twin, or less: none beyond.
    auto spared = europe();
    spared.run.interruptions = spared.twin.interruptions;
    CHECK(blast_of(Incident(), {spared, {}})["customers"][0]["caidi"]["value"].is_null());
}

TEST_CASE("of a sample, counts are multiplied up and shares are not") {
    auto sampled = europe();
    sampled.kept_one_in = 10;
    const auto here = blast_of(Incident(), {sampled, std::nullopt})["customers"][0];
    CHECK(here["sampledOneIn"] == 10);
    CHECK(value(here["active"]) == 2'000);
    CHECK(value(here["harmed"]) == 300);
    CHECK(value(here["userMinutesLost"]) == Approx(900));
    CHECK(value(here["degradedUserMinutes"]) == Approx(300));
    CHECK(value(here["harmedShare"]) == Approx(0.15));
    CHECK(value(here["saifi"]) == Approx(0.25));
}

TEST_CASE("without customers nothing is said about them, and requests are none") {
    auto nameless = europe();
    nameless.known = false;
    const auto blast = blast_of(Incident(), {nameless, std::nullopt});
    for (const auto& group : blast["customers"]) {
        CHECK(group["estimable"] == false);
        CHECK_FALSE(group.contains("harmed"));
    }
    CHECK(blast["containment"].is_null());
}

// 33 of 300 are harmed and 50 use what is struck: contained. 100 of 300: two for each of those.
TEST_CASE("containment is who was harmed over who uses what is struck") {
    CHECK(blast_of(Incident(), {europe(), america(3)})["containment"].get<double>() ==
          Approx(33.0 / 50));
    CHECK(blast_of(Incident(), {europe(), america(70)})["containment"].get<double>() == Approx(2));
    CHECK(blast_of(Incident(), {america(3), america(3)})["containment"].is_null());
}

TEST_CASE("a journey is full, degraded, or unavailable when half of it is gone") {
    const auto level = [](std::uint32_t bad) {
        Incident incident;
        fail(incident.run, 0, 0, 100, 150, bad);
        const auto functions = blast_of(incident, {std::nullopt, std::nullopt})["functions"];
        REQUIRE(functions.size() == 2);
        CHECK(functions[0]["journey"] == "buy");
        CHECK(functions[1]["journey"] == "browse");
        CHECK(functions[1]["level"] == "full");
        CHECK(functions[0]["peak"].get<double>() == Approx(bad / 200.0));
        return functions[0]["level"].get<std::string>();
    };
    CHECK(level(0) == "full");
    CHECK(level(60) == "degraded");
    CHECK(level(99) == "degraded");
    CHECK(level(100) == "unavailable");
}

// gate -> web -> db, of which `db` is struck: what fails two calls away is two hops.
TEST_CASE("spread is as far as the farthest service that fails") {
    Incident incident;
    incident.frame.services.push_back({"gate", 30, {}, {{"a", 1}}, 10, {}, false});
    incident.frame.edges[0].callee = "gate";
    incident.frame.edges[1].callee = "gate";
    incident.frame.edges.push_back({"gate", "web"});
    incident.run = incident.twin = incident::good_run(incident.frame);
    const auto spread = [&] { return blast_of(incident, {std::nullopt, std::nullopt})["spread"]; };
    CHECK(spread()["hops"] == 0);
    CHECK(spread()["services"].empty());
    const auto refuse = [&](std::size_t edge) {
        incident.run.edges[edge].try_outcomes[static_cast<std::size_t>(models::Outcome::refused)] =
            500;
    };
    refuse(2);  // the struck service itself is no spread
    CHECK(spread()["services"].empty());
    refuse(3);
    CHECK(spread()["hops"] == 1);
    refuse(0);
    CHECK(spread()["hops"] == 2);
    CHECK(spread()["services"] == models::Json({"web", "gate"}));
}

TEST_CASE("a slice that stands for a finer one says whose requests they are") {
    const auto cells = blast_of(Incident(), {std::nullopt, std::nullopt})["cells"];
    const auto find = [&](const std::string& name) {
        for (const auto& one : cells) {
            if (one["name"] == name) return one;
        }
        FAIL("no cell " + name);
        return cells[0];
    };
    const auto america = find("america");
    CHECK(america["group"] == "america");
    CHECK(america["journey"] == "buy");
    CHECK(america["region"] == "us");
    CHECK(america["zone"] == "c");
    const auto all = find("everybody");
    for (const char* key : {"group", "journey", "region", "zone"}) CHECK(all[key].is_null());
    CHECK(find("europe")["region"] == "eu");
    CHECK(find("europe")["journey"].is_null());
    CHECK(find("everybody in a")["group"] == "europe");
}
