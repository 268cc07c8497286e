#include "sim/core/sort_by_key.hpp"

#include <algorithm>

#include "sim/core/rng.hpp"
#include "tests/catch.hpp"

TEST_CASE("records come in the order of their keys, however many there are") {
    struct Record {
        std::uint64_t key;
        std::size_t stood;
    };
    const auto largest = GENERATE(std::uint64_t{3}, std::uint64_t{1} << 40, ~std::uint64_t{0});
    for (const std::size_t count : {0U, 1U, 2U, 100U, 5'000U, 70'000U}) {
        CAPTURE(largest, count);
        sim::KeyedRng rng(sim::RngStream(1, 0, "sort", "keys"), count, largest);
        std::vector<Record> records;
        std::vector<std::uint64_t> keys;
        for (std::size_t i = 0; i < count; ++i) {
            records.push_back({rng() % largest, i});
            keys.push_back(records.back().key);
        }
        sim::sort_by_key(records, [](const Record& one) { return one.key; });
        auto sorted = keys;
        std::sort(sorted.begin(), sorted.end());
        std::vector<bool> seen(count);
        bool in_order = true;
        for (std::size_t i = 0; i < count; ++i) {
            in_order = in_order && records[i].key == sorted[i];
            in_order = in_order && keys[records[i].stood] == sorted[i] && !seen[records[i].stood];
            seen[records[i].stood] = true;
        }
        CHECK(in_order);
    }
}
