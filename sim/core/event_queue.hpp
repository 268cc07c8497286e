#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "sim/core/assert.hpp"
#include "sim/core/event_crowd.hpp"
#include "sim/core/event_lane.hpp"
#include "sim/core/event_slots.hpp"
#include "sim/core/event_soon.hpp"
#include "sim/core/event_wheel.hpp"
#include "sim/core/time.hpp"

namespace sim {

/// Rank among events of one instant: everything else comes before the timers that race a reply, so
/// that a reply at exactly the deadline counts.
enum class EventClass : std::uint8_t { normal = 0, timer = 1 };

/// Names one pending event for `cancel`. A default handle names none. An event in a lane is named
/// by the lane, with the top bit set, and its number there; any other by its insertion number and
/// its slot.
struct EventHandle {
    std::uint32_t slot = 0xFFFFFFFFU;
    std::uint32_t generation = 0;

    [[nodiscard]] constexpr bool valid() const { return slot != 0xFFFFFFFFU; }
};

/// Pending events in (time, class, insertion) order.
///
/// The next few are sorted; all others lie in a wheel, roughly sorted by their distance, and are
/// looked at again when their time comes. What neither can tell apart, such as thousands of events
/// at one instant, stands in the crowd, which comes after the sorted ones and before the wheel.
///
/// A cancelled event loses its slot and is skipped when it is met; before the cancelled ones
/// outnumber the pending ones by much, they are swept out. `post` makes an event that nobody can
/// cancel: it takes no slot.
///
/// Events of one constant delay come in the order of their times and may share a lane, a plain
/// FIFO: only its front stands among the others. A front that was cancelled stays there until its
/// time comes; by then nearly all entries behind it are cancelled too, when they are timers that
/// race a reply, and are skipped. The order of events is the same with and without lanes.
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

    /// An event that nobody will cancel.
    void post(SimTime at, EventClass rank, const Payload& payload) {
        insert(at.ns, next_order(rank) | kNoSlot, payload);
    }
    /// The same through a lane.
    void post(SimTime at, EventClass rank, const Payload& payload, std::uint32_t lane) {
        const auto order = next_order(rank);
        if (!enter_lane(at.ns, order | lane, payload, lane)) {
            insert(at.ns, order | kNoSlot, payload);
        }
    }

    EventHandle push(SimTime at, EventClass rank, const Payload& payload) {
        return push_with_slot(at.ns, next_order(rank), payload);
    }
    /// The same through a lane below kMaxLanes, which helps when the keys that go through it rise.
    /// One that is out of order goes to the others.
    EventHandle push(SimTime at, EventClass rank, const Payload& payload, std::uint32_t lane) {
        const auto order = next_order(rank);
        if (!enter_lane(at.ns, order | lane, payload, lane)) {
            return push_with_slot(at.ns, order, payload);
        }
        return {kInLane | lane, lanes_[lane].newest()};
    }

    /// True when the event was still pending; afterwards it never fires.
    bool cancel(EventHandle handle) {
        if (!handle.valid()) return false;
        const bool was_pending =
            (handle.slot & kInLane) != 0
                ? lanes_[handle.slot & ~kInLane].cancel(handle.generation)
                : cancel_slot((std::uint64_t{handle.generation} << 31) | handle.slot);
        gone_ += was_pending ? 1 : 0;
        return was_pending;
    }

    [[nodiscard]] bool empty() const { return size() == 0; }
    [[nodiscard]] std::uint32_t size() const {
        return static_cast<std::uint32_t>((inserted_ >> kSlotBits) - gone_);
    }

    /// Time of the earliest event. The queue must not be empty.
    [[nodiscard]] SimTime next_time() {
        SIM_ASSERT(settle(kLast));
        return {soon_.soonest().at};
    }

    /// Removes and returns the earliest event. The queue must not be empty.
    Entry pop() {
        Entry entry;
        SIM_ASSERT(pop_until(SimTime{kLast}, entry));
        return entry;
    }
    /// The same as `entry`, when there is an event not after `until`; false: there is none.
    bool pop_until(SimTime until, Entry& entry) {
        for (;;) {
            const Pending& top = soon_.soonest();
            if (top.at > until.ns) return false;
            const auto slot = top.slot();
            if (slot == kNoSlot) return take_top(entry);
            if (slot >= kFirstSlot) {
                if (slots_.release(slot, top.number())) return take_top(entry);
            } else if (slot < kMaxLanes && lanes_[slot].begins_with(top.order)) {
                take_top(entry);
                leave_lane(slot);
                return true;
            }
            if (!pass(until.ns)) return false;
        }
    }

    /// Probably the event that comes after so many others, for whoever wants to fetch its record
    /// in time; null when that is not known without searching. It may have been cancelled.
    [[nodiscard]] const Payload* upcoming(std::size_t sooner) const {
        return sooner < soon_.size() ? &soon_.after(sooner).payload : nullptr;
    }

  private:
    struct Pending {
        std::int64_t at;
        std::uint64_t order;  // class, insertion number, slot: 1 + 40 + 23 bits
        Payload payload;

