#include "sim/core/large_memory.hpp"

#include <sys/mman.h>

#include <cstddef>
#include <cstdint>
#include <limits>

namespace sim {
namespace {

constexpr std::size_t kLargePage = std::size_t{2} << 20;
constexpr std::size_t kPage = 4096;
constexpr std::size_t kLine = 64;

constexpr std::size_t rounded_up(std::size_t bytes, std::size_t to) {
    return (bytes + to - 1) / to * to;
}

}  // namespace

void advise_large_pages(void* memory, std::size_t bytes) {
    // With all of its first and last page: an allocation of its own is then still one piece to the
    // system, which moves it as a whole when it grows.
    const auto before = reinterpret_cast<std::uintptr_t>(memory) % kPage;
    // A system without such pages refuses, and small ones do as well.
    static_cast<void>(madvise(static_cast<std::byte*>(memory) - before,
                              rounded_up(before + bytes, kPage), MADV_HUGEPAGE));
}

void* allocate_large(std::size_t bytes) {
    if (bytes > std::numeric_limits<std::ptrdiff_t>::max()) throw std::bad_alloc();
    const bool large = bytes >= kLargeMemory;
    const auto alignment = large ? kLargePage : kLine;
    void* memory = std::aligned_alloc(alignment, rounded_up(bytes, alignment));
    if (memory == nullptr) throw std::bad_alloc();
    if (large) advise_large_pages(memory, bytes);
    return memory;
}

}  // namespace sim
