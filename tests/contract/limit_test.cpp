// Every registered concurrency limit obeys its contract.
#include "models/policy/concurrency_limit.hpp"
#include "tests/contract/family_contract.hpp"

namespace {

using models::ConcurrencyLimit;
using models::LimitVerdict;

sim::KeyedRng rng_at(std::uint64_t number) {
    return {sim::RngStream(1, 0, "contract", "limit"), number, 0};
}

/// A server with eight processors that take 10 ms for a call: the more calls, the longer each.
models::LimitSample sample_at(int step, std::int64_t in_flight) {
    models::LimitSample sample;
    sample.now = {step * std::int64_t{5'000'000}};
    sample.in_flight_at_start = sample.in_flight_at_end = std::max<std::int64_t>(1, in_flight);
    sample.rtt = sim::microseconds(10'000 * std::max<std::int64_t>(8, in_flight) / 8);
    sample.dropped = step % 97 == 0;
    return sample;
}

models::LimitAsk ask_at(int step, std::int64_t in_flight) {
    models::LimitAsk ask;
    ask.now = {step * std::int64_t{5'000'000}};
    ask.in_flight = in_flight;
    ask.in_flight_alike = in_flight;
    ask.utilisation = in_flight >= 8 ? 1.0 : static_cast<double>(in_flight) / 8;
    return ask;
}

}  // namespace

TEMPLATE_LIST_TEST_CASE("a limit is declared", "", ConcurrencyLimit) {
    contract::check_declaration<ConcurrencyLimit, TestType>({"fixed", "max", true});
}

TEMPLATE_LIST_TEST_CASE("a limit stays within bounds and is repeatable", "", ConcurrencyLimit) {
    const ConcurrencyLimit rule = TestType{};
    auto state = models::initial_state(rule);
    auto same = models::initial_state(rule);
    CHECK(models::limit_of(rule, state) >= 1);
    for (int step = -2000; step < 20'000; ++step) {
        const std::int64_t in_flight = (step / 100) % 40 + 20;
        auto rng = rng_at(static_cast<std::uint64_t>(step + 2000));
        auto again = rng_at(static_cast<std::uint64_t>(step + 2000));
        REQUIRE(models::limit_arrive(rule, state, ask_at(step, in_flight)) ==
                models::limit_arrive(rule, same, ask_at(step, in_flight)));
        models::limit_sample(rule, state, sample_at(step, in_flight), rng);
        models::limit_sample(rule, same, sample_at(step, in_flight), again);
        REQUIRE(models::limit_of(rule, state) == models::limit_of(rule, same));
        REQUIRE(models::limit_of(rule, state) >= 1);
        REQUIRE(models::limit_of(rule, state) <= 1000);
    }
}

TEMPLATE_LIST_TEST_CASE("an idle limiter admits, and does not make a call wait", "",
                        ConcurrencyLimit) {
    const ConcurrencyLimit rule = TestType{};
    auto state = models::initial_state(rule);
    for (int step = 0; step < 5000; ++step) {
        auto rng = rng_at(static_cast<std::uint64_t>(step));
        REQUIRE(models::limit_arrive(rule, state, ask_at(step, 0)) == LimitVerdict::start);
        REQUIRE(models::limit_admit(rule, state, ask_at(step, 0)));
        models::limit_sample(rule, state, sample_at(step, 1), rng);
    }
}

TEMPLATE_LIST_TEST_CASE("no limiter queues unless it is told to", "", ConcurrencyLimit) {
    const ConcurrencyLimit rule = TestType{};
    auto state = models::initial_state(rule);
    CHECK(models::limit_queue(rule) == 0);
    CHECK(models::limit_arrive(rule, state, ask_at(0, 1'000'000)) != LimitVerdict::wait);
}

TEST_CASE("what limits share is written the same way") {
    const auto read = [](const std::string& text) {
        return contract::read_value<ConcurrencyLimit>(text, {"fixed", "max", true});
    };
    const auto fixed = read("bulkhead: 25");
    REQUIRE(fixed);
    CHECK(std::get<models::FixedLimit>(*fixed).max == 25);
    const auto vegas = read(
        "bulkhead: {kind: vegas, window: {minSamples: 20}, queue: 100, maxWait: 1s, waitOrder: "
        "lifo, partitions: {criticalPlus: 60%, critical: 30%, sheddablePlus: 10%, sheddable: 0%}, "
        "scope: process}");
    REQUIRE(vegas);
    const auto& kind = std::get<models::VegasLimit>(*vegas);
    REQUIRE(kind.window);
    CHECK(kind.window->min_samples == 20);
    CHECK(kind.window->length == sim::whole_seconds(1));
    REQUIRE(kind.partitions);
    CHECK(kind.partitions->share[0] == 0.6);
    CHECK(kind.scope == models::RuleScope::process);
    CHECK(models::limit_queue(*vegas) == 100);
    CHECK(models::limit_max_wait(*vegas) == sim::whole_seconds(1));
    CHECK(models::limit_wait_order(*vegas) == models::WaitOrder::lifo);
    CHECK(read("bulkhead: {kind: aimd, window: none, partitions: none}"));
    CHECK_FALSE(read("bulkhead: {kind: aimd, window: {size: 3}}"));
    CHECK_FALSE(read("bulkhead: {kind: aimd, partitions: {urgent: 50%}}"));
    CHECK_FALSE(read("bulkhead: {kind: aimd, window: 3}"));
}
