// Caches without a simulator (POLICIES.md 9).
#include "models/policy/cache.hpp"

#include <cmath>
#include <vector>

#include "sim/yaml/parameters.hpp"
#include "tests/catch.hpp"

using models::CacheAnswer;
using models::CachePolicy;
using sim::whole_seconds;

namespace {

const sim::RngStream kStream(7, 0, "cache", "test");

sim::KeyedRng rng_at(std::uint64_t number, std::uint64_t path = 0) {
    return {kStream, number, path};
}

constexpr sim::SimTime at_s(std::int64_t seconds) { return {seconds * 1'000'000'000}; }

CachePolicy of_one_key() {
    CachePolicy cache;
    cache.keys = {1, 1.0};
    cache.ttl = whole_seconds(60);
    cache.starts_warm = false;
    return cache;
}

CacheAnswer answer(const CachePolicy& cache, models::CacheState& state, sim::SimTime now,
                   std::uint64_t number = 0) {
    auto choice = rng_at(number, 1);
    auto refresh = rng_at(number, 2);
    return cache.look_up(state, now, choice, refresh).answer;
}

void put(const CachePolicy& cache, models::CacheState& state, std::uint32_t key, sim::SimTime now,
         sim::Duration fetch = {}) {
    auto rng = rng_at(0, 3);
    cache.store(state, key, now, fetch, rng);
}

/// Hit ratio of an LRU under P(k) ~ 1/k^s (Che, Tung, Wang 2002): the time T in which `capacity`
/// different keys are asked for solves sum(1 - e^(-p T)) = capacity.
double che_hit_ratio(std::uint32_t count, double exponent, std::uint32_t capacity) {
    std::vector<double> share(count);
    double sum = 0;
    for (std::uint32_t k = 0; k < count; ++k) sum += share[k] = std::pow(k + 1.0, -exponent);
    for (double& p : share) p /= sum;
    double low = 0;
    double high = 1e12;
    for (int i = 0; i < 100; ++i) {
        const double middle = (low + high) / 2;
        double stored = 0;
        for (const double p : share) stored -= std::expm1(-p * middle);
        (stored < capacity ? low : high) = middle;
    }
    double hits = 0;
    for (const double p : share) hits -= p * std::expm1(-p * low);
    return hits;
}

double simulated_hit_ratio(const CachePolicy& cache, int requests) {
    auto state = cache.initial({}, kStream);
    int hits = 0;
    for (int i = 0; i < 2 * requests; ++i) {
        auto choice = rng_at(static_cast<std::uint64_t>(i));
        auto refresh = rng_at(static_cast<std::uint64_t>(i), 1);
        const auto found = cache.look_up(state, {}, choice, refresh);
        if (found.answer == CacheAnswer::miss) put(cache, state, found.key, {});
        if (i >= requests && found.answer == CacheAnswer::hit) ++hits;
    }
    return static_cast<double>(hits) / requests;
}

}  // namespace

TEST_CASE("Zipf ranks have their probabilities, with one draw and a bit") {
    for (const double exponent : {0.0, 0.6, 1.0, 1.5}) {
        const models::Zipf zipf(1000, exponent);
        constexpr int kDraws = 200'000;
        std::vector<int> seen(1000);
        for (std::uint64_t i = 0; i < kDraws; ++i) {
            auto rng = rng_at(i);
            ++seen.at(zipf.rank(rng));
        }
        double sum = 0;
        for (int k = 1; k <= 1000; ++k) sum += std::pow(k, -exponent);
        for (const int k : {1, 2, 3, 10, 100, 1000}) {
            const double p = std::pow(k, -exponent) / sum;
            CAPTURE(exponent, k);
            CHECK(std::abs(seen[static_cast<std::size_t>(k - 1)] - p * kDraws) <=
                  4 * std::sqrt(p * kDraws) + 1);
        }
    }
    auto rng = rng_at(0);
    CHECK(models::Zipf(1, 1.0).rank(rng) == 0);
}

TEST_CASE("the least recently used key goes, and only it") {
    models::LruStore store(3);
    for (const std::uint32_t key : {10U, 20U, 30U}) store.store(key);
    store.touch(*store.find(10));
    store.store(40);
    CHECK(store.find(20) == nullptr);
    for (const std::uint32_t key : {10U, 30U, 40U}) CHECK(store.find(key) != nullptr);
    CHECK(store.size() == 3);
    store.store(30);  // known: a use
    store.store(50);
    CHECK(store.find(10) == nullptr);
    store.clear();
    CHECK(store.size() == 0);
    CHECK(store.find(30) == nullptr);
}

TEST_CASE("a table of keys finds what it holds, whatever was erased") {
    models::KeyTable table;
    std::vector<bool> held(5000, false);
    for (std::uint64_t i = 0; i < 100'000; ++i) {
        auto rng = rng_at(i);
        const auto key = rng.below(5000);
        const bool known = table.find(key) != models::KeyTable::kNone;
        REQUIRE(known == held[key]);
        if (known) {
            REQUIRE(table.find(key) == key + 1);
            table.erase(key);
        } else {
            table.insert(key, key + 1);
        }
        held[key] = !known;
    }
}

TEST_CASE("an exact LRU under Zipf agrees with Che's approximation within 2 %") {
    for (const double exponent : {0.8, 1.0, 1.2}) {
        CachePolicy cache;
        cache.keys = {10'000, exponent};
        cache.capacity = 500;
        const double exact = che_hit_ratio(10'000, exponent, 500);
        CAPTURE(exponent, exact);
        CHECK(simulated_hit_ratio(cache, 200'000) == Approx(exact).epsilon(0.02));
        CHECK(cache.expected_hit_ratio() == Approx(exact).epsilon(0.0005));
    }
}

TEST_CASE("xfetch refreshes with probability exp(-remaining / (beta delta))") {
    const models::XFetch rule;
    constexpr int kDraws = 100'000;
    for (const auto& [ratio, expected] :
         std::vector<std::pair<double, double>>{{0.25, .779}, {1, .368}, {2.5, .082}}) {
        int refreshed = 0;
        for (std::uint64_t i = 0; i < kDraws; ++i) {
            auto rng = rng_at(i);
            refreshed += rule.refreshes(sim::from_seconds(ratio), whole_seconds(1), rng) ? 1 : 0;
        }
        CHECK(static_cast<double>(refreshed) / kDraws == Approx(expected).margin(0.005));
    }
    auto rng = rng_at(0);
    CHECK_FALSE(rule.refreshes(whole_seconds(1), {}, rng));  // a fetch that takes no time
}

TEST_CASE("an entry is good before its end, stale for a while after it, then missing") {
    auto cache = of_one_key();
    cache.stale_while_revalidate = whole_seconds(30);
    auto state = cache.initial(at_s(0), kStream);
    CHECK(answer(cache, state, at_s(0)) == CacheAnswer::miss);
    put(cache, state, 0, at_s(0));
    CHECK(answer(cache, state, {at_s(60).ns - 1}) == CacheAnswer::hit);
    CHECK(answer(cache, state, at_s(60)) == CacheAnswer::stale);
    CHECK(answer(cache, state, {at_s(90).ns - 1}) == CacheAnswer::stale);
    CHECK(answer(cache, state, at_s(90)) == CacheAnswer::miss);
}

TEST_CASE("after a failed fetch an entry serves while it is good or stale if error") {
    auto cache = of_one_key();
    auto state = cache.initial(at_s(0), kStream);
    CHECK_FALSE(cache.serves_after_error(state, 0, at_s(0)));
    put(cache, state, 0, at_s(0));
    CHECK(cache.serves_after_error(state, 0, at_s(59)));
    CHECK_FALSE(cache.serves_after_error(state, 0, at_s(60)));
    cache.stale_if_error = whole_seconds(600);
    CHECK(cache.serves_after_error(state, 0, at_s(659)));
    CHECK_FALSE(cache.serves_after_error(state, 0, at_s(660)));
}

TEST_CASE("jitter spreads the lives of entries evenly over ttl +- its share") {
    auto cache = of_one_key();
    cache.keys.count = 10'000;
    cache.keys.zipf = 0;
    cache.ttl_jitter = 0.1;
    auto state = cache.initial(at_s(0), kStream);
    double sum = 0;
    for (std::uint32_t key = 0; key < 10'000; ++key) {
        auto rng = rng_at(key);
        cache.store(state, key, at_s(0), {}, rng);
        const double life = static_cast<double>(state.store.find(key)->expires.ns) * 1e-9;
        REQUIRE(life >= 54);
        REQUIRE(life <= 66);
        sum += life;
    }
    CHECK(sum / 10'000 == Approx(60).margin(0.15));  // 4 standard errors
}

TEST_CASE("a warm start holds the most popular keys, their ends spread over their lives") {
    CachePolicy cache;
    cache.keys = {1000, 1.0};
    cache.capacity = 100;
    cache.ttl = whole_seconds(60);
    auto state = cache.initial(at_s(-60), kStream);
    CHECK(state.store.size() == 100);
    int first_half = 0;
    for (std::uint32_t key = 0; key < 100; ++key) {
        const auto* entry = state.store.find(key);
        REQUIRE(entry != nullptr);
        REQUIRE(entry->expires >= at_s(-60));
        REQUIRE(entry->expires <= at_s(0));
        first_half += entry->expires < at_s(-30) ? 1 : 0;
    }
    CHECK(first_half > 30);
    CHECK(first_half < 70);
    cache.restart(state);
    CHECK(state.store.size() == 0);
}

TEST_CASE("a cold cache recovers as h (1 - (1 - h/K)^m)") {
    CachePolicy cache;
    cache.hit_ratio = 0.9;
    cache.warm_keys = 500;
    constexpr int kRuns = 400;
    std::vector<int> hits(2001);
    for (std::uint64_t run = 0; run < kRuns; ++run) {
        auto state = cache.initial({}, kStream);
        cache.restart(state);
        for (std::uint64_t m = 0; m <= 2000; ++m) {
            auto choice = rng_at(m, 10 + 3 * run);
            auto refresh = rng_at(m, 11 + 3 * run);
            auto fill = rng_at(m, 12 + 3 * run);
            const auto found = cache.look_up(state, {}, choice, refresh);
            if (found.answer == CacheAnswer::hit) ++hits[m];
            if (found.answer == CacheAnswer::miss) cache.store(state, found.key, {}, {}, fill);
        }
    }
    for (const int m : {0, 200, 500, 1000, 2000}) {
        const double exact = 0.9 * (1 - std::pow(1 - 0.9 / 500, m));
        CAPTURE(m);
        CHECK(hits[static_cast<std::size_t>(m)] / double{kRuns} ==
              Approx(exact).margin(4 * std::sqrt(exact * (1 - exact) / kRuns) + 1e-9));
    }
}

TEST_CASE("concurrent fetches of a cold cache do not count a key twice") {
    CachePolicy cache;
    cache.hit_ratio = 1;
    cache.warm_keys = 1;
    auto state = cache.initial({}, kStream);
    cache.restart(state);
    for (int i = 0; i < 3; ++i) put(cache, state, 0, {});  // three that began with nothing stored
    CHECK(state.warm == 1);
}

TEST_CASE("settings that make no sense together are told apart") {
    const auto key_of = [](const CachePolicy& cache) {
        const auto misfit = cache.misfit();
        return misfit ? std::string(misfit->key) : "";
    };
    CachePolicy cache;
    cache.hit_ratio = 0.9;
    CHECK(key_of(cache).empty());
    cache.ttl = whole_seconds(1);
    CHECK(key_of(cache) == "ttl");
    cache = {};
    cache.capacity = 10;
    CHECK(key_of(cache) == "capacity");
    cache = {};
    cache.keys.count = 1000;
    CHECK(key_of(cache).empty());
    cache.stale_if_error = whole_seconds(1);
    CHECK(key_of(cache) == "staleIfError");
    cache.stale_if_error = {};
    cache.early_refresh = models::XFetch{};
    CHECK(key_of(cache) == "earlyRefresh");
    cache = {};
    cache.keys.count = 20'000'000;
    CHECK(key_of(cache) == "keys");
    cache.capacity = 1000;
    CHECK(key_of(cache).empty());
}
