#pragma once

#include <cstddef>
#include <cstdlib>
#include <new>
#include <vector>

namespace sim {

/// From here on memory is asked for in pages of 2 MB (Linux: "transparent huge pages"). What lies
/// in thousands of small ones the processor has to look for before it can fetch it, and it looks
/// for few at a time.
inline constexpr std::size_t kLargeMemory = std::size_t{4} << 20;
/// The same for an array that grows: the last of its large pages is mostly not in use.
inline constexpr std::size_t kLargeWhenGrowing = std::size_t{16} << 20;

/// Says that it may lie in large pages. Nothing but time depends on it.
void advise_large_pages(void* memory, std::size_t bytes);

/// Memory that std::free gives back, for large arrays at the start of a large page. Throws
/// std::bad_alloc.
void* allocate_large(std::size_t bytes);

/// What gives it back, and all that std::realloc has made.
struct FreeMemory {
    void operator()(void* memory) const { std::free(memory); }
};

/// For a vector that may become large.
template <class T>
struct LargeAllocator {
    using value_type = T;

    LargeAllocator() = default;
    template <class Other>
    explicit(false) LargeAllocator(const LargeAllocator<Other>&) {}

    T* allocate(std::size_t count) {
        if (count > static_cast<std::size_t>(-1) / sizeof(T)) throw std::bad_array_new_length();
        return static_cast<T*>(allocate_large(count * sizeof(T)));
    }
    void deallocate(T* memory, std::size_t /*count*/) { FreeMemory{}(memory); }
    friend bool operator==(const LargeAllocator&, const LargeAllocator&) { return true; }
};

template <class T>
using LargeVector = std::vector<T, LargeAllocator<T>>;

}  // namespace sim
