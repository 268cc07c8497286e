#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "sim/core/assert.hpp"
#include "sim/core/event_lane.hpp"
#include "sim/core/event_order.hpp"
#include "sim/core/event_slots.hpp"
#include "sim/core/event_sources.hpp"
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
        events_.put(at.ns, next_order(rank), payload);
    }
    /// The same through a lane.
    void post(SimTime at, EventClass rank, const Payload& payload, std::uint32_t lane) {
        const auto order = next_order(rank);
        if (!enter_lane(at.ns, order, payload, lane)) {
            events_.put(at.ns, order, payload);
        }
    }

    /// The same, of normal rank, of a source that has one pending at a time, as arrivals have.
    /// Those of the first few sources stay apart from all others: that is one place less to find,
    /// and which of both kinds comes next is what whoever handles the event has to know anyway.
    void post_of_source(SimTime at, const Payload& payload) {
        const auto order = next_order(EventClass::normal);
        if (sources_.full()) return events_.put(at.ns, order, payload);
        sources_.put(at.ns, order, payload);
    }

    EventHandle push(SimTime at, EventClass rank, const Payload& payload) {
        return push_with_slot(at.ns, next_order(rank), payload);
    }
    /// The same through a lane below kMaxLanes, which helps when the keys that go through it rise.
    /// One that is out of order goes to the others.
    EventHandle push(SimTime at, EventClass rank, const Payload& payload, std::uint32_t lane) {
        const auto order = next_order(rank);
        if (!enter_lane(at.ns, order, payload, lane)) {
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
        return static_cast<std::uint32_t>((inserted_ >> Pending::kSlotBits) - gone_);
    }

    /// Time of the earliest event. The queue must not be empty.
    [[nodiscard]] SimTime next_time() {
        SIM_ASSERT(!empty());
        const auto source = sources_.soonest().at;
        return {settle(source) ? events_.soonest().at : source};
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
            const Pending& top = events_.soonest();
            if (source_precedes(top)) return take_source(until, entry);
            if (top.at > until.ns) return false;
            const auto slot = top.slot();
            if (slot == kPosted) return take_top(entry);
            if (slot >= kFirstSlot) {
                if (slots_.release(slot, top.number())) return take_top(entry);
            } else if (slot != kBound && lanes_[slot - kFirstLane].begins_with(top.order)) {
                take_top(entry);
                leave_lane(slot - kFirstLane);
                return true;
            }
            if (!pass(until.ns)) return take_source(until, entry);
        }
    }

    /// Certainly nothing comes up to then; false: something may.
    [[nodiscard]] bool is_idle_until(SimTime at) const {
        return events_.soonest().at > at.ns && sources_.soonest().at > at.ns;
    }

    /// How many of the next events are known without searching.
    [[nodiscard]] std::size_t sorted() const { return events_.sorted(); }
    /// Probably the event that comes after so many others, which must be fewer than `sorted()`, for
    /// whoever wants to fetch its record in time. It may have been cancelled.
    [[nodiscard]] const Payload& upcoming(std::size_t sooner) const {
        return events_.upcoming(sooner);
    }
    [[nodiscard]] std::uint32_t times_sorted() const { return events_.times_sorted(); }
    template <class See>
    void show_following(See&& see) const {
        events_.show_following(see);
    }
    /// The lane that the last event of one came from.
    [[nodiscard]] std::uint32_t last_lane() const { return last_lane_; }
    /// How many have come out of lanes.
    [[nodiscard]] std::uint32_t left_lanes() const { return left_lanes_; }
    /// What comes out of the lane after so many others; null: nothing, or nothing any more.
    [[nodiscard]] const Payload* upcoming_of(std::uint32_t lane, std::uint32_t sooner) const {
        const auto* entry = lanes_[lane].after(sooner);
        return entry == nullptr ? nullptr : &entry->payload;
    }
    /// Asks for what `cancel` will look at.
    void prefetch(EventHandle handle) const {
        if (!handle.valid()) return;
        if ((handle.slot & kInLane) != 0) {
            lanes_[handle.slot & ~kInLane].prefetch(handle.generation);
        } else {
            slots_.prefetch(handle.slot & kMaxPending);
        }
    }

  private:
    using Pending = PendingEvent<Payload>;

    static constexpr std::uint32_t kInLane = 1U << 31;
    static constexpr std::uint32_t kPosted = 0;  ///< instead of a slot: nobody can cancel it
    static constexpr std::uint32_t kBound = EventOrder<Payload>::kBound;
    static constexpr std::uint32_t kFirstLane = 2;  ///< of the front of a lane
    static constexpr std::uint32_t kFirstSlot = kFirstLane + kMaxLanes;
    static constexpr std::uint32_t kStale = 64;
    static constexpr std::int64_t kLast = std::numeric_limits<std::int64_t>::max();

    /// Without its slot.
    std::uint64_t next_order(EventClass rank) {
        inserted_ += std::uint64_t{1} << Pending::kSlotBits;
        SIM_ASSERT((inserted_ & Pending::kTimer) == 0);
        return (static_cast<std::uint64_t>(rank) << 63) | inserted_;
    }
    EventHandle push_with_slot(std::int64_t at, std::uint64_t order, const Payload& payload) {
        const auto slot = slots_.take();
        const auto number = (order | slot) & ~Pending::kTimer;
        slots_.own(slot, number);
        events_.put(at, order | slot, payload);
        return {static_cast<std::uint32_t>(number) & ~kInLane,
                static_cast<std::uint32_t>(number >> 31)};
    }
    /// False: its key is not above those in the lane, or the lane is full.
    bool enter_lane(std::int64_t at, std::uint64_t order, const Payload& payload,
                    std::uint32_t lane) {
        auto& line = lanes_[lane];
        if (!line.accepts(at, order)) return false;
        order |= kFirstLane + lane;
        line.push(at, order, payload);
        if ((shown_ >> lane & 1) == 0) {
            shown_ |= 1U << lane;
            events_.put(at, order, payload);
        }
        return true;
    }
    bool cancel_slot(std::uint64_t number) {
        const auto slot = static_cast<std::uint32_t>(number) & kMaxPending;
        if (!slots_.release(slot, number)) return false;
        if (++stale_ > size() + kStale) sweep();
        return true;
    }

    /// Afterwards the soonest entry is a pending event not after `until`; false: there is none.
    bool settle(std::int64_t until) {
        for (;;) {
            const Pending& top = events_.soonest();
            if (top.at > until) return false;
            if (is_pending(top)) return true;
            if (!pass(until)) return false;
        }
    }
    [[nodiscard]] bool is_pending(const Pending& entry) const {
        const auto slot = entry.slot();
        if (slot >= kFirstSlot) return slots_.owns(slot, entry.number());
        if (slot == kPosted || slot == kBound) return slot == kPosted;
        return lanes_[slot - kFirstLane].begins_with(entry.order);
    }
    /// The soonest entry has been cancelled, or is the bound; false: nothing comes up to `until`.
    [[gnu::noinline]] bool pass(std::int64_t until) {
        if (events_.soonest().slot() == kBound) {
            return events_.sort_next(until, [this](const Pending& entry) { return keep(entry); });
        }
        drop_top();
        return true;
    }
    [[nodiscard]] bool is_stale(const Pending& entry) const {
        return entry.slot() >= kFirstSlot && !slots_.owns(entry.slot(), entry.number());
    }
    void drop_top() {
        const auto slot = events_.soonest().slot();
        events_.drop();
        if (slot < kFirstSlot) {
            show_front(slot - kFirstLane);
        } else {
            --stale_;
        }
    }
    /// Not certainly at the bound's own instant, of which some may not be sorted yet.
    [[nodiscard]] bool source_precedes(const Pending& top) const {
        const Pending& source = sources_.soonest();
        if (source.at != top.at) [[likely]]
            return source.at < top.at;
        return source.order < top.order && top.slot() != kBound;
    }
    /// False: none comes up to then.
    bool take_source(SimTime until, Entry& entry) {
        const Pending& source = sources_.soonest();
        if (source.at > until.ns || sources_.empty()) return false;
        entry.at.ns = source.at;
        entry.payload = source.payload;
        sources_.pop();
        ++gone_;
        return true;
    }
    bool take_top(Entry& entry) {
        const Pending& top = events_.soonest();
        entry.at.ns = top.at;
        entry.payload = top.payload;
        events_.pop();
        ++gone_;
        return true;
    }
    void leave_lane(std::uint32_t lane) {
        lanes_[lane].pop();
        show_front(lane);
        last_lane_ = lane;
        ++left_lanes_;
    }
    void show_front(std::uint32_t lane) {
        if (lanes_[lane].empty()) {
            shown_ &= ~(1U << lane);
        } else {
            const Pending front = lanes_[lane].front();
            events_.put(front.at, front.order, front.payload);
        }
    }

    /// False, and forgotten, when it has been cancelled.
    bool keep(const Pending& entry) {
        const bool stale = is_stale(entry);
        stale_ -= stale ? 1 : 0;
        return !stale;
    }
    [[gnu::noinline]] void sweep() {
        events_.remove_if([this](const Pending& entry) { return is_stale(entry); });
        stale_ = 0;
    }

    std::uint64_t inserted_ = 0;  ///< above the bits of the slot
    std::uint64_t gone_ = 0;      ///< events popped or cancelled
    EventOrder<Payload> events_;
    SourceEvents<Pending> sources_;
    EventSlots slots_{kFirstSlot, kMaxPending};
    std::uint32_t stale_ = 0;  ///< cancelled events that have not been met
    std::uint32_t last_lane_ = 0;
    std::uint32_t left_lanes_ = 0;
    std::uint32_t shown_ = 0;  ///< by lane: a front of it, perhaps cancelled, is among the events
    std::array<EventLane<Pending>, kMaxLanes> lanes_;
};

}  // namespace sim
