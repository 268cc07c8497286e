// What a change does not touch differs by exactly nothing: seen in the JSON that users get, so that
// no number of any kind is left out.
#include <string>

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
