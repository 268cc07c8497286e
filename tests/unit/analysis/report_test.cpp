#include "models/analysis/study_report.hpp"
#include "sim/report/render.hpp"
#include "tests/catch.hpp"
#include "tests/unit/analysis/fixture.hpp"

using models::SloMetric;
using models::SloOp;

namespace {

const std::vector<models::Slo> kSlos = {
    fixture::slo("limited", SloMetric::success, SloOp::at_least, 0.8, 1),
    fixture::slo("fast", SloMetric::p99, SloOp::at_most, 0.02),
    fixture::slo("back", SloMetric::recovery, SloOp::at_most, 30),
};

/// A study of three strategies: down to the end, the same again, and recovered at once.
struct Case {
    models::Scenario scenario;
    models::StudySettings settings = fixture::settings(kSlos);
    std::vector<models::StrategyRuns> strategies;
    models::StudyResult result;

    explicit Case(int replications) {
        scenario.name = "shop";
        scenario.file = "/home/me/shop.yaml";
        scenario.sha256 = "abc";
        strategies = {fixture::strategy("sick", kSlos, 400, replications),
                      fixture::strategy("alike", kSlos, 400, replications),
                      fixture::strategy("healthy", kSlos, 100, replications)};
        for (auto& strategy : strategies) {
            strategy.frame.edges[0] = {"gateway", "shop", false, 4, false};
        }
        settings.experiment.seed = 42;
        result = models::analyse(settings, strategies);
    }
    [[nodiscard]] models::StudyInput input() const {
        return {scenario,
                settings,
                strategies,
                result,
                "1",
                "version: 1\n",
                "firedrill run shop.yaml --seed 42",
                {"a note"},
                10,
                false,
                {}};
    }
};

std::string text_of(const Case& study) {
    auto text = sim::render_text(models::study_document(study.input()), {});
    const auto at = text.find("fingerprint ");
    return text.replace(at + 12, 16, "F");
}

}  // namespace

TEST_CASE("the report of a run") {
    CHECK(
        text_of(Case(10)) ==
        "shop   3 strategies x 10 runs, with and without faults   (given these inputs)\n"
        "\n"
        "  SLO      worst group  limit    sick          alike         healthy\n"
        "  limited  shoppers     ≥ 80 %   ✗ 0.00 ±0.01  ✗ 0.00 ±0.01  ✓ 100.00 ±0.01\n"
        "  fast     shoppers     ≤ 20 ms  ✗ 25 % in     ✗ 25 % in     ✓ 100 % in\n"
        "  back     shoppers     ≤ 30 s   ✗ > 200 s     ✗ > 200 s     ✓ 0 s\n"
        "\n"
        "Winner: healthy — meets 3 of 3, the others 0 (decided by SLOs met; 10 of 10 runs agree).\n"
        "Tied: sick and alike (identical).\n"
        "Requests lost to the fault (twin minus run): sick 9 300 ±200, alike 9 300 ±200, healthy 0 "
        "±0.\n"
        "Why sick fails: every call of gateway to shop is tried up to 4 times; shop is full 6 s "
        "after the\n"
        "  fault's start, gets 4 tries for each one of the twin, 75 % of its work is for callers "
        "that gave\n"
        "  up, and it stays full by its own retries.\n"
        "Who is hit (sick): shoppers and partners (checkout) until the end; nobody's browse.\n"
        "\n"
        "note: a note\n"
        "\n"
        "seed 42 · fingerprint F · repeat:\n"
        "  firedrill run shop.yaml --seed 42\n"
        "every number: add -o result.json        MISSED  the baseline (sick) misses 3 of 3 SLOs    "
        "    exit 1\n");
}

TEST_CASE("JSON follows the contract") {
    const Case study(10);
    const auto json = models::study_json(study.input());
    std::vector<std::string> keys;
    for (const auto& [key, value] : json.items()) keys.push_back(key);
    CHECK(keys == std::vector<std::string>{"formatVersion", "command", "verdict", "scenario",
                                           "provenance", "notes", "strategies", "slos",
                                           "comparison", "fingerprint"});
    CHECK(json["scenario"]["file"] == "shop.yaml");
    CHECK(json["verdict"] == "missed");
    CHECK(json["provenance"]["seed"] == 42);
    CHECK(json["provenance"]["resolved"] == "version: 1\n");

    const auto& checkout = json["strategies"][0]["journeys"][2];
    CHECK(checkout["group"] == "partners");
    CHECK(checkout["offered"]["value"] == 4000.0);
    CHECK(checkout["success"]["value"] == 0.25);
    CHECK(checkout["outcomes"]["timeout"]["value"] == 3000.0);
    CHECK_FALSE(checkout["outcomes"].contains("refused"));
    CHECK(checkout["latency"]["p99"]["value"].is_null());
    CHECK(checkout["latency"]["p99"]["infinite"] == 10);
    CHECK(checkout["latency"]["p99ok"]["value"].get<double>() == Approx(0.010).epsilon(0.01));
    CHECK(checkout["latency"]["p999"]["notEstimable"] == 10);
    CHECK(checkout["phases"][0]["phase"] == "during");
    CHECK(checkout["phases"][0]["success"]["value"] == 0.0);

    const auto& recovery = json["strategies"][0]["recovery"];
    CHECK(recovery.size() == 2);
    CHECK(recovery[0]["censored"] == 10);
    CHECK(recovery[0]["value"].is_null());
    CHECK(json["strategies"][2]["recovery"][0]["value"] == 0.0);
    CHECK(json["strategies"][0]["series"]["journeys"][1]["success"].size() == fixture::kSeconds);

    CHECK(json["slos"].size() == 27);
    const auto& fast = json["slos"][9];
    CHECK(fast["name"] == "fast");
    CHECK(fast["limit"] == 0.02);
    CHECK(fast["within"]["value"] == 0.25);
    CHECK(fast["within"]["limit"] == 0.99);
    CHECK(fast["verdict"] == "missed");
    CHECK(json["comparison"]["winner"] == "healthy");
    CHECK(json["comparison"]["tied"][0] == nlohmann::ordered_json({"sick", "alike"}));
    // The same text on every machine: nothing of the clock or of folders.
    CHECK(json.dump().find("/home") == std::string::npos);
}

TEST_CASE("one run has no bounds") {
    const auto json = models::study_json(Case(1).input());
    CHECK(json["verdict"] == "inconclusive");
    const auto& offered = json["strategies"][0]["journeys"][0]["offered"];
    CHECK(offered["value"] == 16000.0);
    CHECK(offered["low"].is_null());
    CHECK(offered["high"].is_null());
}
