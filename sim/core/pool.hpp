#pragma once

#include <array>
#include <cstdint>
#include <type_traits>
#include <utility>
#include <vector>

#include "sim/core/assert.hpp"
#include "sim/core/box.hpp"
#include "sim/core/growing_array.hpp"

namespace sim {

/// Typed 32-bit index: a zone's id cannot be passed where a service's is expected.
template <class Tag>
struct Id {
    std::uint32_t value = kNone;

    static constexpr std::uint32_t kNone = 0xFFFFFFFFU;
    [[nodiscard]] constexpr bool valid() const { return value != kNone; }
    friend constexpr auto operator<=>(Id, Id) = default;
};

/// Slab of reusable records with stable addresses: growing never moves a record, and a freed slot
/// is taken again before the slab grows, so a steady state allocates nothing.
template <class Record, class IdType>
class Pool {
    static_assert(std::is_trivially_copyable_v<Record>);

  public:
    /// A record with its default value; the id stays valid until `free`.
    IdType allocate() { return make().first; }
    /// The same with the record.
    std::pair<IdType, Record&> make() {
        if (live_ == capacity_) grow();
        const auto index = free_[live_];
        Record& record = at(index);
        record = kFresh;  // from memory that is never written: no store has to be waited for
        ++live_;
        return {IdType{index}, record};
    }

    void free(IdType id) { free(id, at(id.value)); }
    /// The same by somebody who has the record at hand.
    void free(IdType id, Record& record) {
        SIM_ASSERT(record.live);
        record.live = false;
        free_[--live_] = id.value;
    }

    Record& operator[](IdType id) { return at(id.value); }
    const Record& operator[](IdType id) const { return at(id.value); }

    [[nodiscard]] std::uint32_t live() const { return live_; }
    /// Slots ever made; `is_live` says which of them hold a record now.
    [[nodiscard]] std::uint32_t capacity() const { return capacity_; }
    [[nodiscard]] bool is_live(IdType id) const { return at(id.value).live; }

  private:
    static constexpr std::uint32_t kShift = 10;
    static constexpr std::uint32_t kChunk = 1U << kShift;
    using Chunk = std::array<Record, kChunk>;
    static constexpr Record kFresh = [] {
        Record record{};
        record.live = true;
        return record;
    }();

    // Most pools never need more than the first chunk, which is found without a table: whatever an
    // event does waits for the address of its record (a tenth of the time of M/M/8).
    Record& at(std::uint32_t index) {
        if (index < kChunk) return (*first_)[index];
        return (*more_[(index >> kShift) - 1])[index % kChunk];
    }
    const Record& at(std::uint32_t index) const {
        if (index < kChunk) return (*first_)[index];
        return (*more_[(index >> kShift) - 1])[index % kChunk];
    }
    [[gnu::noinline]] void grow() {
        (first_ ? more_.emplace_back() : first_).emplace();
        for (std::uint32_t i = 0; i < kChunk; ++i) free_.push_back(capacity_++);
    }

    Box<Chunk> first_;
    std::vector<Box<Chunk>> more_;
    GrowingArray<std::uint32_t> free_;  ///< as long as the slab; free from `live_` on, newest first
    std::uint32_t live_ = 0;
    std::uint32_t capacity_ = 0;
};

}  // namespace sim
