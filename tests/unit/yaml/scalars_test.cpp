#include "sim/yaml/scalars.hpp"

#include "tests/unit/yaml/yaml_fixture.hpp"

using namespace sim;
using namespace sim::test;

namespace {

template <class Read>
auto value_of(const std::string& text, Read read) {
    Loaded loaded("v: " + text + "\n");
    auto result = read(loaded.at("v"), loaded.diagnostics);
    CHECK(loaded.said() == "");
    REQUIRE(result.has_value());
    return *result;
}

const auto duration = [](const Node& node, Diagnostics& out) { return read_duration(node, out); };
const auto percent = [](const Node& node, Diagnostics& out) { return read_percent(node, out); };
const auto rate = [](const Node& node, Diagnostics& out) { return read_rate(node, out); };
const auto factor = [](const Node& node, Diagnostics& out) { return read_factor(node, out); };
const auto number = [](const Node& node, Diagnostics& out) { return read_number(node, out); };
const auto count = [](const Node& node, Diagnostics& out) { return read_count(node, out); };
const auto size = [](const Node& node, Diagnostics& out) { return read_size(node, out); };
const auto boolean = [](const Node& node, Diagnostics& out) { return read_bool(node, out); };

enum class Holds { whileCalling, ownWork };

}  // namespace

