#pragma once

#include <cstdint>
#include <limits>

#include "sim/core/growing_array.hpp"
#include "sim/core/prefetch.hpp"

namespace sim {

/// Pending events whose keys come in rising order, as those of one constant delay do: pushing and
/// cancelling cost the same however many are pending. `Pending` has `at`, `order`, which is never
/// zero, and `payload`.
template <class Pending>
class EventLane {
  public:
    /// More entries, cancelled ones included, do not fit: they wait with the others.
    static constexpr std::uint32_t kMost = 1U << 18;

    [[nodiscard]] bool empty() const { return head_ == tail_; }
    [[nodiscard]] const Pending& front() const { return ring_[head_ & mask()]; }
    [[nodiscard]] bool begins_with(std::uint64_t order) const {
        return !empty() && front().order == order;
    }
    [[nodiscard]] bool accepts(std::int64_t at, std::uint64_t order) const {
        const bool rises = last_at_ < at || (last_at_ == at && last_order_ < order);
        return rises && (tail_ - head_ != capacity_ || capacity_ < kMost);
    }

    template <class Payload>
    void push(std::int64_t at, std::uint64_t order, const Payload& payload) {
        if (tail_ - head_ == capacity_) grow();
        auto& entry = ring_[tail_++ & mask()];
        entry.at = last_at_ = at;
        entry.order = last_order_ = order;
        entry.payload = payload;
    }
    /// The number by which `cancel` knows the entry that was pushed last.
    [[nodiscard]] std::uint32_t newest() const { return tail_ - 1; }
    /// The front entry is never a cancelled one.
    void pop() {
        ++head_;
        trim();
    }
    /// True when the entry was still pending.
    bool cancel(std::uint32_t number) {
        if (number - head_ >= tail_ - head_) return false;
        auto& entry = ring_[number & mask()];
        if (is_cancelled(entry)) return false;
        entry.order = 0;
        if (number == head_) trim();
        return true;
    }

    /// The entry so far behind the front, if there is one that has not been cancelled.
    [[nodiscard]] const Pending* after(std::uint32_t sooner) const {
        if (tail_ - head_ <= sooner) return nullptr;
        const auto& entry = ring_[(head_ + sooner) & mask()];
        return is_cancelled(entry) ? nullptr : &entry;
    }
    /// Where `cancel` will look for it.
    void prefetch(std::uint32_t number) const { sim::prefetch(ring_[number & mask()]); }

  private:
    [[nodiscard]] std::uint32_t mask() const { return capacity_ - 1; }
    static bool is_cancelled(const Pending& entry) { return entry.order == 0; }
    void trim() {
        while (head_ != tail_ && is_cancelled(front())) ++head_;
    }
    [[gnu::noinline]] void grow() {
        const auto larger = capacity_ == 0 ? 16 : 2 * capacity_;
        ring_.resize_unset(larger);
        for (auto i = head_; i != tail_; ++i) {  // stays, or moves into the new half
            if ((i & capacity_) != 0) ring_[i & (larger - 1)] = ring_[i & mask()];
        }
        capacity_ = larger;
    }

    GrowingArray<Pending> ring_;  ///< by number, modulo its size, a power of two
    std::uint32_t capacity_ = 0;  ///< that size
    std::int64_t last_at_ = std::numeric_limits<std::int64_t>::min();  ///< of the newest entry
    std::uint64_t last_order_ = 0;
    std::uint32_t head_ = 0;  ///< number of the oldest entry
    std::uint32_t tail_ = 0;  ///< number of the coming entry
};

}  // namespace sim
