#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "sim/core/assert.hpp"
#include "sim/core/event_crowd.hpp"
#include "sim/core/event_soon.hpp"
#include "sim/core/event_wheel.hpp"

namespace sim {

/// An event that waits for its time. Its order among those of its instant and its slot are one
/// word: class, insertion number, slot: 1 + 40 + 23 bits.
template <class Payload>
struct PendingEvent {
    static constexpr std::uint32_t kSlotBits = 23;
    static constexpr std::uint64_t kSlots = (std::uint64_t{1} << kSlotBits) - 1;
    static constexpr std::uint64_t kTimer = std::uint64_t{1} << 63;

    std::int64_t at;
    std::uint64_t order;
    Payload payload;

    [[nodiscard]] std::uint32_t slot() const { return static_cast<std::uint32_t>(order & kSlots); }
    /// By which its slot knows it: without the class.
    [[nodiscard]] std::uint64_t number() const { return order & ~kTimer; }
    [[nodiscard]] bool comes_before(const PendingEvent& other) const {
        return at < other.at || (at == other.at && order < other.order);
    }
};

/// Puts pending events into order, whoever they belong to.
///
/// The next few are sorted; all others lie in a wheel, roughly sorted by their distance, and are
/// looked at again when their time comes. What neither can tell apart, such as thousands of events
/// at one instant, stands in the crowd, which comes after the sorted ones and before the wheel.
template <class Payload>
class EventOrder {
  public:
    using Pending = PendingEvent<Payload>;

    /// The slot of what `soonest` says when nothing is sorted.
    static constexpr std::uint32_t kBound = 1;

    void put(std::int64_t at, std::uint64_t order, const Payload& payload) {
        if (!soon_.accepts(at, order)) return put_later(at, order, payload);
        if (soon_.full()) return put_crowded(at, order, payload);
        soon_.put(at, order, payload);
    }
    /// The first of the sorted ones. When there is none, all others come at its instant or later:
    /// `sort_next` then.
    [[nodiscard]] const Pending& soonest() const { return soon_.soonest(); }
    /// Takes it out: what is put in from now on does not come before it.
    void pop() {
        now_ = soon_.soonest().at;
        soon_.pop();
    }
    /// Takes it out as if it had never been there.
    void drop() { soon_.pop(); }
    /// How many are sorted.
    [[nodiscard]] std::size_t sorted() const { return soon_.size(); }
    /// The payload of the one that comes after so many others, which must be fewer than sorted.
    [[nodiscard]] const Payload& upcoming(std::size_t sooner) const {
        return soon_.after(sooner).payload;
    }

    /// Counts how often the next few have been sorted.
    [[nodiscard]] std::uint32_t times_sorted() const { return times_sorted_; }
    /// Shows some of those that will probably be sorted next: see(payload, whether they are among
    /// the very next).
    template <class See>
    void show_following(See&& see) const {
        if (!crowd_.empty()) return;
        std::uint32_t shown = 0;
        wheel_.show_lowest([&](std::uint32_t count, auto&& show) {
            if (shown + count > kMostShown) return false;
            const bool next = shown + count <= kMany;
            show([&](const Pending& entry) { see(entry.payload, next); });
            shown += count;
            return shown < 2 * kMany;
        });
    }

    /// Sorts the next few, when none are; false: none comes up to `until`. `keep` is asked about
    /// some that are met on the way; it forgets those to which it says no.
    template <class Keep>
    bool sort_next(std::int64_t until, Keep&& keep) {
        while (soon_.size() == 0) {
            if (!crowd_.empty()) {
                take_from_crowd(keep);
            } else if (wheel_.empty()) {
                bound_at(kLast);
                return false;
            } else {
                const auto lowest = wheel_.lowest();
                if (lowest.first > until) {
                    bound_at(lowest.first - 1);
                    return false;
                }
                take_from_wheel(lowest, keep);
            }
        }
        ++times_sorted_;
        return true;
    }
    template <class Drop>
    void remove_if(Drop&& drop) {
        soon_.remove_if(drop);
        crowd_.remove_if(drop);
        wheel_.remove_if(drop);
    }

  private:
    using Bucket = typename EventWheel<Pending>::Bucket;

    /// A bucket of more events is spread over lower levels, and one that follows is taken along
    /// while there are fewer than kFew.
    static constexpr std::uint32_t kMany = 8;
    static constexpr std::uint32_t kFew = 7;
    static constexpr std::uint32_t kMostShown = 128;  ///< of what has not been sorted yet
    static constexpr std::size_t kHalf = SoonEvents<Pending>::kMost / 2;
    static_assert(kMany + kFew <= SoonEvents<Pending>::kMost);
    static constexpr std::int64_t kFirst = std::numeric_limits<std::int64_t>::min();
    static constexpr std::int64_t kLast = std::numeric_limits<std::int64_t>::max();