TEST_CASE("durations are exact to the nanosecond") {
    CHECK(value_of("250ms", duration).ns == 250'000'000);
    CHECK(value_of("1.5s", duration).ns == 1'500'000'000);
    CHECK(value_of("3m", duration).ns == 180'000'000'000);
    CHECK(value_of("3min", duration).ns == 180'000'000'000);
    CHECK(value_of("1h", duration).ns == 3'600'000'000'000);
    CHECK(value_of("20us", duration).ns == 20'000);
    CHECK(value_of("20µs", duration).ns == 20'000);
    CHECK(value_of("5ns", duration).ns == 5);
    CHECK(value_of("2d", duration).ns == 172'800'000'000'000);
    CHECK(value_of("0s", duration).ns == 0);
    CHECK(value_of("0.3ms", duration).ns == 300'000);
    CHECK(value_of("0.000000001s", duration).ns == 1);
    CHECK(value_of("0.1000000000000000000000s", duration).ns == 100'000'000);
    CHECK(value_of("0.000000000005h", duration).ns == 18);
    CHECK(value_of("\"800ms\"", duration).ns == 800'000'000);
    CHECK(value_of("~800ms", duration).ns == 800'000'000);
    CHECK(value_of("9223372036854775807ns", duration).ns == 9223372036854775807);
}

TEST_CASE("a bad duration is explained with a fix") {
    Loaded f("perTryTimeout: 800\n");
    CHECK_FALSE(read_duration(f.at("perTryTimeout"), f.diagnostics).has_value());
    CHECK(f.said() ==
          "f.yaml:1:16: error: a duration needs a unit: `800`\n"
          "    1 | perTryTimeout: 800\n"
          "      |                ^^^\n"
          "   hint: write `800ms` or `800s`\n");
    const std::string look = " | durations look like `250ms`, `1.5s` or `3m`";
    CHECK(complaint("fast", duration) == "expected a duration, found `fast`" + look);
    CHECK(complaint("", duration) == "expected a duration, found nothing" + look);
    CHECK(complaint("[1s]", duration) == "expected a duration, found a list" + look);
    CHECK(complaint("1.s", duration) == "expected a duration, found `1.s`" + look);
    CHECK(complaint(".5s", duration) == "expected a duration, found `.5s`" + look);
    CHECK(complaint("+5s", duration) == "expected a duration, found `+5s`" + look);
    CHECK(complaint("1.2.3s", duration) == "expected a duration, found `1.2.3s`" + look);
    CHECK(complaint("'1s\n\n'", duration) ==
          "unknown unit in the duration `1s\\n` | the units are ns, us, ms, s, m, h and d");
    CHECK(complaint("5 ms", duration) == "unknown unit in the duration `5 ms` | write `5ms`");
    CHECK(complaint("5sec", duration) == "unknown unit in the duration `5sec` | write `5s`");
    CHECK(complaint("5 minutes", duration) ==
          "unknown unit in the duration `5 minutes` | write `5m`");
    CHECK(complaint("1m30s", duration) == "unknown unit in the duration `1m30s` | write `90s`");
    CHECK(complaint("1s500ms", duration) ==
          "unknown unit in the duration `1s500ms` | write `1500ms`");
    CHECK(complaint("1e3ms", duration) ==
          "unknown unit in the duration `1e3ms` | the units are ns, us, ms, s, m, h and d");
    CHECK(complaint("0.5ns", duration) == "`0.5ns` is finer than a nanosecond");
    CHECK(complaint("300000d", duration) == "`300000d` is too long: at most 292 years");
    CHECK(complaint("99999999999999999999s", duration) ==
          "`99999999999999999999s` is too long: at most 292 years");
    CHECK(complaint("-5s", duration) == "a duration cannot be negative: `-5s`");
}

TEST_CASE("durations have limits") {
    const auto limited = [](const Node& node, Diagnostics& out) {
        return read_duration(node, out, {milliseconds(1), whole_seconds(3600)});
    };
    CHECK(complaint("1ms", limited).empty());
    CHECK(complaint("1h", limited).empty());
    CHECK(complaint("0s", limited) == "`0s` is too short: at least 1ms");
    CHECK(complaint("2h", limited) == "`2h` is too long: at most 3600s");
}

TEST_CASE("percentages are rounded once") {
    CHECK(value_of("99.9%", percent) == 0.999);
    CHECK(value_of("0%", percent) == 0.0);
    CHECK(value_of("100%", percent) == 1.0);
    CHECK(value_of("~1%", percent) == 0.01);
    const std::string look = " | percentages look like `99.9%`";
    CHECK(complaint("99.9", percent) ==
          "a percentage needs a percent sign: `99.9` | write `99.9%`");
    CHECK(complaint("0.25", percent) ==
          "a percentage needs a percent sign: `0.25` | write `0.25%` or `25%`");
    CHECK(complaint("120%", percent) == "`120%` is too large: at most 100%");
    CHECK(complaint("-1%", percent) == "`-1%` is too small: at least 0%");
    CHECK(complaint("10 %", percent) == "expected a percentage, found `10 %`" + look);
    CHECK(complaint("{a: 1%}", percent) == "expected a percentage, found a map" + look);
    CHECK(complaint("nan%", percent) == "expected a percentage, found `nan%`" + look);
}

TEST_CASE("rates are per second") {
    CHECK(value_of("1200/s", rate) == 1200.0);
    CHECK(value_of("30/m", rate) == 0.5);
    CHECK(value_of("30/min", rate) == 0.5);
    CHECK(value_of("1800/h", rate) == 0.5);
    CHECK(complaint("1200", rate) == "a rate needs a unit: `1200` | write `1200/s`");
    CHECK(complaint("1200rps", rate) ==
          "expected a rate, found `1200rps` | rates look like `1200/s`, `5/m` or `1/h`");
    CHECK(complaint("-1/s", rate) == "`-1/s` is too small: at least 0/s");
    const auto positive = [](const Node& node, Diagnostics& out) {
        return read_rate(node, out, {0, 1e6, true});
    };
    CHECK(complaint("0/s", positive) == "`0/s` is too small: more than 0/s");
    CHECK(complaint("2000000/s", positive) == "`2000000/s` is too large: at most 1000000/s");
}

TEST_CASE("factors have an x") {
    CHECK(value_of("5x", factor) == 5.0);
    CHECK(value_of("1.5x", factor) == 1.5);
    CHECK(complaint("5", factor) == "a factor needs an `x`: `5` | write `5x`");
    CHECK(complaint("500%", factor) == "expected a factor, found `500%` | factors look like `5x`");
}

TEST_CASE("numbers are finite decimals") {
    CHECK(value_of("1.5", number) == 1.5);
    CHECK(value_of("1e-3", number) == 0.001);
    CHECK(value_of("2E+2", number) == 200.0);
    const std::string look = " | numbers look like `1.5`";
    CHECK(complaint(".inf", number) == "expected a number, found `.inf`" + look);
    CHECK(complaint("inf", number) == "expected a number, found `inf`" + look);
    CHECK(complaint("nan", number) == "expected a number, found `nan`" + look);
    CHECK(complaint("1e999", number) == "expected a number, found `1e999`" + look);
    CHECK(complaint("0x10", number) == "expected a number, found `0x10`" + look);
    CHECK(complaint("1,5", number) == "expected a number, found `1,5`" + look);
    CHECK(complaint("-1", number) == "`-1` is too small: at least 0");
}

TEST_CASE("counts are whole decimals without surprises") {
    CHECK(value_of("0", count) == 0);
    CHECK(value_of("100", count) == 100);
    CHECK(value_of("9223372036854775807", count) == 9223372036854775807);
    CHECK(complaint("010", count) == "`010` has leading zeros | write `10`");
    CHECK(complaint("000", count) == "`000` has leading zeros | write `0`");
    CHECK(complaint("1_000", count) == "expected a whole number, found `1_000` | write `1000`");
    CHECK(complaint("'1,000'", count) == "expected a whole number, found `1,000` | write `1000`");
    CHECK(complaint("1e3", count) == "expected a whole number, found `1e3` | write `1000`");
    CHECK(complaint("3.0", count) == "expected a whole number, found `3.0` | write `3`");
    CHECK(complaint("3.5", count) ==
          "expected a whole number, found `3.5` | counts look like `100`");
    CHECK(complaint("0x10", count) ==
          "expected a whole number, found `0x10` | counts look like `100`");
    CHECK(complaint("-5", count) == "`-5` is too small: at least 0");
    CHECK(complaint("9223372036854775808", count) ==
          "`9223372036854775808` is too large: at most 9223372036854775806");
    const auto replicas = [](const Node& node, Diagnostics& out) {
        return read_count(node, out, {1, 1000});
    };
    CHECK(complaint("0", replicas) == "`0` is too small: at least 1");
    CHECK(complaint("99999999999999999999", replicas) ==
          "`99999999999999999999` is too large: at most 1000");
    CHECK(complaint("-99999999999999999999", replicas) ==
          "`-99999999999999999999` is too small: at least 1");
}

TEST_CASE("sizes are whole bytes") {
    CHECK(value_of("4MiB", size) == 4 * 1024 * 1024);
    CHECK(value_of("1.5KiB", size) == 1536);
    CHECK(value_of("10MB", size) == 10'000'000);
    CHECK(value_of("100B", size) == 100);
    CHECK(complaint("100", size) == "a size needs a unit: `100` | write `100B` or `100KiB`");
    CHECK(complaint("0.5B", size) == "`0.5B` is no whole number of bytes");
    CHECK(complaint("9999999999TiB", size) == "`9999999999TiB` is too large");
    CHECK(complaint("4mb", size) ==
          "expected a size, found `4mb` | sizes look like `4MiB`, `100kB` or `512B`");
}

TEST_CASE("only true and false are booleans") {
    CHECK(value_of("true", boolean));
    CHECK_FALSE(value_of("false", boolean));
    CHECK(complaint("yes", boolean) == "expected `true` or `false`, found `yes` | write `true`");
    CHECK(complaint("Off", boolean) == "expected `true` or `false`, found `Off` | write `false`");
    CHECK(complaint("maybe", boolean) == "expected `true` or `false`, found `maybe`");
}

TEST_CASE("strings, names and choices") {
    const auto text = [](const Node& node, Diagnostics& out) {
        return read_string(node, out, "a question");
    };
    CHECK(value_of("' text'", text) == " text");
    CHECK(complaint("", text) == "expected a question, found nothing");
    const auto name = [](const Node& node, Diagnostics& out) {
        return read_name(node, out, "a zone");
    };
    CHECK(value_of("eu-1.a_B", name) == "eu-1.a_B");
    const std::string rule =
        " | names have letters, digits, `-`, `_` and `.`, and do not start with `-` or `.`";
    CHECK(complaint("a b", name) == "`a b` cannot be the name of a zone" + rule);
    CHECK(complaint("''", name) == "`` cannot be the name of a zone" + rule);
    CHECK(complaint("[a]", name) == "expected the name of a zone, found a list");
    CHECK_FALSE(is_name("-a"));
    CHECK_FALSE(is_name(std::string(101, 'a')));
    CHECK(is_name(std::string(100, 'a')));
    const auto holds = [](const Node& node, Diagnostics& out) {
        return read_enum<Holds>(
            node, out, "holds",
            {{"whileCalling", Holds::whileCalling}, {"ownWork", Holds::ownWork}});
    };
    CHECK(value_of("ownWork", holds) == Holds::ownWork);
    CHECK(complaint("own_work", holds) == "unknown holds `own_work` | did you mean `ownWork`?");
    CHECK(complaint("zzz", holds) == "unknown holds `zzz` | known: whileCalling, ownWork");
    CHECK(complaint("[ownWork]", holds) ==
          "holds: expected a word, found a list | known: whileCalling, ownWork");
}

TEST_CASE("the key of an entry can be checked as a name") {
    Loaded f("{a b: 1, ok: 2}");
    CHECK_FALSE(check_key_name(f.root->entries[0], f.diagnostics, "a service"));
    CHECK(check_key_name(f.root->entries[1], f.diagnostics, "a service"));
    CHECK(where(f.diagnostics.sorted()[0].range) == "1:2+3");
}
