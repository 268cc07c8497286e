#include "sim/stats/bin_counts.hpp"

#include <cstdint>
#include <random>
#include <vector>

#include "tests/catch.hpp"

using sim::BinCounts;

TEST_CASE("counts go on beyond their word, as plain counters of 64 bits do") {
    BinCounts<std::uint8_t> counts(5);
    std::vector<std::uint64_t> plain(5, 0);
    std::mt19937 rng(1);
    for (int i = 0; i < 5000; ++i) {
        // Bins of very different size: 1 in 2, 1 in 4, ...
        std::size_t bin = 0;
        while (bin < 4 && rng() % 2 == 0) ++bin;
        counts.count(bin);
        ++plain[bin];
        for (std::size_t b = 0; b < plain.size(); ++b) REQUIRE(counts[b] == plain[b]);
    }
    CHECK(plain[0] > 512);  // several times round
    CHECK(plain[4] > 256);
}

TEST_CASE("a count can be set, above its word and below it again") {
    BinCounts<std::uint8_t> counts(3);
    for (const std::uint64_t value : {255ULL, 256ULL, ~0ULL, 255ULL, 0ULL, 1ULL << 40}) {
        counts.set(1, value);
        CHECK(counts[0] == 0);
        CHECK(counts[1] == value);
        CHECK(counts[2] == 0);
    }
    counts.set(1, 255);
    counts.count(1);
    CHECK(counts[1] == 256);
    counts.clear();
    CHECK(counts[1] == 0);
    CHECK(counts.size() == 3);
}

TEST_CASE("counts are equal by their values, wherever those stand") {
    BinCounts<std::uint8_t> small(2);
    BinCounts<std::uint8_t> shrunk(2);
    small.set(0, 7);
    shrunk.set(0, 1000);
    CHECK_FALSE(small == shrunk);
    shrunk.set(0, 7);
    CHECK(small == shrunk);
    shrunk.set(1, 256);  // the same word, another value
    CHECK_FALSE(small == shrunk);
    CHECK_FALSE(small == BinCounts<std::uint8_t>(3));
}