        [[nodiscard]] std::uint32_t slot() const {
            return static_cast<std::uint32_t>(order) & kMaxPending;
        }
        /// By which its slot knows it: without the class.
        [[nodiscard]] std::uint64_t number() const { return order & ~kTimer; }
        [[nodiscard]] bool comes_before(const Pending& other) const {
            return at < other.at || (at == other.at && order < other.order);
        }
    };
    static constexpr std::uint32_t kSlotBits = 23;
    static constexpr std::uint64_t kTimer = std::uint64_t{1} << 63;
    static constexpr std::uint32_t kInLane = 1U << 31;
    static constexpr std::uint32_t kNoSlot = kMaxLanes;         ///< of a posted event
    static constexpr std::uint32_t kBound = kMaxLanes + 1;      ///< of what ends the sorted ones
    static constexpr std::uint32_t kFirstSlot = kMaxLanes + 2;  ///< of one that can be cancelled
    /// A bucket of more events is spread over lower levels, and one that follows is taken along
    /// while there are fewer than kFew.
    static constexpr std::uint32_t kMany = 24;
    static constexpr std::uint32_t kFew = 8;
    static constexpr std::uint32_t kStale = 64;
    static constexpr std::int64_t kLast = std::numeric_limits<std::int64_t>::max();

    /// Without its slot.
    std::uint64_t next_order(EventClass rank) {
        inserted_ += std::uint64_t{1} << kSlotBits;
        SIM_ASSERT((inserted_ & kTimer) == 0);
        return (static_cast<std::uint64_t>(rank) << 63) | inserted_;
    }
    EventHandle push_with_slot(std::int64_t at, std::uint64_t order, const Payload& payload) {
        const auto slot = slots_.take();
        const auto number = (order | slot) & ~kTimer;
        slots_.own(slot, number);
        insert(at, order | slot, payload);
        return {static_cast<std::uint32_t>(number) & ~kInLane,
                static_cast<std::uint32_t>(number >> 31)};
    }
    /// False: its key is not above those in the lane, or the lane is full.
    bool enter_lane(std::int64_t at, std::uint64_t order, const Payload& payload,
                    std::uint32_t lane) {
        auto& line = lanes_[lane];
        if (!line.accepts(at, order)) return false;
        line.push(at, order, payload);
        if ((shown_ >> lane & 1) == 0) {
            shown_ |= 1U << lane;
            insert(at, order, payload);
        }
        return true;
    }
    bool cancel_slot(std::uint64_t number) {
        const auto slot = static_cast<std::uint32_t>(number) & kMaxPending;
        if (!slots_.release(slot, number)) return false;
        if (++stale_ > size() + kStale) sweep();
        return true;
    }

    void insert(std::int64_t at, std::uint64_t order, const Payload& payload) {
        if (!soon_.accepts(at, order)) return insert_later(at, order, payload);
        if (soon_.full()) return insert_crowded(at, order, payload);
        soon_.put(at, order, payload);
    }
    [[gnu::noinline]] void insert_later(std::int64_t at, std::uint64_t order, Payload payload) {
        if (at > crowd_last_) return wheel_.file({at, order, payload});
        crowd_.put({at, order, payload});
    }
    [[gnu::noinline]] void insert_crowded(std::int64_t at, std::uint64_t order, Payload payload) {
        make_room();
        insert(at, order, payload);
    }
    /// Moves the later half of the sorted events into the wheel, or into the crowd where that
    /// cannot be.
    void make_room() {
        constexpr auto half = SoonEvents<Pending>::kMost / 2;
        const auto from = std::max(soon_.after(half).at, wheel_.earliest_base());
        if (crowd_.empty() && soon_.latest().at >= from) {
            SIM_ASSERT(from > std::numeric_limits<std::int64_t>::min());
            wheel_.set_base(from);
            soon_.give_latest(soon_.count_from(from),
                              [this](const Pending& entry) { wheel_.file(entry); });
            bound_at(crowd_last_ = from - 1);
        } else {
            soon_.give_latest(half, [this](const Pending& entry) { crowd_.put(entry); });
            bound_at_crowd();
        }
    }

