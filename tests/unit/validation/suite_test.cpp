#include <set>

#include "models/validation/case_runner.hpp"
#include "models/validation/driver.hpp"
#include "models/validation/read_cases.hpp"
#include "models/validation/suite.hpp"
#include "models/validation/validation_page.hpp"
#include "tests/catch.hpp"

namespace {

constexpr const char* kScenario = R"(
version: 1
services:
  server:
    concurrency: unlimited
    latency: 10ms
    endpoints: {serve: []}
workload:
  people: {rate: 10/s, patience: none, mix: {serve: 100%}}
strategies:
  plain: {}
  patient: {timeout: 5s}
experiment: {warmup: 1s, duration: 10s, replications: 3, seed: 1}
)";

constexpr const char* kIndex = R"(
- case: even
  kind: queue
  model: M/D/inf
  wrong: {why: the work takes longer, set: [services.server.latency=11ms]}
  figures:
    - {metric: wait, exact: 0, value: services.server.wait.mean, judge: exact}
    - {metric: sojourn, exact: 0.01, value: services.server.sojourn.mean, judge: exact}
    - {metric: p50, exact: 0.01, value: journeys.0.latency.p50, strategy: patient, tolerance: 1%}
)";

struct Loaded {
    sim::SourceMap sources;
    sim::Diagnostics diagnostics;
    std::vector<models::Case> cases;

    explicit Loaded(const std::string& text)
        : cases(models::read_cases(sources, diagnostics, "cases.yaml", text)) {}
    std::string errors() { return diagnostics.render(sources); }
};

}  // namespace

TEST_CASE("a case is run as often as its scenario says, and judged") {
    Loaded loaded(kIndex);
    REQUIRE(loaded.errors().empty());
    const models::EmbeddedFile files[] = {{"even.yaml", kScenario}};
    const models::Suite suite{"s", "tests", "t", "", files, loaded.cases};
    const models::Case* cases[] = {&suite.cases[0]};
    models::ValidationOptions options;
    options.jobs = 2;
    std::size_t all = 0;
    options.on_wait = [&](std::size_t, std::size_t count) { all = count; };
    const auto result = models::run_cases(suite, cases, options);
    for (const auto& broken : result.broken) FAIL(broken.message);
    REQUIRE(result.cases.size() == 1);
    CHECK(result.cases[0].runs == 3);
    CHECK(result.cases[0].passes());
    CHECK(result.cases[0].figures[2].estimate.value == Approx(0.01).epsilon(0.01));
    models::ValidationInput input{{{&suite, result}}, "1", "", false};
    CHECK(models::validation_passes(input));
}

TEST_CASE("a wrong model is caught, and a page of wrong models that are not caught fails") {
    Loaded loaded(kIndex);
    const models::EmbeddedFile files[] = {{"even.yaml", kScenario}};
    models::Suite suite{"s", "tests", "t", "", files, loaded.cases};
    const models::Case* cases[] = {&suite.cases[0]};
    models::ValidationOptions options;
    options.wrong = true;
    const auto caught = models::run_cases(suite, cases, options);
    REQUIRE(caught.cases.size() == 1);
    CHECK(caught.cases[0].figures[1].agreement == models::Agreement::outside);
    CHECK(caught.cases[0].figures[0].agreement == models::Agreement::inside);
    CHECK(models::validation_passes({{{&suite, caught}}, "1", "", true}));
    suite.cases[0].wrong->set = {"services.server.latency=10ms"};
    const auto missed = models::run_cases(suite, cases, options);
    CHECK_FALSE(models::validation_passes({{{&suite, missed}}, "1", "", true}));
}

TEST_CASE("a scenario that is broken or missing is no pass") {
    Loaded loaded(kIndex);
    const models::Suite suite{"s", "tests", "t", "", {}, loaded.cases};
    const models::Case* cases[] = {&suite.cases[0]};
    const auto result = models::run_cases(suite, cases, {});
    REQUIRE(result.broken.size() == 1);
    CHECK(result.broken[0].name == "even");
    CHECK_FALSE(models::validation_passes({{{&suite, result}}, "1", "", false}));
}

TEST_CASE("mistakes in an index have a place") {
    Loaded loaded(R"(
- case: a
  kind: k
  model: m
  driver: unheard
  figures: [{metric: x, exact: 1, value: "journeys.0 +"}]
)");
    CHECK(loaded.cases.empty());
    const auto errors = loaded.errors();
    CHECK(errors.find("cases.yaml:6:") != std::string::npos);
    CHECK(errors.find("expected a number, a path or `(` at column 13") != std::string::npos);
    CHECK(errors.find("there is no driver `unheard`") != std::string::npos);
    CHECK(errors.find("a driver needs a number of `runs`") != std::string::npos);
}

TEST_CASE("the suites of the program can be read, and every name is there once") {
    sim::SourceMap sources;
    sim::Diagnostics diagnostics;
    const auto suites = models::load_suites(sources, diagnostics);
    INFO(diagnostics.render(sources));
    CHECK_FALSE(diagnostics.has_errors());
    std::set<std::string> names;
    std::set<std::string_view> drivers;
    for (const auto& suite : suites) {
        for (const auto& one : suite.cases) {
            CAPTURE(one.name);
            CHECK(names.insert(one.name).second);
            if (one.driver.empty()) {
                CHECK_FALSE(suite.text_of(one.scenario).empty());
            } else {
                drivers.insert(models::find_driver(one.driver)->name);
            }
        }
    }
    CHECK(drivers.size() == models::drivers().size());  // none that no case uses
}

TEST_CASE("every kind of case of the theory has a deliberately wrong model") {
    sim::SourceMap sources;
    sim::Diagnostics diagnostics;
    const auto suites = models::load_suites(sources, diagnostics);
    std::set<std::string> kinds;
    std::set<std::string> caught;
    for (const auto& one : suites.at(0).cases) {
        kinds.insert(one.kind);
        if (one.wrong) caught.insert(one.kind);
    }
    CHECK(kinds == caught);
}
