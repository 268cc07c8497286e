#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <vector>

#include "sim/core/assert.hpp"
#include "sim/core/time.hpp"

namespace sim {

/// Rank among events of one instant: everything else comes before the timers that race a reply, so
/// that a reply at exactly the deadline counts.
enum class EventClass : std::uint8_t { normal = 0, timer = 1 };

/// Names one pending event for `cancel`. A default handle names none.
struct EventHandle {
    std::uint32_t slot = 0xFFFFFFFFU;
    std::uint32_t generation = 0;

    [[nodiscard]] constexpr bool valid() const { return slot != 0xFFFFFFFFU; }
};

/// Pending events in (time, class, insertion) order with true cancellation: an indexed 4-ary heap.
///
/// Keys are 16 bytes, so the four children of a node are one cache line; the payload and the
/// position stay in a slot that the key names. A popped root leaves a hole which the next push
/// fills with one sift instead of two: most events schedule a successor.
template <class Payload>
class EventQueue {
    static_assert(std::is_trivially_copyable_v<Payload> && sizeof(Payload) <= 16);

  public:
    struct Entry {
        SimTime at;
        Payload payload;
    };

    /// Slots are numbered with 23 bits.
    static constexpr std::uint32_t kMaxPending = (1U << 23) - 1;

    EventHandle push(SimTime at, EventClass rank, const Payload& payload) {
        const std::uint32_t slot = take_slot();
        slots_[slot].payload = payload;
        const Key key{at.ns, order(rank, slot)};
        if (hole_) {
            hole_ = false;
            sift_down(0, key);
        } else {
            append();
            sift_up(size_ - 1, key);
        }
        return {slot, slots_[slot].generation};
    }

    /// True when the event was still pending; afterwards it never fires.
    bool cancel(EventHandle handle) {
        if (!handle.valid() || slots_[handle.slot].generation != handle.generation) return false;
        // A hole may stay open: the popped key in it is below every other, as a root must be.
        const std::uint32_t position = positions_[handle.slot];
        release(handle.slot);
        remove_at(position);
        return true;
    }

    [[nodiscard]] bool empty() const { return size() == 0; }
    [[nodiscard]] std::uint32_t size() const { return size_ - (hole_ ? 1U : 0U); }

    /// Time of the earliest event. The queue must not be empty.
    [[nodiscard]] SimTime next_time() {
        close_hole();
        return {heap()[0].at};
    }

    /// Removes and returns the earliest event. The queue must not be empty.
    Entry pop() {
        close_hole();
        const Key top = heap()[0];
        const std::uint32_t slot = top.slot();
        const Entry entry{SimTime{top.at}, slots_[slot].payload};
        release(slot);
        hole_ = true;
        return entry;
    }

  private:
    __extension__ using Wide = __int128;

    struct Key {
        std::int64_t at;
        std::uint64_t order;  // class, insertion number, slot: 1 + 40 + 23 bits

        [[nodiscard]] std::uint32_t slot() const {
            return static_cast<std::uint32_t>(order & kMaxPending);
        }
        [[nodiscard]] Wide rank() const { return (static_cast<Wide>(at) << 64) | order; }
    };
    struct Slot {
        Payload payload;
        std::uint32_t generation;
    };
    struct alignas(64) Line {
        Key keys[4];
    };
    static constexpr std::uint32_t kShift = 3;  // logical 0 sits at 3, so children start a line

    Key* heap() { return &lines_[0].keys[0] + kShift; }

    std::uint64_t order(EventClass rank, std::uint32_t slot) {
        SIM_ASSERT(++inserted_ < (std::uint64_t{1} << 40));
        return (static_cast<std::uint64_t>(rank) << 63) | (inserted_ << 23) | slot;
    }
    std::uint32_t take_slot() {
        if (free_.empty()) {
            const auto slot = static_cast<std::uint32_t>(slots_.size());
            SIM_ASSERT(slot < kMaxPending);
            slots_.push_back({});
            positions_.push_back(0);
            free_.reserve(slots_.capacity());
            return slot;
        }
        const auto slot = free_.back();
        free_.pop_back();
        return slot;
    }
    void release(std::uint32_t slot) {
        ++slots_[slot].generation;
        free_.push_back(slot);
    }
    void append() {
        ++size_;
        if ((size_ + kShift + 3) / 4 > lines_.size())
            lines_.resize(std::max<std::size_t>(16, lines_.size() * 2));
    }
    static std::uint32_t less(const Key& a, const Key& b) {
        return static_cast<std::uint32_t>(a.rank() < b.rank());
    }
    void place(std::uint32_t position, const Key& key) {
        heap()[position] = key;
        positions_[key.slot()] = position;
    }
    void close_hole() {
        if (!hole_) return;
        hole_ = false;
        remove_at(0);
    }
    void remove_at(std::uint32_t position) {
        const Key last = heap()[--size_];
        if (position == size_) return;
        if (position > 0 && last.rank() < heap()[(position - 1) / 4].rank()) {
            sift_up(position, last);
        } else {
            sift_down(position, last);
        }
    }
    void sift_up(std::uint32_t position, const Key key) {
        while (position > 0) {
            const std::uint32_t parent = (position - 1) / 4;
            if (!(key.rank() < heap()[parent].rank())) break;
            place(position, heap()[parent]);
            position = parent;
        }
        place(position, key);
    }
    void sift_down(std::uint32_t position, const Key key) {
        Key* const keys = heap();
        for (;;) {
            const std::uint32_t first = 4 * position + 1;
            if (first >= size_) break;
            const std::uint32_t least = least_child(keys, first);
            if (!(keys[least].rank() < key.rank())) break;
            place(position, keys[least]);
            position = least;
        }
        place(position, key);
    }
    std::uint32_t least_child(const Key* keys, std::uint32_t first) const {
        if (first + 4 <= size_) {  // a tournament in arithmetic: its outcome cannot be predicted
            const std::uint32_t a = first + less(keys[first + 1], keys[first]);
            const std::uint32_t b = first + 2 + less(keys[first + 3], keys[first + 2]);
            return a + ((b - a) & (0U - less(keys[b], keys[a])));
        }
        std::uint32_t least = first;
        for (std::uint32_t child = first + 1; child < size_; ++child) {
            if (keys[child].rank() < keys[least].rank()) least = child;
        }
        return least;
    }

    std::vector<Line> lines_;
    std::vector<Slot> slots_;
    std::vector<std::uint32_t> positions_;  ///< by slot, apart: written at every level of a sift
    std::vector<std::uint32_t> free_;
    std::uint64_t inserted_ = 0;
    std::uint32_t size_ = 0;
    bool hole_ = false;
};

}  // namespace sim
