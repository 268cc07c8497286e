// What a change does not touch differs by exactly nothing: seen in the JSON that users get, so that
// no number of any kind is left out.
#include <string>

#include "models/engine/trace_request.hpp"
#include "models/scenario/build.hpp"
#include "models/scenario/load.hpp"
#include "tests/catch.hpp"
#include "tests/program.hpp"

namespace {

using tests::Json;

std::string short_shop() { return tests::source_file("tests/determinism/short_shop.yaml"); }

std::string with(std::string text, const std::string& before, const std::string& added) {
    const auto at = text.find(before);
    REQUIRE(at != std::string::npos);
    return text.insert(at, added);
}

void drop(Json& services, const std::string& name) {
    for (auto it = services.begin(); it != services.end();) {
        it = it->at("name") == name ? services.erase(it) : it + 1;
    }
}

Json without_service(Json strategies, const std::string& name) {
    for (auto& strategy : strategies) {
        drop(strategy.at("services"), name);
        drop(strategy.at("series").at("services"), name);
    }
    return strategies;
}

/// What is left at the end is told of all services, also of the other one.
Json without_sentences(Json strategies) {
    for (auto& strategy : strategies) {
        if (strategy.contains("blast") && strategy["blast"].is_object()) {
            strategy["blast"].erase("sentence");
            // Replicas that checks saw as down, and what all replicas cost together.
            strategy["blast"].erase("cost");
            strategy["blast"]["radii"].erase("observed");
            // The fault strikes the other service as well, and says so.
            strategy["blast"]["radii"].erase("target");
            for (const char* list : {"services", "residue"}) {
                auto& entries = strategy["blast"][list];
                for (std::size_t i = entries.size(); i-- > 0;) {
                    if (entries[i]["service"] == "idle") entries.erase(i);
                }
            }
        }
    }
    return strategies;
}

/// The lines of the file are others.
Json without_places(Json slos) {
    for (auto& slo : slos) slo.erase("place");
    return slos;
}

/// Says where two results differ instead of printing them whole.
std::string difference(const Json& a, const Json& b) {
    const auto patch = Json::diff(a, b);
    return patch.empty() ? "none" : patch.at(0).dump();
}

}  // namespace

// Added at the front, so that every id behind it moves; in the dark zone, so that the fault touches
// it.
TEST_CASE("an unrelated service changes no digit of the others") {
    const auto before = tests::run_text(short_shop());
    const auto idle = with(short_shop(), "  gateway:\n", "  idle: {latency: 5ms}\n");
    const auto with_idle = tests::run_text(idle);
    CHECK(difference(without_sentences(without_service(with_idle.at("strategies"), "idle")),
                     without_sentences(before.at("strategies"))) == "none");
    CHECK(difference(without_places(with_idle.at("slos")), without_places(before.at("slos"))) ==
          "none");
    CHECK(difference(with_idle.at("comparison"), before.at("comparison")) == "none");
    CHECK(difference(with_idle.at("strategies"), before.at("strategies")) != "none");
}

TEST_CASE("a strategy that changes nothing differs from the baseline by exactly 0") {
    const auto text = with(short_shop(), "  budgeted:",
                           "  same: {retries: 2, backoff: none, retryOn: [timeout, 503, reset, "
                           "connect-failure]}\n");
    const auto result = tests::run_text(text);
    auto naive = result.at("strategies").at(0);
    auto same = result.at("strategies").at(1);
    REQUIRE(naive.at("name") == "naive");
    REQUIRE(same.at("name") == "same");
    // What it is called and what is written differ, and nothing else.
    for (const char* key : {"name", "settings"}) {
        naive.erase(key);
        same.erase(key);
    }
    CHECK(difference(naive, same) == "none");
    int pairs = 0;
    for (const auto& pair : result.at("comparison").at("pairs")) {
        if (pair.at("a") != "naive" || pair.at("b") != "same") continue;
        ++pairs;
        CHECK(pair.dump().find("identical") != std::string::npos);
    }
    CHECK(pairs > 0);
}

TEST_CASE("before the fault every strategy's run equals its twin's") {
    const auto faulty = tests::run_text(short_shop());
    const auto later = tests::run_text(short_shop(), {"--set", "faults.zone-dark.effect=crash"});
    const auto before_of = [](const Json& result, std::size_t strategy) {
        Json slices = Json::array();
        for (const auto& journey : result.at("strategies").at(strategy).at("journeys")) {
            for (const auto& phase : journey.at("phases")) {
                if (phase.at("phase") == "before") slices.push_back(phase);
            }
        }
        return slices;
    };
    REQUIRE(before_of(faulty, 0).size() == 3);
    CHECK(difference(before_of(faulty, 0), before_of(later, 0)) == "none");
    CHECK(difference(before_of(faulty, 1), before_of(later, 1)) == "none");
    CHECK(difference(faulty.at("strategies"), later.at("strategies")) != "none");
}

namespace {

models::Scenario scenario_of(const std::string& text) {
    models::LoadRequest request;
    request.path = "shop.yaml";
    request.loader = [&](const std::string&, std::size_t) { return sim::FileContent{text, {}}; };
    sim::SourceMap sources;
    sim::Diagnostics diagnostics;
    auto scenario = models::load_scenario(request, sources, diagnostics);
    REQUIRE(scenario.has_value());
    return std::move(*scenario);
}

sim::SimTime arrival_of(const models::SystemModel& model, std::uint64_t number) {
    const auto followed = models::trace_request(model, {7, 0}, {}, {0, number, 0});
    REQUIRE(followed.trace.found);
    return followed.trace.seen.arrival;
}

}  // namespace

// METHOD.md A5.2: whatever retries do, the same customers come at the same nanosecond.
TEST_CASE("another retry policy moves no arrival by a nanosecond") {
    const auto scenario = scenario_of(short_shop());
    const auto naive = models::build_model(scenario, 0);
    const auto budgeted = models::build_model(scenario, 1);
    for (const std::uint64_t number : {600U, 1400U, 1700U, 2500U}) {
        CHECK(arrival_of(naive, number) == arrival_of(budgeted, number));
        CHECK(arrival_of(naive, number) != arrival_of(naive, number + 1));
    }
}

// METHOD.md A5.3: what is said of a strategy does not depend on whom it is compared with.
TEST_CASE("a strategy alone has the same intervals as among others") {
    const auto both = tests::run_text(short_shop(), {"--no-why"});
    const auto alone = tests::run_text(short_shop(), {"--no-why", "--strategy", "budgeted"});
    CHECK(difference(both.at("strategies").at(1), alone.at("strategies").at(0)) == "none");
    CHECK(difference(both.at("strategies").at(0), alone.at("strategies").at(0)) != "none");
}
