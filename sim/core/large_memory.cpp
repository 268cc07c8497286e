#include "sim/core/large_memory.hpp"

#include <sys/mman.h>

#include <cstddef>
#include <cstdint>
#include <limits>

namespace sim {
namespace {

constexpr std::size_t kPage = std::size_t{2} << 20;
constexpr std::size_t kLine = 64;

constexpr std::size_t rounded_up(std::size_t bytes, std::size_t to) {
    return (bytes + to - 1) / to * to;
}

}  // namespace

void advise_large_pages(void* memory, std::size_t bytes) {
    const auto begin = reinterpret_cast<std::uintptr_t>(memory);
    const auto first = rounded_up(begin, kPage);
    const auto last = (begin + bytes) / kPage * kPage;
    // A system without such pages refuses, and small ones do as well.
    if (first < last)
        static_cast<void>(madvise(reinterpret_cast<void*>(first), last - first, MADV_HUGEPAGE));
}

void* allocate_large(std::size_t bytes) {
    if (bytes > std::numeric_limits<std::ptrdiff_t>::max()) throw std::bad_alloc();
    const bool large = bytes >= kLargeMemory;
    const auto alignment = large ? kPage : kLine;
    void* memory = std::aligned_alloc(alignment, rounded_up(bytes, alignment));
    if (memory == nullptr) throw std::bad_alloc();
    if (large) advise_large_pages(memory, bytes);
    return memory;
}

}  // namespace sim
