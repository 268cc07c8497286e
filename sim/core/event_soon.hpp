#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace sim {

/// The next few pending events in order. What is in here lies below a bound, and everything
/// elsewhere at it or beyond; the bound stands behind the latest entry.
///
/// Entries stay where they are put; their order is one word of their places, four bits each, the
/// soonest lowest. So putting one in has no loop whose end a processor has to guess, and often
/// guesses wrong: its rank is how many are sooner, counted over all.
/// `Pending` has `at`, `order` and `payload`.
template <class Pending>
class SoonEvents {
  public:
    static constexpr std::uint32_t kMost = 15;

    SoonEvents(std::int64_t bound_at, std::uint64_t bound_order) {
        keys_.fill(kFree);
        bound(bound_at, bound_order);
    }

    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] bool full() const { return size_ == kMost; }
    /// The soonest entry, or the bound when there is none.
    [[nodiscard]] const Pending& soonest() const { return entries_[order_ & kPlace]; }
    /// The entry after so many sooner ones, which must be fewer than `size()`.
    [[nodiscard]] const Pending& after(std::size_t sooner) const {
        return entries_[place_of(sooner)];
    }
    [[nodiscard]] const Pending& latest() const { return after(size_ - 1); }

    [[nodiscard]] bool accepts(std::int64_t at, std::uint64_t order) const {
        const auto& bound = entries_[kBound];
        return at < bound.at || (at == bound.at && order < bound.order);
    }
    /// Everything that comes before that key belongs here.
    void bound(std::int64_t at, std::uint64_t order) {
        entries_[kBound].at = at;
        entries_[kBound].order = order;
    }

    /// It must be accepted, and there must be room. (Field by field: an entry that is put together
    /// first would be read before its parts are written.)
    template <class Payload>
    void put(std::int64_t at, std::uint64_t order, const Payload& payload) {
        auto sooner = count_to(at);
        if (last_of(sooner).at == at) [[unlikely]]
            sooner = among_equals(at, order, sooner);
        const auto place = static_cast<std::uint32_t>(__builtin_ctz(free_));
        free_ &= free_ - 1;
        auto& entry = entries_[place];
        keys_[place] = key_of(at);
        entry.at = at;
        entry.order = order;
        entry.payload = payload;
        insert(place, sooner);
    }
    void pop() {
        const auto place = order_ & kPlace;
        keys_[place] = kFree;
        free_ |= 1U << place;
        order_ = (order_ >> kBits) | (std::uint64_t{kBound} << (64 - kBits));
        --size_;
    }

    /// Hands the latest ones over, as many as told, beginning with the latest of all.
    template <class Take>
    void give_latest(std::size_t count, Take&& take) {
        for (std::size_t i = 0; i < count; ++i) {
            const auto place = place_of(size_ - 1);
            take(entries_[place]);
            remove(place, size_ - 1);
        }
    }
    /// How many come at that instant or later.
    [[nodiscard]] std::size_t count_from(std::int64_t at) const {
        std::size_t count = 0;
        while (count < size_ && after(size_ - 1 - count).at >= at) ++count;
        return count;
    }
    template <class Drop>
    void remove_if(Drop&& drop) {
        for (std::size_t i = size_; i-- > 0;) {
            const auto place = place_of(i);
            if (drop(entries_[place])) remove(place, i);
        }
    }
    /// Fills an empty one with entries in rising order.
    void assign(const Pending* rising, std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) {
            entries_[i] = rising[i];
            keys_[i] = key_of(rising[i].at);
        }
        constexpr std::uint64_t kRising = 0xFEDC'BA98'7654'3210;
        order_ = kRising | (~std::uint64_t{0} << (count * kBits));
        free_ = kAll & ~((1U << count) - 1);
        size_ = count;
    }

  private:
    static constexpr unsigned kBits = 4;
    static constexpr std::uint64_t kPlace = (1U << kBits) - 1;
    static constexpr std::uint32_t kBound = kMost;  ///< its place, which no entry has
    static constexpr std::uint32_t kAll = (1U << kMost) - 1;
    static constexpr std::uint64_t kFree = std::numeric_limits<std::uint64_t>::max();

    /// Without a sign, in the same order.
    static std::uint64_t key_of(std::int64_t at) {
        return static_cast<std::uint64_t>(at) ^ (std::uint64_t{1} << 63);
    }
    [[nodiscard]] std::uint32_t place_of(std::size_t sooner) const {
        return static_cast<std::uint32_t>((order_ >> (sooner * kBits)) & kPlace);
    }
    /// The last of the so many soonest; of none: the bound.
    [[nodiscard]] const Pending& last_of(std::size_t sooner) const {
        return entries_[(((order_ << kBits) | kBound) >> (sooner * kBits)) & kPlace];
    }
    /// Entries up to that instant, in two sums that do not wait for each other. Free places are
    /// later than all, or, at the end of time, not sooner.
    [[nodiscard]] std::size_t count_to(std::int64_t at) const {
        const auto key = key_of(at);
        std::uint32_t later = 0;
        std::uint32_t later_too = 0;
#pragma GCC unroll 8
        for (std::uint32_t i = 0; i + 1 < kMost; i += 2) {
            later += key < keys_[i] ? 1 : 0;
            later_too += key < keys_[i + 1] ? 1 : 0;
        }
        later += key < keys_[kMost - 1] ? 1 : 0;
        return std::min<std::size_t>(kMost - later - later_too, size_);
    }
    [[gnu::noinline]] std::size_t among_equals(std::int64_t at, std::uint64_t order,
                                               std::size_t sooner) const {
        while (sooner > 0 && after(sooner - 1).at == at && after(sooner - 1).order > order) {
            --sooner;
        }
        return sooner;
    }
    void insert(std::uint32_t place, std::size_t sooner) {
        const auto shift = sooner * kBits;
        const auto later = (order_ >> shift) << shift;
        order_ = (order_ ^ later) | (later << kBits) | (std::uint64_t{place} << shift);
        ++size_;
    }
    /// The entry at that place, which comes after so many.
    void remove(std::uint32_t place, std::size_t sooner) {
        keys_[place] = kFree;
        free_ |= 1U << place;
        const auto shift = sooner * kBits;
        const auto kept = order_ & ((std::uint64_t{1} << shift) - 1);
        order_ = kept | (((order_ >> shift) >> kBits) << shift) |
                 (std::uint64_t{kBound} << (64 - kBits));
        --size_;
    }

    std::uint64_t order_ = ~std::uint64_t{0};
    std::size_t size_ = 0;
    std::uint32_t free_ = kAll;
    std::array<std::uint64_t, kMost> keys_{};
    std::array<Pending, kMost + 1> entries_{};  ///< the last is the bound
};

}  // namespace sim
