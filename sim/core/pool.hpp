#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

#include "sim/core/assert.hpp"
#include "sim/core/box.hpp"
#include "sim/core/growing_array.hpp"
#include "sim/core/large_memory.hpp"

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
    static_assert(std::is_trivially_copyable_v<Record> && std::is_trivially_destructible_v<Record>);

  public:
    Pool() = default;
    Pool(const Pool& other)
        : first_(other.first_), free_(other.free_), live_(other.live_), capacity_(other.capacity_) {
        auto left = std::max(capacity_, kFirst) - kFirst;
        for (const auto& theirs : other.later_) {
            const auto made = std::min(left, kLater);
            later_.push_back(room_for_more());
            std::memcpy(static_cast<void*>(later_.back().get()), theirs.get(),
                        made * sizeof(Record));
            left -= made;
        }
    }
    Pool(Pool&&) noexcept = default;
    Pool& operator=(const Pool&) = delete;
    Pool& operator=(Pool&&) noexcept = default;
    ~Pool() = default;

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
    static constexpr std::uint32_t kFirst = 1024;
    static constexpr std::uint32_t kShift = 16;
    static constexpr std::uint32_t kLater = std::uint32_t{1} << kShift;
    static constexpr Record kFresh = [] {
        Record record{};
        record.live = true;
        return record;
    }();
    using Room = std::unique_ptr<Record, FreeMemory>;

    // Most pools never need more than the first records, which are found without a table: whatever
    // an event does waits for the address of its record (a tenth of the time of M/M/8).
    Record& at(std::uint32_t index) {
        if (index < kFirst) return (*first_)[index];
        return later_[(index - kFirst) >> kShift].get()[(index - kFirst) % kLater];
    }
    const Record& at(std::uint32_t index) const {
        if (index < kFirst) return (*first_)[index];
        return later_[(index - kFirst) >> kShift].get()[(index - kFirst) % kLater];
    }

    static Room room_for_more() {
        return Room(static_cast<Record*>(allocate_large(kLater * sizeof(Record))));
    }
    /// Makes as many as the first ones; the rest of their memory is not touched yet.
    [[gnu::noinline]] void grow() {
        if (!first_) {
            first_.emplace();
        } else {
            if ((capacity_ - kFirst) % kLater == 0) later_.push_back(room_for_more());
            std::uninitialized_value_construct_n(&at(capacity_), kFirst);
        }
        for (std::uint32_t i = 0; i < kFirst; ++i) free_.push_back(capacity_++);
    }

    Box<std::array<Record, kFirst>> first_;
    std::vector<Room> later_;
    GrowingArray<std::uint32_t> free_;  ///< as long as the slab; free from `live_` on, newest first
    std::uint32_t live_ = 0;
    std::uint32_t capacity_ = 0;
};

}  // namespace sim
