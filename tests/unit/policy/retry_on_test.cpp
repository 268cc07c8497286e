// Which outcomes are worth another try: SEMANTICS 6, as a table.
#include <map>
#include <set>

#include "models/policy/call_policy.hpp"
#include "tests/catch.hpp"

using models::Outcome;
using models::RetryCondition;
using models::RetryOn;

TEST_CASE("each condition covers its outcomes and no other") {
    const std::map<RetryCondition, std::set<Outcome>> expected = {
        {RetryCondition::timeout, {Outcome::timeout, Outcome::blackholed}},
        {RetryCondition::connect_failure, {Outcome::refused, Outcome::dns}},
        {RetryCondition::status_503,
         {Outcome::shed, Outcome::no_healthy_instance, Outcome::pool_timeout}},
        {RetryCondition::status_429, {Outcome::throttled}},
        {RetryCondition::reset, {Outcome::reset}},
        {RetryCondition::error, {Outcome::error}},
        {RetryCondition::status_5xx,
         {Outcome::error, Outcome::shed, Outcome::no_healthy_instance, Outcome::pool_timeout}}};
    REQUIRE(expected.size() == models::kRetryConditions);
    for (const auto& [condition, outcomes] : expected) {
        RetryOn set;
        set.add(condition);
        for (std::size_t i = 0; i < models::kOutcomes; ++i) {
            const auto outcome = static_cast<Outcome>(i);
            INFO(to_string(condition) << " " << to_string(outcome));
            CHECK(set.covers(outcome, false) == (outcomes.count(outcome) == 1));
        }
    }
}

TEST_CASE("an error that carries a 503 counts as one") {
    RetryOn error;
    error.add(RetryCondition::error);
    CHECK_FALSE(error.covers(Outcome::error, true));
    RetryOn unavailable;
    unavailable.add(RetryCondition::status_503);
    CHECK(unavailable.covers(Outcome::error, true));
    CHECK_FALSE(unavailable.covers(Outcome::error, false));
    RetryOn any;
    any.add(RetryCondition::status_5xx);
    CHECK(any.covers(Outcome::error, true));
}

TEST_CASE("the default leaves errors and throttling alone") {
    const RetryOn set = models::default_retry_on();
    CHECK(set.covers(Outcome::timeout, false));
    CHECK(set.covers(Outcome::refused, false));
    CHECK(set.covers(Outcome::reset, false));
    CHECK(set.covers(Outcome::shed, false));
    CHECK_FALSE(set.covers(Outcome::error, false));
    CHECK_FALSE(set.covers(Outcome::throttled, false));
}

TEST_CASE("conditions have the names of the file") {
    CHECK(to_string(RetryCondition::connect_failure) == "connect-failure");
    CHECK(to_string(RetryCondition::status_5xx) == "5xx");
}
