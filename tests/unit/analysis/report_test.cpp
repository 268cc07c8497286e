#include "models/analysis/study_report.hpp"

#include <algorithm>

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
        "  recovered from  strategy  runs, median\n"
        "  outage          sick      0/10 (not within 200 s)\n"
        "  outage          alike     0/10 (not within 200 s)\n"
        "  outage          healthy   10/10, 0 s\n"
        "\n"
        "note: a note\n"
        "\n"
        "seed 42 · fingerprint F · repeat:\n"
        "  firedrill run shop.yaml --seed 42\n"
        "how this was computed: firedrill help method · is it right: firedrill validate\n"
        "every number: add -o result.json        MISSED  the baseline (sick) misses 3 of 3 SLOs    "
        "    exit 1\n");
}

TEST_CASE("JSON follows the contract") {
    const Case study(10);
    const auto json = models::study_json(study.input());
    std::vector<std::string> keys;
    for (const auto& [key, value] : json.items()) keys.push_back(key);
    CHECK(keys == std::vector<std::string>{"formatVersion", "command",    "computedBy", "verdict",
                                           "sentence",      "scenario",   "provenance", "repeat",
                                           "notes",         "findings",   "help",       "why",
                                           "explained",     "warnings",   "warmUp",     "duration",
                                           "faults",        "topology",   "strategies", "slos",
                                           "comparison",    "fingerprint"});
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

    // Checkouts fail from the fault on, three quarters of all; the others take 10 ms.
    const auto& series = json["strategies"][0]["series"];
    const auto& curve = series["journeys"][1];
    CHECK(series["percentiles"][6] == 0.5);
    CHECK(curve["answered"] == 0.25);
    CHECK(curve["answeredTwin"] == 1.0);
    CHECK(curve["latencyAll"][3].get<double>() == Approx(0.010).epsilon(0.01));  // p20
    CHECK(curve["latencyAll"][4].is_null());                                     // p30
    CHECK(curve["latencyOk"][6].get<double>() == Approx(0.010).epsilon(0.01));
    CHECK(curve["latencyAllTwin"][20].get<double>() == Approx(0.010).epsilon(0.01));
    CHECK(curve["latencyOk"].size() == series["percentiles"].size());

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

namespace {

/// Runs whose rules have done something: on the one edge, and at the service.
models::StrategyRuns acting(const std::string& name, int replications) {
    models::StrategyRuns runs;
    runs.name = name;
    runs.frame = fixture::frame();
    runs.frame.edges[0] = {"gateway", "shop", false, 4, true, "buy", true, true};
    runs.cells = models::slo_cells(runs.frame, kSlos);
    for (int r = 0; r < replications; ++r) {
        auto faulty = fixture::run(100);
        const auto calm = fixture::twin();
        auto& edge = faulty.edges[0];
        edge.retries_denied = 1240;
        edge.breaker_open = sim::milliseconds(42'000);
        edge.breaker_openings = 3;
        edge.ejections = 2;
        edge.ejected_s = 60;
        edge.outcomes[static_cast<std::size_t>(models::Outcome::ok)] = 90;
        edge.outcomes[static_cast<std::size_t>(models::Outcome::breaker_open)] = 10;
        edge.try_outcomes[static_cast<std::size_t>(models::Outcome::breaker_open)] = 7;
        faulty.services[0].shed = 50;
        runs.runs.push_back(models::digest(runs.frame, runs.cells, faulty, &calm));
        runs.series.add(faulty, &calm);
    }
    return runs;
}

Case with_strategies(std::vector<models::StrategyRuns> strategies) {
    Case study(10);
    study.strategies = std::move(strategies);
    study.result = models::analyse(study.settings, study.strategies);
    return study;
}

bool has_line(const std::vector<std::string>& lines, const std::string& wanted) {
    return std::find(lines.begin(), lines.end(), wanted) != lines.end();
}

}  // namespace

TEST_CASE("the report says what the rules did, in a line, and with -v for every strategy") {
    auto study =
        with_strategies({fixture::strategy("sick", kSlos, 400, 10), acting("budgeted", 10)});
    CHECK(models::rule_lines(study.input()) ==
          std::vector<std::string>{
              "What the rules did (budgeted, per run): retries denied 1 240 (gateway→shop) · "
              "breakers open 42 s in all, 3 openings, 7 tries refused (gateway→shop) · shed 50 "
              "(shop) · ejections 2, replicas out for 60 s (gateway→shop)."});
    CHECK(models::rule_lines(Case(10).input()).empty());
    auto input = study.input();
    input.verbose = true;
    const auto text = sim::render_text(models::study_document(input), {});
    INFO(text);
    const auto has = [&](const std::string& part) { return text.find(part) != std::string::npos; };
    CHECK(has("  service  strategy  utilisation  wait p99  tries vs twin  wasted     shed\n"));
    CHECK(
        has("  calls          strategy  tries each  retries denied  breaker open  openings  "
            "refused  ejections  ejected\n"));
    CHECK(
        has("  shoppers→shop  sick      1.5x        0               0 s           0         "
            "0        0          0 s\n"));
    CHECK(
        has("  gateway→shop   budgeted  1.5x        1 240           42 s          3         "
            "7        2          60 s\n"));
}

TEST_CASE("JSON has what happened on every edge, and what its rules did") {
    const auto study =
        with_strategies({fixture::strategy("sick", kSlos, 400, 10), acting("budgeted", 10)});
    const auto json = models::study_json(study.input());
    const auto& edge = json["strategies"][1]["edges"][0];
    CHECK(edge["caller"] == "gateway");
    CHECK(edge["callee"] == "shop");
    CHECK(edge["endpoint"] == "buy");
    CHECK(edge["calls"]["value"] == 100.0);
    CHECK(edge["calls"]["low"] == 100.0);
    CHECK(edge["tries"]["value"] == 1.5);
    CHECK(edge["attempts"]["value"] == 150.0);
    CHECK(edge["retriesDenied"]["value"] == 1240.0);
    for (const auto* key : {"hedges", "cancelled", "duplicates", "fallbacks", "fallbacksFailed"}) {
        CHECK(edge[key]["value"] == 0.0);
    }
    CHECK(edge["outcomes"].size() == 2);
    CHECK(edge["outcomes"]["breakerOpen"]["value"] == 10.0);
    CHECK(edge["attemptOutcomes"]["breakerOpen"]["value"] == 7.0);
    CHECK(edge["breaker"]["open"]["value"] == 42.0);
    CHECK(edge["breaker"]["openings"]["value"] == 3.0);
    CHECK(edge["outlierDetection"]["ejections"]["value"] == 2.0);
    CHECK(edge["outlierDetection"]["ejected"]["value"] == 60.0);
    const auto& service = json["strategies"][1]["services"][0];
    CHECK(service["shed"]["value"] == 50.0);
    CHECK(service["throttled"]["value"] == 0.0);
    CHECK(service["expired"]["value"] == 0.0);
    CHECK_FALSE(json["strategies"][0]["edges"][0].contains("breaker"));
}

TEST_CASE("identical is said only of runs that are the same everywhere") {
    auto other = fixture::strategy("alike", kSlos, 400, 10);
    other.runs[3].edges[0].values[0] = 101.0;  // one call more, on an edge that no SLO is about
    const auto study = with_strategies({fixture::strategy("sick", kSlos, 400, 10), other,
                                        fixture::strategy("healthy", kSlos, 100, 10)});
    CHECK(has_line(models::winner_lines(study.input()),
                   "Tied: sick and alike (limited is the same in every run)."));
    CHECK(has_line(models::winner_lines(Case(10).input()), "Tied: sick and alike (identical)."));
}

TEST_CASE("of many strategies the losses of the extremes and of the baseline are shown") {
    std::vector<models::StrategyRuns> strategies;
    for (const int until : {250, 400, 100, 200, 300, 350}) {
        strategies.push_back(fixture::strategy("down" + std::to_string(until), kSlos, until, 10));
    }
    CHECK(
        models::loss_lines(with_strategies(strategies).input()) ==
        std::vector<std::string>{
            "Requests lost to the fault (twin minus run): fewest down100 0 ±0, most down400 9 300 "
            "±200; the baseline (down250) 4 640 ±90."});
}
