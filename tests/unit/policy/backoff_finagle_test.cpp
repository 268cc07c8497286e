// Finagle's jittered backoffs: what makes them other than AWS's of similar names.
#include <vector>

#include "models/policy/backoff_finagle.hpp"
#include "tests/catch.hpp"
#include "tests/unit/policy/policy_support.hpp"

using namespace models;
using policy_tests::delays_at;
using policy_tests::draw_many;
using sim::milliseconds;
using sim::whole_seconds;

namespace {

template <class Kind>
Kind from(std::int64_t base_ms, std::int64_t max_ms) {
    Kind kind;
    kind.base = milliseconds(base_ms);
    kind.max = milliseconds(max_ms);
    return kind;
}

}  // namespace

TEST_CASE("exponentialJittered draws below a multiple of what was drawn") {
    const auto kind = from<FinagleExponentialBackoff>(100, 1'000'000);
    // 100; below 2 * 100; below 4 * that; below 8 * that.
    CHECK(delays_at(kind, 0.5, 4) == std::vector<double>{100, 100, 200, 800});
    CHECK(delays_at(kind, 0.25, 4) == std::vector<double>{100, 50, 50, 100});
    const auto draws = draw_many(kind, 4, 40'000);
    CHECK(draws.min(0) == 100);
    CHECK(draws.max(0) == 100);  // the first is not spread
    CHECK(draws.mean(1) == Approx(100).epsilon(0.02));
    CHECK(draws.mean(2) == Approx(200).epsilon(0.03));
    CHECK(draws.mean(3) == Approx(800).epsilon(0.04));
}

TEST_CASE("exponentialJittered is max for good once it could reach it") {
    const auto kind = from<FinagleExponentialBackoff>(100, 700);
    CHECK(delays_at(kind, 0.9, 6) == std::vector<double>{100, 180, 700, 700, 700, 700});
    models::BackoffState state;
    for (int n = 1; n <= 3; ++n) (void)kind.delay_at(policy_tests::occasion_of(n), state, 0.9);
    CHECK(*kind.delay_at(policy_tests::occasion_of(4), state, 0.001) == milliseconds(700));
}

TEST_CASE("equalJittered keeps the nominal delay and collapses to max") {
    const auto kind = from<FinagleEqualBackoff>(100, 1000);
    CHECK(delays_at(kind, 0.25, 6) == std::vector<double>{100, 125, 250, 500, 1000, 1000});
    // 400 + 0.6 * 400 fits, 800 + 0.6 * 800 does not.
    CHECK(delays_at(kind, 0.6, 6) == std::vector<double>{100, 160, 320, 640, 1000, 1000});
    models::BackoffState state;
    for (int n = 1; n <= 5; ++n) (void)kind.delay_at(policy_tests::occasion_of(n), state, 0.9);
    CHECK(*kind.delay_at(policy_tests::occasion_of(6), state, 0.001) == milliseconds(1000));
}

TEST_CASE("equalJittered stays collapsed where its nominal delay is below max") {
    const auto kind = from<FinagleEqualBackoff>(100, 500);
    models::BackoffState state;
    const auto at = [&](int n, double u) {
        return *kind.delay_at(policy_tests::occasion_of(n), state, u);
    };
    (void)at(1, 0.9);
    (void)at(2, 0.9);
    CHECK(at(3, 0.9) == milliseconds(380));
    CHECK(at(4, 0.9) == milliseconds(500));  // 400 + 360
    CHECK(at(5, 0.01) == milliseconds(500));
}

TEST_CASE("decorrelatedJittered never goes below what it drew before") {
    const auto kind = from<FinagleDecorrelatedBackoff>(100, 10'000);
    for (std::uint64_t call = 0; call < 300; ++call) {
        models::BackoffState state;
        sim::Duration before{};
        for (int n = 1; n <= 12; ++n) {
            auto rng = policy_tests::rng_at(call, static_cast<std::uint64_t>(n));
            const auto delay = *kind.delay(policy_tests::occasion_of(n), state, rng);
            REQUIRE(delay >= before);
            REQUIRE(delay <= kind.max);
            before = delay;
        }
    }
    CHECK(delays_at(kind, 0.5, 4) == std::vector<double>{100, 200, 400, 800});
}

TEST_CASE("base and max alike leave nothing to spread") {
    CHECK(delays_at(from<FinagleExponentialBackoff>(50, 50), 0.3, 3) ==
          std::vector<double>{50, 50, 50});
    CHECK(delays_at(from<FinagleEqualBackoff>(50, 50), 0.3, 3) == std::vector<double>{50, 50, 50});
    CHECK(delays_at(from<FinagleDecorrelatedBackoff>(50, 50), 0.3, 3) ==
          std::vector<double>{50, 50, 50});
}
