#include <algorithm>
#include <cmath>
#include <vector>

#include "sim/core/rng.hpp"
#include "tests/catch.hpp"

using sim::KeyedRng;
using sim::Philox2x64;
using sim::RngStream;

// Known answers of Philox2x64-10 published with Random123.
TEST_CASE("Philox2x64-10 gives its known answers") {
    const auto zero = Philox2x64::block<10>(0, 0, 0);
    CHECK(zero.word0 == 0xCA00A0459843D731ULL);
    CHECK(zero.word1 == 0x66C24222C9A845B5ULL);
    const auto ones = Philox2x64::block<10>(~0ULL, ~0ULL, ~0ULL);
    CHECK(ones.word0 == 0x65B021D60CD8310FULL);
    CHECK(ones.word1 == 0x4D02F3222F86DF20ULL);
    const auto pi =
        Philox2x64::block<10>(0xA4093822299F31D0ULL, 0x243F6A8885A308D3ULL, 0x13198A2E03707344ULL);
    CHECK(pi.word0 == 0x0A5E742C2997341CULL);
    CHECK(pi.word1 == 0xB0F883D38000DE5DULL);
}

TEST_CASE("streams and draws are fixed for ever: results depend on them") {
    const RngStream stream(42, 3, "payment", "work");
    CHECK(stream.key == 0x3FECEB57EA98C871ULL);
    KeyedRng rng(stream, 7, 11);
    CHECK(rng() == 0x989304133D200337ULL);
    CHECK(rng() == 0xCFB9AE562F77FB04ULL);
    CHECK(rng() == 0x6338C78AC550AC45ULL);
}

TEST_CASE("every part of the key moves the draw") {
    const auto first = [](RngStream stream, std::uint64_t number, std::uint64_t path) {
        return KeyedRng(stream, number, path)();
    };
    const RngStream base(1, 2, "a", "b");
    std::vector<std::uint64_t> draws = {
        first(base, 5, 6),
        first(RngStream(2, 2, "a", "b"), 5, 6),
        first(RngStream(1, 3, "a", "b"), 5, 6),
        first(RngStream(1, 2, "b", "b"), 5, 6),
        first(RngStream(1, 2, "a", "c"), 5, 6),
        first(base, 6, 6),
        first(base, 5, 7),
    };
    std::sort(draws.begin(), draws.end());
    CHECK(std::adjacent_find(draws.begin(), draws.end()) == draws.end());
    CHECK(first(base, 5, 6) == first(base, 5, 6));
}

namespace {

double correlation(const std::vector<double>& a, const std::vector<double>& b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += (a[i] - 0.5) * (b[i] - 0.5);
    return sum / static_cast<double>(a.size()) * 12.0;  // variance of a uniform is 1/12
}

std::vector<double> uniforms(RngStream stream, std::uint64_t path, std::size_t count) {
    std::vector<double> values;
    values.reserve(count);
    for (std::size_t i = 0; i < count; ++i) values.push_back(KeyedRng(stream, i, path).unit());
    return values;
}

}  // namespace

// METHOD.md 8, A8.2: stream pairs, and neighbouring replications of one entity.
TEST_CASE("streams that differ in one letter, replication or path do not correlate") {
    constexpr std::size_t kCount = 20'000;
    const double limit = 5 / std::sqrt(static_cast<double>(kCount));
    const auto base = uniforms(RngStream(1, 0, "service-0", "work"), 0, kCount);
    double worst = 0;
    for (std::uint64_t i = 1; i <= 100; ++i) {
        const auto name = "service-" + std::to_string(i);
        const RngStream by_name(1, 0, name, "work");
        const RngStream by_replication(1, i, "service-0", "work");
        const RngStream by_seed(1 + i, 0, "service-0", "work");
        for (const RngStream stream : {by_name, by_replication, by_seed}) {
            worst = std::max(worst, std::abs(correlation(base, uniforms(stream, 0, kCount))));
        }
        const auto same = uniforms(RngStream(1, 0, "service-0", "work"), i, kCount);
        worst = std::max(worst, std::abs(correlation(base, same)));
    }
    CHECK(worst <= limit);
    CHECK(worst > 0);
    CHECK(correlation(base, base) > 0.95);  // the test can fail
}

TEST_CASE("uniforms of one stream pass a chi-squared test on 256 cells, also in their low bits") {
    const RngStream stream(9, 0, "chi", "test");
    constexpr int kDraws = 512'000;
    std::vector<int> high(256);
    std::vector<int> low(256);
    for (int i = 0; i < kDraws; ++i) {
        const auto word = KeyedRng(stream, static_cast<std::uint64_t>(i), 3)();
        ++high[word >> 56];
        ++low[word & 255];
    }
    const auto chi_squared = [](const std::vector<int>& cells) {
        const double expected = kDraws / 256.0;
        double sum = 0;
        for (const int n : cells) sum += (n - expected) * (n - expected) / expected;
        return sum;
    };
    CHECK(chi_squared(high) < 347);  // 0.9999 quantile at 255 degrees of freedom is 346.7
    CHECK(chi_squared(low) < 347);
}

TEST_CASE("below(n) stays below n and reaches both ends; unit is open") {
    KeyedRng rng(RngStream(1, 1, "x", "y"), 0, 0);
    std::uint32_t seen = 0;
    for (int i = 0; i < 200; ++i) seen |= 1U << rng.below(5);
    CHECK(seen == 0b11111);
    CHECK(sim::open_unit(0) > 0);
    CHECK(sim::open_unit(~0ULL) < 1);
}

TEST_CASE("a number beyond its 44 bits is a bug, not another draw") {
    CHECK_THROWS_AS(KeyedRng(RngStream(), KeyedRng::kMaxNumber + 1, 0), sim::InternalError);
}
