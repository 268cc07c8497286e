// Conditions of a sweep: arithmetic on values with units.
#include "models/scenario/sweep_where.hpp"

#include <map>
#include <string>
#include <vector>

#include "models/scenario/merge.hpp"
#include "sim/core/rng.hpp"
#include "sim/yaml/load.hpp"
#include "tests/catch.hpp"

namespace {

using Values = std::map<std::string, std::string>;

/// What a condition comes to; `messages` when it cannot be read or does not fit.
struct Outcome {
    std::optional<bool> holds;
    std::string messages;
};

Outcome evaluate(const std::string& text, const Values& swept, const Values& scenario = {}) {
    sim::SourceMap sources;
    sim::Diagnostics diagnostics;
    const auto file = sources.add("test", text);
    sim::Node node = models::scalar_node(text);
    node.range = sources.range(file, 0, text.size());
    std::vector<std::string> inputs;
    std::vector<models::WhereValue> values;
    for (const auto& [path, value] : swept) {
        inputs.push_back(path);
        values.push_back(models::where_value(value));
    }
    std::vector<const models::WhereValue*> pointers;
    for (const auto& value : values) pointers.push_back(&value);
    const models::WhereLookup lookup = [&](const std::string& path) -> std::optional<std::string> {
        const auto found = scenario.find(path);
        if (found == scenario.end()) return std::nullopt;
        return found->second;
    };
    Outcome out;
    const auto condition = models::WhereCondition::read(node, inputs, lookup, diagnostics);
    if (condition) out.holds = condition->holds(pointers, diagnostics);
    CHECK(out.holds.has_value() != diagnostics.has_errors());
    out.messages = diagnostics.render(sources);
    return out;
}

bool holds(const std::string& text, const Values& swept = {}, const Values& scenario = {}) {
    const auto out = evaluate(text, swept, scenario);
    INFO(text << "\n" << out.messages);
    REQUIRE(out.holds);
    return *out.holds;
}

std::string problem(const std::string& text, const Values& swept = {}) {
    const auto out = evaluate(text, swept);
    CHECK_FALSE(out.holds);
    return out.messages;
}

const Values kPolicy = {
    {"policy.perTryTimeout", "300ms"}, {"policy.retries", "2"}, {"policy.timeout", "900ms"}};

}  // namespace

TEST_CASE("tries fit into a timeout, exactly") {
    CHECK(holds("policy.perTryTimeout * (policy.retries + 1) <= policy.timeout", kPolicy));
    CHECK_FALSE(holds("policy.perTryTimeout * (policy.retries + 1) < policy.timeout", kPolicy));
    CHECK_FALSE(holds("policy.perTryTimeout * (policy.retries + 2) <= policy.timeout", kPolicy));
    CHECK(holds("0.1s * 3 == 300ms"));
    CHECK(holds("300ms - 0.1s * 3 <= 0s"));
    CHECK(holds("0.1% * 3 >= 0.3%"));
    CHECK_FALSE(holds("0.1s * 3 > 0.3s"));
}

TEST_CASE("operators bind as everywhere") {
    CHECK(holds("1 + 2 * 3 == 7"));
    CHECK(holds("(1 + 2) * 3 == 9"));
    CHECK(holds("10 - 3 - 2 == 5"));
    CHECK(holds("24 / 4 / 3 == 2"));
    CHECK(holds("1 > 2 or 1 < 2 and 3 < 4"));
    CHECK(holds("1 < 2 or 1 > 2 and 1 > 3"));
    CHECK_FALSE(holds("(1 < 2 or 1 > 2) and 1 > 3"));
    CHECK(holds("not 1 > 2 and not (2 > 3 or 3 > 4)"));
    CHECK(holds("not not 1 < 2"));
    CHECK(holds("1 != 2 and 2 >= 2 and 2 <= 2"));
    CHECK(holds("2*3==6"));
    CHECK(holds("policy.retries<=2", kPolicy));
}

TEST_CASE("units are converted and cancel") {
    CHECK(holds("1m == 60s and 1h == 60m and 1d == 24h and 1us == 1000ns"));
    CHECK(holds("120/m == 2/s and 1/h * 24 == 24/h"));
    CHECK(holds("100/s * 250ms == 25"));
    CHECK(holds("8 / 20ms >= 400/s"));
    CHECK(holds("1s / 250ms == 4"));
    CHECK(holds("4MiB / 2 == 2048KiB and 1kB == 1000B"));
    CHECK(holds("1MiB/s * 2s == 2MiB"));
    CHECK(holds("50% == 0.5 and 200/s * 10% == 20/s"));
    CHECK(holds("2x * 100ms == 200ms"));
}

TEST_CASE("names may hold dashes, arrows and what looks like an operator") {
    const Values swept = {{"policyFor.checkout-api->payment.timeout", "1s"},
                          {"services.a-b.queue", "10"}};
    CHECK(holds("policyFor.checkout-api->payment.timeout > 500ms", swept));
    CHECK(holds("policyFor.checkout-api->payment.timeout>500ms", swept));
    CHECK(holds("services.a-b.queue - 3 == 7", swept));
    CHECK(holds("services.a-b.queue / 2 == 5", swept));
    CHECK(holds("(services.a-b.queue)>9", swept));
}

