// Concurrency limits (POLICIES.md 6.1, 6.2).
#include "models/policy/concurrency_limit.hpp"
#include "tests/catch.hpp"

namespace {

models::LimitAsk ask_with(std::int64_t in_flight, std::int64_t waiting) {
    models::LimitAsk ask;
    ask.in_flight = in_flight;
    ask.waiting = waiting;
    return ask;
}

}  // namespace

TEST_CASE("a fixed limit starts, queues and rejects") {
    models::FixedLimit fixed;
    fixed.max = 2;
    fixed.waiting.queue = 1;
    const models::ConcurrencyLimit rule = fixed;
    auto state = models::initial_state(rule);
    using models::LimitVerdict;
    CHECK(models::limit_of(rule, state) == 2);
    CHECK(models::limit_arrive(rule, state, ask_with(1, 0)) == LimitVerdict::start);
    CHECK(models::limit_arrive(rule, state, ask_with(2, 0)) == LimitVerdict::wait);
    CHECK(models::limit_arrive(rule, state, ask_with(2, 1)) == LimitVerdict::reject);
    CHECK(models::limit_arrive(rule, state, ask_with(1, 1)) == LimitVerdict::reject);
    CHECK(models::limit_admit(rule, state, ask_with(1, 0)));
    CHECK_FALSE(models::limit_admit(rule, state, ask_with(2, 0)));
}
