// Every registered circuit breaker obeys its contract.
#include <set>
#include <string>
#include <vector>

#include "models/policy/circuit_breaker.hpp"
#include "sim/yaml/parameters.hpp"
#include "tests/catch.hpp"
#include "tests/unit/yaml/yaml_fixture.hpp"

namespace {

using models::CircuitBreaker;

constexpr sim::SimTime at_ms(std::int64_t ms) { return {ms * 1'000'000}; }

struct Flight {
    bool probe;
};

/// Calls at random moments from before time zero on, some failing, some cancelled, some hung.
class RandomCalls {
  public:
    RandomCalls(CircuitBreaker breaker, std::uint64_t seed)
        : breaker_(std::move(breaker)),
          state_(initial_state(breaker_)),
          draws_(sim::RngStream(seed, 0, "contract", "breaker"), 0, 0),
          rng_(sim::RngStream(seed, 0, "contract", "open"), 0, 0) {}

    void step() {
        now_ = now_ + sim::milliseconds(draws_.below(draws_.bernoulli(0.01) ? 40'000 : 200));
        if (!flights_.empty() && draws_.bernoulli(0.5)) finish();
        const bool refused = breaker_is_open(breaker_, state_, now_);
        const auto answer = breaker_admit(breaker_, state_, {now_, false}, rng_);
        agrees_ = agrees_ && answer.admitted == !refused && answer.admitted >= answer.probe;
        history_.push_back(answer.admitted);
        if (answer) flights_.push_back({answer.probe});
        if (const auto wait = breaker_retry_after(breaker_, state_, now_)) {
            agrees_ = agrees_ && *wait >= sim::Duration{};
        }
    }
    void finish() {
        const auto index = draws_.below(static_cast<std::uint32_t>(flights_.size()));
        const bool probe = flights_[index].probe;
        flights_.erase(flights_.begin() + index);
        if (draws_.bernoulli(0.1)) {
            breaker_release(breaker_, state_, {now_, probe, false});
        } else {
            const bool failure = draws_.bernoulli(0.6);
            const auto took = sim::milliseconds(draws_.below(1000));
            breaker_record(breaker_, state_, {now_, failure, took, probe, false}, rng_);
        }
    }
    /// The callee is well: everything succeeds at once.
    bool recovers() {
        while (!flights_.empty()) finish();
        for (int i = 0; i < 1000; ++i) {
            now_ = now_ + sim::whole_seconds(1);
            const auto answer = breaker_admit(breaker_, state_, {now_, false}, rng_);
            if (!answer) continue;
            breaker_record(breaker_, state_, {now_, false, {}, answer.probe, false}, rng_);
        }
        return breaker_admit(breaker_, state_, {now_, false}, rng_).admitted;
    }
    [[nodiscard]] bool agrees() const { return agrees_; }
    [[nodiscard]] const std::vector<bool>& history() const { return history_; }

  private:
    CircuitBreaker breaker_;
    models::CircuitBreakerState state_;
    sim::KeyedRng draws_;
    sim::KeyedRng rng_;
    sim::SimTime now_ = at_ms(-100'000);
    std::vector<Flight> flights_;
    std::vector<bool> history_;
    bool agrees_ = true;
};

const sim::FamilyOptions kOptions{"countBased", "failureRateThreshold", true};

}  // namespace

TEMPLATE_LIST_TEST_CASE("a breaker describes itself, and its example reads as its kind", "",
                        CircuitBreaker) {
    STATIC_REQUIRE_FALSE(TestType::summary.empty());
    STATIC_REQUIRE_FALSE(TestType::formula.empty());
    STATIC_REQUIRE_FALSE(TestType::source.empty());
    std::set<std::string> keys;
    for (const auto& doc : sim::list_parameters<TestType>()) {
        CHECK(keys.insert(doc.key).second);
        CHECK_FALSE(doc.summary.empty());
    }
    sim::test::Loaded loaded{std::string(TestType::example)};
    const auto read = sim::read_family<CircuitBreaker>(loaded.at("circuitBreaker"),
                                                       loaded.diagnostics, "breaker", kOptions);
    INFO(loaded.said());
    REQUIRE(read);
    CHECK(std::holds_alternative<TestType>(*read));
    CHECK_FALSE(sim::misfit_of(*read));
}

TEMPLATE_LIST_TEST_CASE("a fresh breaker lets everything through", "", CircuitBreaker) {
    const CircuitBreaker breaker = TestType{};
    auto state = initial_state(breaker);
    CHECK_FALSE(breaker_is_open(breaker, state, at_ms(0)));
    CHECK_FALSE(breaker_retry_after(breaker, state, at_ms(0)));
    sim::KeyedRng rng{sim::RngStream(1, 0, "contract", "breaker"), 0, 0};
    const auto answer = breaker_admit(breaker, state, {at_ms(0), false}, rng);
    CHECK(answer.admitted);
    CHECK_FALSE(answer.probe);
}

TEMPLATE_LIST_TEST_CASE("a breaker that says it is open refuses, and else it does not", "",
                        CircuitBreaker) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        RandomCalls calls(TestType{}, seed);
        for (int i = 0; i < 2000; ++i) calls.step();
        CHECK(calls.agrees());
    }
}

TEMPLATE_LIST_TEST_CASE("the same results lead to the same answers", "", CircuitBreaker) {
    RandomCalls one(TestType{}, 7);
    RandomCalls other(TestType{}, 7);
    for (int i = 0; i < 5000; ++i) one.step();
    for (int i = 0; i < 5000; ++i) other.step();
    CHECK(one.history() == other.history());
}

TEMPLATE_LIST_TEST_CASE("a breaker closes again when the callee is well and nothing hangs", "",
                        CircuitBreaker) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        RandomCalls calls(TestType{}, seed);
        for (int i = 0; i < 500; ++i) calls.step();
        CHECK(calls.recovers());
    }
}