    static constexpr std::uint64_t as_bound(std::uint64_t order) {
        return (order & ~Pending::kSlots) | kBound;
    }
    /// Later events are in the wheel.
    void bound_at(std::int64_t at) {
        crowd_last_ = at;
        soon_.bound(at, as_bound(~std::uint64_t{0}));
    }
    void bound_at_crowd() {
        if (crowd_.empty()) return bound_at(crowd_last_);
        soon_.bound(crowd_.first().at, as_bound(crowd_.first().order));
    }

    [[gnu::noinline]] void put_later(std::int64_t at, std::uint64_t order, Payload payload) {
        if (at > crowd_last_) return wheel_.file({at, order, payload});
        put_into_crowd({at, order, payload});
    }
    [[gnu::noinline]] void put_crowded(std::int64_t at, std::uint64_t order, Payload payload) {
        make_room();
        put(at, order, payload);
    }
    /// Moves the later half of the sorted events into the wheel, or into the crowd where that
    /// cannot be.
    void make_room() {
        const auto from = std::max(soon_.after(kHalf).at, wheel_.move_base(now_));
        if (crowd_.empty() && soon_.latest().at >= from) {
            SIM_ASSERT(from > kFirst);
            soon_.give_latest(soon_.count_from(from),
                              [this](const Pending& entry) { wheel_.file(entry); });
            bound_at(from - 1);
        } else {
            soon_.give_latest(kHalf, [this](const Pending& entry) { crowd_.put(entry); });
            bound_at_crowd();
        }
    }
    [[gnu::noinline]] void put_into_crowd(const Pending& entry) {
        crowd_.put(entry);
        // Somebody looked far ahead, and then came many that are sooner: the wheel is turned back.
        if (crowd_.size() > wheel_.size() + 64 && crowd_.first().at < crowd_last_) turn_back();
    }
    void turn_back() {
        crowd_last_ = crowd_.first().at;
        std::vector<Pending> later;
        wheel_.remove_if([&](const Pending& entry) {
            later.push_back(entry);
            return true;
        });
        crowd_.remove_if([&](const Pending& entry) {
            if (entry.at <= crowd_last_) return false;
            later.push_back(entry);
            return true;
        });
        wheel_.set_base(now_);
        for (const auto& entry : later) wheel_.file(entry);
    }

    template <class Keep>
    void take_from_crowd(Keep&& keep) {
        std::array<Pending, kHalf> rising;
        std::uint32_t count = 0;
        while (count < rising.size() && !crowd_.empty()) {
            rising[count] = crowd_.pop();
            if (keep(rising[count])) ++count;
        }
        soon_.assign(rising.data(), count);
        bound_at_crowd();
    }
    template <class Keep>
    void take_from_wheel(Bucket bucket, Keep&& keep) {
        if (bucket.count > kMany) return spread(bucket, keep);
        std::array<Pending, kMany + kFew> rising;
        std::uint32_t count = 0;
        for (;;) {
            wheel_.drain(bucket.index, [&](const Pending& entry) {
                if (keep(entry)) sort_in(rising.data(), count++, entry);
            });
            if (wheel_.empty()) break;
            const auto following = wheel_.lowest();
            if (count >= kFew || following.count > kMany) break;
            bucket = following;
        }
        wheel_.set_base(bucket.last);
        soon_.assign(rising.data(), count);
        bound_at(wheel_.empty() ? kLast : bucket.last);
    }
    static void sort_in(Pending* rising, std::uint32_t count, const Pending& entry) {
        for (; count > 0 && entry.comes_before(rising[count - 1]); --count) {
            rising[count] = rising[count - 1];
        }
        rising[count] = entry;
    }
    template <class Keep>
    void spread(const Bucket& bucket, Keep&& keep) {
        if (bucket.one_instant()) {
            wheel_.drain(bucket.index, [&](const Pending& entry) {
                if (keep(entry)) crowd_.add(entry);
            });
            crowd_.sort();
            wheel_.set_base(crowd_last_ = bucket.last);
        } else {
            wheel_.set_base(bucket.first);
            wheel_.drain(bucket.index, [&](const Pending& entry) {
                if (keep(entry)) wheel_.file(entry);
            });
        }
    }

    SoonEvents<Pending> soon_{kLast, as_bound(~std::uint64_t{0})};
    std::uint32_t times_sorted_ = 0;
    std::int64_t now_ = kFirst;        ///< of the last event that was popped
    std::int64_t crowd_last_ = kLast;  ///< later events are in the wheel
    EventCrowd<Pending> crowd_;
    EventWheel<Pending> wheel_;
};

}  // namespace sim
