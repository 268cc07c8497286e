// B12, the error budget that an incident burns: values by counting. The fault is at 100 s for 50 s,
// and 200 purchases a second come from Europe, 100 from America.
#include "models/analysis/json_parts.hpp"
#include "tests/catch.hpp"
#include "tests/unit/analysis/incident.hpp"

using incident::fail;
using incident::Incident;
using models::SloMetric;
using models::SloOp;

namespace {

constexpr double kMonth = 30.0 * 24 * 3600;

models::Slo objective(const std::string& name, double limit, std::optional<std::string> group = {},
                      std::optional<std::string> journey = {}) {
    models::Slo slo;
    slo.name = name;
    slo.limit = limit;
    slo.group = std::move(group);
    slo.journey = std::move(journey);
    return slo;
}

/// The `budget` of a strategy that had these incidents, one a replication.
models::Json budget_of(const std::vector<Incident>& incidents,
                       const std::vector<models::Slo>& slos) {
    models::StrategyRuns strategy;
    strategy.frame = incidents.front().frame;
    strategy.cells = models::slo_cells(strategy.frame, slos);
    for (const auto& one : incidents) {
        models::RunDigest digest;
        digest.blast =
            models::blast_digest(one.frame, models::blast_slices(one.frame), one.run, one.twin);
        digest.customers.resize(one.frame.groups.size());
        strategy.runs.push_back(std::move(digest));
    }
    return models::blast_json(strategy, 0.95)["budget"];
}

double burned(const models::Json& entry) { return entry["burned30d"]["value"]; }
double rate(const models::Json& entry) { return entry["burnRate"]["value"]; }
double peak(const models::Json& entry) { return entry["burnRatePeak"]["value"]; }

}  // namespace

// 20 s of 100 failures: 2000 of the 10'000 purchases of 50 s, 20 times the 1 % that may fail. A
// month of 200 a second may fail 1 % of 518.4 million.
TEST_CASE("budget: what fails in the incident over what may fail in thirty days") {
    Incident incident;
    fail(incident.run, 0, 0, 100, 120, 100);
    const auto budget = budget_of({incident}, {objective("buy", 0.99, "europe", "buy")});
    REQUIRE(budget.size() == 1);
    CHECK(budget[0]["slo"] == "buy");
    CHECK(budget[0]["group"] == "europe");
    CHECK(budget[0]["budget"].get<double>() == Approx(0.01));
    CHECK(rate(budget[0]) == Approx(20));
    CHECK(burned(budget[0]) == Approx(2000 / (0.01 * 200 * kMonth)));
}

TEST_CASE("budget: a stricter objective has less to burn, and one for all journeys more") {
    Incident incident;
    fail(incident.run, 0, 0, 100, 120, 100);
    const auto budget = budget_of({incident}, {objective("strict", 0.999, "europe", "buy"),
                                               objective("all", 0.99, "europe")});
    REQUIRE(budget.size() == 2);
    CHECK(rate(budget[0]) == Approx(200));
    CHECK(burned(budget[0]) == Approx(2000 / (0.001 * 200 * kMonth)));
    // Browsing, 200 a second as well, does not fail.
    CHECK(rate(budget[1]) == Approx(10));
    CHECK(burned(budget[1]) == Approx(2000 / (0.01 * 400 * kMonth)));
}

// Of the 200 purchases of each second 100 fail for 30 s, then 20 for 100 s: the first minute, with
// 3000 + 30 x 20 failures of 12'000, is the worst.
TEST_CASE("budget: how fast it burns in the worst minute") {
    Incident incident;
    fail(incident.run, 0, 0, 100, 130, 100);
    fail(incident.run, 0, 0, 130, 230, 20);
    fail(incident.run, 0, 0, 20, 80, 100);  // before the fault
    const auto budget = budget_of(
        {incident}, {objective("buy", 0.99, "europe", "buy"), objective("all", 0.99, "europe")});
    CHECK(peak(budget[0]) == Approx(3600.0 / 12'000 / 0.01));
    CHECK(peak(budget[1]) == Approx(3600.0 / 24'000 / 0.01));
    CHECK(peak(budget_of({incident}, {objective("us", 0.99, "america")})[0]) == 0);
}

TEST_CASE("budget: an objective without a group has a budget for each, and the pool none") {
    Incident incident;
    fail(incident.run, 2, 2, 100, 150, 50);
    const auto budget = budget_of({incident}, {objective("buy", 0.99, {}, "buy")});
    REQUIRE(budget.size() == 2);
    CHECK(budget[0]["group"] == "europe");
    CHECK(rate(budget[0]) == 0);
    CHECK(budget[1]["group"] == "america");
    CHECK(rate(budget[1]) == Approx(50));
    CHECK(burned(budget[1]) == Approx(2500 / (0.01 * 100 * kMonth)));
}

// The budget does not care whose fault it is: 1 % fails every day, and burns it at the rate of 1.
TEST_CASE("budget: failures of the twin count as well") {
    Incident incident;
    for (auto* run : {&incident.run, &incident.twin}) fail(*run, 0, 0, 0, 300, 2);
    const std::vector<models::Slo> slos = {objective("buy", 0.99, "europe", "buy")};
    CHECK(rate(budget_of({incident}, slos)[0]) == Approx(1));
    fail(incident.run, 0, 0, 100, 150, 98);
    CHECK(rate(budget_of({incident}, slos)[0]) == Approx(50));
}

// An impact of 100 s after a fault of 50 s: the incident has 20'000 purchases, of which half fail.
TEST_CASE("budget: an incident lasts as long as its impact, and runs are averaged") {
    Incident incident;
    fail(incident.run, 0, 0, 100, 200, 100);
    const std::vector<models::Slo> slos = {objective("buy", 0.99, "europe", "buy")};
    const auto budget = budget_of({incident}, slos);
    CHECK(rate(budget[0]) == Approx(50));
    CHECK(burned(budget[0]) == Approx(10'000 / (0.01 * 200 * kMonth)));
    const auto both = budget_of({incident, Incident()}, slos);
    CHECK(rate(both[0]) == Approx(25));
    CHECK(burned(both[0]) == Approx(5'000 / (0.01 * 200 * kMonth)));
}

// The control: what is no failure of these customers in the incident burns nothing.
TEST_CASE("budget: nothing is burned before the fault, nor by others") {
    Incident incident;
    fail(incident.run, 0, 0, 0, 100, 100);
    fail(incident.run, 2, 2, 100, 150, 100);
    fail(incident.run, 1, 1, 100, 150, 100);
    const auto budget = budget_of({incident}, {objective("buy", 0.99, "europe", "buy")});
    REQUIRE(budget.size() == 1);
    CHECK(rate(budget[0]) == 0);
    CHECK(burned(budget[0]) == 0);
}

TEST_CASE("budget: only objectives on success that leave something to burn have one") {
    auto late = objective("late", 0.3, "europe", "buy");
    late.metric = SloMetric::p99;
    late.op = SloOp::at_most;
    auto few = objective("few", 0.5, "europe", "buy");
    few.op = SloOp::at_most;
    const auto never = objective("never", 1, "europe", "buy");
    CHECK(budget_of({Incident()}, {late, few, never}).empty());
}
