// Checks for CI systems: JUnit and SARIF.
#include <nlohmann/json.hpp>

#include "sim/core/version.hpp"
#include "sim/report/render.hpp"
#include "tests/catch.hpp"

namespace {

using Json = nlohmann::ordered_json;

sim::Check check(const std::string& name, sim::CheckResult result) {
    sim::Check one;
    one.rule = "slo/" + name;
    one.title = name + " >= 99%";
    one.group = "naive";
    one.name = name;
    one.result = result;
    one.message = name + " is 98 %";
    return one;
}

sim::Document with(std::vector<sim::Check> checks) {
    sim::Document document;
    document.checks = std::move(checks);
    return document;
}

std::string junit(std::vector<sim::Check> checks, bool ascii = false) {
    sim::TextStyle style;
    style.ascii = ascii;
    return sim::render_junit(with(std::move(checks)), style);
}

Json run_of(std::vector<sim::Check> checks) {
    return Json::parse(sim::render_sarif(with(std::move(checks)), {}))["runs"][0];
}

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a test case passes, fails or is skipped, and suites count them") {
    auto other = check("d", sim::CheckResult::pass);
    other.group = "budgeted";
    const auto text =
        junit({check("a", sim::CheckResult::fail), other, check("b", sim::CheckResult::unsure),
               check("c", sim::CheckResult::tolerated)});
    CHECK(has(text, "<testsuites name=\"firedrill\" tests=\"4\" failures=\"1\" errors=\"0\">"));
    CHECK(has(text,
              "<testsuite name=\"naive\" tests=\"3\" failures=\"1\" errors=\"0\" "
              "skipped=\"1\">"));
    CHECK(has(text,
              "<testsuite name=\"budgeted\" tests=\"1\" failures=\"0\" errors=\"0\" "
              "skipped=\"0\">"));
    CHECK(has(text, "<failure message=\"a is 98 %\" type=\"slo/a\">a is 98 %</failure>"));
    CHECK(has(text, "<skipped>b is 98 %</skipped>"));
    CHECK(has(text, "<system-out>c is 98 %</system-out>"));
}

TEST_CASE("a failure says where, and why it matters; its attribute has one line") {
    auto one = check("a", sim::CheckResult::fail);
    one.message = "too late\nhint: sooner";
    one.help = "why: nobody waits";
    one.place = sim::CheckPlace{"shop.yaml", 3, 14, 4};
    CHECK(has(junit({one}),
              "<failure message=\"too late\" type=\"slo/a\">shop.yaml:3:14: too late\n"
              "hint: sooner\nwhy: nobody waits</failure>"));
}

TEST_CASE("nothing that a file can say breaks the XML") {
    auto one = check("a", sim::CheckResult::pass);
    one.message.clear();
    one.name = "<&>\"\t\n\x01\x1b\xff\xef\xbf\xbf\u00e4\u0085";
    CHECK(has(junit({one}),
              "name=\"&lt;&amp;&gt;&quot;&#9;&#10;\ufffd\ufffd\ufffd\ufffd\u00e4&#133;\""));
    one.name = "\u00e4\U0001f525";
    CHECK(has(junit({one}, true), "name=\"&#228;&#128293;\""));
}

TEST_CASE("SARIF has every rule once, and a result for what did not pass") {
    auto again = check("a", sim::CheckResult::fail);
    again.name = "a elsewhere";
    again.level = sim::Severity::warning;
    const auto run = run_of({check("b", sim::CheckResult::pass), check("a", sim::CheckResult::fail),
                             again, check("c", sim::CheckResult::unsure)});
    const auto& rules = run["tool"]["driver"]["rules"];
    REQUIRE(rules.size() == 3);
    CHECK(rules[1]["id"] == "slo/a");
    CHECK(rules[1]["shortDescription"]["text"] == "a >= 99%");
    const auto& results = run["results"];
    REQUIRE(results.size() == 3);
    CHECK(results[0]["ruleIndex"] == 1);
    CHECK(results[0]["level"] == "error");
    CHECK(results[1]["ruleIndex"] == 1);
    CHECK(results[1]["level"] == "warning");
    CHECK(results[2]["kind"] == "open");
    CHECK(results[2]["level"] == "none");
    CHECK(results[0].contains("locations") == false);
}

TEST_CASE("places are relative references, and regions end after their last character") {
    auto one = check("a", sim::CheckResult::fail);
    one.place = sim::CheckPlace{"./my shops/a:b#\u00e4.yaml", 3, 14, 4};
    auto whole = check("b", sim::CheckResult::fail);
    whole.place = sim::CheckPlace{"shop.yaml"};
    const auto results = run_of({one, whole})["results"];
    const auto& place = results[0]["locations"][0]["physicalLocation"];
    CHECK(place["artifactLocation"]["uri"] == "my%20shops/a%3Ab%23%C3%A4.yaml");
    CHECK(place["region"] == Json({{"startLine", 3}, {"startColumn", 14}, {"endColumn", 18}}));
    CHECK_FALSE(results[1]["locations"][0]["physicalLocation"].contains("region"));
}

TEST_CASE("a finding keeps its fingerprint when its line moves, and equal ones are told apart") {
    auto one = check("a", sim::CheckResult::fail);
    one.place = sim::CheckPlace{"shop.yaml", 3, 14, 4};
    auto moved = one;
    moved.place->line = 30;
    moved.message = "a is 97 %";
    const auto mark = [](const Json& run, std::size_t index) {
        return run["results"][index]["partialFingerprints"]["check/v1"].get<std::string>();
    };
    const auto first = mark(run_of({one}), 0);
    CHECK(mark(run_of({moved}), 0) == first);
    CHECK(mark(run_of({one, moved}), 1) == first + ":2");
    auto other = one;
    other.group = "budgeted";
    CHECK(mark(run_of({other}), 0) != first);
}

TEST_CASE("SARIF says which program found it, and what is there on purpose is suppressed") {
    const auto plain = run_of({check("a", sim::CheckResult::fail)});
    CHECK(plain["tool"]["driver"]["version"] == sim::kVersion);
    CHECK(plain["tool"]["driver"]["semanticVersion"] == sim::kVersion);
    CHECK_FALSE(plain["results"][0].contains("suppressions"));

    auto meant = check("b", sim::CheckResult::tolerated);
    meant.suppression = {"the queue is the lesson", sim::CheckPlace{"shop.yaml", 9, 12, 3}};
    auto unsaid = check("c", sim::CheckResult::tolerated);
    unsaid.suppression.emplace();
    const auto run = run_of({check("a", sim::CheckResult::fail), meant, unsaid});
    CHECK(run["results"][0]["suppressions"] == Json::array());
    const auto& one = run["results"][1]["suppressions"][0];
    CHECK(one["kind"] == "inSource");
    CHECK(one["justification"] == "the queue is the lesson");
    CHECK(one["location"]["physicalLocation"]["region"]["startLine"] == 9);
    CHECK_FALSE(run["results"][2]["suppressions"][0].contains("justification"));

    CHECK(has(junit({meant}),
              "<system-out>b is 98 %\non purpose: the queue is the lesson</system-out>"));
}
