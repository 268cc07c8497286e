// Every registered backoff obeys its contract.
#include "models/policy/backoff.hpp"

#include <algorithm>
#include <vector>

#include "tests/catch.hpp"

namespace {

sim::KeyedRng rng_at(std::uint64_t number, std::uint64_t path = 0) {
    return {sim::RngStream(1, 0, "contract", "backoff"), number, path};
}

models::RetryOccasion occasion_of(int retry) {
    models::RetryOccasion occasion;
    occasion.retry = occasion.since_hint = retry;
    return occasion;
}

template <class Kind>
constexpr bool kHasNominal = requires(const Kind& kind) {
    kind.nominal(1);
};

}  // namespace

TEMPLATE_LIST_TEST_CASE("a backoff is named, non-negative, bounded and repeatable", "",
                        models::Backoff) {
    STATIC_REQUIRE_FALSE(TestType::name.empty());
    STATIC_REQUIRE_FALSE(TestType::summary.empty());
    STATIC_REQUIRE_FALSE(TestType::formula.empty());
    STATIC_REQUIRE_FALSE(TestType::source.empty());
    const TestType backoff{};
    models::BackoffState state;
    models::BackoffState same;
    for (int retry = 1; retry <= 100; ++retry) {
        auto rng = rng_at(static_cast<std::uint64_t>(retry));
        auto again = rng_at(static_cast<std::uint64_t>(retry));
        const auto delay = backoff.delay(occasion_of(retry), state, rng);
        REQUIRE(delay);
        CHECK(*delay >= sim::Duration{});
        CHECK(*delay <= backoff.longest());
        CHECK(delay == backoff.delay(occasion_of(retry), same, again));
    }
}

TEMPLATE_LIST_TEST_CASE("a backoff does not overflow, however often it is asked", "",
                        models::Backoff) {
    for (const double remembered : {0.0, 1.0, 20e9, 9e18, 1e300}) {
        for (const int retry : {1, 2, 63, 64, 65, 1'024, 1'025, 100'000}) {
            for (const double u : {0x1.0p-53, 0.5, 1 - 0x1.0p-53}) {
                models::BackoffState state{remembered};
                const TestType backoff{};
                const auto delay = backoff.delay_at(occasion_of(retry), state, u);
                REQUIRE(delay);
                CHECK(*delay >= sim::Duration{});
                CHECK(*delay <= backoff.longest());
            }
        }
    }
}

TEMPLATE_LIST_TEST_CASE("an endless sequence stays within the bound", "", models::Backoff) {
    const TestType backoff{};
    models::BackoffState state;
    for (int retry = 1; retry <= 100'000; retry = retry < 2'000 ? retry + 1 : retry + 7'001) {
        auto rng = rng_at(static_cast<std::uint64_t>(retry));
        const auto delay = backoff.delay(occasion_of(retry), state, rng);
        REQUIRE(delay);
        REQUIRE(*delay >= sim::Duration{});
        REQUIRE(*delay <= backoff.longest());
    }
}

TEMPLATE_LIST_TEST_CASE("the nominal delay never falls from retry to retry", "", models::Backoff) {
    if constexpr (kHasNominal<TestType>) {
        const TestType backoff{};
        for (int retry = 1; retry < 200; ++retry) {
            CAPTURE(retry);
            CHECK(backoff.nominal(retry) <= backoff.nominal(retry + 1));
            CHECK(backoff.nominal(retry) >= sim::Duration{});
        }
        CHECK(backoff.nominal(200) <= backoff.nominal(100'000));
        CHECK(backoff.nominal(100'000) <= backoff.longest());
    }
}

TEMPLATE_LIST_TEST_CASE("nor does the mean delay", "", models::Backoff) {
    constexpr int kRetries = 8;
    constexpr int kCalls = 4'000;
    const TestType backoff{};
    std::vector<double> sums(kRetries, 0.0);
    for (int call = 0; call < kCalls; ++call) {
        models::BackoffState state;
        for (int n = 1; n <= kRetries; ++n) {
            auto rng = rng_at(static_cast<std::uint64_t>(call), static_cast<std::uint64_t>(n));
            const auto delay = backoff.delay(occasion_of(n), state, rng);
            sums[static_cast<std::size_t>(n) - 1] += static_cast<double>(delay->ns);
        }
    }
    for (std::size_t i = 1; i < sums.size(); ++i) {
        CAPTURE(i, sums[i] / kCalls);
        CHECK(sums[i] >= 0.96 * sums[i - 1]);
    }
}
