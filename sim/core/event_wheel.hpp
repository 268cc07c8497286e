#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "sim/core/growing_array.hpp"

namespace sim {

/// Pending events that are not due yet, sorted only as far as they have to be: by the highest digit
/// (of 6 bits) in which their instant differs from a base that is before all of them. A bucket
/// holds those of one digit; nothing has to be known of how far apart the events are.
///
/// Buckets are lists of small chunks out of a common store, so that filing writes to memory in
/// sequence and a steady state allocates nothing. `Pending` has `at`.
template <class Pending>
class EventWheel {
  public:
    /// One bucket: no event of the wheel comes before `first`, and none after `last` is in it.
    struct Bucket {
        std::uint32_t index = 0;
        std::uint32_t count = 0;
        std::int64_t first = 0;
        std::int64_t last = 0;
        [[nodiscard]] bool one_instant() const { return first == last; }
    };

    [[nodiscard]] bool empty() const { return levels_ == 0; }
    [[nodiscard]] std::size_t size() const { return size_; }

    /// Its instant is not before the base.
    void file(const Pending& entry) {
        const std::uint64_t at = unsigned_of(entry.at);
        const auto level = level_of(at ^ base_);
        const auto digit = static_cast<std::uint32_t>(at >> (kBits * level)) & (kDigits - 1);
        List& list = lists_[level * kDigits + digit];
        const auto place = list.count++ % kChunk;
        if (place == 0) {
            list.chunk = add_chunk(list.chunk);
            digits_[level] |= std::uint64_t{1} << digit;
            levels_ |= 1U << level;
        }
        chunks_[list.chunk][place] = entry;
        ++size_;
    }

    /// The earliest bucket. There must be one.
    [[nodiscard]] Bucket lowest() const {
        const auto level = static_cast<std::uint32_t>(std::countr_zero(levels_));
        const auto digit = static_cast<std::uint32_t>(std::countr_zero(digits_[level]));
        const auto index = level * kDigits + digit;
        const std::uint64_t below = (std::uint64_t{1} << (kBits * level)) - 1;
        const std::uint64_t first =
            (base_ & ~below_level(level + 1)) | (std::uint64_t{digit} << (kBits * level));
        return {index, lists_[index].count, signed_of(first), signed_of(first | below)};
    }

    /// Only to the start of the lowest bucket, before it is taken out and filed again, to the end
    /// of one that was taken out, or while the wheel is empty.
    void set_base(std::int64_t at) { base_ = unsigned_of(at); }
    /// Moves the base as near to `at` as it can without any event belonging into another bucket:
    /// before the lowest one, and where all digits above that one's are the same. Says where it is.
    std::int64_t move_base(std::int64_t at) {
        if (!empty()) {
            const auto level = static_cast<std::uint32_t>(std::countr_zero(levels_));
            const auto earliest = signed_of(base_ & ~below_level(level + 1));
            at = std::max(std::min(at, lowest().first - 1), earliest);
        }
        base_ = unsigned_of(at);
        return at;
    }

    /// Takes all out of the bucket and hands them over in no order. They may be filed again at
    /// once, into other buckets.
    template <class Take>
    void drain(std::uint32_t index, Take&& take) {
        const List list = lists_[index];
        forget(index);
        size_ -= list.count;
        const auto take_copy = [&](const Pending& entry) {
            const Pending copy = entry;  // its chunk moves when the store grows
            take(copy);
        };
        walk(list, take_copy, [&](std::uint32_t chunk) { return free_chunk(chunk); });
    }
    /// Shows the buckets of the lowest level, the earliest first, as long as `see` says yes:
    /// see(bucket's count, a function that shows its events to somebody, in no order).
    template <class See>
    void show_lowest(See&& see) const {
        if (empty()) return;
        const auto level = static_cast<std::uint32_t>(std::countr_zero(levels_));
        for (auto digits = digits_[level]; digits != 0; digits &= digits - 1) {
            const auto digit = static_cast<std::uint32_t>(std::countr_zero(digits));
            const List& list = lists_[level * kDigits + digit];
            const auto following = [&](std::uint32_t chunk) { return next_[chunk]; };
            if (!see(list.count, [&](auto&& show) { walk(list, show, following); })) return;
        }
    }
    template <class Drop>
    void remove_if(Drop&& drop) {
        for (std::uint32_t level = 0; level < kLevels; ++level) {
            for (auto digits = digits_[level]; digits != 0; digits &= digits - 1) {
                const auto digit = static_cast<std::uint32_t>(std::countr_zero(digits));
                drain(level * kDigits + digit, [&](const Pending& entry) {
                    if (!drop(entry)) file(entry);
                });
            }
        }
    }

