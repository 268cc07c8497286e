#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <type_traits>
#include <vector>

#include "sim/core/assert.hpp"
#include "sim/core/event_lane.hpp"
#include "sim/core/time.hpp"

namespace sim {

/// Rank among events of one instant: everything else comes before the timers that race a reply, so
/// that a reply at exactly the deadline counts.
enum class EventClass : std::uint8_t { normal = 0, timer = 1 };

/// Names one pending event for `cancel`. A default handle names none. An event in a lane is named
/// by the lane, with the top bit set, and its number there.
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
///
/// Events of one constant delay come in the order of their times and may share a lane, a plain
/// FIFO: only its front stands in the heap. The key of a front that was cancelled stays there until
/// it reaches the root; by then nearly all entries behind it are cancelled too, when they are
/// timers that race a reply, and are skipped. The order of events is the same with and without
/// lanes.
template <class Payload>
class EventQueue {
    static_assert(std::is_trivially_copyable_v<Payload> && sizeof(Payload) <= 16);

  public:
    struct Entry {
        SimTime at;
        Payload payload;
    };

    /// Slots are numbered with 23 bits; the first ones stand for the lanes.
    static constexpr std::uint32_t kMaxPending = (1U << 23) - 1;
    static constexpr std::uint32_t kMaxLanes = 32;

    EventQueue() : slots_(kMaxLanes), positions_(kMaxLanes) {}

    EventHandle push(SimTime at, EventClass rank, const Payload& payload) {
        return push_to_heap(at, next_order(rank), payload);
    }

    /// The same through a lane below kMaxLanes, which helps when the keys that go through it rise.
    /// One that is out of order goes into the heap.
    EventHandle push(SimTime at, EventClass rank, const Payload& payload, std::uint32_t lane) {
        const auto order = next_order(rank);
        const Key key{at.ns, order | lane};
        auto& line = lanes_[lane];
        if (!line.entries.accepts(key)) return push_to_heap(at, order, payload);
        const auto number = line.entries.push(key, payload);
        if (!line.shown) show(line, key);
        ++pending_;
        return {kInLane | lane, number};
    }

    /// True when the event was still pending; afterwards it never fires.
    bool cancel(EventHandle handle) {
        if (!handle.valid()) return false;
        if ((handle.slot & kInLane) != 0) {
            const bool was_pending =
                lanes_[handle.slot & ~kInLane].entries.cancel(handle.generation);
            pending_ -= was_pending ? 1 : 0;
            return was_pending;
        }
        if (slots_[handle.slot].generation != handle.generation) return false;
        // A hole may stay open: the popped key in it is below every other, as a root must be.
        const std::uint32_t position = positions_[handle.slot];
        release(handle.slot);
        remove_at(position);
        return true;
    }

    [[nodiscard]] bool empty() const { return pending_ == 0; }
    [[nodiscard]] std::uint32_t size() const { return pending_; }

    /// Time of the earliest event. The queue must not be empty.
    [[nodiscard]] SimTime next_time() {
        settle();
        return {heap()[0].at};
    }

    /// Removes and returns the earliest event. The queue must not be empty.
    Entry pop() {
        settle();
        return pop_root();
    }
    /// The same as `entry`, when there is an event not after `until`; false: there is none.
    bool pop_until(SimTime until, Entry& entry) {
        if (empty()) return false;
        settle();
        if (heap()[0].at > until.ns) return false;
        entry = pop_root();
        return true;
    }

  private:
    __extension__ using Wide = __int128;

    struct Key {
        std::int64_t at = std::numeric_limits<std::int64_t>::min();
        std::uint64_t order = 0;  // class, insertion number, slot: 1 + 40 + 23 bits

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
    struct Lane {
        EventLane<Key, Payload> entries;
        bool shown = false;  ///< a key of it, perhaps of a cancelled event, is in the heap
    };
    static constexpr std::uint32_t kInLane = 1U << 31;
    static constexpr std::uint32_t kNone = 0xFFFFFFFFU;
    static constexpr std::uint32_t kShift = 3;  // logical 0 sits at 3, so children start a line

    Key* heap() { return &lines_[0].keys[0] + kShift; }

    /// Without its slot.
    std::uint64_t next_order(EventClass rank) {
        SIM_ASSERT(++inserted_ < (std::uint64_t{1} << 40));
        return (static_cast<std::uint64_t>(rank) << 63) | (inserted_ << 23);
    }
    EventHandle push_to_heap(SimTime at, std::uint64_t order, const Payload& payload) {
        const std::uint32_t slot = take_slot();
        slots_[slot].payload = payload;
        insert({at.ns, order | slot});
        ++pending_;
        return {slot, slots_[slot].generation};
    }
    std::uint32_t take_slot() {
        if (free_ == kNone) return make_slot();
        const auto slot = free_;
        free_ = positions_[slot];
        return slot;
    }
    [[gnu::noinline]] std::uint32_t make_slot() {
        const auto slot = static_cast<std::uint32_t>(slots_.size());
        SIM_ASSERT(slot < kMaxPending);
        slots_.push_back({});
        positions_.push_back(0);
        return slot;
    }
    void insert(const Key& key) {
        if (hole_) {
            hole_ = false;
            sift_down(0, key);
        } else {
            append();
            sift_up(size_ - 1, key);
        }
    }
    void show(Lane& lane, const Key& key) {
        lane.shown = true;
        insert(key);
    }
    Entry pop_root() {
        const Key top = heap()[0];
        const std::uint32_t slot = top.slot();
        hole_ = true;
        if (slot < kMaxLanes) return pop_lane(lanes_[slot]);
        const Entry entry{SimTime{top.at}, slots_[slot].payload};
        release(slot);
        return entry;
    }
    /// The root has been popped: it was the lane's front.
    Entry pop_lane(Lane& lane) {
        const auto& front = lane.entries.front();
        const Entry entry{SimTime{front.key.at}, front.payload};
        lane.entries.pop();
        --pending_;
        lane.shown = false;
        if (!lane.entries.empty()) show(lane, lane.entries.front().key);
        return entry;
    }
    /// Afterwards the root is a pending event; there must be one.
    void settle() {
        close_hole();
        while (heap()[0].slot() < kMaxLanes) {
            auto& lane = lanes_[heap()[0].slot()];
            if (lane.entries.empty()) {
                lane.shown = false;
                remove_at(0);
            } else if (lane.entries.front().key.order != heap()[0].order) {
                sift_down(0, lane.entries.front().key);
            } else {
                return;
            }
        }
    }
    void release(std::uint32_t slot) {
        --pending_;
        ++slots_[slot].generation;
        positions_[slot] = free_;
        free_ = slot;
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
    /// By slot, apart: written at every level of a sift. Of a free slot: the next free one.
    std::vector<std::uint32_t> positions_;
    std::array<Lane, kMaxLanes> lanes_;
    std::uint64_t inserted_ = 0;
    std::uint32_t free_ = kNone;
    std::uint32_t size_ = 0;     ///< keys in the heap, the one in the hole included
    std::uint32_t pending_ = 0;  ///< events
    bool hole_ = false;
};

}  // namespace sim