TEST_CASE("a path that is not swept has the scenario's value") {
    CHECK(holds("policy.retries <= services.web.queue", kPolicy, {{"services.web.queue", "2"}}));
    CHECK(problem("policy.retires <= 2", kPolicy) ==
          "test:1:1: error: `policy.retires` is not swept, and the scenario has no value of it\n"
          "    1 | policy.retires <= 2\n"
          "      | ^^^^^^^^^^^^^^\n"
          "   hint: did you mean `policy.retries`?\n");
    CHECK(problem("policy.backoff.base > 1s", {{"policy.backoff", "none"}})
              .find("`policy.backoff` is swept as a whole") != std::string::npos);
}

TEST_CASE("none, unlimited and forever are larger than every number") {
    const Values swept = {{"a.timeout", "none"}, {"a.queue", "unlimited"}, {"a.size", "5"}};
    CHECK(holds("a.timeout > 100d and a.queue > 1000000 and a.size < a.queue", swept));
    CHECK(holds("a.timeout == none and a.queue != none or a.size == 5", swept));
    CHECK_FALSE(holds("a.timeout <= 1h", swept));
    CHECK(holds("a.size != none", swept));
}

TEST_CASE("text is compared as it is") {
    const Values swept = {{"policy.loadBalancing", "leastRequest"},
                          {"policy.backoff", "{base: 50ms}"},
                          {"policy.retries", "0"}};
    CHECK(holds("policy.loadBalancing == leastRequest", swept));
    CHECK(holds("policy.loadBalancing != roundRobin or policy.retries > 5", swept));
    CHECK(holds("policy.backoff != none", swept));
    CHECK(holds("policy.backoff == '{base: 50ms}'", swept));
    CHECK(problem("policy.loadBalancing < 5", swept) ==
          "test:1:22: error: `<` needs numbers, but `leastRequest` is text\n"
          "    1 | policy.loadBalancing < 5\n"
          "      |                      ^\n"
          "   hint: compare values of the same kind\n");
}

TEST_CASE("values of different kinds are not mixed") {
    CHECK(problem("policy.timeout + policy.retries < 5", kPolicy) ==
          "test:1:16: error: `+` stands between a duration and a plain number\n"
          "    1 | policy.timeout + policy.retries < 5\n"
          "      |                ^\n"
          "   hint: compare values of the same kind\n");
    CHECK(problem("policy.timeout < 5/s", kPolicy).find("a duration and a rate") !=
          std::string::npos);
    CHECK(problem("1MiB > 5").find("a size and a plain number") != std::string::npos);
    CHECK(problem("1s * 1s > 5").find("s^2 B^0 and a plain number") != std::string::npos);
}

TEST_CASE("mistakes in conditions are shown where they are") {
    CHECK(problem("policy.retries", kPolicy).find("nothing is compared in it") !=
          std::string::npos);
    CHECK(problem("1 <= policy.retries <= 3", kPolicy) ==
          "test:1:21: error: `<=` stands between values\n"
          "    1 | 1 <= policy.retries <= 3\n"
          "      |                     ^^\n"
          "   hint: one comparison at a time: `1 <= x and x <= 5`\n");
    CHECK(problem("1 < 2 && 2 < 3").find("write `and`") != std::string::npos);
    CHECK(problem("1 < 2 || 2 < 3").find("write `or`") != std::string::npos);
    CHECK(problem("policy.retries = 2", kPolicy).find("write `==`") != std::string::npos);
    CHECK(problem("! 1 < 2").find("write `not`") != std::string::npos);
    CHECK(problem("(1 < 2").find("nothing closes this bracket") != std::string::npos);
    CHECK(problem("1 < 2)").find("`)` was not expected here") != std::string::npos);
    CHECK(problem("1 <").find("the condition is not complete") != std::string::npos);
    CHECK(problem("").find("the condition is not complete") != std::string::npos);
    CHECK(problem("1 < * 2").find("expected a value or a path, found `*`") != std::string::npos);
    CHECK(problem("100msec < 2s").find("`100msec` is no number with a unit") != std::string::npos);
    CHECK(problem("1 and 2").find("`and` joins comparisons") != std::string::npos);
    CHECK(problem("not 5").find("`not` stands before a comparison") != std::string::npos);
    CHECK(problem(std::string(5000, '(')).find("more than 50 deep") != std::string::npos);
    std::string nots;
    for (int i = 0; i < 5000; ++i) nots += "not ";
    CHECK(problem(nots + "1 < 2").find("more than 50 deep") != std::string::npos);
}

TEST_CASE("whatever a condition says, it is true, false or an error") {
    const std::vector<std::string> words = {
        "(", ")",   "and", "or", "not", "<=",   "==",  "!=", ">",   "+",    "-",
        "*", "/",   "1",   "2s", "5%",  "3/s",  "a.b", "c",  "'t'", "none", "->",
        "=", "1e5", "0s",  "x",  "\"",  "4MiB", "!",   "&&", "0",   "1/"};
    const Values swept = {{"a.b", "1s"}, {"c", "text"}};
    sim::KeyedRng rng(sim::RngStream(1, 0, "words", "test"), 0, 0);
    std::size_t good = 0;
    for (int i = 0; i < 30'000; ++i) {
        std::string text;
        for (std::uint32_t n = rng.below(9); n-- > 0;) {
            text += words[rng.below(static_cast<std::uint32_t>(words.size()))];
            if (rng.bernoulli(0.8)) text += ' ';
        }
        INFO(text);
        good += evaluate(text, swept).holds ? 1 : 0;
    }
    CHECK(good > 30);
}