    /// Afterwards the soonest entry is a pending event not after `until`; false: there is none.
    bool settle(std::int64_t until) {
        for (;;) {
            const Pending& top = soon_.soonest();
            if (top.at > until) return false;
            if (is_pending(top)) return true;
            if (!pass(until)) return false;
        }
    }
    [[nodiscard]] bool is_pending(const Pending& entry) const {
        const auto slot = entry.slot();
        if (slot >= kFirstSlot) return slots_.owns(slot, entry.number());
        return slot == kNoSlot || (slot < kMaxLanes && lanes_[slot].begins_with(entry.order));
    }
    /// The soonest entry has been cancelled, or is the bound; false: nothing comes up to `until`.
    [[gnu::noinline]] bool pass(std::int64_t until) {
        if (soon_.size() == 0) return refill(until);
        drop_top();
        return true;
    }
    void bound_at(std::int64_t at) { soon_.bound({at, ~std::uint64_t{kMaxPending} | kBound, {}}); }
    void bound_at_crowd() {
        if (crowd_.empty()) return bound_at(crowd_last_);
        soon_.bound(
            {crowd_.first().at, (crowd_.first().order & ~std::uint64_t{kMaxPending}) | kBound, {}});
    }
    [[nodiscard]] bool is_stale(const Pending& entry) const {
        return entry.slot() >= kFirstSlot && !slots_.owns(entry.slot(), entry.number());
    }
    void drop_top() {
        const Pending top = soon_.soonest();
        soon_.pop();
        if (top.slot() < kMaxLanes) {
            show_front(top.slot());
        } else {
            --stale_;
        }
    }
    bool take_top(Entry& entry) {
        const Pending& top = soon_.soonest();
        entry.at.ns = top.at;
        entry.payload = top.payload;
        soon_.pop();
        ++gone_;
        return true;
    }
    void leave_lane(std::uint32_t lane) {
        lanes_[lane].pop();
        show_front(lane);
    }
    void show_front(std::uint32_t lane) {
        if (lanes_[lane].empty()) {
            shown_ &= ~(1U << lane);
        } else {
            const Pending front = lanes_[lane].front();
            insert(front.at, front.order, front.payload);
        }
    }

    /// Sorts the next few again, when there are none; false: none comes up to `until`.
    [[gnu::noinline]] bool refill(std::int64_t until) {
        while (soon_.size() == 0) {
            if (!crowd_.empty()) {
                take_from_crowd();
            } else if (wheel_.empty()) {
                bound_at(crowd_last_ = kLast);
                return false;
            } else {
                const auto lowest = wheel_.lowest();
                if (lowest.first > until) {
                    bound_at(crowd_last_ = lowest.first - 1);
                    return false;
                }
                take_from_wheel(lowest);
            }
        }
        return true;
    }
    void take_from_crowd() {
        std::array<Pending, SoonEvents<Pending>::kMost / 2> rising;
        std::uint32_t count = 0;
        while (count < rising.size() && !crowd_.empty()) {
            rising[count] = crowd_.pop();
            if (keep(rising[count])) ++count;
        }
        soon_.assign(rising.data(), count);
        bound_at_crowd();
    }
    void take_from_wheel(typename EventWheel<Pending>::Bucket bucket) {
        if (bucket.count > kMany) return spread(bucket);
        std::array<Pending, kMany + kFew> rising;
        std::uint32_t count = 0;
        for (;;) {
            wheel_.drain(bucket.index, [&](const Pending& entry) {
                if (keep(entry)) sort_in(rising.data(), count++, entry);
            });
            crowd_last_ = bucket.last;
            if (wheel_.empty()) break;
            const auto following = wheel_.lowest();
            if (count >= kFew || following.count > kMany) break;
            bucket = following;
        }
        wheel_.set_base(bucket.last);
        if (wheel_.empty()) crowd_last_ = kLast;
        soon_.assign(rising.data(), count);
        bound_at(crowd_last_);
    }
    static void sort_in(Pending* rising, std::uint32_t count, const Pending& entry) {
        for (; count > 0 && entry.comes_before(rising[count - 1]); --count) {
            rising[count] = rising[count - 1];
        }
        rising[count] = entry;
    }
    void spread(const typename EventWheel<Pending>::Bucket& bucket) {
        if (bucket.one_instant()) {
            wheel_.drain(bucket.index, [this](const Pending& entry) {
                if (keep(entry)) crowd_.add(entry);
            });
            crowd_.sort();
            wheel_.set_base(crowd_last_ = bucket.last);
        } else {
            wheel_.set_base(bucket.first);
            wheel_.drain(bucket.index, [this](const Pending& entry) {
                if (keep(entry)) wheel_.file(entry);
            });
        }
    }
    /// False, and forgotten, when it has been cancelled.
    bool keep(const Pending& entry) {
        const bool stale = is_stale(entry);
        stale_ -= stale ? 1 : 0;
        return !stale;
    }
    [[gnu::noinline]] void sweep() {
        const auto drop = [this](const Pending& entry) { return is_stale(entry); };
        soon_.remove_if(drop);
        crowd_.remove_if(drop);
        wheel_.remove_if(drop);
        stale_ = 0;
    }

    std::uint64_t inserted_ = 0;  ///< above the bits of the slot
    std::uint64_t gone_ = 0;      ///< events popped or cancelled
    SoonEvents<Pending> soon_{{kLast, ~std::uint64_t{kMaxPending} | kBound, {}}};
    EventSlots slots_{kFirstSlot, kMaxPending};
    std::int64_t crowd_last_ = kLast;  ///< later: in the wheel
    std::uint32_t stale_ = 0;          ///< cancelled events that have not been met
    std::uint32_t shown_ =
        0;  ///< by lane, a front of it, perhaps cancelled, stands with the others
    std::array<EventLane<Pending>, kMaxLanes> lanes_;
    EventCrowd<Pending> crowd_;
    EventWheel<Pending> wheel_;
};

}  // namespace sim
