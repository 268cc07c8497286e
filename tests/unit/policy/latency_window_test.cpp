// Times found by measuring: POLICIES.md 3 and 4 (FIN-BRF).
#include "models/policy/latency_window.hpp"

#include <cmath>

#include "sim/core/rng.hpp"
#include "sim/yaml/parameters.hpp"
#include "tests/catch.hpp"
#include "tests/unit/yaml/yaml_fixture.hpp"

using models::QuantileRule;
using models::TimeRule;

namespace {

constexpr sim::SimTime at_ms(std::int64_t ms) { return {ms * 1'000'000}; }

/// What the rule finds at 3 s when this was recorded at 1 s.
std::optional<sim::Duration> found_from(const QuantileRule& rule,
                                        const std::vector<sim::Duration>& values) {
    auto state = rule.initial();
    for (const auto value : values) rule.record(state, at_ms(1'000), value);
    return rule.current(state, at_ms(3'000));
}

double error_of(sim::Duration found, sim::Duration expected) {
    return std::abs(static_cast<double>(found.ns - expected.ns)) / static_cast<double>(expected.ns);
}

/// Reads `delay: <text>` over `rule`.
std::string read_delay(const std::string& text, TimeRule& rule) {
    struct Holder {
        TimeRule& rule;
        void parameters(sim::Parameters& p) {
            models::time_rule_parameter(p, "delay", rule, "a time", {sim::Duration{1}, true});
        }
    };
    sim::test::Loaded loaded("delay: " + text + "\n");
    sim::MapReader map(*loaded.root, loaded.diagnostics, "test");
    sim::ParameterReader reader(map);
    Holder{rule}.parameters(reader);
    map.finish();
    return loaded.said();
}

}  // namespace

TEST_CASE("a measured time is off by at most 1 % from a microsecond to an hour") {
    const QuantileRule rule;
    for (double ns = 1024; ns < 3.6e12; ns *= 1.0173) {
        const sim::Duration value{static_cast<std::int64_t>(ns)};
        const auto found = found_from(rule, {value});
        REQUIRE(found);
        REQUIRE(error_of(*found, value) <= 0.01);
    }
}

TEST_CASE("shorter and longer times than that are kept, too") {
    const QuantileRule rule;
    CHECK(found_from(rule, {sim::Duration{0}})->ns <= 16);
    CHECK(found_from(rule, {sim::Duration{500}})->ns == Approx(500).margin(8));
    CHECK(*found_from(rule, {sim::kForever}) > sim::whole_seconds(3600));
}

TEST_CASE("the quantile is the smallest value with its share at or below") {
    std::vector<sim::Duration> values;
    for (std::int64_t ms = 1; ms <= 1000; ++ms) values.push_back(sim::milliseconds(ms));
    for (const int percent : {1, 50, 95, 99}) {
        QuantileRule rule;
        rule.percentile = percent / 100.0;
        const auto found = found_from(rule, values);
        REQUIRE(found);
        CHECK(error_of(*found, sim::milliseconds(percent * 10)) <= 0.01);
    }
}

TEST_CASE("nothing is known before the first refresh, and then only what came before it") {
    const QuantileRule rule;
    auto state = rule.initial();
    CHECK_FALSE(rule.current(state, at_ms(100)));
    rule.record(state, at_ms(2'900), sim::milliseconds(10));
    CHECK_FALSE(rule.current(state, at_ms(2'999)));
    REQUIRE(rule.current(state, at_ms(3'000)));
    CHECK(error_of(*rule.current(state, at_ms(3'000)), sim::milliseconds(10)) <= 0.01);
    for (int i = 0; i < 100; ++i) rule.record(state, at_ms(3'100), sim::milliseconds(500));
    CHECK(error_of(*rule.current(state, at_ms(5'999)), sim::milliseconds(10)) <= 0.01);
    CHECK(error_of(*rule.current(state, at_ms(6'000)), sim::milliseconds(500)) <= 0.01);
}

TEST_CASE("a refresh without a look at it is made up for") {
    const QuantileRule rule;
    auto state = rule.initial();
    rule.record(state, at_ms(2'000), sim::milliseconds(10));
    rule.record(state, at_ms(4'000), sim::milliseconds(900));  // after the refresh at 3 s
    CHECK(error_of(*rule.current(state, at_ms(4'000)), sim::milliseconds(10)) <= 0.01);
}

TEST_CASE(
    "what is older than the window is forgotten; without anything new the last value stands") {
    const QuantileRule rule;
    auto state = rule.initial();
    for (int i = 0; i < 1000; ++i) rule.record(state, at_ms(1'000), sim::milliseconds(900));
    rule.record(state, at_ms(28'000), sim::milliseconds(10));
    CHECK(error_of(*rule.current(state, at_ms(28'000)), sim::milliseconds(900)) <= 0.01);
    CHECK(error_of(*rule.current(state, at_ms(30'000)), sim::milliseconds(10)) <= 0.01);
    CHECK(error_of(*rule.current(state, at_ms(1'000'000)), sim::milliseconds(10)) <= 0.01);
}

TEST_CASE("windows and refreshes are aligned to time zero, also before it") {
    const QuantileRule rule;
    auto state = rule.initial();
    rule.record(state, at_ms(-100), sim::milliseconds(10));
    CHECK_FALSE(rule.current(state, at_ms(-1)));
    CHECK(rule.current(state, at_ms(0)));
}

TEST_CASE("padding comes before the least and the most") {
    QuantileRule rule;
    rule.padding = 1.5;
    CHECK(error_of(*found_from(rule, {sim::milliseconds(100)}), sim::milliseconds(150)) <= 0.01);
    rule.max = sim::milliseconds(120);
    CHECK(found_from(rule, {sim::milliseconds(100)}) == sim::milliseconds(120));
    rule.min = sim::milliseconds(50);
    CHECK(found_from(rule, {sim::milliseconds(1)}) == sim::milliseconds(50));
}

TEST_CASE("p95 of exponential latencies is ln 20 means") {
    const QuantileRule rule;
    auto state = rule.initial();
    sim::KeyedRng rng{sim::RngStream(1, 0, "test", "exponential"), 0, 0};
    for (int i = 0; i < 100'000; ++i) {
        rule.record(state, at_ms(i / 40), sim::from_seconds(-0.01 * std::log(rng.unit())));
    }
    const auto found = rule.current(state, at_ms(3'000));
    REQUIRE(found);
    CHECK(found->seconds() == Approx(0.01 * std::log(20)).epsilon(0.025));
}

TEST_CASE("a window takes no memory after it was made") {
    const QuantileRule rule;
    auto state = rule.initial();
    const auto* counts = state.counts.data();
    for (std::int64_t ms = 0; ms < 100'000; ms += 7) {
        rule.record(state, at_ms(ms), sim::milliseconds(ms % 50));
    }
    CHECK(counts == state.counts.data());
}

TEST_CASE("a time is written down, measured, or none") {
    TimeRule rule = sim::milliseconds(5);
    CHECK(read_delay("20ms", rule).empty());
    CHECK(std::get<sim::Duration>(rule) == sim::milliseconds(20));
    CHECK(read_delay("none", rule).empty());
    CHECK(std::get<sim::Duration>(rule) == sim::kForever);
    CHECK(read_delay("{percentile: 99.9%, min: 5ms, padding: 1.2}", rule).empty());
    const auto& quantile = std::get<QuantileRule>(rule);
    CHECK(quantile.percentile == 0.999);
    CHECK(quantile.min == sim::milliseconds(5));
    CHECK(quantile.padding == 1.2);
    CHECK(quantile.refresh == sim::whole_seconds(3));
    CHECK(read_delay("{percentil: 99%}", rule).find("percentil") != std::string::npos);
    CHECK(read_delay("soon", rule) != "");
    CHECK(read_delay("{percentile: 100%}", rule) != "");
}

TEST_CASE("a fixed time is known at once and learns nothing") {
    const TimeRule rule = sim::milliseconds(7);
    auto state = models::initial_time_state(rule);
    models::record_time(rule, state, at_ms(0), sim::whole_seconds(1));
    CHECK(models::current_time(rule, state, at_ms(10'000)) == sim::milliseconds(7));
}
