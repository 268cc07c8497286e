#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace sim {

/// The next few pending events in order, the soonest last: taking it is one step, and putting one
/// in moves only those that come before it. What is in here lies below a bound, and everything
/// elsewhere at it or beyond; the bound stands before the latest entry and stops every search.
/// `Pending` has `at`, `order` and `comes_before`.
template <class Pending>
class SoonEvents {
  public:
    static constexpr std::uint32_t kMost = 32;

    SoonEvents(std::int64_t bound_at, std::uint64_t bound_order) { bound(bound_at, bound_order); }

    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] bool full() const { return size_ == kMost; }
    /// The soonest entry, or the bound when there is none.
    [[nodiscard]] const Pending& soonest() const { return entries_[size_]; }
    /// The entry after so many sooner ones, which must be fewer than `size()`.
    [[nodiscard]] const Pending& after(std::size_t sooner) const {
        return entries_[size_ - sooner];
    }
    [[nodiscard]] const Pending& latest() const { return entries_[1]; }

    [[nodiscard]] bool accepts(std::int64_t at, std::uint64_t order) const {
        return at < entries_[0].at || (at == entries_[0].at && order < entries_[0].order);
    }
    /// Everything that comes before that key belongs here.
    void bound(std::int64_t at, std::uint64_t order) {
        entries_[0].at = at;
        entries_[0].order = order;
    }

    /// It must be accepted, and there must be room. (Field by field: an entry that is put together
    /// first would be read before its parts are written.)
    template <class Payload>
    void put(std::int64_t at, std::uint64_t order, const Payload& payload) {
        Pending* place = &entries_[size_++];
#pragma GCC unroll 4
        for (; place->at < at; --place) place[1] = place[0];
        if (place->at == at) [[unlikely]] {
            for (; place->at == at && place->order < order; --place) place[1] = place[0];
        }
        place[1].at = at;
        place[1].order = order;
        place[1].payload = payload;
    }
    void pop() { --size_; }

    /// Hands the latest ones over, as many as told, beginning with the latest of all.
    template <class Take>
    void give_latest(std::size_t count, Take&& take) {
        for (std::size_t i = 1; i <= count; ++i) take(entries_[i]);
        for (std::size_t i = count + 1; i <= size_; ++i) entries_[i - count] = entries_[i];
        size_ -= count;
    }
    /// How many come at that instant or later.
    [[nodiscard]] std::size_t count_from(std::int64_t at) const {
        std::size_t count = 0;
        while (count < size_ && entries_[count + 1].at >= at) ++count;
        return count;
    }
    template <class Drop>
    void remove_if(Drop&& drop) {
        std::size_t kept = 0;
        for (std::size_t i = 1; i <= size_; ++i) {
            if (!drop(entries_[i])) entries_[++kept] = entries_[i];
        }
        size_ = kept;
    }
    /// Fills an empty one with entries in rising order.
    void assign(const Pending* rising, std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) entries_[count - i] = rising[i];
        size_ = count;
    }

  private:
    std::size_t size_ = 0;
    std::array<Pending, kMost + 1> entries_{};  ///< the bound, then the latest to the soonest
};

}  // namespace sim
