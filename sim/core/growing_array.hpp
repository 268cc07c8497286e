#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

#include "sim/core/large_memory.hpp"

namespace sim {

/// Values in one piece of memory that only grows. Where a vector needs room for both the old and
/// the new piece while it copies, the system moves the pages of a large one: what a million pending
/// events take at most is what they take.
template <class T>
class GrowingArray {
    static_assert(std::is_trivially_copyable_v<T> && alignof(T) <= alignof(std::max_align_t));

  public:
    GrowingArray() = default;
    GrowingArray(const GrowingArray& other) {
        reserve(other.size_);
        if (other.size_ > 0) std::memcpy(values_.get(), other.values_.get(), bytes(other.size_));
        size_ = other.size_;
    }
    GrowingArray(GrowingArray&& other) noexcept { swap(other); }
    GrowingArray& operator=(GrowingArray other) noexcept {
        swap(other);
        return *this;
    }
    ~GrowingArray() = default;

    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] bool empty() const { return size_ == 0; }
    T& operator[](std::size_t i) { return values_.get()[i]; }
    const T& operator[](std::size_t i) const { return values_.get()[i]; }

    void push_back(const T& value) {
        if (size_ == room_) grow();
        values_.get()[size_++] = value;
    }
    /// Values up to there have no value yet.
    void resize_unset(std::size_t size) {
        if (size > room_) reserve(std::max(size, 2 * room_));
        size_ = size;
    }
    /// Throws std::bad_alloc, and then nothing has changed.
    void reserve(std::size_t room) {
        if (room <= room_) return;
        void* larger = std::realloc(static_cast<void*>(values_.get()), bytes(room));
        if (larger == nullptr) throw std::bad_alloc();
        static_cast<void>(values_.release());
        values_.reset(static_cast<T*>(larger));
        room_ = room;
        if (bytes(room) >= kLargeWhenGrowing) advise_large_pages(larger, bytes(room));
    }

  private:
    static std::size_t bytes(std::size_t count) { return count * sizeof(T); }
    void swap(GrowingArray& other) {
        values_.swap(other.values_);
        std::swap(size_, other.size_);
        std::swap(room_, other.room_);
    }
    [[gnu::noinline]] void grow() { reserve(std::max<std::size_t>(16, 2 * room_)); }

    std::unique_ptr<T, FreeMemory> values_;
    std::size_t size_ = 0;
    std::size_t room_ = 0;
};

}  // namespace sim
