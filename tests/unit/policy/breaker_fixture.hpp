#pragma once

#include "models/policy/circuit_breaker.hpp"
#include "tests/catch.hpp"

namespace models::test {

constexpr sim::SimTime at_ms(std::int64_t ms) { return {ms * 1'000'000}; }

/// One breaker, its state, and short words for what happens to it. Times are in milliseconds.
class BreakerUnderTest {
  public:
    explicit BreakerUnderTest(CircuitBreaker breaker)
        : breaker_(std::move(breaker)), state_(initial_state(breaker_)) {}

    BreakerAdmission ask(std::int64_t ms, bool is_retry = false) {
        return breaker_admit(breaker_, state_, {at_ms(ms), is_retry}, rng_);
    }
    /// How many of `tries` at one instant were let through.
    int admitted(std::int64_t ms, int tries) {
        int count = 0;
        for (int i = 0; i < tries; ++i) count += ask(ms) ? 1 : 0;
        return count;
    }
    void ends(std::int64_t ms, bool failure, int times = 1, sim::Duration took = {}) {
        for (int i = 0; i < times; ++i) {
            breaker_record(breaker_, state_, {at_ms(ms), failure, took, false, false}, rng_);
        }
    }
    void fails(std::int64_t ms, int times = 1) { ends(ms, true, times); }
    void succeeds(std::int64_t ms, int times = 1) { ends(ms, false, times); }
    void cancelled(std::int64_t ms, bool probe) {
        breaker_release(breaker_, state_, {at_ms(ms), probe, false});
    }
    bool open(std::int64_t ms) { return breaker_is_open(breaker_, state_, at_ms(ms)); }
    std::optional<sim::Duration> retry_after(std::int64_t ms) {
        return breaker_retry_after(breaker_, state_, at_ms(ms));
    }
    template <class Kind>
    typename Kind::State& state() {
        return std::get<detail::IndexOfKind<Kind, CircuitBreaker>::value>(state_);
    }

  private:
    CircuitBreaker breaker_;
    CircuitBreakerState state_;
    sim::KeyedRng rng_{sim::RngStream(1, 0, "test", "breaker"), 0, 0};
};

}  // namespace models::test
