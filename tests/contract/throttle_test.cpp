// Every registered throttle obeys its contract.
#include "models/policy/throttle.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "sim/yaml/parameters.hpp"
#include "tests/catch.hpp"
#include "tests/unit/yaml/yaml_fixture.hpp"

namespace {

using models::Throttle;

constexpr sim::SimTime at_ms(std::int64_t ms) { return {ms * 1'000'000}; }

sim::KeyedRng rng_at(std::uint64_t number) {
    return {sim::RngStream(1, 0, "contract", "throttle"), number, 0};
}

/// Which of the calls, one every 10 ms, are let through while this share is accepted.
std::vector<bool> let_through(const Throttle& throttle, models::ThrottleState& state,
                              sim::SimTime from, double accepted) {
    std::vector<bool> answers;
    bool in_range = true;
    for (std::uint64_t i = 0; i < 6'000; ++i) {
        const auto now = from + sim::milliseconds(static_cast<std::int64_t>(i) * 10);
        auto rng = rng_at(static_cast<std::uint64_t>(now.ns / 1'000'000 + 1'000'000));
        answers.push_back(throttle_admit(throttle, state, now, rng));
        if (answers.back()) throttle_record(throttle, state, now, rng.bernoulli(accepted));
        const double p = rejection_probability(throttle, state, now);
        in_range = in_range && p >= 0 && p <= 1;
    }
    CHECK(in_range);
    return answers;
}

std::ptrdiff_t count_of(const std::vector<bool>& answers) {
    return std::count(answers.begin(), answers.end(), true);
}

}  // namespace

TEMPLATE_LIST_TEST_CASE("a throttle describes itself, and its example reads as its kind", "",
                        Throttle) {
    STATIC_REQUIRE_FALSE(TestType::summary.empty());
    STATIC_REQUIRE_FALSE(TestType::formula.empty());
    STATIC_REQUIRE_FALSE(TestType::source.empty());
    std::set<std::string> keys;
    for (const auto& doc : sim::list_parameters<TestType>()) {
        CHECK(keys.insert(doc.key).second);
        CHECK_FALSE(doc.summary.empty());
    }
    sim::test::Loaded loaded{std::string(TestType::example)};
    const auto read = sim::read_family<Throttle>(loaded.at("throttle"), loaded.diagnostics,
                                                 "throttle", {"sre", "k", true});
    INFO(loaded.said());
    REQUIRE(read);
    CHECK(std::holds_alternative<TestType>(*read));
}

TEMPLATE_LIST_TEST_CASE("a throttle is silent while all is well, and draws nothing", "", Throttle) {
    const Throttle throttle = TestType{};
    auto state = initial_state(throttle);
    for (std::int64_t ms = -10'000; ms < 300'000; ms += 10) {
        auto rng = rng_at(1);
        auto untouched = rng_at(1);
        REQUIRE(throttle_admit(throttle, state, at_ms(ms), rng));
        REQUIRE(rng() == untouched());
        throttle_record(throttle, state, at_ms(ms), true);
    }
}

TEMPLATE_LIST_TEST_CASE("a throttle holds back while everything is refused, and lets go later", "",
                        Throttle) {
    const Throttle throttle = TestType{};
    auto state = initial_state(throttle);
    constexpr std::int64_t kMinute = 60'000;
    std::vector<bool> bad;
    for (int minute = 0; minute < 5; ++minute) {
        bad = let_through(throttle, state, at_ms(minute * kMinute), 0.0);
    }
    CHECK(count_of(bad) < 6'000 / 2);
    // The share let through at most doubles per window: an hour for one in ten thousand.
    std::ptrdiff_t good = 0;
    for (int minute = 5; minute < 90 && good < 6'000; ++minute) {
        good = count_of(let_through(throttle, state, at_ms(minute * kMinute), 1.0));
    }
    CHECK(good == 6'000);
}

TEMPLATE_LIST_TEST_CASE("a throttle answers the same when it is asked the same", "", Throttle) {
    const Throttle throttle = TestType{};
    auto one = initial_state(throttle);
    auto other = initial_state(throttle);
    CHECK(let_through(throttle, one, at_ms(-5'000), 0.3) ==
          let_through(throttle, other, at_ms(-5'000), 0.3));
}
