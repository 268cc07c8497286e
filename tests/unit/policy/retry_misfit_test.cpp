// Parameters of backoffs and retry budgets: how they are read, and which do not go together.
#include "models/policy/backoff.hpp"
#include "models/policy/retry_after.hpp"
#include "models/policy/retry_budget.hpp"
#include "tests/catch.hpp"
#include "tests/unit/policy/policy_support.hpp"

using namespace models;
using policy_tests::read_family;

namespace {

constexpr sim::FamilyOptions kBackoff{"exponential", "base", false};
constexpr sim::FamilyOptions kBudget{"windowedTokens", "percent", true};

/// The complaint about a backoff as written; empty when there is none.
std::string misfit_of_backoff(const std::string& text) {
    const auto read = read_family<Backoff>(text, kBackoff);
    INFO(read.messages);
    REQUIRE(read.value);
    const auto misfit = sim::misfit_of(*read.value);
    return misfit ? std::string(misfit->key) + ": " + misfit->message : "";
}

std::string misfit_of_budget(const std::string& text) {
    const auto read = read_family<RetryBudget>(text, kBudget);
    INFO(read.messages);
    REQUIRE(read.value);
    const auto misfit = sim::misfit_of(*read.value);
    return misfit ? std::string(misfit->key) + ": " + misfit->message : "";
}

}  // namespace

TEST_CASE("a longest delay below the first is a misfit of every backoff that has both") {
    for (const std::string kind :
         {"linear", "exponential", "decorrelated", "pollyV2", "envoy", "serverHint",
          "finagleExponential", "finagleEqual", "finagleDecorrelated", "resilience4j", "google"}) {
        CAPTURE(kind);
        CHECK(misfit_of_backoff("{kind: " + kind + ", base: 2s, max: 1s}") ==
              "max: the backoff's `max` is below its `base`");
        CHECK(misfit_of_backoff("{kind: " + kind + ", base: 1s, max: 1s}").empty());
    }
    CHECK(misfit_of_backoff("{base: 21s}") == "max: the backoff's `max` is below its `base`");
    CHECK(misfit_of_backoff("none").empty());
    CHECK(misfit_of_backoff("{kind: constant, base: 1000s}").empty());
}

TEST_CASE("other misfits of exponential") {
    CHECK(misfit_of_backoff("{base: 1s, throttledBase: 30s}") ==
          "throttledBase: the backoff's `throttledBase` is above its `max`");
    CHECK(misfit_of_backoff("{jitter: plusMinus, jitterFactor: 1.5}") ==
          "jitterFactor: with `plusMinus`, a `jitterFactor` above 1 makes negative delays");
    CHECK(misfit_of_backoff("{jitter: additive, jitterFactor: 1.5}").empty());
}

TEST_CASE("misfits of budgets") {
    CHECK(misfit_of_budget("{kind: quota, capacity: 10, retryCost: 14}") ==
          "retryCost: `retryCost` is above the budget's `capacity`");
    CHECK(misfit_of_budget("{kind: quota, capacity: 9}") ==
          "timeoutCost: `timeoutCost` is above the budget's `capacity`");
    CHECK(misfit_of_budget("{kind: quota, throttledCost: 501}") ==
          "throttledCost: `throttledCost` is above the budget's `capacity`");
    CHECK(misfit_of_budget("quota").empty());
    CHECK(misfit_of_budget("{kind: grpcThrottle, maxTokens: 2, tokenRatio: 3}") ==
          "tokenRatio: one success pays in more than the bucket holds");
    CHECK(misfit_of_budget("{kind: successTokens, cost: 11}") ==
          "cost: a retry costs more than the budget's `capacity`");
    CHECK(misfit_of_budget("0%") ==
          "percent: a budget of 0% without a reserve allows no retry at all");
    CHECK(misfit_of_budget("{percent: 0%, minPerSecond: 1}").empty());
}

TEST_CASE("the short form of a budget is a share over ten seconds without a reserve") {
    const auto read = read_family<RetryBudget>("10%", kBudget);
    const auto& budget = std::get<WindowedTokensBudget>(*read.value);
    CHECK(budget.percent == 0.1);
    CHECK(budget.ttl == sim::whole_seconds(10));
    CHECK(budget.min_per_second == 0);
    CHECK(budget.scope == RuleScope::client);
}

TEST_CASE("every budget has a scope") {
    for (const std::string kind :
         {"windowedTokens", "concurrent", "grpcThrottle", "quota", "successTokens", "ratio"}) {
        const auto read = read_family<RetryBudget>("{kind: " + kind + ", scope: process}", kBudget);
        REQUIRE(read.value);
        CHECK(std::visit([](const auto& budget) { return budget.scope; }, *read.value) ==
              RuleScope::process);
    }
}

TEST_CASE("max may be none, and then nothing caps") {
    const auto read = read_family<Backoff>("{base: 1s, max: none}", kBackoff);
    CHECK(longest_delay(*read.value) == sim::kForever);
    CHECK(longest_delay(ExponentialBackoff{}) == sim::whole_seconds(20));
    CHECK(longest_delay(EnvoyBackoff{}) == sim::milliseconds(250));
}

TEST_CASE("what every key of exponential sets") {
    const auto read = read_family<Backoff>(
        "{base: 1ms, factor: 3, max: 2s, jitter: plusMinus, jitterFactor: 0.3, jitterMax: 4ms, "
        "afterCap: false, clampAfter: true, first: 5ms, firstExact: true, throttledBase: 6ms, "
        "resolution: 7us, maxElapsed: 8s}",
        kBackoff);
    INFO(read.messages);
    REQUIRE(read.value);
    const auto& backoff = std::get<ExponentialBackoff>(*read.value);
    CHECK(backoff.base == sim::milliseconds(1));
    CHECK(backoff.factor == 3);
    CHECK(backoff.max == sim::whole_seconds(2));
    CHECK(backoff.jitter == Jitter::plus_minus);
    CHECK(backoff.jitter_factor == 0.3);
    CHECK(backoff.jitter_max == sim::milliseconds(4));
    CHECK_FALSE(backoff.after_cap);
    CHECK(backoff.clamp_after);
    CHECK(backoff.first == sim::milliseconds(5));
    CHECK(backoff.first_exact);
    CHECK(backoff.throttled_base == sim::milliseconds(6));
    CHECK(backoff.resolution == sim::microseconds(7));
    CHECK(backoff.max_elapsed == sim::whole_seconds(8));
}

TEST_CASE("every jitter is read by the name that it is called by") {
    for (std::size_t i = 0; i < kJitters; ++i) {
        const auto name = std::string(to_string(static_cast<Jitter>(i)));
        const auto read = read_family<Backoff>("{jitter: " + name + "}", kBackoff);
        REQUIRE(read.value);
        CHECK(std::get<ExponentialBackoff>(*read.value).jitter == static_cast<Jitter>(i));
    }
}