  private:
    static constexpr std::uint32_t kBits = 6;
    static constexpr std::uint32_t kDigits = 1U << kBits;
    static constexpr std::uint32_t kLevels = (64 + kBits - 1) / kBits;
    static constexpr std::uint32_t kChunk = 16;
    static constexpr std::uint32_t kNone = 0xFFFFFFFFU;

    using Chunk = std::array<Pending, kChunk>;
    /// Every chunk but the first is full.
    struct List {
        std::uint32_t chunk = kNone;
        std::uint32_t count = 0;
    };

    static std::uint64_t unsigned_of(std::int64_t at) {
        return static_cast<std::uint64_t>(at) ^ (std::uint64_t{1} << 63);
    }
    static std::int64_t signed_of(std::uint64_t at) {
        return static_cast<std::int64_t>(at ^ (std::uint64_t{1} << 63));
    }
    static std::uint32_t level_of(std::uint64_t difference) {
        return (63U - static_cast<std::uint32_t>(std::countl_zero(difference | 1))) / kBits;
    }
    /// The bits of all levels below it.
    static std::uint64_t below_level(std::uint32_t level) {
        return level >= kLevels ? ~std::uint64_t{0} : (std::uint64_t{1} << (kBits * level)) - 1;
    }

    /// Sees every entry, and leaves each chunk for the one that follows it.
    template <class See, class Leave>
    void walk(const List& list, See&& see, Leave&& leave) const {
        auto chunk = list.chunk;
        auto in_chunk = (list.count - 1) % kChunk + 1;
        for (auto left = list.count; left > 0; left -= in_chunk, in_chunk = kChunk) {
            for (std::uint32_t i = 0; i < in_chunk; ++i) see(chunks_[chunk][i]);
            chunk = leave(chunk);
        }
    }
    void forget(std::uint32_t index) {
        lists_[index] = List{};
        auto& digits = digits_[index / kDigits];
        digits &= ~(std::uint64_t{1} << (index % kDigits));
        if (digits == 0) levels_ &= ~(1U << (index / kDigits));
    }
    std::uint32_t add_chunk(std::uint32_t following) {
        if (free_ == kNone) grow();
        const auto chunk = free_;
        free_ = next_[chunk];
        next_[chunk] = following;
        return chunk;
    }
    [[gnu::noinline]] void grow() {
        if (next_.empty()) {  // enough for small systems, however their events fall into buckets
            chunks_.reserve(64);
            next_.reserve(64);
        }
        free_ = static_cast<std::uint32_t>(next_.size());
        next_.push_back(kNone);
        chunks_.resize_unset(next_.size());
    }
    /// The chunk that follows it.
    std::uint32_t free_chunk(std::uint32_t chunk) {
        const auto following = next_[chunk];
        next_[chunk] = free_;
        free_ = chunk;
        return following;
    }

    std::uint64_t base_ = 0;
    std::size_t size_ = 0;
    std::uint32_t levels_ = 0;  ///< those with an event
    std::uint32_t free_ = kNone;
    std::array<std::uint64_t, kLevels> digits_{};  ///< by level, those with an event
    std::array<List, std::size_t{kLevels} * kDigits> lists_{};
    GrowingArray<Chunk> chunks_;
    GrowingArray<std::uint32_t> next_;  ///< by chunk, the one that follows it
};

}  // namespace sim
