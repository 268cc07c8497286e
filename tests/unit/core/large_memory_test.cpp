#include "sim/core/large_memory.hpp"

#include <cstdint>
#include <limits>
#include <new>
#include <numeric>

#include "sim/core/growing_array.hpp"
#include "tests/catch.hpp"

namespace {

constexpr std::uintptr_t kPage = 2U << 20;

std::uintptr_t address_of(const void* memory) { return reinterpret_cast<std::uintptr_t>(memory); }

}  // namespace

TEST_CASE("a large vector starts at a large page, and is a vector like any other") {
    sim::LargeVector<std::uint32_t> few(100, 7);
    CHECK(few.back() == 7);
    sim::LargeVector<std::uint32_t> many(3'000'000);
    CHECK(address_of(many.data()) % kPage == 0);
    std::iota(many.begin(), many.end(), 0U);
    const auto copy = many;
    many.push_back(1);
    CHECK(copy.size() == 3'000'000);
    CHECK(many[2'999'999] == 2'999'999);
    CHECK(copy == sim::LargeVector<std::uint32_t>(many.begin(), many.end() - 1));
}

TEST_CASE("more memory than there is is refused") {
    CHECK_THROWS_AS(sim::allocate_large(std::numeric_limits<std::size_t>::max()), std::bad_alloc);
    const sim::LargeAllocator<std::uint64_t> allocator;
    CHECK_THROWS_AS(sim::LargeAllocator<std::uint64_t>(allocator).allocate(std::size_t{1} << 62),
                    std::bad_alloc);
}

TEST_CASE("an array keeps its values when it becomes large") {
    sim::GrowingArray<std::uint64_t> array;
    for (std::uint64_t i = 0; i < 3'000'000; ++i) array.push_back(i);
    std::uint64_t wrong = 0;
    for (std::uint64_t i = 0; i < array.size(); ++i) wrong += array[i] == i ? 0 : 1;
    CHECK(wrong == 0);
}