TEMPLATE_LIST_TEST_CASE("with breakRetriesOnly no first try is refused", "", CircuitBreaker) {
    TestType kind{};
    if constexpr (requires { kind.break_retries_only; }) {
        kind.break_retries_only = true;
    } else if constexpr (requires { kind.settings.break_retries_only; }) {
        kind.settings.break_retries_only = true;
    } else {
        return;
    }
    const CircuitBreaker breaker = kind;
    auto state = initial_state(breaker);
    sim::KeyedRng rng{sim::RngStream(1, 0, "contract", "breaker"), 0, 0};
    bool refused_a_retry = false;
    for (std::int64_t ms = 0; ms < 200'000; ms += 100) {
        REQUIRE(breaker_admit(breaker, state, {at_ms(ms), false}, rng));
        refused_a_retry =
            refused_a_retry || !breaker_admit(breaker, state, {at_ms(ms), true}, rng).admitted;
        breaker_record(breaker, state, {at_ms(ms), true, {}, false, false}, rng);
    }
    CHECK(refused_a_retry);
}

TEMPLATE_LIST_TEST_CASE("no breaker takes a success or its own refusal for a failure", "",
                        CircuitBreaker) {
    const CircuitBreaker breaker = TestType{};
    for (const auto outcome :
         {models::Outcome::ok, models::Outcome::degraded, models::Outcome::breaker_open,
          models::Outcome::deadline, models::Outcome::abandoned, models::Outcome::unfinished}) {
        CHECK_FALSE(counts_as_failure(breaker, outcome));
    }
    for (std::size_t i = 0; i < models::kOutcomes; ++i) {
        const auto outcome = static_cast<models::Outcome>(i);
        const bool judged = is_callee_failure(outcome) || is_success(outcome);
        CHECK(is_no_result(outcome) == !judged);
    }
}
