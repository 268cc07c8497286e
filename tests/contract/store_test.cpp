// Every registered fallback and early refresh obeys its contract.
#include <set>
#include <string>

#include "models/policy/cache_refresh.hpp"
#include "models/policy/fallback.hpp"
#include "sim/yaml/parameters.hpp"
#include "tests/catch.hpp"

TEMPLATE_LIST_TEST_CASE("a fallback is named, of some quality, and bounded", "", models::Fallback) {
    STATIC_REQUIRE_FALSE(TestType::name.empty());
    STATIC_REQUIRE_FALSE(TestType::summary.empty());
    STATIC_REQUIRE_FALSE(TestType::source.empty());
    STATIC_REQUIRE_FALSE(TestType::example.empty());
    const TestType fallback{};
    CHECK(fallback.quality > 0);
    CHECK(fallback.quality < 1);
    CHECK(fallback.max_concurrent == 10);
    CHECK(fallback.latency == sim::Duration{});
    models::FallbackState state;
    state.last_success_ns = 0;
    CHECK(can_answer(fallback, state, {0}));
    state.running = fallback.max_concurrent;
    CHECK_FALSE(can_answer(fallback, state, {0}));
    std::set<std::string> keys;
    for (const auto& doc : sim::list_parameters<TestType>()) {
        CHECK(keys.insert(doc.key).second);
        CHECK_FALSE(doc.summary.empty());
    }
    CHECK(keys.count("quality") == 1);
}

TEMPLATE_LIST_TEST_CASE("an early refresh is likelier near the end, and repeatable", "",
                        models::EarlyRefresh) {
    STATIC_REQUIRE_FALSE(TestType::name.empty());
    const TestType rule{};
    const sim::RngStream stream(1, 0, "contract", "refresh");
    int near = 0;
    int far = 0;
    for (std::uint64_t i = 0; i < 1000; ++i) {
        sim::KeyedRng first(stream, i, 0);
        sim::KeyedRng same(stream, i, 0);
        sim::KeyedRng again(stream, i, 0);
        const auto fetch = sim::milliseconds(100);
        const bool refreshes = rule.refreshes(sim::milliseconds(10), fetch, first);
        CHECK(refreshes == rule.refreshes(sim::milliseconds(10), fetch, same));
        near += refreshes ? 1 : 0;
        far += rule.refreshes(sim::whole_seconds(1), fetch, again) ? 1 : 0;
    }
    CHECK(near > far);
}
